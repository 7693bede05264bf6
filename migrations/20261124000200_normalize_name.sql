-- One home for what makes two spellings one name. Names are compared by it and never shown by it.
--
-- `name_key` in shared/src/domain/names is the same in Rust, for comparisons whose results are not stored. Who changes one
-- of the two changes the other; tests/database/names.rs runs both over the same names, and differences.txt beside its
-- pairs lists where they may differ.
--
-- The collation is named (ICU's root, which every server built with ICU has), so that the answer does not depend
-- on the database's locale. Character classes are spelled out instead of asking the regex engine for [[:punct:]]
-- and the like, because those depend on the locale too.

CREATE OR REPLACE FUNCTION linernotes.invisible_characters()
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT '\u00AD\u061C\u115F-\u1160\u17B4-\u17B5\u180B-\u180F\u200B-\u200F\u202A-\u202E\u2060-\u206F\u20E3\u3164'
    '\uFE00-\uFE0F\uFEFF\uFFA0\uFFF0-\uFFFB\U0001BCA0-\U0001BCA3\U0001D173-\U0001D17A\U0001F3FB-\U0001F3FF'
    '\U000E0000-\U000E0FFF';
$$;
COMMENT ON FUNCTION linernotes.invisible_characters() IS
  'For a regular expression: format characters, joiners, fillers and variation selectors, the tones of skin and the frame of a key, without which a symbol is the same.';

CREATE OR REPLACE FUNCTION linernotes.written_name(name TEXT)
RETURNS TEXT
LANGUAGE sql
IMMUTABLE
PARALLEL SAFE
SET search_path = ''
AS $$
  SELECT lower(
    regexp_replace(normalize(name, NFKC), '[' || linernotes.invisible_characters() || ']+', '', 'g') COLLATE "und-x-icu"
  );
$$;
COMMENT ON FUNCTION linernotes.written_name(TEXT) IS
  'A name in lower case and NFKC, in what is seen of it.';

CREATE OR REPLACE FUNCTION linernotes.normalize_name(given TEXT)
RETURNS TEXT
LANGUAGE plpgsql
IMMUTABLE
PARALLEL SAFE
STRICT
SET search_path = ''
AS $function$
DECLARE
  -- Punctuation, symbols, separators and controls that NFKC leaves alone (general categories P, S, Z and Cc of
  -- Unicode 14 and the emoji blocks). A range may run over code points that are unassigned or that NFKC replaces.
  symbols CONSTANT TEXT :=
    '\u0001-\u002F\u003A-\u0040\u005B-\u0060\u007B-\u00AC\u00AE-\u00BF\u00D7\u00F7\u02C2-\u02C5'
    '\u02D2-\u02EB\u02ED\u02EF-\u02FF\u0375\u03F6\u0482\u055A-\u055F\u0589-\u058F\u05BE\u05C0\u05C3\u05C6'
    '\u05F3-\u05F4\u0606-\u060F\u061B\u061D-\u061F\u066A-\u066D\u06D4\u06DE\u06E9\u06FD-\u06FE'
    '\u0700-\u070D\u07F6-\u07F9\u07FE-\u07FF\u0830-\u083E\u085E\u0888\u0964-\u0965\u0970\u09F2-\u09F3'
    '\u09FA-\u09FB\u09FD\u0A76\u0AF0-\u0AF1\u0B70\u0BF3-\u0BFA\u0C77\u0C7F\u0C84\u0D4F\u0D79\u0DF4\u0E3F'
    '\u0E4F\u0E5A-\u0E5B\u0F01-\u0F17\u0F1A-\u0F1F\u0F34\u0F36\u0F38\u0F3A-\u0F3D\u0F85\u0FBE-\u0FC5'
    '\u0FC7-\u0FDA\u104A-\u104F\u109E-\u109F\u10FB\u1360-\u1368\u1390-\u1399\u1400\u166D-\u166E\u1680'
    '\u169B-\u169C\u16EB-\u16ED\u1735-\u1736\u17D4-\u17D6\u17D8-\u17DB\u1800-\u180A\u1940-\u1945'
    '\u19DE-\u19FF\u1A1E-\u1A1F\u1AA0-\u1AA6\u1AA8-\u1AAD\u1B5A-\u1B6A\u1B74-\u1B7E\u1BFC-\u1BFF'
    '\u1C3B-\u1C3F\u1C7E-\u1C7F\u1CC0-\u1CC7\u1CD3\u2010-\u2029\u2030-\u205E\u20A0-\u20C0\u2104-\u212E'
    '\u213A-\u214D\u214F\u218A-\u244A\u2500-\u2775\u2794-\u2BFF\u2CE5-\u2CEA\u2CF9-\u2CFC\u2CFE-\u2CFF'
    '\u2D70\u2E00-\u2E2E\u2E30-\u3004\u3008-\u3020\u3030\u3037\u303D-\u303F\u30A0\u30FB\u3190-\u3191'
    '\u31C0-\u31E3\u327F\u4DC0-\u4DFF\uA490-\uA4C6\uA4FE-\uA4FF\uA60D-\uA60F\uA673\uA67E\uA6F2-\uA716'
    '\uA720-\uA721\uA789-\uA78A\uA828-\uA82B\uA836-\uA839\uA874-\uA877\uA8CE-\uA8CF\uA8F8-\uA8FA\uA8FC'
    '\uA92E-\uA92F\uA95F\uA9C1-\uA9CD\uA9DE-\uA9DF\uAA5C-\uAA5F\uAA77-\uAA79\uAADE-\uAADF\uAAF0-\uAAF1'
    '\uAB5B\uAB6A-\uAB6B\uABEB\uFBB2-\uFDFF\uFE45-\uFE46\uFFFC-\uFFFD\U00010100-\U00010102'
    '\U00010137-\U0001013F\U00010179-\U00010189\U0001018C-\U000101FC\U0001039F\U000103D0\U0001056F'
    '\U00010857\U00010877-\U00010878\U0001091F\U0001093F\U00010A50-\U00010A58\U00010A7F\U00010AC8'
    '\U00010AF0-\U00010AF6\U00010B39-\U00010B3F\U00010B99-\U00010B9C\U00010EAD\U00010F55-\U00010F59'
    '\U00010F86-\U00010F89\U00011047-\U0001104D\U000110BB-\U000110BC\U000110BE-\U000110C1'
    '\U00011140-\U00011143\U00011174-\U00011175\U000111C5-\U000111C8\U000111CD\U000111DB'
    '\U000111DD-\U000111DF\U00011238-\U0001123D\U000112A9\U0001144B-\U0001144F\U0001145A-\U0001145D'
    '\U000114C6\U000115C1-\U000115D7\U00011641-\U00011643\U00011660-\U0001166C\U000116B9'
    '\U0001173C-\U0001173F\U0001183B\U00011944-\U00011946\U000119E2\U00011A3F-\U00011A46'
    '\U00011A9A-\U00011A9C\U00011A9E-\U00011AA2\U00011C41-\U00011C45\U00011C70-\U00011C71'
    '\U00011EF7-\U00011EF8\U00011FD5-\U00011FFF\U00012470-\U00012474\U00012FF1-\U00012FF2'
    '\U00016A6E-\U00016A6F\U00016AF5\U00016B37-\U00016B3F\U00016B44-\U00016B45\U00016E97-\U00016E9A'
    '\U00016FE2\U0001BC9C\U0001BC9F\U0001CF50-\U0001D15D\U0001D16A-\U0001D16C\U0001D183-\U0001D184'
    '\U0001D18C-\U0001D1A9\U0001D1AE-\U0001D241\U0001D245\U0001D300-\U0001D356\U0001D800-\U0001D9FF'
    '\U0001DA37-\U0001DA3A\U0001DA6D-\U0001DA74\U0001DA76-\U0001DA83\U0001DA85-\U0001DA8B\U0001E14F'
    '\U0001E2FF\U0001E95E-\U0001E95F\U0001ECAC\U0001ECB0\U0001ED2E\U0001EEF0-\U0001FBCA';
  -- Combining marks that are not a script's own.
  marks CONSTANT TEXT := '\u0300-\u036F\u1AB0-\u1AFF\u1DC0-\u1DFF\u20D0-\u20FF\uFE20-\uFE2F';
  latin CONSTANT TEXT := 'a-z\u00DF-\u02AF\u1D00-\u1DBF\u1E00-\u1EFF\u2C60-\u2C7F\uA722-\uA7FF\uAB30-\uAB6F';
  -- Nothing that a reader sees, and what only colours or frames a symbol.
  invisible CONSTANT TEXT := linernotes.invisible_characters();
  spaces CONSTANT TEXT := '\u0001-\u0020\u007F-\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u2800\u3000';
  -- Apostrophes and what is typed for them, full stops: dropped, so that D'Mile, D’Mile and DMile are one name.
  dropped CONSTANT TEXT := '''’‘‛′‵`ʹʻʼʽʾʿˈ՚׳״Ꞌꞌ.。';
  -- Latin letters whose mark is part of the letter, and the plain letter of each.
  marked CONSTANT TEXT :=
    'ðøđħıĸłŋŧƀƃƈƌƒƙƚƞƥƫƭƴƶǥȡȥȴȵȶȷȼȿɀɇɉɋɍɏɓɕɖɗɟɠɦɨɫɬɭɱɲɳɵɼɽɾʂʈʉʋʐʑʝʠᵬᵭᵮᵯᵰᵱᵲᵳᵴᵵᵶᵹ'
    'ᵽᶀᶁᶂᶃᶄᶅᶆᶇᶈᶉᶊᶌᶍᶎᶏᶑᶒᶖᶙỿⱡⱥⱦⱨⱪⱬⱱⱳⱴⱸⱺꝁꝃꝅꝉꝋꝍꝑꝓꝕꝗꝙꝟꝺꝼꞃꞅꞇꞎꞑꞓꞔꞕꞗꞙꞡꞣꞥꞧꞩꞹꟈꟊꬴꬷꬸꬹꬺꬻꭉꭎꭒꭖꭗ'
    'ꭘꭙꭚ𝼉𝼑𝼓𝼖𝼚𝼛𝼝𝼞';
  plain CONSTANT TEXT :=
    'dodhiklntbbcdfklnpttyzgdzlntjcszejqrybcddjghilllmnnorrrstuvzzjqbdfmnprrstzg'
    'pbdfgklmnprsvxzadeiuylathkzvwveokkkloopppqqvdfrstlncchbfgknrsudselllmnruuxx'
    'xxytllriocs';
  folded TEXT;
  name TEXT;
BEGIN
  -- Most names: the same steps, of which only these can matter to ASCII.
  IF octet_length(given) = length(given) THEN
    folded := lower(given COLLATE "C");
    IF folded !~ '[a-z0-9]' THEN
      RETURN btrim(regexp_replace(folded, '[\u0001-\u0020\u007F]+', ' ', 'g'));
    END IF;
    name := replace(translate(folded, '''`.', ''), '&', ' and ');
    IF name ~ '\$' THEN
      name := translate(regexp_replace(name, '(?<![a-z$])\$+(?![a-z$])', ' ', 'g'), '$', 's');
    END IF;
    RETURN btrim(regexp_replace(name, '[^a-z0-9]+', ' ', 'g'));
  END IF;

  -- NFKC would make a space and an accent of the acute accent (or the oxia, its twin) that is typed for an apostrophe.
  folded := regexp_replace(normalize(translate(given, U&'\00B4\1FFD', ''''''), NFKC), '[' || invisible || ']+', '', 'g');

  -- Case folding: by way of upper case, so that ß is ss and both sigmas are one.
  folded := normalize(
    replace(lower(upper(lower(folded COLLATE "und-x-icu") COLLATE "und-x-icu") COLLATE "und-x-icu"), 'ς', 'σ'),
    NFKC
  );

  -- A name of punctuation only (!!!, $, ❤) stays itself, in what is seen of it: ❤ with a variation selector is ❤.
  IF folded !~ ('[^' || symbols || marks || dropped || ']') THEN
    folded := regexp_replace(lower(normalize(given, NFKC) COLLATE "und-x-icu"), '[' || invisible || ']+', '', 'g');
    RETURN btrim(regexp_replace(folded, '[' || spaces || ']+', ' ', 'g'));
  END IF;

  -- Marks that come to stand side by side find their order.
  name := normalize(replace(translate(folded, dropped, ''), '&', ' and '), NFC);

  -- $ that touches a letter is an s: A$AP, Joey Bada$$.
  IF name ~ '\$' THEN
    name := translate(
      regexp_replace(name, format('(?<![^0-9%s]|\$)\$+(?![^0-9%s]|\$)', symbols, symbols), ' ', 'g'),
      '$', 's'
    );
  END IF;

  name := regexp_replace(name, format('(^[%s]+|[%s][%s]*)+', marks, symbols, marks), ' ', 'g');

  -- Marks come off Latin letters only: the breve of й, the dakuten of バ and the vowels of Devanagari are no accents.
  name := regexp_replace(normalize(name, NFD), format('([%s])[%s]+', latin, marks), '\1', 'g');
  IF octet_length(name) <> length(name) THEN
    name := translate(name, marked, plain);
    name := replace(replace(replace(replace(name, 'æ', 'ae'), 'œ', 'oe'), 'ß', 'ss'), 'þ', 'th');
    name := replace(replace(replace(replace(name, 'ꜳ', 'aa'), 'ꜵ', 'ao'), 'ꜷ', 'au'), 'ꝏ', 'oo');
    name := replace(replace(replace(replace(name, 'ꜹ', 'av'), 'ꜻ', 'av'), 'ꜽ', 'ay'), 'ꜩ', 'tz');
    name := normalize(name, NFC);
  END IF;

  RETURN btrim(name);
END;
$function$;
COMMENT ON FUNCTION linernotes.normalize_name(TEXT) IS
  'The key by which names are compared: case, accents of Latin letters, apostrophes and punctuation do not matter. '
  'Idempotent, the same in every locale, defined for every text.';

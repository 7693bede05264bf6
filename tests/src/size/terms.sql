-- Search terms by kind. Wants numbers.sql.

SELECT 'one letter' AS kind, chr(letter) AS term FROM generate_series(97, 122) AS letter
UNION ALL SELECT 'two letters', chr(one) || chr(two) FROM generate_series(97, 122) AS one, generate_series(97, 122) AS two WHERE (one * 31 + two) % 9 = 0
UNION ALL SELECT 'two digits', lpad(n::TEXT, 2, '0') FROM generate_series(0, 99, 7) AS n
UNION ALL SELECT 'letter and digit', chr(97 + n % 26) || n % 10 FROM generate_series(0, 40) AS n
UNION ALL SELECT 'three letters', substr(md5(n::TEXT), 1, 3) FROM generate_series(1, 40) AS n
UNION ALL SELECT 'common word', unnest(ARRAY['john', 'mike', 'son', 'the', 'berg', 'dj', 'man', 'maria', 'anna', 'brian', 'rick', 'dmile', 'son berg', 'john an'])
UNION ALL SELECT 'whole name', size.name(size.throw(n, 21, :producers)) FROM generate_series(1, 50) AS n
UNION ALL SELECT 'part of a name', substr(size.name(size.throw(n, 22, :producers)), 2, 6) FROM generate_series(1, 50) AS n
UNION ALL SELECT 'no hit', unnest(ARRAY['zzzzzz', 'qqq', 'xqz', 'no such producer', 'jq', 'vq', 'qx', 'zx9', 'wwww', 'aaaaaaaaaaaa'])
UNION ALL SELECT 'long', unnest(ARRAY[left(repeat('john berg ', 60), 512), repeat('a', 512), repeat('ab', 256), repeat('x', 10000)])
UNION ALL SELECT 'accents, other scripts', unnest(ARRAY['ström', 'Göransson', 'ö', 'dóttir', 'é', 'Søren', 'Björk Lunöström', 'ß', '東京', '東', 'ñ'])
UNION ALL SELECT 'punctuation', unnest(ARRAY['%', '_', '$', '%%', '100%', '%_', '''', '!!!', '.', '&', '-', '\', '1% pure', 'd''mile', '"'])
UNION ALL SELECT 'blank', unnest(ARRAY['', '   '])

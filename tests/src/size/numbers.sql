-- Rows from numbers: the same data set wherever it is made.

CREATE SCHEMA size;

CREATE FUNCTION size.id(n BIGINT) RETURNS UUID LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN lpad(to_hex(n), 32, '0')::UUID;

-- An id stands for one thing only, whatever its kind.
CREATE FUNCTION size.artist_id(n BIGINT) RETURNS UUID LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN size.id(1000000000000 + n);
CREATE FUNCTION size.album_id(n BIGINT) RETURNS UUID LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN size.id(2000000000000 + n);
CREATE FUNCTION size.track_id(n BIGINT) RETURNS UUID LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN size.id(3000000000000 + n);

-- The same number between 0 and below for the same seed, as if thrown.
CREATE FUNCTION size.throw(seed BIGINT, salt INT, below BIGINT) RETURNS BIGINT LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN abs(hashint8extended(seed, salt) / 2) % below;

-- Names as they are: a hundred first names and a few thousand surnames, some with accents, marks, other scripts.
CREATE FUNCTION size.name(n BIGINT) RETURNS TEXT LANGUAGE sql IMMUTABLE PARALLEL SAFE
  RETURN CASE
    WHEN n % 5000 = 1 THEN n || '% Pure'
    WHEN n % 5000 = 2 THEN '東京 ' || chr(19968 + size.throw(n, 1, 2000)::INT) || n
    WHEN n % 5000 = 3 THEN 'DJ $' || n || '_'
    WHEN n % 100 = 4 THEN 'D''Mile ' || to_hex(n)
    ELSE (ARRAY[
        'Maria', 'John', 'Søren', 'DJ', 'Lil', 'Young', 'Anna', 'Mike', 'Big', 'José', 'Emma', 'Paul', 'Max', 'Kim',
        'Ludwig', 'Pierre', 'Zoë', 'Alex', 'Sam', 'The', 'Dr.', 'Björk', 'Rick', 'Quincy', 'Brian', 'Joan', 'Nile'
      ])[1 + size.throw(n, 2, 27)]
      || ' ' || initcap(
        (ARRAY['an', 'ber', 'car', 'dal', 'el', 'fin', 'gor', 'hal', 'is', 'jo', 'kra', 'lun', 'mar', 'nor', 'ols',
          'per', 'quin', 'ros', 'sand', 'tor', 'ul', 'vik', 'wes', 'xan', 'yor', 'zim'])[1 + size.throw(n, 3, 26)]
        || (ARRAY['a', 'e', 'i', 'o', 'u', 'ö', 'ers', 'ing', 'ell', 'ott', 'and', 'ik'])[1 + size.throw(n, 4, 12)]
        || (ARRAY['son', 'berg', 'man', 'ley', 'ström', 'dóttir', 'er', 'ez', 'ski', 'ton', 'wood', 'ini', 'eau'])[1 + size.throw(n, 5, 13)]
      )
      -- Namesakes are told apart by what follows.
      || CASE WHEN size.throw(n, 6, 3) = 0 THEN ' ' || upper(to_hex(size.throw(n, 7, 65536))) ELSE '' END
  END;

-- Who measures as a client asks with ids, too.
GRANT USAGE ON SCHEMA size TO anon;
GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA size TO anon;

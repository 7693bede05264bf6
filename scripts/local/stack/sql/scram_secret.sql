-- What Postgres keeps of the password $1 (RFC 5803), with one round in place of its 4,096. Rounds make a password dear to
-- guess, and these are random; they make each session dear to begin, too: twelve at once, as a burst of work begins them,
-- took the gateway, a dev build, 0.7 s in which it answered nobody.
SELECT format(
  'SCRAM-SHA-256$1:%s$%s:%s',
  encode(salt, 'base64'),
  encode(sha256(extensions.hmac('Client Key', key, 'sha256')), 'base64'),
  encode(extensions.hmac('Server Key', key, 'sha256'), 'base64')
)
FROM extensions.gen_random_bytes(16) AS salt,
  extensions.hmac(salt || '\x00000001', convert_to($1, 'UTF8'), 'sha256') AS key

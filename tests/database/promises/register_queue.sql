-- Makes a queue known.

--> The queue exists afterwards, and the row's id comes back; repeated, it is the same row with what was said last
DO $$
DECLARE
  row_id INT := register_queue('lyrics', 'Lyrics', 'Words');
BEGIN
  PERFORM pg_enqueue('lyrics', '{"_idempotencyKey": "k"}');
  PERFORM checks.same('again', register_queue('lyrics', 'Lyrics 2', 'Words 2', FALSE), row_id);
  PERFORM checks.same('row', (SELECT (display_name, description, active)::TEXT FROM queue_registry WHERE id = row_id),
    '("Lyrics 2","Words 2",f)');
  PERFORM checks.same('message', checks.queued('lyrics'), 1);
END;
$$;

--> Idempotency keys hold in a new queue, too
DO $$
BEGIN
  PERFORM register_queue('lyrics', 'Lyrics', 'Words');
  PERFORM checks.same('one', pg_enqueue('lyrics', '{"_idempotencyKey": "k"}'), pg_enqueue('lyrics', '{"_idempotencyKey": "k"}'));
END;
$$;

--> A queue that pgmq has already is taken over with its messages
DO $$
BEGIN
  PERFORM checks.as_owner($q$SELECT pgmq.create('older')$q$);
  PERFORM checks.as_owner($q$SELECT pgmq.send('older', '{"_idempotencyKey": "k"}')$q$);
  PERFORM register_queue('older', 'Older', 'From before');
  PERFORM pg_enqueue('older', '{"_idempotencyKey": "k"}');
  PERFORM checks.same('messages', checks.queued('older'), 1);
END;
$$;

--> A name that differs from a queue's only in case would be the same table: refused
DO $$
BEGIN
  PERFORM checks.refused('p_queue_name', $q$SELECT register_queue('Artist_Discovery', 'x', 'x')$q$);
END;
$$;

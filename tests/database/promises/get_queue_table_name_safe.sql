-- The table of a queue.

--> Schema-qualified, and quoted where it must be
DO $$
BEGIN
  PERFORM checks.same('plain', get_queue_table_name_safe('artist_discovery'), 'pgmq.q_artist_discovery');
  PERFORM register_queue('odd name', 'Odd', 'A space in its name');
  PERFORM checks.same('quoted', get_queue_table_name_safe('odd name'), 'pgmq."q_odd name"');
  PERFORM checks.same('spliced', checks.ask('SELECT count(*) FROM ' || get_queue_table_name_safe('odd name')), '0');
END;
$$;

--> An unknown queue raises, whatever tables there are
DO $$
BEGIN
  PERFORM checks.refused('p_queue_name', $q$SELECT get_queue_table_name_safe('nowhere')$q$);
  PERFORM checks.refused('p_queue_name', $q$SELECT get_queue_table_name_safe('artist_discovery; DROP TABLE artists')$q$);
END;
$$;

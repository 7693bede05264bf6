-- The functions of the documented installation, as far as adopting it meets them: names, arguments, results. All are
-- replaced or make room, so their bodies play no part.

CREATE FUNCTION public.acquire_processing_lock(p_entity_type text, p_entity_id text, p_timeout_minutes integer DEFAULT 30, p_correlation_id text DEFAULT NULL::text)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.claim_stale_lock(p_entity_type text, p_entity_id text, p_new_worker_id text, p_correlation_id text)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.cleanup_stale_entities(p_stale_threshold_minutes integer DEFAULT 60)
  RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.cross_schema_queue_op(p_operation text, p_queue_name text, p_message_id text DEFAULT NULL::text, p_params jsonb DEFAULT '{}'::jsonb)
  RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.diagnose_queue_tables(queue_name text DEFAULT NULL::text)
  RETURNS TABLE(queue text, total_messages bigint, in_progress_messages bigint, stuck_messages bigint, oldest_message_age_minutes numeric) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.ensure_message_deleted(queue_name text, message_id text, max_attempts integer DEFAULT 3)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.force_release_entity_lock(p_entity_type text, p_entity_id text)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.get_processing_stats()
  RETURNS TABLE(entity_type text, total_count bigint, pending_count bigint, in_progress_count bigint, completed_count bigint, failed_count bigint, dead_lettered_count bigint, stalled_count bigint) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.get_producer_collaborations(producer_id uuid)
  RETURNS TABLE(artist_id uuid, artist_name text, artist_image_url text, track_count bigint, tracks jsonb) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.get_queue_monitoring_data()
  RETURNS TABLE(queue_name text, total_messages bigint, stuck_messages bigint, last_check_time timestamp with time zone, messages_fixed integer) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.get_queue_table_name_safe(p_queue_name text)
  RETURNS text LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.get_system_health()
  RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.get_worker_issue_stats()
  RETURNS TABLE(worker_name text, issue_type text, issue_count bigint, resolved_count bigint, unresolved_count bigint, latest_issue timestamp with time zone, latest_message text) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.list_stuck_messages(queue_name text, min_minutes_locked integer DEFAULT 10)
  RETURNS TABLE(id text, msg_id text, message jsonb, locked_since timestamp with time zone, read_count integer, minutes_locked numeric) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.maintenance_clear_stale_entities(p_stale_threshold_minutes integer DEFAULT 60)
  RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.pg_advisory_lock_exists(p_key text)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.pg_advisory_lock_timeout(p_key text, p_timeout_ms integer)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.pg_advisory_unlock(p_key text)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.pg_delete_message(queue_name text, message_id text)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.pg_dequeue(queue_name text, batch_size integer DEFAULT 5, visibility_timeout integer DEFAULT 60)
  RETURNS jsonb LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.pg_enqueue(queue_name text, message_body jsonb)
  RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.pg_force_advisory_unlock_all(p_key text)
  RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.pg_release_message(queue_name text, message_id uuid)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.pg_try_advisory_lock(p_key text)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.process_album_atomic(p_album_data jsonb, p_operation_id text, p_spotify_id text)
  RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.process_artist_atomic(p_artist_data jsonb, p_operation_id text, p_spotify_id text)
  RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.process_producer_atomic(p_producer_data jsonb, p_operation_id text, p_normalized_name text)
  RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.process_track_atomic(p_track_data jsonb, p_operation_id text, p_spotify_id text)
  RETURNS uuid LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.register_queue(p_queue_name text, p_display_name text, p_description text, p_active boolean DEFAULT true)
  RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.release_processing_lock(p_entity_type text, p_entity_id text)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.reset_stuck_messages(queue_name text, min_minutes_locked integer DEFAULT 10)
  RETURNS integer LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.search_producers(search_term text)
  RETURNS TABLE(id uuid, name text, normalized_name text, instagram_handle text, image_url text, track_count bigint, artist_count bigint) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.start_album_discovery(artist_id uuid, offset_val integer DEFAULT 0)
  RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.start_artist_discovery(artist_name text)
  RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.start_bulk_artist_discovery(genre text, min_popularity integer DEFAULT 50, limit_count integer DEFAULT 20)
  RETURNS TABLE(artist_name text, message_id bigint) LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';
CREATE FUNCTION public.update_lock_heartbeat(p_entity_type text, p_entity_id text, p_worker_id text, p_correlation_id text)
  RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER AS 'BEGIN RAISE EXCEPTION ''documented''; END';


export type Json = string | number | boolean | null | { [key: string]: Json | undefined } | Json[]

export type Database = {
  
  "public": {
          Tables: {
            "albums": {
                  Row: {
                    "artist_id": string,"cover_url": string | null,"created_at": string | null,"gone_at": string | null,"id": string,"metadata": Json | null,"name": string,"release_date": string | null,"release_date_precision": string | null,"spotify_id": string | null,"upc": string | null,"updated_at": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "artist_id": string,"cover_url"?: string | null,"created_at"?: string | null,"gone_at"?: string | null,"id"?: string,"metadata"?: Json | null,"name": string,"release_date"?: string | null,"release_date_precision"?: string | null,"spotify_id"?: string | null,"upc"?: string | null,"updated_at"?: string | null
                  }
                  Update: {
                    "artist_id"?: string,"cover_url"?: string | null,"created_at"?: string | null,"gone_at"?: string | null,"id"?: string,"metadata"?: Json | null,"name"?: string,"release_date"?: string | null,"release_date_precision"?: string | null,"spotify_id"?: string | null,"upc"?: string | null,"updated_at"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "albums_artist_id_fkey"
      columns: ["artist_id"]
isOneToOne: false
      referencedRelation: "artists"
      referencedColumns: ["id"]
    }
                  ]
                },"artists": {
                  Row: {
                    "created_at": string | null,"followers": number | null,"id": string,"image_url": string | null,"metadata": Json | null,"name": string,"popularity": number | null,"spotify_id": string | null,"updated_at": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string | null,"followers"?: number | null,"id"?: string,"image_url"?: string | null,"metadata"?: Json | null,"name": string,"popularity"?: number | null,"spotify_id"?: string | null,"updated_at"?: string | null
                  }
                  Update: {
                    "created_at"?: string | null,"followers"?: number | null,"id"?: string,"image_url"?: string | null,"metadata"?: Json | null,"name"?: string,"popularity"?: number | null,"spotify_id"?: string | null,"updated_at"?: string | null
                  }
                  Relationships: [
                    
                  ]
                },"monitoring_events": {
                  Row: {
                    "created_at": string | null,"details": Json | null,"event_type": string,"id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string | null,"details"?: Json | null,"event_type": string,"id"?: string
                  }
                  Update: {
                    "created_at"?: string | null,"details"?: Json | null,"event_type"?: string,"id"?: string
                  }
                  Relationships: [
                    
                  ]
                },"processing_locks": {
                  Row: {
                    "acquired_at": string,"correlation_id": string | null,"entity_id": string,"entity_type": string,"id": string,"last_heartbeat": string,"metadata": Json | null,"ttl_seconds": number,"worker_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "acquired_at"?: string,"correlation_id"?: string | null,"entity_id": string,"entity_type": string,"id"?: string,"last_heartbeat"?: string,"metadata"?: Json | null,"ttl_seconds"?: number,"worker_id": string
                  }
                  Update: {
                    "acquired_at"?: string,"correlation_id"?: string | null,"entity_id"?: string,"entity_type"?: string,"id"?: string,"last_heartbeat"?: string,"metadata"?: Json | null,"ttl_seconds"?: number,"worker_id"?: string
                  }
                  Relationships: [
                    
                  ]
                },"processing_status": {
                  Row: {
                    "attempts": number | null,"created_at": string | null,"dead_lettered": boolean | null,"entity_id": string,"entity_type": string,"failed_attempts": Json | null,"id": string,"last_error": string | null,"last_processed_at": string | null,"metadata": Json | null,"next_attempt_at": string | null,"state": string,"updated_at": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "attempts"?: number | null,"created_at"?: string | null,"dead_lettered"?: boolean | null,"entity_id": string,"entity_type": string,"failed_attempts"?: Json | null,"id"?: string,"last_error"?: string | null,"last_processed_at"?: string | null,"metadata"?: Json | null,"next_attempt_at"?: string | null,"state": string,"updated_at"?: string | null
                  }
                  Update: {
                    "attempts"?: number | null,"created_at"?: string | null,"dead_lettered"?: boolean | null,"entity_id"?: string,"entity_type"?: string,"failed_attempts"?: Json | null,"id"?: string,"last_error"?: string | null,"last_processed_at"?: string | null,"metadata"?: Json | null,"next_attempt_at"?: string | null,"state"?: string,"updated_at"?: string | null
                  }
                  Relationships: [
                    
                  ]
                },"producers": {
                  Row: {
                    "created_at": string | null,"email": string | null,"enriched_at": string | null,"enrichment_failed": boolean | null,"id": string,"image_url": string | null,"instagram_bio": string | null,"instagram_handle": string | null,"metadata": Json | null,"musicbrainz_id": string | null,"name": string,"normalized_name": string,"updated_at": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string | null,"email"?: string | null,"enriched_at"?: string | null,"enrichment_failed"?: boolean | null,"id"?: string,"image_url"?: string | null,"instagram_bio"?: string | null,"instagram_handle"?: string | null,"metadata"?: Json | null,"musicbrainz_id"?: string | null,"name": string,"normalized_name": string,"updated_at"?: string | null
                  }
                  Update: {
                    "created_at"?: string | null,"email"?: string | null,"enriched_at"?: string | null,"enrichment_failed"?: boolean | null,"id"?: string,"image_url"?: string | null,"instagram_bio"?: string | null,"instagram_handle"?: string | null,"metadata"?: Json | null,"musicbrainz_id"?: string | null,"name"?: string,"normalized_name"?: string,"updated_at"?: string | null
                  }
                  Relationships: [
                    
                  ]
                },"queue_metrics": {
                  Row: {
                    "created_at": string | null,"details": Json | null,"error_count": number | null,"finished_at": string | null,"id": string,"operation": string,"processed_count": number | null,"queue_name": string,"started_at": string,"success_count": number | null
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string | null,"details"?: Json | null,"error_count"?: number | null,"finished_at"?: string | null,"id"?: string,"operation": string,"processed_count"?: number | null,"queue_name": string,"started_at"?: string,"success_count"?: number | null
                  }
                  Update: {
                    "created_at"?: string | null,"details"?: Json | null,"error_count"?: number | null,"finished_at"?: string | null,"id"?: string,"operation"?: string,"processed_count"?: number | null,"queue_name"?: string,"started_at"?: string,"success_count"?: number | null
                  }
                  Relationships: [
                    
                  ]
                },"queue_registry": {
                  Row: {
                    "active": boolean | null,"created_at": string | null,"description": string | null,"display_name": string | null,"id": number,"max_attempts": number,"max_concurrency": number,"queue_name": string,"updated_at": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "active"?: boolean | null,"created_at"?: string | null,"description"?: string | null,"display_name"?: string | null,"id"?: number,"max_attempts"?: number,"max_concurrency"?: number,"queue_name": string,"updated_at"?: string | null
                  }
                  Update: {
                    "active"?: boolean | null,"created_at"?: string | null,"description"?: string | null,"display_name"?: string | null,"id"?: number,"max_attempts"?: number,"max_concurrency"?: number,"queue_name"?: string,"updated_at"?: string | null
                  }
                  Relationships: [
                    
                  ]
                },"track_producers": {
                  Row: {
                    "confidence": number,"created_at": string | null,"evidence": Json | null,"id": string,"producer_id": string,"role": string,"source": string,"track_id": string
                  }
                  ComputedFields: never
                  Insert: {
                    "confidence": number,"created_at"?: string | null,"evidence"?: Json | null,"id"?: string,"producer_id": string,"role"?: string,"source": string,"track_id": string
                  }
                  Update: {
                    "confidence"?: number,"created_at"?: string | null,"evidence"?: Json | null,"id"?: string,"producer_id"?: string,"role"?: string,"source"?: string,"track_id"?: string
                  }
                  Relationships: [
                    {
      foreignKeyName: "track_producers_producer_id_fkey"
      columns: ["producer_id"]
isOneToOne: false
      referencedRelation: "producers"
      referencedColumns: ["id"]
    },{
      foreignKeyName: "track_producers_track_id_fkey"
      columns: ["track_id"]
isOneToOne: false
      referencedRelation: "tracks"
      referencedColumns: ["id"]
    }
                  ]
                },"tracks": {
                  Row: {
                    "album_id": string,"created_at": string | null,"disc_number": number | null,"duration_ms": number | null,"gone_at": string | null,"id": string,"isrc": string | null,"metadata": Json | null,"name": string,"popularity": number | null,"spotify_id": string | null,"spotify_preview_url": string | null,"track_number": number | null,"updated_at": string | null
                  }
                  ComputedFields: never
                  Insert: {
                    "album_id": string,"created_at"?: string | null,"disc_number"?: number | null,"duration_ms"?: number | null,"gone_at"?: string | null,"id"?: string,"isrc"?: string | null,"metadata"?: Json | null,"name": string,"popularity"?: number | null,"spotify_id"?: string | null,"spotify_preview_url"?: string | null,"track_number"?: number | null,"updated_at"?: string | null
                  }
                  Update: {
                    "album_id"?: string,"created_at"?: string | null,"disc_number"?: number | null,"duration_ms"?: number | null,"gone_at"?: string | null,"id"?: string,"isrc"?: string | null,"metadata"?: Json | null,"name"?: string,"popularity"?: number | null,"spotify_id"?: string | null,"spotify_preview_url"?: string | null,"track_number"?: number | null,"updated_at"?: string | null
                  }
                  Relationships: [
                    {
      foreignKeyName: "tracks_album_id_fkey"
      columns: ["album_id"]
isOneToOne: false
      referencedRelation: "albums"
      referencedColumns: ["id"]
    }
                  ]
                },"worker_issues": {
                  Row: {
                    "created_at": string | null,"details": Json | null,"id": string,"issue_type": string,"message": string,"resolved": boolean | null,"updated_at": string | null,"worker_name": string
                  }
                  ComputedFields: never
                  Insert: {
                    "created_at"?: string | null,"details"?: Json | null,"id"?: string,"issue_type": string,"message": string,"resolved"?: boolean | null,"updated_at"?: string | null,"worker_name": string
                  }
                  Update: {
                    "created_at"?: string | null,"details"?: Json | null,"id"?: string,"issue_type"?: string,"message"?: string,"resolved"?: boolean | null,"updated_at"?: string | null,"worker_name"?: string
                  }
                  Relationships: [
                    
                  ]
                }
          }
          Views: {
            [_ in never]: never
          }
          Functions: {
            "acquire_processing_lock":
{ Args: { "p_correlation_id"?: string,"p_entity_id": string,"p_entity_type": string,"p_timeout_minutes"?: number,"p_worker_id"?: string }; Returns: boolean
                           },
"allow_artist":
{ Args: { "artist_id"?: string,"spotify_id"?: string }; Returns: boolean
                           },
"allow_producer":
{ Args: { "musicbrainz_id"?: string,"producer_id"?: string }; Returns: boolean
                           },
"answer_challenge":
{ Args: { "challenge": string }; Returns: boolean
                           },
"claim_stale_lock":
{ Args: { "p_correlation_id": string,"p_entity_id": string,"p_entity_type": string,"p_new_worker_id": string }; Returns: boolean
                           },
"cleanup_stale_entities":
{ Args: { "p_stale_threshold_minutes"?: number }; Returns: Json
                           },
"commit_batch":
{ Args: { "outcomes": Json,"queue_name": string,"report"?: Json,"run_id": string }; Returns: Json
                           },
"confirm_project":
{ Args: Record<PropertyKey, never>; Returns: boolean
                           },
"cross_schema_queue_op":
{ Args: { "p_message_id"?: string,"p_operation": string,"p_params"?: Json,"p_queue_name": string }; Returns: Json
                           },
"dequeue_batch":
{ Args: { "batch_size"?: number,"needs_release"?: string,"queue_name": string,"run_id"?: string,"visibility_timeout"?: number }; Returns: Json
                           },
"diagnose_installation":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"diagnose_queue_tables":
{ Args: { "queue_name"?: string }; Returns: {
              "in_progress_messages": number,"oldest_message_age_minutes": number,"queue": string,"stuck_messages": number,"total_messages": number
            }[]
                           },
"ensure_message_deleted":
{ Args: { "max_attempts"?: number,"message_id": string,"queue_name": string }; Returns: boolean
                           },
"find_connection":
{ Args: { "from_id": string,"most_steps"?: number,"to_id": string }; Returns: Json
                           },
"find_dead_letters":
{ Args: { "after"?: number,"error_kind"?: string,"limit_count"?: number,"message_id"?: number,"queue_name": string }; Returns: Json
                           },
"force_release_entity_lock":
{ Args: { "p_entity_id": string,"p_entity_type": string }; Returns: boolean
                           },
"forget_artist":
{ Args: { "artist_id": string,"reason": string }; Returns: boolean
                           },
"forget_producer":
{ Args: { "producer_id": string,"reason": string }; Returns: boolean
                           },
"get_album":
{ Args: { "album_id": string }; Returns: Json
                           },
"get_artist":
{ Args: { "artist_id": string }; Returns: Json
                           },
"get_artist_producers":
{ Args: { "artist_id": string,"limit_count"?: number,"offset_count"?: number }; Returns: {
              "artist_count": number,"confidence": number,"id": string,"image_url": string,"instagram_handle": string,"musicbrainz_id": string,"name": string,"roles": (string)[],"track_count": number
            }[]
                           },
"get_catalogue_stats":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"get_collaboration_graph":
{ Args: { "depth"?: number,"id": string,"kind": string,"limit_count"?: number,"min_tracks"?: number,"opened"?: (string)[] }; Returns: Json
                           },
"get_collaborators":
{ Args: { "limit_count"?: number,"producer_id": string }; Returns: Json
                           },
"get_discovery":
{ Args: { "artist_name"?: string,"correlation_id"?: string,"message_id"?: number,"together_with"?: (number)[] }; Returns: Json
                           },
"get_metrics":
{ Args: Record<PropertyKey, never>; Returns: {
              "help": string,"kind": string,"labels": Json,"metric": string,"value": number
            }[]
                           },
"get_pipeline_history":
{ Args: { "hours"?: number }; Returns: Json
                           },
"get_pipeline_status":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"get_processing_stats":
{ Args: Record<PropertyKey, never>; Returns: {
              "completed_count": number,"dead_lettered_count": number,"entity_type": string,"failed_count": number,"in_progress_count": number,"pending_count": number,"stalled_count": number,"total_count": number
            }[]
                           },
"get_producer":
{ Args: { "producer_id": string }; Returns: Json
                           },
"get_producer_collaborations":
{ Args: { "limit_count"?: number,"offset_count"?: number,"producer_id": string }; Returns: {
              "artist_id": string,"artist_image_url": string,"artist_name": string,"track_count": number,"tracks": Json
            }[]
                           },
"get_producer_credits":
{ Args: { "after"?: string,"artist_id"?: string,"limit_count"?: number,"producer_id": string,"role"?: string,"year"?: number }; Returns: Json
                           },
"get_queue_message":
{ Args: { "message_id": string,"queue_name": string }; Returns: Json
                           },
"get_queue_monitoring_data":
{ Args: Record<PropertyKey, never>; Returns: {
              "last_check_time": string,"messages_fixed": number,"queue_name": string,"stuck_messages": number,"total_messages": number
            }[]
                           },
"get_queue_table_name_safe":
{ Args: { "p_queue_name": string }; Returns: string
                           },
"get_system_health":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"get_track":
{ Args: { "track_id": string }; Returns: Json
                           },
"get_track_credits":
{ Args: { "track_id": string }; Returns: {
              "confidence": number,"evidence": Json,"musicbrainz_id": string,"name": string,"producer_id": string,"role": string,"sources": (string)[]
            }[]
                           },
"get_worker_issue_stats":
{ Args: Record<PropertyKey, never>; Returns: {
              "issue_count": number,"issue_type": string,"latest_issue": string,"latest_message": string,"resolved_count": number,"unresolved_count": number,"worker_name": string
            }[]
                           },
"list_dead_letter_groups":
{ Args: { "limit_count"?: number,"queue_name"?: string }; Returns: Json
                           },
"list_dead_letters":
{ Args: { "limit_count"?: number,"queue_name"?: string }; Returns: {
              "attempts": number,"correlation_id": string,"dead_at": string,"enqueued_at": string,"error": string,"message": Json,"message_id": number,"queue": string
            }[]
                           },
"list_discoveries":
{ Args: { "after"?: string,"limit_count"?: number,"search"?: string }; Returns: Json
                           },
"list_queue_messages":
{ Args: { "after"?: number,"limit_count"?: number,"min_age_minutes"?: number,"newest_first"?: boolean,"phase"?: string,"queue_name": string,"search"?: string }; Returns: Json
                           },
"list_settings":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"list_stuck_messages":
{ Args: { "limit_count"?: number,"min_minutes_locked"?: number,"offset_count"?: number,"queue_name": string }; Returns: {
              "id": string,"locked_since": string,"message": Json,"minutes_locked": number,"msg_id": string,"read_count": number
            }[]
                           },
"maintenance_clear_stale_entities":
{ Args: { "p_stale_threshold_minutes"?: number }; Returns: Json
                           },
"monitor_queues":
{ Args: { "auto_fix"?: boolean,"queue_name"?: string,"threshold_minutes"?: number }; Returns: Json
                           },
"note_sign_in":
{ Args: { "accepted": boolean,"operator": Json }; Returns: Json
                           },
"operate":
{ Args: { "action": string,"arguments": Json,"operator": Json }; Returns: Json
                           },
"pause_queue":
{ Args: { "queue_name": string }; Returns: boolean
                           },
"pg_advisory_lock_exists":
{ Args: { "p_key": string }; Returns: boolean
                           },
"pg_advisory_lock_timeout":
{ Args: { "p_key": string,"p_timeout_ms": number }; Returns: boolean
                           },
"pg_advisory_unlock":
{ Args: { "p_key": string }; Returns: boolean
                           },
"pg_delete_message":
{ Args: { "message_id": string,"queue_name": string }; Returns: boolean
                           },
"pg_dequeue":
{ Args: { "batch_size"?: number,"queue_name": string,"visibility_timeout"?: number }; Returns: Json
                           },
"pg_enqueue":
{ Args: { "message_body": Json,"queue_name": string }; Returns: number
                           },
"pg_force_advisory_unlock_all":
{ Args: { "p_key": string }; Returns: number
                           },
"pg_release_message":
{ Args: { "message_id": string,"queue_name": string }; Returns: boolean
                           },
"pg_try_advisory_lock":
{ Args: { "p_key": string }; Returns: boolean
                           },
"probe_provider":
{ Args: { "answered"?: boolean,"provider": string }; Returns: Json
                           },
"process_album_atomic":
{ Args: { "p_album_data": Json,"p_operation_id": string,"p_spotify_id": string }; Returns: string
                           },
"process_artist_atomic":
{ Args: { "p_artist_data": Json,"p_operation_id": string,"p_spotify_id": string }; Returns: string
                           },
"process_producer_atomic":
{ Args: { "p_normalized_name": string,"p_operation_id": string,"p_producer_data": Json }; Returns: string
                           },
"process_track_atomic":
{ Args: { "p_operation_id": string,"p_spotify_id": string,"p_track_data": Json }; Returns: string
                           },
"register_queue":
{ Args: { "p_active"?: boolean,"p_description": string,"p_display_name": string,"p_queue_name": string }; Returns: number
                           },
"release_processing_lock":
{ Args: { "p_entity_id": string,"p_entity_type": string,"p_worker_id"?: string }; Returns: boolean
                           },
"repair_installation":
{ Args: Record<PropertyKey, never>; Returns: Json
                           },
"replay_dead_letters":
{ Args: { "message_ids"?: (number)[],"queue_name": string }; Returns: number
                           },
"reserve_provider_requests":
{ Args: { "provider": string,"requests": number,"requests_per_second": number,"run_id"?: string,"within_ms"?: number }; Returns: Json
                           },
"reset_stuck_messages":
{ Args: { "min_minutes_locked"?: number,"queue_name": string }; Returns: number
                           },
"resolve_worker_issue":
{ Args: { "issue_id": string }; Returns: boolean
                           },
"resume_queue":
{ Args: { "queue_name": string }; Returns: boolean
                           },
"schedule_jobs":
{ Args: { "every_schedule"?: string }; Returns: number
                           },
"search_catalogue":
{ Args: { "kinds"?: (string)[],"limit_count"?: number,"term": string }; Returns: Json
                           },
"search_producers":
{ Args: { "search_term": string }; Returns: {
              "artist_count": number,"id": string,"image_url": string,"instagram_handle": string,"name": string,"normalized_name": string,"track_count": number
            }[]
                           },
"start_album_discovery":
{ Args: { "artist_id": string,"offset_val"?: number }; Returns: number
                           },
"start_artist_discovery":
{ Args: { "artist_name": string,"force"?: boolean }; Returns: number
                           },
"start_bulk_artist_discovery":
{ Args: { "genre": string,"limit_count"?: number,"min_popularity"?: number }; Returns: {
              "artist_name": string,"message_id": number
            }[]
                           },
"unschedule_jobs":
{ Args: Record<PropertyKey, never>; Returns: number
                           },
"update_lock_heartbeat":
{ Args: { "p_correlation_id": string,"p_entity_id": string,"p_entity_type": string,"p_worker_id": string }; Returns: boolean
                           }
          }
          Enums: {
            [_ in never]: never
          }
          CompositeTypes: {
            [_ in never]: never
          }
        }
}

type DatabaseWithoutInternals = Omit<Database, '__InternalSupabase'>

type DefaultSchema = DatabaseWithoutInternals[Extract<keyof Database, "public">]

export type Tables<
  DefaultSchemaTableNameOrOptions extends
    | keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
        DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? (DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"] &
      DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Views"])[TableName] extends {
      Row: infer R
    }
    ? R
    : never
  : DefaultSchemaTableNameOrOptions extends keyof (DefaultSchema["Tables"] & DefaultSchema["Views"])
  ? (DefaultSchema["Tables"] & DefaultSchema["Views"])[DefaultSchemaTableNameOrOptions] extends {
      Row: infer R
    }
    ? R
    : never
  : never

export type TablesInsert<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Insert: infer I
    }
    ? I
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Insert: infer I
    }
    ? I
    : never
  : never

export type TablesUpdate<
  DefaultSchemaTableNameOrOptions extends
    | keyof DefaultSchema["Tables"]
    | { schema: keyof DatabaseWithoutInternals },
  TableName extends DefaultSchemaTableNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"]
    : never = never
> = DefaultSchemaTableNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaTableNameOrOptions["schema"]]["Tables"][TableName] extends {
      Update: infer U
    }
    ? U
    : never
  : DefaultSchemaTableNameOrOptions extends keyof DefaultSchema["Tables"]
  ? DefaultSchema["Tables"][DefaultSchemaTableNameOrOptions] extends {
      Update: infer U
    }
    ? U
    : never
  : never

export type Enums<
  DefaultSchemaEnumNameOrOptions extends
    | keyof DefaultSchema["Enums"]
    | { schema: keyof DatabaseWithoutInternals },
  EnumName extends DefaultSchemaEnumNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"]
    : never = never
> = DefaultSchemaEnumNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[DefaultSchemaEnumNameOrOptions["schema"]]["Enums"][EnumName]
  : DefaultSchemaEnumNameOrOptions extends keyof DefaultSchema["Enums"]
  ? DefaultSchema["Enums"][DefaultSchemaEnumNameOrOptions]
  : never

export type CompositeTypes<
  PublicCompositeTypeNameOrOptions extends
    | keyof DefaultSchema["CompositeTypes"]
    | { schema: keyof DatabaseWithoutInternals },
  CompositeTypeName extends PublicCompositeTypeNameOrOptions extends {
    schema: keyof DatabaseWithoutInternals
  }
    ? keyof DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"]
    : never = never
> = PublicCompositeTypeNameOrOptions extends { schema: keyof DatabaseWithoutInternals }
  ? DatabaseWithoutInternals[PublicCompositeTypeNameOrOptions["schema"]]["CompositeTypes"][CompositeTypeName]
  : PublicCompositeTypeNameOrOptions extends keyof DefaultSchema["CompositeTypes"]
  ? DefaultSchema["CompositeTypes"][PublicCompositeTypeNameOrOptions]
  : never

export const Constants = {
  "public": {
          Enums: {
            
          }
        }
} as const

// What an application in TypeScript writes: compiled, never run. Every function for clients is called, with what it
// takes and what it gives; a wrong name, argument or column is an error of the compiler.

import { createClient } from "@supabase/supabase-js";
import type { Database } from "../../../supabase/database.types.js";

const supabase = createClient<Database>("http://127.0.0.1", "sb_publishable_key");

export async function search(term: string): Promise<string[]> {
  const { data, error } = await supabase.rpc("search_producers", { search_term: term });
  if (error) throw error;
  return data.map((producer) => `${producer.name}: ${producer.track_count + producer.artist_count} (${producer.id})`);
}

export async function collaborations(producer_id: string): Promise<[string, number][]> {
  const { data, error } = await supabase.rpc("get_producer_collaborations", { producer_id });
  if (error) throw error;
  return data.map((row) => [row.artist_name, row.track_count]);
}

export async function credits(track_id: string): Promise<string[]> {
  const { data, error } = await supabase.rpc("get_track_credits", { track_id });
  if (error) throw error;
  return data.map((credit) => `${credit.name}, ${credit.role}: ${credit.confidence.toFixed(2)} by ${credit.sources.join(", ")}`);
}

/** The service's side: a few of its calls, with optional arguments left out. */
export async function service(): Promise<number> {
  const { data: id } = await supabase.rpc("start_artist_discovery", { artist_name: "Velvet Harbor" });
  await supabase.rpc("pg_dequeue", { queue_name: "artist_discovery", batch_size: 5 });
  await supabase.rpc("pg_delete_message", { queue_name: "artist_discovery", message_id: String(id) });
  await supabase.rpc("get_discovery", { artist_name: "Velvet Harbor" });
  const { data: tracks } = await supabase.from("tracks").select("name, isrc, albums (name)").limit(1);
  return (tracks ?? []).length;
}

export async function wrong(): Promise<void> {
  // @ts-expect-error There is no such function.
  await supabase.rpc("search_producer", { search_term: "x" });
  // @ts-expect-error The argument has another name.
  await supabase.rpc("search_producers", { term: "x" });
  // @ts-expect-error It is text.
  await supabase.rpc("search_producers", { search_term: 1 });
  // @ts-expect-error The schema linernotes is not exposed.
  supabase.schema("linernotes");
}

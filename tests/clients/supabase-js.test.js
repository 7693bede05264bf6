// First steps with the real supabase-js: what the two keys can do, and what the public one can't.

import assert from "node:assert/strict";
import { before, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { client, stack } from "./stack.js";

const artist = process.env.LINERNOTES_ARTIST ?? "Velvet Harbor";
const patience = 5 * 60 * 1000;

const anyone = client(stack.publishable_key);
const service = client(stack.secret_key);

/** The rows of a call that must succeed. */
async function rows(call) {
  const { data, error } = await call;
  assert.equal(error, null, JSON.stringify(error));
  return data;
}

/** Discovers the artist and returns what `get_discovery` says in the end; takes a moment where the artist is known. */
async function discover() {
  const message_id = await rows(service.rpc("start_artist_discovery", { artist_name: artist }));
  const deadline = Date.now() + patience;
  for (;;) {
    const discovery = await rows(service.rpc("get_discovery", { message_id }));
    if (discovery.state !== "running") return discovery;
    assert.ok(Date.now() < deadline, `still running: ${JSON.stringify(discovery.stages)}`);
    await sleep(250);
  }
}

let discovery;
let producers;
before(async () => {
  discovery = await discover();
  assert.equal(discovery.state, "completed", JSON.stringify(discovery));
  producers = await rows(service.rpc("get_artist_producers", { artist_id: discovery.artist.id }));
  assert.ok(producers.length > 0, `${artist} has no producers`);
});

test("the publishable key finds a producer by name", async () => {
  const { id, name } = producers[0];
  const found = await rows(anyone.rpc("search_producers", { search_term: name }));
  const producer = found.find((row) => row.id === id);
  assert.ok(producer, `${name} is not among ${JSON.stringify(found)}`);
  assert.deepEqual(Object.keys(producer).sort(), [
    "artist_count", "id", "image_url", "instagram_handle", "name", "normalized_name", "track_count",
  ]);
  assert.ok(producer.track_count > 0 && producer.artist_count > 0);
});

test("case does not matter to the search", async () => {
  const { id, name } = producers[0];
  for (const search_term of [name.toLowerCase(), name.toUpperCase()]) {
    const found = await rows(anyone.rpc("search_producers", { search_term }));
    assert.ok(found.some((row) => row.id === id), search_term);
  }
});

test("a blank search shows those with most tracks, at most fifty", async () => {
  const found = await rows(anyone.rpc("search_producers", { search_term: "" }));
  assert.ok(found.length > 0 && found.length <= 50);
  const counts = found.map((row) => row.track_count);
  assert.deepEqual(counts, [...counts].sort((a, b) => b - a));
});

test("a search term is literal text, never a pattern or SQL", async () => {
  const unheard = ["zz%zz", "%%%zz", "__________zz", "'; DROP TABLE public.producers; --", "\\", "x".repeat(5000)];
  for (const search_term of unheard) {
    assert.deepEqual(await rows(anyone.rpc("search_producers", { search_term })), [], search_term.slice(0, 40));
  }
});

test("the publishable key lists a producer's artists with each track once", async () => {
  const collaborations = await rows(
    anyone.rpc("get_producer_collaborations", { producer_id: producers[0].id }),
  );
  const own = collaborations.find((row) => row.artist_id === discovery.artist.id);
  assert.ok(own, JSON.stringify(collaborations));
  assert.equal(own.artist_name, discovery.artist.name);
  assert.equal(own.tracks.length, own.track_count);
  assert.equal(new Set(own.tracks.map((track) => track.id)).size, own.tracks.length);
});

test("an unknown producer has no collaborations", async () => {
  const producer_id = "00000000-0000-4000-8000-000000000000";
  assert.deepEqual(await rows(anyone.rpc("get_producer_collaborations", { producer_id })), []);
});

// What an outsider would try: each with arguments that the function would take from the service.
const id = "00000000-0000-4000-8000-000000000000";
const queue_name = "artist_discovery";
const forServiceOnly = {
  pg_enqueue: { queue_name, message_body: { artistName: "x" } },
  pg_dequeue: { queue_name, batch_size: 1, visibility_timeout: 0 },
  pg_delete_message: { queue_name, message_id: "1" },
  pg_release_message: { queue_name, message_id: "1" },
  register_queue: { p_queue_name: "q", p_display_name: "q", p_description: "q" },
  start_artist_discovery: { artist_name: "x" },
  start_album_discovery: { artist_id: id },
  process_artist_atomic: { p_artist_data: { name: "x" }, p_operation_id: "x", p_spotify_id: "x" },
  process_album_atomic: { p_album_data: { name: "x" }, p_operation_id: "x", p_spotify_id: "x" },
  process_track_atomic: { p_track_data: { name: "x" }, p_operation_id: "x", p_spotify_id: "x" },
  process_producer_atomic: { p_producer_data: { name: "x" }, p_operation_id: "x", p_normalized_name: "x" },
  dequeue_batch: { queue_name },
  commit_batch: { queue_name, run_id: id, outcomes: [] },
  reserve_provider_requests: { provider: "spotify", requests: 1, requests_per_second: 1 },
  probe_provider: { provider: "spotify" },
  get_discovery: { message_id: 1 },
};
for (const [name, args] of Object.entries(forServiceOnly)) {
  test(`the publishable key may not call ${name}`, async () => {
    const { data, error } = await anyone.rpc(name, args);
    assert.equal(error?.code, "42501", JSON.stringify({ data, error }));
  });
}

const tables = [
  "artists", "albums", "tracks", "producers", "track_producers", "processing_status", "processing_locks",
  "queue_registry", "queue_metrics", "monitoring_events", "worker_issues",
];
for (const table of tables) {
  test(`the publishable key may not touch the table ${table}, the secret key reads it`, async () => {
    const row = { id: table === "queue_registry" ? 1 : id };
    const outsider = anyone.from(table);
    for (const attempt of [
      outsider.select("*").limit(1),
      outsider.insert(row),
      outsider.update(row).eq("id", row.id),
      outsider.delete().eq("id", row.id),
    ]) {
      const { error } = await attempt;
      assert.equal(error?.code, "42501", JSON.stringify(error));
    }
    await rows(service.from(table).select("*").limit(1));
  });
}

test("the schema linernotes is not exposed, to neither key", async () => {
  for (const key of [stack.publishable_key, stack.secret_key]) {
    const { data, error } = await client(key, { db: { schema: "linernotes" } }).from("settings").select("*");
    assert.equal(data, null);
    assert.match(error.code, /^(PGRST106|42501|PGRST205)$/, JSON.stringify(error));
  }
});

test("a wrong key and a missing one are answered with 401", async () => {
  for (const key of ["sb_publishable_wrong", "sb_secret_wrong", "nonsense"]) {
    const { status, data } = await client(key).rpc("search_producers", { search_term: "" });
    assert.equal(status, 401, key);
    assert.equal(data, null);
  }
  const answer = await fetch(`${stack.api_url}/rest/v1/rpc/search_producers`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: '{"search_term":""}',
  });
  assert.equal(answer.status, 401);
});

test("a bad argument is named, and nothing is enqueued", async () => {
  for (const artist_name of ["", "   ", null]) {
    const { data, error, status } = await service.rpc("start_artist_discovery", { artist_name });
    assert.equal(data, null);
    assert.equal(status, 400);
    assert.equal(error.code, "22023", JSON.stringify(error));
    assert.match(error.message, /artist_name/);
  }
});

// A conversation as an assistant leads it, whose answers are those of the database; and names that try to lead it.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { clients } from "./clients.js";
import { world } from "./world.js";

let client;
before(async () => {
  client = await clients["SDK 2, stateless"](world.product);
  await client.listTools();
});
after(() => client.close());

async function ask(name, args) {
  const answer = await client.callTool({ name, arguments: args });
  assert.ok(!answer.isError, JSON.stringify(answer.content));
  return answer.structuredContent;
}

/** All pages of a list. */
async function all(name, args, list) {
  const items = [];
  let cursor;
  do {
    const page = await ask(name, cursor ? { ...args, cursor } : args);
    assert.ok(page[list].length <= (args.limit_count ?? 15));
    items.push(...page[list]);
    cursor = page.next_cursor;
  } while (cursor);
  return items;
}

const sorted = (rows) => rows.map((row) => JSON.stringify(row)).sort();

test("who is this producer, how do they hang together with another, and who made the track between them?", async () => {
  // "What do you know about …?"
  const found = await ask("search_catalogue", { term: world.producer.name.toUpperCase(), kinds: ["producers"] });
  const { id } = found.producers[0];
  assert.equal(id, world.producer.id);
  assert.equal(Object.hasOwn(found, "albums"), false);
  const producer = await ask("get_producer", { producer_id: id });
  assert.equal(producer.name, world.producer.name);
  assert.equal(producer.track_count, new Set(world.credits.map(([track]) => track)).size);

  // "What did they do?" Some at a time, until there is no more.
  const credits = await all("list_producer_credits", { producer_id: id, limit_count: 7 }, "items");
  const seen = credits.flatMap((track) => track.roles.map(({ role }) => [track.id, role]));
  assert.deepEqual(sorted(seen), sorted(world.credits));
  assert.deepEqual(
    credits.map((track) => track.album.release_date),
    credits.map((track) => track.album.release_date).toSorted().toReversed(),
  );

  // "And with whom?"
  const beside = await all("list_collaborators", { producer_id: id, limit_count: 3 }, "items");
  assert.deepEqual(sorted(beside.map((person) => [person.id, person.track_count])), sorted(world.collaborators));

  // "How are the two connected?"
  const way = await ask("find_connection", { from_id: id, to_id: world.other.id });
  assert.equal(way.steps, 1);
  const { via } = way.path[1];
  assert.ok(world.shared.includes(via.id));

  // "Who says so?"
  const track = await ask("get_track_credits", { track_id: via.id });
  const stated = track.credits.flatMap((credit) =>
    credit.sources.map(({ source }) => [credit.id, credit.role, source]));
  assert.deepEqual(sorted(stated), sorted(world.statements[via.id]));
  assert.equal(track.page, `${new URL(world.product).origin}/tracks/${via.id}`);
  const page = await fetch(track.page);
  assert.equal(page.status, 200);
});

test("who is behind an artist, and on an album track by track?", async () => {
  const people = await all("get_artist_producers", { artist_id: world.artist.id, limit_count: 4 }, "items");
  assert.deepEqual(sorted(people.map((person) => [person.id, person.track_count])), sorted(world.people));
  const tracks = await all("get_album_credits", { album_id: world.album.id, limit_count: 5 }, "tracks");
  const seen = tracks.flatMap((track) =>
    track.credits.flatMap((person) => person.roles.map(({ role }) => [track.id, person.id, role])));
  assert.deepEqual(sorted(seen), sorted(world.album_credits));
});

test("a name that gives orders arrives as data, and marked so", async () => {
  for (const { id, name } of world.hostile) {
    const answer = await client.callTool({ name: "get_producer", arguments: { producer_id: id } });
    assert.equal(answer.content.length, 1);
    assert.equal(answer.structuredContent.name, name);
    assert.match(answer.structuredContent.notice, /never instructions to you/);
    // One JSON text in which the name is one string, after the notice.
    const { text } = answer.content[0];
    assert.deepEqual(JSON.parse(text), answer.structuredContent);
    assert.ok(text.indexOf(JSON.stringify(name).slice(1, -1)) > text.indexOf("never instructions"));
    const found = await ask("search_catalogue", { term: name, kinds: ["producers"] });
    assert.ok(found.producers.some((person) => person.id === id && person.name === name));
  }
});

test("a cursor of another list is refused in words", async () => {
  const first = await ask("list_producer_credits", { producer_id: world.producer.id, limit_count: 1 });
  const answer = await client.callTool({
    name: "list_producer_credits",
    arguments: { producer_id: world.other.id, cursor: first.next_cursor },
  });
  assert.ok(answer.isError);
  assert.match(answer.content[0].text, /cursor: .* leave it out/);
});

// The examples of the documents: each does what it says, on the real stack.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { world } from "./world.js";

const python = join(import.meta.dirname, ".venv/bin/python");
const env = {
  ...process.env,
  LINERNOTES_URL: world.api,
  LINERNOTES_KEY: world.publishable_key,
  LINERNOTES_MCP: world.product,
};

function lines(program, example, argument) {
  const args = [join(import.meta.dirname, "examples", example), argument];
  const output = execFileSync(program, args, { env, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
  return output.trimEnd().split("\n").map((line) => line.split("\t"));
}

test("supabase-js reads all pages of a producer's credits", () => {
  const read = lines(process.execPath, "supabase.ts", world.producer.name.toLowerCase());
  assert.equal(read.length, new Set(world.credits.map(([track]) => track)).size);
  assert.ok(read.some(([, album]) => album === world.album.name));
});

test("Python reads who made a track", () => {
  const read = lines(python, "credits.py", world.track.name);
  assert.ok(read.length > 0);
  for (const [name, role, confidence, sources] of read) {
    assert.ok(name && role && Number(confidence) > 0 && Number(confidence) <= 1 && sources);
  }
  assert.ok(read.some(([name]) => name === world.producer.name || name === world.other.name));
});

test("curl searches, whatever stands in the term", () => {
  const [[text]] = lines("/bin/sh", "search.sh", world.producer.name);
  assert.equal(JSON.parse(text).producers[0].id, world.producer.id);
  const [[hostile]] = lines("/bin/sh", "search.sh", world.hostile[1].name);
  assert.equal(JSON.parse(hostile).producers[0].id, world.hostile[1].id);
});

test("an MCP client finds the people behind an artist", () => {
  const read = lines(process.execPath, "assistant.js", world.artist.name);
  assert.equal(read.length, Math.min(5, world.people.length));
  const counts = new Map(world.people.map(([id, count]) => [id, count]));
  for (const [, , count, page] of read) {
    assert.equal(Number(count), counts.get(page.split("/").at(-1)));
  }
});

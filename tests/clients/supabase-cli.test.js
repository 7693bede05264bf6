// The real Supabase CLI on the stack's own cluster: the ledger that the stack keeps is the CLI's.

import assert from "node:assert/strict";
import { test } from "node:test";
import { stack } from "./stack.js";
import { supabase, versions } from "./supabase-cli.js";

test("migration list shows every migration as applied", async () => {
  const { status, json, said } = await supabase(stack.database_url, "migration", "list");
  assert.equal(status, 0, said);
  const expected = versions().map((version) => ({ local: version, remote: version }));
  assert.ok(expected.length > 0);
  assert.deepEqual(json.migrations.map(({ local, remote }) => ({ local, remote })), expected);
});

test("db push finds nothing to do", async () => {
  const { status, json, said } = await supabase(stack.database_url, "db", "push", "--yes");
  assert.equal(status, 0, said);
  assert.equal(json.upToDate, true, said);
  assert.deepEqual(json.migrations, []);
});

// The types that the real Supabase CLI generates are the checked-in ones, and an application compiles with them.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { stack } from "./stack.js";
import { supabase } from "./supabase-cli.js";

const file = new URL("../../supabase/database.types.ts", import.meta.url);
const here = fileURLToPath(new URL(".", import.meta.url));

test("gen types gives supabase/database.types.ts", async () => {
  const { status, stdout, said } = await supabase(stack.database_url, "gen", "types", "--lang", "typescript", "--schema", "public");
  assert.equal(status, 0, said);
  if (process.env.UPDATE_TYPES) writeFileSync(file, stdout);
  const stored = readFileSync(file, "utf8").split("\n");
  const differs = stdout.split("\n").findIndex((line, number) => line !== stored[number]);
  assert.equal(differs, -1, `line ${differs + 1} differs: UPDATE_TYPES=1 tests/clients/run … writes the file anew`);
  assert.equal(stdout.split("\n").length, stored.length);
});

test("an application compiles with these types", async () => {
  const { stdout } = await promisify(execFile)("node_modules/.bin/tsc", ["-p", "types"], { cwd: here }).catch((error) => error);
  assert.equal(stdout, "");
});

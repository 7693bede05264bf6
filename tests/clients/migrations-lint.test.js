// What squawk, a linter of migrations, says of ours: nothing but what is left out below, with the reason.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const here = fileURLToPath(new URL(".", import.meta.url));
const migrations = fileURLToPath(new URL("../../migrations/", import.meta.url));

/** An optional dependency: the program is there for Linux on x64. */
const squawk = here + "node_modules/@squawk-cli/linux-x64/bin/squawk";

const leftOut = {
  "prefer-robust-stmts": "The Supabase CLI and the stack run each file in a transaction of its own.",
  "require-concurrent-index-creation": "In a transaction an index can't be made concurrently. The tables are new; an adopted installation is migrated while its workers stand still.",
  "require-lock-timeout": "The session's: who migrates a busy project sets lock_timeout for it.",
  "require-statement-timeout": "The session's, as lock_timeout.",
  "adding-field-with-default": "A generated column of the table of names, which is small and whose workers stand still meanwhile.",
  "prefer-bigint-over-int": "The documented columns are INTEGER, and so are counts that stay small.",
  "prefer-identity": "queue_registry.id is documented as SERIAL.",
};

test("squawk finds nothing in the migrations", { skip: !existsSync(squawk) && "squawk is not installed" }, async () => {
  const files = readdirSync(migrations).filter((name) => name.endsWith(".sql")).map((name) => migrations + name);
  assert.ok(files.length > 0);
  const options = ["--pg-version=15.0", "--reporter=gcc", `--exclude=${Object.keys(leftOut).join(",")}`];
  const result = await promisify(execFile)(squawk, [...options, ...files]).catch((error) => error);
  assert.equal(`${result.stdout}`.trim(), "", result.stderr);
  assert.equal(result.code ?? 0, 0, result.stderr);
});

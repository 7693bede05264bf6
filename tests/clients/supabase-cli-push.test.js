// The real Supabase CLI on a cluster that the stack has prepared and not migrated: `db push` alone, as the role
// `postgres`, which is no superuser, builds what the stack builds.

import assert from "node:assert/strict";
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { stack } from "./stack.js";
import { supabase, versions } from "./supabase-cli.js";

const file = process.env.LINERNOTES_PREPARED_JSON;
const prepared = file && JSON.parse(readFileSync(file, "utf8"));

/** A program of the newest PostgreSQL on this machine: an older pg_dump refuses a newer server. */
function program(name) {
  const root = "/usr/lib/postgresql";
  const versions = existsSync(root) ? readdirSync(root).sort((a, b) => b - a) : [];
  return versions.map((version) => `${root}/${version}/bin/${name}`).find(existsSync) ?? name;
}

function output(name, ...args) {
  return execFileSync(program(name), args, { encoding: "utf8", maxBuffer: 64 * 1024 * 1024 });
}

/** The whole schema without the ledger, in which the CLI notes more than it must. */
function schema(database_url) {
  const dump = output("pg_dump", "--schema-only", "--exclude-schema=supabase_migrations", database_url);
  // Newer pg_dumps fence their output with a random word.
  return dump.replaceAll(/^\\(un)?restrict .*$/gm, "");
}

/** Fails with the lines that differ; the texts themselves have thousands. */
function assertSame(pushed, migrated) {
  if (pushed === migrated) return;
  const folder = mkdtempSync(join(tmpdir(), "linernotes-diff-"));
  try {
    writeFileSync(join(folder, "migrated"), migrated);
    writeFileSync(join(folder, "pushed"), pushed);
    const { stdout } = spawnSync("diff", ["-u", "migrated", "pushed"], { cwd: folder, encoding: "utf8" });
    assert.fail(`the schemas differ:\n${stdout.split("\n").slice(0, 80).join("\n")}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** What migrations leave in tables. */
function rows(database_url) {
  return [
    "SELECT jobname, schedule, command, database, username, active FROM cron.job ORDER BY jobname",
    "SELECT name, value FROM linernotes.settings ORDER BY name",
    "SELECT queue_name, active, max_attempts, max_concurrency FROM public.queue_registry ORDER BY queue_name",
  ].map((query) => output("psql", "--no-psqlrc", "--csv", "--command", query, database_url));
}

test("db push alone builds the schema that the stack builds", { skip: !prepared && "no prepared cluster was named" }, async () => {
  const before = await supabase(prepared.database_url, "migration", "list");
  assert.equal(before.status, 0, before.said);
  assert.deepEqual(before.json.migrations.filter(({ remote }) => remote), [], "the cluster is migrated already");

  const push = await supabase(prepared.database_url, "db", "push", "--yes");
  assert.equal(push.status, 0, push.said);

  const after = await supabase(prepared.database_url, "migration", "list");
  assert.deepEqual(after.json.migrations.map(({ remote }) => remote), versions());
  assertSame(schema(prepared.database_url), schema(stack.database_url));
  assert.deepEqual(rows(prepared.database_url), rows(stack.database_url));
});

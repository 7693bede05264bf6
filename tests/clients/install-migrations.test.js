// scripts/install-migrations on projects that have a life of their own, and the real Supabase CLI after it.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import {
  chmodSync, cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { supabaseIn } from "./supabase-cli.js";

const checkout = fileURLToPath(new URL("../../", import.meta.url));
const ours = readdirSync(join(checkout, "migrations")).filter((name) => name.endsWith(".sql")).sort();
const file = process.env.LINERNOTES_PROJECT_JSON;
const project = file && JSON.parse(readFileSync(file, "utf8"));
const withProject = { skip: !project && "no project was named" };

let scratch;
before(() => {
  scratch = mkdtempSync(join(tmpdir(), "linernotes-install-"));
});
after(() => rmSync(scratch, { recursive: true, force: true }));

/** A project's folder with these migrations: name → SQL. */
function projectFolder(name, migrations) {
  const folder = join(scratch, name);
  mkdirSync(join(folder, "supabase", "migrations"), { recursive: true });
  cpSync(join(checkout, "supabase", "config.toml"), join(folder, "supabase", "config.toml"));
  for (const [file, sql] of Object.entries(migrations)) {
    writeFileSync(join(folder, "supabase", "migrations", file), sql);
  }
  return folder;
}

function migrationsOf(folder) {
  return readdirSync(join(folder, "supabase", "migrations")).sort();
}

/** Runs the script of a checkout; without a terminal it asks nobody. */
function install(folder, args, { from = checkout, env = {} } = {}) {
  const inherited = { ...process.env };
  delete inherited.SPIN_VARIABLE_SUPABASE_URL;
  delete inherited.SPIN_VARIABLE_SUPABASE_SECRET_KEY;
  const options = { encoding: "utf8", env: { ...inherited, ...env }, timeout: 60_000 };
  const result = spawnSync(join(from, "scripts", "install-migrations"), [folder, ...args], options);
  return { status: result.status, said: `${result.stdout}${result.stderr}` };
}

/** What is in the ledger and what is in the folder, which has to be the same. */
async function assertClean(folder) {
  const { status, json, said } = await supabaseIn(folder, project.database_url, ["migration", "list"]);
  assert.equal(status, 0, said);
  const expected = migrationsOf(folder).map((name) => name.split("_")[0]);
  assert.deepEqual(json.migrations.map(({ local, remote }) => [local, remote]), expected.map((version) => [version, version]));
}

async function push(folder, variables) {
  const { status, said } = await supabaseIn(folder, project.database_url, ["db", "push", "--yes"], variables);
  assert.equal(status, 0, said);
}

function query(sql) {
  const { stdout, stderr, status } = spawnSync("psql", ["--no-psqlrc", "-qAt", "-v", "ON_ERROR_STOP=1", "-c", sql, project.database_url], { encoding: "utf8" });
  assert.equal(status, 0, stderr);
  return stdout.trim();
}

test("a folder that is no supabase folder is refused", () => {
  const folder = projectFolder("refused", {});
  for (const [wrong, words] of [
    [folder, "did you mean"],
    [join(folder, "nowhere"), "is no folder"],
    [join(checkout, "docs"), "neither config.toml nor migrations/"],
    [join(checkout, "supabase"), "Linernotes' own folder"],
  ]) {
    const { status, said } = install(wrong, ["--yes"]);
    assert.equal(status, 2, said);
    assert.ok(said.includes(words), said);
  }
});

test("a dry run, and a run without a yes, write nothing", () => {
  const folder = projectFolder("dry", { "20240101000000_begin.sql": "SELECT 1;" });
  const dry = install(join(folder, "supabase"), ["--dry-run"]);
  assert.equal(dry.status, 0, dry.said);
  for (const name of ours) assert.ok(dry.said.includes(name), dry.said);
  assert.equal(install(join(folder, "supabase"), []).status, 1);
  assert.deepEqual(migrationsOf(folder), ["20240101000000_begin.sql"]);
});

test("the copies come after everything that is there, one second apart, in our order, once", () => {
  const folder = projectFolder("order", { "0001_ancient.sql": "", "20281231235958_to_come.sql": "" });
  const first = install(join(folder, "supabase"), ["--yes"]);
  assert.equal(first.status, 0, first.said);
  const copies = migrationsOf(folder).slice(2);
  assert.deepEqual(copies.map((name) => name.slice(15)), ours);
  assert.ok(copies[0].startsWith("20281231235959_"), copies[0]);
  assert.ok(copies[1].startsWith("20290101000000_"), copies[1]);
  for (const name of copies) {
    const text = readFileSync(join(folder, "supabase", "migrations", name), "utf8");
    assert.equal(text, readFileSync(join(checkout, "migrations", name.slice(15)), "utf8"));
  }
  const again = install(join(folder, "supabase"), ["--yes"]);
  assert.equal(again.status, 0, again.said);
  assert.ok(again.said.includes("nothing to do"), again.said);
  assert.deepEqual(migrationsOf(folder).slice(2), copies);
});

test("a name with blanks and a symbolic link are folders like any other", () => {
  const folder = projectFolder("with blanks", {});
  symlinkSync(join(folder, "supabase"), join(scratch, "link"));
  const { status, said } = install(join(scratch, "link"), ["--yes"]);
  assert.equal(status, 0, said);
  assert.deepEqual(migrationsOf(folder).map((name) => name.slice(15)), ours);
});

test("no version is given twice, also where the project's newest migrations are of this second", () => {
  const now = new Date();
  const versions = [0, 1, 2].map((seconds) => new Date(+now + 1000 * seconds).toISOString().replace(/\D/g, "").slice(0, 14));
  const folder = projectFolder("same", Object.fromEntries(versions.map((version) => [`${version}_own.sql`, ""])));
  assert.equal(install(join(folder, "supabase"), ["--yes"]).status, 0);
  const all = migrationsOf(folder).map((name) => name.slice(0, 14));
  assert.equal(new Set(all).size, 3 + ours.length);
  assert.deepEqual(all.slice(0, 3), versions);
});

test("a copy with other line ends is the same text, and one that was removed is said to belong before the others", () => {
  const folder = projectFolder("changed", {});
  assert.equal(install(join(folder, "supabase"), ["--yes"]).status, 0);
  const copy = join(folder, "supabase", "migrations", migrationsOf(folder)[3]);
  writeFileSync(copy, readFileSync(copy, "utf8").replaceAll("\n", "\r\n"));
  const same = install(join(folder, "supabase"), ["--yes"]);
  assert.equal(same.status, 0, same.said);
  assert.ok(!same.said.includes("another text"), same.said);
  rmSync(copy);
  const again = install(join(folder, "supabase"), ["--yes"]);
  assert.equal(again.status, 0, again.said);
  assert.match(again.said, new RegExp(`take them back from your version control[^]*\n  ${ours[3]}\n`));
  assert.ok(again.said.includes("Wrote 1 file."), again.said);
  assert.ok(migrationsOf(folder).at(-1).endsWith(ours[3]));
});

test("what can't be written to is said in words, and nothing is left", () => {
  const folder = projectFolder("no folder", {});
  const migrations = join(folder, "supabase", "migrations");
  rmSync(migrations, { recursive: true });
  writeFileSync(migrations, "");
  for (const args of [["--yes"], ["--dry-run"]]) {
    const { status, said } = install(join(folder, "supabase"), args);
    assert.equal(status, 2, said);
    assert.ok(said.includes("migrations is no folder"), said);
  }
  const late = projectFolder("late", { "99991231235959_last.sql": "" });
  const { status, said } = install(join(late, "supabase"), ["--yes"]);
  assert.equal(status, 1, said);
  assert.ok(said.includes("nothing can come after it"), said);
  assert.equal(migrationsOf(late).length, 1);
});

// Root may write everywhere.
test("a read-only folder is said in words", { skip: process.getuid() === 0 && "root may write everywhere" }, () => {
  const folder = projectFolder("read-only", {});
  chmodSync(join(folder, "supabase", "migrations"), 0o555);
  const { status, said } = install(join(folder, "supabase"), ["--yes"]);
  chmodSync(join(folder, "supabase", "migrations"), 0o755);
  assert.equal(status, 1, said);
  assert.ok(said.includes("can't be written to"), said);
  assert.deepEqual(migrationsOf(folder), []);
});

test("usage is an error where it was not asked for", () => {
  assert.equal(install("--help", []).status, 0);
  for (const args of [["--unknown"], ["another"], ["--db-url"]]) {
    const { status, said } = install(scratch, args);
    assert.equal(status, 2, said);
    assert.match(said, /^usage: /);
  }
  // As of variables that are not set: nobody would have looked, and nobody would have known.
  for (const [args, env] of [
    [["--db-url", ""], {}],
    [["--db-url="], {}],
    [[], { SPIN_VARIABLE_SUPABASE_URL: "http://127.0.0.1:9" }],
  ]) {
    const { status, said } = install(join(projectFolder("unset", {}), "supabase"), [...args, "--yes"], { env });
    assert.equal(status, 2, said);
    assert.match(said, /is empty|go together/);
  }
});

test("types and functions of a stranger are named, and nothing is installed", withProject, () => {
  const folder = projectFolder("strange-things", {});
  for (const [make, named, drop] of [
    ["CREATE TYPE public.albums AS ENUM ('a')", "public.albums (is a type)", "DROP TYPE public.albums"],
    ["CREATE VIEW public.artists AS SELECT 1 AS id", "public.artists (is no table)", "DROP VIEW public.artists"],
    [
      "CREATE FUNCTION public.get_track(uuid) RETURNS INT LANGUAGE sql AS 'SELECT 1'",
      "public.get_track(uuid)",
      "DROP FUNCTION public.get_track(uuid)",
    ],
  ]) {
    query(make);
    try {
      const { status, said } = install(join(folder, "supabase"), ["--yes", "--db-url", project.database_url]);
      assert.equal(status, 1, said);
      assert.ok(said.includes(named), said);
    } finally {
      query(drop);
    }
  }
  assert.deepEqual(migrationsOf(folder), []);
});

test("tables of a stranger are named, by the API and by the database, and nothing is installed", withProject, async () => {
  query("CREATE TABLE public.tracks (id INT, length_km INT); NOTIFY pgrst, 'reload schema'");
  try {
    const folder = projectFolder("strange", {});
    const env = { SPIN_VARIABLE_SUPABASE_URL: project.api_url, SPIN_VARIABLE_SUPABASE_SECRET_KEY: project.secret_key };
    // The gateway needs a moment to see the table.
    const sees = async () => (await fetch(`${project.api_url}/rest/v1/tracks?limit=1`, { headers: { apikey: project.secret_key } })).ok;
    for (let tried = 0; tried < 100 && !(await sees()); tried += 1) await new Promise((resolve) => setTimeout(resolve, 100));
    for (const { status, said } of [
      install(join(folder, "supabase"), ["--yes", "--db-url", project.database_url]),
      install(join(folder, "supabase"), ["--yes"], { env }),
    ]) {
      assert.equal(status, 1, said);
      assert.ok(said.includes("public.tracks"), said);
      assert.ok(!said.includes("public.artists"), said);
    }
    assert.deepEqual(migrationsOf(folder), []);

    // Who does not ask beforehand is told by the first migration, and has nothing of ours.
    assert.equal(install(join(folder, "supabase"), ["--yes"]).status, 0);
    const { status, said } = await supabaseIn(folder, project.database_url, ["db", "push", "--yes"]);
    assert.notEqual(status, 0, said);
    assert.match(said, /public\.tracks \(has no column name, album_id/);
    assert.equal(query("SELECT to_regnamespace('linernotes') IS NULL"), "t");
  } finally {
    query("DROP TABLE public.tracks; DELETE FROM supabase_migrations.schema_migrations; NOTIFY pgrst, 'reload schema'");
  }
});

test("a project with two older migrations and a newer one takes ours by db push, and an update later", withProject, async () => {
  const folder = projectFolder("life", {
    "20240101000000_widgets.sql": "CREATE TABLE public.widgets (id INT PRIMARY KEY);",
    "20250101000000_widget_names.sql": "ALTER TABLE public.widgets ADD COLUMN name TEXT;",
    "20270101000000_gadgets.sql": "CREATE TABLE public.gadgets (id INT PRIMARY KEY);",
  });
  await push(folder);
  await assertClean(folder);

  const env = { SPIN_VARIABLE_SUPABASE_URL: project.api_url, SPIN_VARIABLE_SUPABASE_SECRET_KEY: project.secret_key };
  const installed = install(join(folder, "supabase"), ["--yes"], { env });
  assert.equal(installed.status, 0, installed.said);
  await push(folder, { LINERNOTES_FUNCTIONS_URL: "https://app.example/functions/v1", LINERNOTES_FUNCTION_SECRET: "s3cret" });
  await assertClean(folder);
  assert.equal(query("SELECT string_agg(release, ',') FROM linernotes.schema_version"), "0.1.0");
  assert.equal(query("SELECT count(*) FROM public.widgets, public.gadgets"), "0");
  assert.equal(
    query("SELECT string_agg(name || '=' || decrypted_secret, ' ' ORDER BY name) FROM vault.decrypted_secrets WHERE name LIKE 'function%'"),
    "function_secret=s3cret functions_url=https://app.example/functions/v1",
  );

  // An update: a release with one migration more, and one whose text was changed.
  const release = join(scratch, "release");
  for (const part of ["migrations", "scripts/install-migrations"]) {
    cpSync(join(checkout, part), join(release, part), { recursive: true });
  }
  writeFileSync(join(release, "migrations", "20261124000991_more.sql"), "CREATE TABLE linernotes.more ();");
  writeFileSync(join(release, "migrations", ours[3]), "SELECT 'changed';");
  const update = install(join(folder, "supabase"), ["--yes"], { from: release, env });
  assert.equal(update.status, 0, update.said);
  assert.match(update.said, new RegExp(`left as they are:\n  [0-9]{14}_${ours[3]}\n`));
  assert.equal(migrationsOf(folder).length, 3 + ours.length + 1);
  await push(folder);
  await assertClean(folder);
  assert.equal(query("SELECT to_regclass('linernotes.more') IS NOT NULL"), "t");
});

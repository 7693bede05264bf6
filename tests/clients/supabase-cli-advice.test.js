// What Supabase's own linters say of the database: nothing to warn of, and nothing that was not thought of.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { stack } from "./stack.js";
import { supabase } from "./supabase-cli.js";

/** Findings of level INFO that are meant to be, with the reason: name → object → why. */
const meant = JSON.parse(readFileSync(new URL("advisors.json", import.meta.url), "utf8"));

test("db advisors finds nothing to warn of", async () => {
  const { status, json, said } = await supabase(stack.database_url, "db", "advisors", "--fail-on", "warn");
  assert.equal(status, 0, said);
  const findings = json.results.filter(({ level }) => level !== "INFO");
  assert.deepEqual(findings.map(({ name, detail }) => `${name}: ${detail}`), []);
});

test("what db advisors only tells is listed with its reason in advisors.json", async () => {
  const { json, said } = await supabase(stack.database_url, "db", "advisors", "--level", "info");
  assert.ok(json?.results.length > 0, said);
  const told = json.results.map(({ name, detail }) => ({ name, object: detail.match(/`([^`]+)`/)?.[1], detail }));
  const surprises = told.filter(({ name, object }) => !meant[name]?.[object]);
  assert.deepEqual(surprises.map(({ name, detail }) => `${name}: ${detail}`), []);

  // Which indexes a young database has not used yet is chance; every other finding is there, or its entry is stale.
  for (const name of Object.keys(meant).filter((name) => name !== "unused_index")) {
    const found = told.filter((finding) => finding.name === name).map(({ object }) => object);
    assert.deepEqual(found.sort(), Object.keys(meant[name]).sort(), name);
  }
});

test("db lint finds nothing", { skip: !process.env.LINERNOTES_LINTER && "the database has no plpgsql_check" }, async () => {
  const { status, json, said } = await supabase(
    stack.database_url, "db", "lint", "--level", "warning", "--fail-on", "warning",
  );
  assert.deepEqual(json?.results, [], said);
  assert.equal(status, 0, said);
});

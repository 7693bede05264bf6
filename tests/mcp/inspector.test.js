// The protocol's inspector on the command line: strict about schemas, over each way of beginning.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, test } from "node:test";
import { world } from "./world.js";

const inspector = join(import.meta.dirname, "node_modules/@modelcontextprotocol/inspector/clients/launcher/build/index.js");
// It keeps files in its user's home.
const home = mkdtempSync(join(tmpdir(), "inspector-"));
after(() => rmSync(home, { recursive: true }));

for (const era of ["legacy", "modern", "auto"]) {
  test(`the inspector finds nothing to say about the tools (${era})`, async () => {
    const { code, stdout, stderr } = await inspect("--protocol-era", era, "--method", "tools/list", "--strict");
    assert.equal(code, 0, stderr);
    assert.doesNotMatch(stderr, /Warning|Error/);
    assert.equal(JSON.parse(stdout).tools[0].name, "search_catalogue");
  });

  test(`the inspector calls a tool (${era})`, async () => {
    const { code, stdout, stderr } = await inspect(
      "--protocol-era", era, "--method", "tools/call", "--tool-name", "get_track_credits",
      "--tool-arg", `track_id=${world.track.id}`,
    );
    assert.equal(code, 0, stderr);
    assert.equal(JSON.parse(stdout).structuredContent.id, world.track.id);
  });
}

function inspect(...args) {
  const all = [inspector, "--cli", world.product, "--transport", "http", ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, all, { env: { ...process.env, HOME: home }, timeout: 60_000 }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? 1) : 0, stdout, stderr });
    });
  });
}

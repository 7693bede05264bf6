// The official conformance suite, for both revisions, against the product and against a server of the tests that has the
// suite's fixtures over the same protocol module. What must fail is named with its reason in the expected-of-*.yml.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { world } from "./world.js";

const suite = join(import.meta.dirname, "node_modules/@modelcontextprotocol/conformance/dist/index.js");

for (const server of ["product", "fixtures"]) {
  for (const revision of ["2025-11-25", "2026-07-28"]) {
    test(`${server} conforms to ${revision}`, async () => {
      const results = mkdtempSync(join(tmpdir(), "conformance-"));
      try {
        const expected = join(import.meta.dirname, `expected-of-${server}.yml`);
        const { code, output } = await run([
          suite, "server", "--url", world[server], "--requirements", revision, "--expected-failures", expected, "-o", results,
        ]);
        const summary = output.slice(output.indexOf("=== SUMMARY ==="));
        console.log(`${server}, what ${revision} requires: ${count(summary, revision)}`);
        assert.equal(code, 0, summary);
      } finally {
        rmSync(results, { recursive: true });
      }
    });
  }
}

/** The scenarios that a revision requires; the suite runs others beside them, which do not count. */
function count(summary, revision) {
  const set = readFileSync(join(suite, `../../requirements/${revision}.yaml`), "utf8");
  const others = new Set([...set.matchAll(/- scenario: (\S+)/g)].map(([, name]) => name));
  const ended = (mark) =>
    [...summary.matchAll(new RegExp(`^${mark} (\\S+):`, "gm"))].filter(([, name]) => !others.has(name)).length;
  return `${ended("✓")} scenarios passed, ${ended("✗")} failed as expected`;
}

function run(args) {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { timeout: 60_000, maxBuffer: 64 << 20 }, (error, stdout, stderr) => {
      resolve({ code: error ? (error.code ?? 1) : 0, output: stdout + stderr });
    });
  });
}

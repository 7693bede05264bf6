// Schemathesis over the description of the API, against the running stack: no failure of the server, and no answer that
// the description does not have. The description is the one just made, narrowed to ids that this catalogue has, so that
// there is something to answer.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { test } from "node:test";
import { world } from "./world.js";

const schemathesis = join(import.meta.dirname, ".venv/bin/schemathesis");

const doors = {
  catalogue: `apikey: ${world.publishable_key}`,
  operation: `Authorization: Bearer ${world.function_secret}`,
};

for (const [tag, header] of Object.entries(doors)) {
  test(`schemathesis finds nothing (${tag})`, () => {
    const { status, stdout, stderr } = spawnSync(schemathesis, [
      "run", world.openapi, "--url", world.api, "--include-tag", tag, "--header", header,
      "--checks", "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance",
      "--phases", "examples,coverage,fuzzing", "--max-examples", "15", "--seed", "1", "--workers", "2", "--no-color",
    ], { encoding: "utf8", timeout: 120_000 });
    assert.equal(status, 0, stdout + stderr);
    assert.doesNotMatch(stdout, /401\/403/, stdout);
    console.log(`schemathesis, ${tag}: ${stdout.match(/\d+ generated, .*/)?.[0]}`);
  });
}

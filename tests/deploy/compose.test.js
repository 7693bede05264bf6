import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { documents, root } from "./files.js";
import { mistakes } from "./mistakes.js";
import { compose } from "./schemas.js";

const folder = `${root}deploy/compose/`;
const [file] = documents("deploy/compose/compose.yaml");
const wrongIn = compose();

test("the Compose file is what its schema says", () => {
  assert.deepEqual(wrongIn(file), []);
});

test("a mistake is found wherever it is made", () => {
  let made = 0;
  for (const mistake of mistakes(file, new Set(["services", "depends_on"]))) {
    made += 1;
    assert.notDeepEqual(wrongIn(mistake.document), [], mistake.what);
  }
  console.log(`${made} mistakes were made and found`);
  assert.ok(made > 50, `${made} mistakes`);
});

test("what it refers to is there", () => {
  for (const [name, service] of Object.entries(file.services)) {
    for (const other of Object.keys(service.depends_on ?? {})) assert.ok(other in file.services, `${name}: ${other}`);
    for (const volume of service.volumes ?? []) {
      const [path] = volume.split(":");
      // What is built need not be there.
      if (!path.includes("/target/")) assert.ok(existsSync(folder + path), `${name}: ${path}`);
    }
  }
});

import assert from "node:assert/strict";
import { test } from "node:test";
import { documents } from "./files.js";
import { mistakes } from "./mistakes.js";
import { collector } from "./schemas.js";

const [file] = documents("deploy/prometheus/linernotes.collector.yml");

test("the collector file has the keys that sql_exporter reads, and no others", () => {
  assert.deepEqual(collector(file), []);
});

test("a mistake is found wherever it is made", () => {
  let made = 0;
  for (const mistake of mistakes(file, new Set())) {
    made += 1;
    assert.notDeepEqual(collector(mistake.document), [], mistake.what);
  }
  console.log(`${made} mistakes were made and found`);
  assert.ok(made > 100, `${made} mistakes`);
});

// `tests/metrics/collector.rs` runs the queries in a Postgres.
test("each metric finds its query, and in it a column for its value and each of its labels", () => {
  const columns = Object.fromEntries(
    file.queries.map(({ query_name, query }) => [query_name, new Set([...query.matchAll(/ AS ([a-z_]+)/g)].map(([, name]) => name))]),
  );
  for (const { metric_name, key_labels = [], values, query_ref } of file.metrics) {
    assert.ok(query_ref in columns, `${metric_name}: ${query_ref}`);
    for (const column of [...key_labels, ...values]) assert.ok(columns[query_ref].has(column), `${metric_name}: ${column}`);
  }
});

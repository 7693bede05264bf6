// Where the doors are and what the catalogue holds, as tests/mcp/main.rs says it.

import { readFileSync } from "node:fs";

const file = process.env.LINERNOTES_WORLD_JSON;
if (!file) {
  throw new Error("LINERNOTES_WORLD_JSON names no file: run tests/mcp/run WORLD_JSON");
}

/** `product` and `fixtures` are addresses; the rest is read from the database by the definition of each. */
export const world = JSON.parse(readFileSync(file, "utf8"));

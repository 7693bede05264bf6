// The stack under test, as its `stack.json` describes it.

import { readFileSync } from "node:fs";
import { createClient } from "@supabase/supabase-js";
import ws from "ws";

const file = process.env.LINERNOTES_STACK_JSON;
if (!file) {
  throw new Error("LINERNOTES_STACK_JSON names no stack.json: run tests/clients/run STACK_JSON");
}

/** `api_url`, `publishable_key`, `secret_key`, `database_url` … */
export const stack = JSON.parse(readFileSync(file, "utf8"));

/** A client as the README shows it; a test has no user, so no session is kept. */
export function client(key, options = {}) {
  return createClient(stack.api_url, key, { auth: { persistSession: false }, ...needed, ...options });
}

/** Before version 22 Node has no WebSocket, and supabase-js refuses to start without one. */
const needed = globalThis.WebSocket ? {} : { realtime: { transport: ws } };

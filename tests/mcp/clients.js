// The SDK's clients of both lines, each way that they begin, behind one face.

import * as v2 from "@modelcontextprotocol/client";
import { Client } from "@modelcontextprotocol/sdk/client/index.js";
import { StreamableHTTPClientTransport } from "@modelcontextprotocol/sdk/client/streamableHttp.js";

const me = { name: "linernotes-tests", version: "1.0.0" };

export const clients = {
  "SDK 1, handshake": (url) => connected(new Client(me), new StreamableHTTPClientTransport(new URL(url))),
  "SDK 2, handshake": (url) => second(url, "legacy"),
  "SDK 2, as it finds out": (url) => second(url, "auto"),
  "SDK 2, stateless": (url) => second(url, { pin: "2026-07-28" }),
};

function second(url, mode) {
  const client = new v2.Client(me, { versionNegotiation: { mode } });
  return connected(client, new v2.StreamableHTTPClientTransport(new URL(url)));
}

async function connected(client, transport) {
  await client.connect(transport);
  return client;
}

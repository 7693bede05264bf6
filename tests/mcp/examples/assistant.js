// What an assistant does when it is asked "who produced …?", with the protocol's own client.
//   LINERNOTES_MCP=https://linernotes.example/mcp node assistant.js "Velvet Harbor"

import { Client, StreamableHTTPClientTransport } from "@modelcontextprotocol/client";

const client = new Client({ name: "example", version: "1.0.0" }, { versionNegotiation: { mode: "auto" } });
await client.connect(new StreamableHTTPClientTransport(new URL(process.env.LINERNOTES_MCP)));
await client.listTools(); // With the tools' schemas known, the client checks every answer.

const ask = async (name, args) => {
  const answer = await client.callTool({ name, arguments: args });
  if (answer.isError) {
    throw new Error(answer.content[0].text); // In words that say what to do instead.
  }
  return answer.structuredContent;
};

const { artists } = await ask("search_catalogue", { term: process.argv[2], kinds: ["artists"] });
if (artists.length === 0) {
  console.log("Not known here, which is not nobody.");
} else {
  const { items } = await ask("get_artist_producers", { artist_id: artists[0].id, limit_count: 5 });
  for (const person of items) {
    console.log([person.name, person.roles.join(", "), person.track_count, person.page].join("\t"));
  }
}
await client.close();

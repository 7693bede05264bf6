// Every tool, resource and prompt by the SDK's clients, which hold each answer against the schema that was promised.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { clients } from "./clients.js";
import { world } from "./world.js";

const { producer, other, artist, album, track } = world;

const calls = {
  search_catalogue: { term: producer.name },
  get_producer: { producer_id: producer.id },
  list_producer_credits: { producer_id: producer.id, role: "producer" },
  list_collaborators: { producer_id: producer.id },
  find_connection: { from_id: producer.id, to_id: other.id },
  get_artist_producers: { artist_id: artist.id },
  get_album_credits: { album_id: album.id },
  get_track_credits: { track_id: track.id },
  get_collaboration_graph: { kind: "artist", id: artist.id },
  get_catalogue_stats: {},
};

for (const [name, connect] of Object.entries(clients)) {
  describe(name, () => {
    test("every tool answers by its schema, in both forms, small", async () => {
      const client = await connect(world.product);
      const { tools } = await client.listTools();
      assert.deepEqual(tools.map((tool) => tool.name), Object.keys(calls));
      for (const tool of tools) {
        const answer = await client.callTool({ name: tool.name, arguments: calls[tool.name] });
        assert.ok(!answer.isError, JSON.stringify(answer));
        const text = answer.content[0].text;
        assert.deepEqual(JSON.parse(text), answer.structuredContent, tool.name);
        assert.match(text, /^\{"notice":"[^"]* never instructions to you\./);
        assert.ok(text.length < 16_000, `${tool.name}: ${text.length}`);
      }
      await client.close();
    });

    test("instructions, resources and the prompt are there", async () => {
      const client = await connect(world.product);
      assert.match(client.getInstructions(), /Not known is not nobody/);
      const { resourceTemplates } = await client.listResourceTemplates();
      const kinds = { producer, artist, album, track };
      assert.deepEqual(
        resourceTemplates.map((template) => template.uriTemplate),
        Object.keys(kinds).map((kind) => `linernotes://${kind}/{id}`),
      );
      for (const [kind, { id }] of Object.entries(kinds)) {
        const { contents } = await client.readResource({ uri: `linernotes://${kind}/${id}` });
        assert.equal(JSON.parse(contents[0].text).id, id);
      }
      const { resources } = await client.listResources();
      const { contents } = await client.readResource({ uri: resources[0].uri });
      assert.ok(JSON.parse(contents[0].text).credits > 0);
      const { prompts } = await client.listPrompts();
      const prompt = await client.getPrompt({ name: prompts[0].name, arguments: { album: album.name } });
      assert.match(prompt.messages[0].content.text, /get_album_credits/);
      await client.close();
    });

    test("what is wrong is said in words, or by the protocol's own error", async () => {
      const client = await connect(world.product);
      const wrong = await client.callTool({ name: "get_producer", arguments: { producer_id: producer.name } });
      assert.ok(wrong.isError);
      assert.match(wrong.content[0].text, /producer_id: must be an id .* not a name/);
      const nobody = "00000000-0000-4000-8000-000000000000";
      const unknown = await client.callTool({ name: "get_producer", arguments: { producer_id: nobody } });
      assert.match(unknown.content[0].text, /search_catalogue/);
      await assert.rejects(client.callTool({ name: "drop_catalogue", arguments: {} }), { code: -32602 });
      await assert.rejects(client.readResource({ uri: `linernotes://producer/${nobody}` }), (error) =>
        [-32602, -32002].includes(error.code));
      await client.close();
    });
  });
}

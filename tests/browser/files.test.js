// What can be taken along holds what the page shows, and what the tables hold.

import assert from "node:assert/strict";
import http from "node:http";
import { after, test } from "node:test";
import { close, open, pages, site, table, text, world } from "./explorer.js";

after(close);

const sorted = (rows) => rows.map((row) => row.join(" ")).sort();
const network = `/graph/producer/${world.producer.id}`;

test("a network: page, JSON, CSV and GraphML hold the edges of the tables", async () => {
  const page = await open();
  await page.goto(site + network);
  const shown = await page.locator("#table tbody tr").evaluateAll((rows) => rows.map((row) => [
    row.cells[0].querySelector("a").href.split("/").pop(), row.cells[1].querySelector("a").href.split("/").pop(),
    row.cells[2].textContent.replaceAll(",", ""),
  ]));
  const graph = JSON.parse(await text(`${network}.json`));
  const json = graph.edges.map((edge) =>
    [graph.nodes[edge.source].id, graph.nodes[edge.target].id, edge.track_count]);
  assert.ok(world.edges.length > 1);
  assert.deepEqual(sorted(json), sorted(world.edges));
  assert.deepEqual(sorted(shown), sorted(world.edges));
  const rows = table(await text(`${network}.csv`));
  assert.deepEqual(sorted(rows.map((row) => [row.source, row.target, row.weight])), sorted(world.edges));

  // By the browser's XML parser, which takes nothing that is not well-formed.
  const { problem, nodes, edges, keys, undeclared } = await page.evaluate((xml) => {
    const parsed = new DOMParser().parseFromString(xml, "application/xml");
    const all = (name) => [...parsed.getElementsByTagNameNS("http://graphml.graphdrawing.org/xmlns", name)];
    const keys = all("key").map((key) => key.id);
    return {
      problem: parsed.querySelector("parsererror")?.textContent ?? null,
      nodes: all("node").map((node) => node.id),
      edges: all("edge").map((edge) => [
        edge.getAttribute("source"), edge.getAttribute("target"), edge.querySelector("[key=weight]").textContent,
      ]),
      keys,
      undeclared: all("data").map((data) => data.getAttribute("key")).filter((key) => !keys.includes(key)),
    };
  }, await text(`${network}.graphml`));
  assert.equal(problem, null);
  assert.equal(new Set(nodes).size, graph.nodes.length);
  assert.equal(new Set(keys).size, keys.length);
  assert.deepEqual(undeclared, []);
  assert.deepEqual(sorted(edges), sorted(world.edges));
  assert.deepEqual(edges.flatMap(([source, target]) => [source, target]).filter((end) => !nodes.includes(end)), []);
});

test("a producer's credits: the file holds each track and role of the tables", async () => {
  const path = `/producers/${world.producer.id}/credits`;
  const rows = table(await text(`${path}.csv`));
  assert.deepEqual(sorted(rows.map((row) => [row.track_id, row.role])), sorted(world.credits));
  const credits = JSON.parse(await text(`${path}.json`));
  assert.deepEqual(sorted(credits.items.flatMap((track) => track.roles.map((role) => [track.id, role.role]))), sorted(world.credits));
  const page = await open();
  const seen = new Set();
  await page.goto(`${site}/producers/${world.producer.id}`);
  for (let more = true; more;) {
    for (const href of await page.locator("#credits a[href^='/tracks/']").evaluateAll((links) => links.map((link) => link.href))) {
      seen.add(href.split("/").pop());
    }
    const next = page.locator("a[rel=next]");
    more = (await next.count()) > 0;
    if (more) await page.goto(new URL(await next.getAttribute("href"), site).href);
  }
  assert.deepEqual([...seen].sort(), [...new Set(world.credits.map(([track]) => track))].sort());
});

test("every link to a file leads to one that parses", async () => {
  const page = await open();
  for (const path of [
    `/search?q=${encodeURIComponent(world.producer.name)}`, `/producers/${world.producer.id}`,
    `/producers/${world.producer.id}/collaborators`, `/artists/${world.artist.id}`, `/artists/${world.artist.id}/producers`,
    `/albums/${world.album.id}`, `/tracks/${world.track.id}`, network,
    `/connect?from=${world.producer.id}&to=${world.other_producer.id}`,
  ]) {
    await page.goto(site + path);
    const files = await page.locator(".downloads a").evaluateAll((links) => links.map((link) => link.getAttribute("href")));
    assert.ok(files.length >= 2, path);
    for (const file of files) {
      const content = await text(file);
      if (/\.csv/.test(file)) assert.ok(table(content).length > 0, file);
      else if (/\.json/.test(file)) JSON.parse(content);
      else assert.match(file, /\.graphml/);
    }
  }
});

/** The body for a reader who knows the site by another name. */
const seenAs = (headers, path) => new Promise((done, failed) => {
  http.get(site + path, { headers }, (answer) => {
    let body = "";
    answer.on("data", (part) => { body += part; }).on("end", () => done(body));
  }).on("error", failed);
});

test("a reader elsewhere sees the address that they asked for, and no other", async () => {
  const files = ["/robots.txt", "/llms.txt", "/sitemap.xml"];
  for (const path of [...Object.values(pages), ...files]) {
    const near = await seenAs({ host: "music.example:8080" }, path);
    assert.doesNotMatch(near, /127\.0\.0\.1|localhost/, path);
    const far = await seenAs({ host: "inner:3000", "x-forwarded-host": "music.example", "x-forwarded-proto": "https" }, path);
    assert.doesNotMatch(far, /127\.0\.0\.1|localhost|inner:3000|http:\/\/music/, path);
    if (files.includes(path) || path === "/about") {
      assert.match(near, /http:\/\/music\.example:8080\//, path);
      assert.match(far, /https:\/\/music\.example\//, path);
    }
  }
});

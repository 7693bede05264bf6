// What a reader has to load and to wait for: all bodies of a first view as they are sent, but for pictures of other hosts,
// and what the page itself takes beyond the question that it asks.

import assert from "node:assert/strict";
import { cpus, loadavg } from "node:os";
import { after, test } from "node:test";
import { close, key, open, pages, site, world } from "./explorer.js";

after(close);

const KIB = 1024;

async function loaded(path) {
  const page = await open();
  const requests = [];
  page.on("requestfinished", (request) => {
    if (request.url().startsWith(site)) requests.push(request);
  });
  await page.goto(site + path, { waitUntil: "networkidle" });
  let total = 0;
  for (const request of requests) total += (await request.sizes()).responseBodySize;
  assert.ok(requests.length >= 3 && total > 2 * KIB, `${requests.length} requests with ${total} bytes: too few to be all`);
  return total;
}

test("a first view has at most 25 KB", async (t) => {
  for (const name of ["home", "search", "artist", "track", "connect", "about"]) {
    const total = await loaded(pages[name]);
    t.diagnostic(`${name}: ${total} bytes`);
    assert.ok(total <= 25 * KIB, `${name}: ${total} bytes`);
  }
});

test("the page of a network has at most 40 KB", async (t) => {
  for (const name of ["network of a producer", "network of an artist"]) {
    const total = await loaded(pages[name]);
    t.diagnostic(`${name}: ${total} bytes`);
    assert.ok(total <= 40 * KIB, `${name}: ${total} bytes`);
  }
});

/** The 95th of a hundred, in milliseconds. */
const late = (times) => [...times].sort((one, other) => one - other)[Math.floor(times.length * 0.95)];

async function took(ask) {
  const begin = performance.now();
  const response = await ask();
  await response.arrayBuffer();
  assert.equal(response.status, 200);
  return performance.now() - begin;
}

const middle = (list) => [...list].sort((one, other) => one - other)[Math.floor(list.length / 2)];

test("a page takes at most 20 ms more than its question", async (t) => {
  const { producer, artist, album, track } = world;
  for (const [path, question, named] of [
    ["/", "get_catalogue_stats", {}],
    [`/artists/${artist.id}`, "get_artist", { artist_id: artist.id }],
    [`/albums/${album.id}`, "get_album", { album_id: album.id }],
    [`/tracks/${track.id}`, "get_track", { track_id: track.id }],
    [`/graph/producer/${producer.id}`, "get_collaboration_graph", { kind: "producer", id: producer.id }],
  ]) {
    let more = Infinity;
    let usual = Infinity;
    let busy = 1;
    // What else the machine does is in both, and in three goes there is one without much of it.
    for (let go = 0; go < 3 && more >= 20; go += 1) {
      const [page, rpc] = [[], []];
      for (let round = 0; round < 210; round += 1) {
        page.push(await took(() => fetch(site + path)));
        rpc.push(await took(() => fetch(`${site}/rest/v1/rpc/${question}`, {
          method: "POST", headers: { apikey: key, "content-type": "application/json" }, body: JSON.stringify(named),
        })));
      }
      const [whole, asked] = [late(page.slice(10)), late(rpc.slice(10))];
      t.diagnostic(`${question}: page ${whole.toFixed(1)} ms, question ${asked.toFixed(1)} ms (p95)`);
      more = whole - asked;
      usual = middle(page.slice(10)) - middle(rpc.slice(10));
      // Where so many wait for each processor, each takes so many times as long.
      busy = Math.max(1, loadavg()[0] / cpus().length);
    }
    const told = `${path}: ${more} ms (p95), ${usual} ms (p50) more than its question, with ${busy} for each processor`;
    // An album's page is the longest, and takes 11 ms of an idle machine's time in a dev build of the host.
    assert.ok(usual < 15 * busy, told);
    assert.ok(more < 20 * busy, told);
  }
});

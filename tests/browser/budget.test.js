// What a reader has to load: all bodies of a first view as they are sent, but for pictures of other hosts.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, open, pages, site } from "./explorer.js";

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

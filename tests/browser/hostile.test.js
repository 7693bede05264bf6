// Names that want to be markup, formulas or another direction, and requests that are none.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, open, site, table, text, world } from "./explorer.js";

after(close);

test("hostile names are text on every page and in the picture", async () => {
  const page = await open();
  for (const { id, name } of world.hostile) {
    for (const path of [
      `/producers/${id}`, `/search?q=${encodeURIComponent(name)}`, `/tracks/${world.track.id}`, `/albums/${world.album.id}`,
      `/artists/${world.artist.id}/producers`, `/graph/producer/${id}`, `/connect?from=${id}&to=${world.producer.id}`,
    ]) {
      await page.goto(site + path);
      assert.ok((await page.textContent("main")).includes(name), `${path} does not show ${name}`);
      assert.equal(await page.locator("img[src='x']").count(), 0, path);
      assert.equal(await page.locator("[onerror], [onload], script:not([src])").count(), 0, path);
    }
    await page.goto(`${site}/graph/artist/${world.artist.id}?nodes=200`);
    assert.ok((await page.locator("svg.graph title").allTextContents()).includes(name));
    await page.goto(`${site}/`);
    await page.fill("#home-search", name);
    await page.getByRole("option").first().waitFor();
    assert.ok((await page.getByRole("option").first().textContent()).includes(name));
  }
  assert.deepEqual(page.complaints, []);
});

test("hostile names are text in every file", async () => {
  const graph = `/graph/artist/${world.artist.id}`;
  const rows = table(await text(`${graph}.csv?nodes=200`));
  const people = table(await text(`/artists/${world.artist.id}/producers.csv`));
  const xml = await text(`${graph}.graphml?nodes=200`);
  const page = await open();
  await page.goto(site);
  const labels = await page.evaluate((xml) => {
    const parsed = new DOMParser().parseFromString(xml, "application/xml");
    return parsed.querySelector("parsererror") ? null : [...parsed.querySelectorAll("node data")].map((data) => data.textContent);
  }, xml);
  for (const { id, name } of world.hostile) {
    // What a spreadsheet would take for a formula is guarded by an apostrophe.
    const guarded = /^[=+\-@]/.test(name) ? `'${name}` : name;
    assert.equal(people.find((row) => row.id === id).name, guarded);
    assert.equal(rows.find((row) => row.source === id).source_name, guarded);
    assert.ok(labels.includes(name), name);
    assert.equal(JSON.parse(await text(`/producers/${id}.json`)).name, name);
  }
});

test("bad input is text or a clear refusal", async () => {
  const long = "a".repeat(10_000);
  for (const [path, wanted] of [
    ["/producers/1", 404], ["/producers/00000000-0000-4000-8000-00000000ffff", 404], ["/artists/%00", 404],
    ["/albums/..%2f..%2fetc", 404], ["/tracks/null", 404], ["/graph/album/00000000-0000-4000-8000-00000000ffff", 404],
    ["/graph/producer/x", 404], [`/${long}`, 404], ["/assets/no.css", 404],
    [`/search?q=${long}`, 400], ["/search?q=%00", 400], ["/search?q=a%00b", 400], ["/search?kind=queues&q=a", 400],
    ["/search?q=%3Cscript%3Ealert(1)%3C/script%3E", 200], ["/search?q=%E2%80%AEevil%E2%80%AC", 200], ["/search?q=%ff%fe", 200],
    [`/graph/producer/${world.producer.id}?nodes=100000`, 400], [`/graph/producer/${world.producer.id}?role=x`, 400],
    [`/producers/${world.producer.id}?year=soon`, 400], [`/producers/${world.producer.id}?after=x`, 400],
    [`/connect?from=${long}`, 400],
    // A track that no page ended with; one more form of an id; what decodes to no text.
    [`/producers/${world.producer.id}?after=00000000-0000-0000-0000-000000000000`, 400],
    [`/producers/${world.producer.id}/credits.csv?after=00000000-0000-0000-0000-000000000000`, 400],
    [`/producers/{${world.producer.id}}`, 404], [`/producers/urn:uuid:${world.producer.id}`, 404],
    [`/producers/${world.producer.id.replaceAll("-", "")}`, 404], [`/producers/${world.producer.id}%00`, 404],
    [`/producers/${world.producer.id.toUpperCase()}`, 200], ["/producers/%ff%fe", 404], ["/producers/%zz", 404],
    [`/producers/${"a".repeat(10000)}`, 404], ["/search?q=%ED%A0%80", 200], ["/search?q=a%0d%0aset-cookie:x", 200],
    [`/producers/${world.producer.id}?year=99999999999`, 400], [`/producers/${world.producer.id}?year=1e3`, 400],
    [`/graph/producer/${world.producer.id}?tracks=-1`, 400], [`/graph/producer/${world.producer.id}.graphml?nodes=1e9`, 400],
    [`/graph/label/${world.producer.id}`, 404], ["/search?q=a&kind=tracks&kind=queues", 200],
  ]) {
    const response = await fetch(site + path);
    const body = await response.text();
    assert.equal(response.status, wanted, path.slice(0, 80));
    assert.doesNotMatch(body, /<script>alert|sb_secret|panicked|SQLSTATE|linernotes\./, path.slice(0, 80));
    if (wanted !== 200) assert.match(body, /role="search"/, path.slice(0, 80));
  }
  for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
    const response = await fetch(`${site}/`, { method });
    assert.equal(response.status, 405, method);
    assert.equal(response.headers.get("allow"), "GET, HEAD");
  }
  const head = await fetch(`${site}/about`, { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
  const whole = await fetch(`${site}/about`, { headers: { "accept-encoding": "identity" } });
  const length = await fetch(`${site}/about`, { method: "HEAD", headers: { "accept-encoding": "identity" } });
  assert.equal(length.headers.get("content-length"), String((await whole.arrayBuffer()).byteLength), "the length that GET has");
});

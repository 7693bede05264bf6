// The picture of a network with a script: opened, narrowed, moved, and all of it an address.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, open, site, text, world } from "./explorer.js";

after(close);

const network = `/graph/producer/${world.producer.id}`;
const crowd = `/graph/producer/${world.crowd}?nodes=1000`;
const here = (page) => page.url().slice(site.length);
const drawn = (page) => page.locator("svg.graph .nodes a").evaluateAll((nodes) => nodes.map((node) => node.getAttribute("href")).sort());
const listed = (page) => page.locator("#table tbody tr").evaluateAll((rows) => rows.map((row) =>
  [...row.querySelectorAll("a")].map((link) => link.getAttribute("href").split("/").pop()).join(" ")).sort());

/** What the page shows is what its address says to everybody. */
async function isWhatItsAddressSays(page) {
  const address = new URL(page.url());
  const graph = JSON.parse(await text(`${address.pathname}.json${address.search}`));
  const nodes = graph.nodes.map((node) => `/${node.kind}s/${node.id}`).sort();
  const edges = graph.edges.map((edge) => `${graph.nodes[edge.source].id} ${graph.nodes[edge.target].id}`).sort();
  assert.deepEqual(await listed(page), edges);
  if (nodes.length <= 200 && edges.length > 0) assert.deepEqual(await drawn(page), nodes);
  const without = await open({ script: false });
  await without.goto(page.url());
  assert.deepEqual(await listed(without), edges);
  return graph;
}

/** Whether the page is still the one that was loaded. */
async function stays(page) {
  await page.evaluate(() => { globalThis.isStill = true; });
  return () => page.evaluate(() => globalThis.isStill === true);
}

test("a click opens a name, another folds it, and the address knows", async () => {
  const page = await open();
  await page.goto(`${site}${network}?depth=1`);
  const isSame = await stays(page);
  const few = await drawn(page);
  await page.locator("svg.graph a:not(.asked)").first().click();
  await page.waitForURL(/open=/);
  await page.locator("svg.graph a.opened").waitFor();
  const many = await drawn(page);
  assert.ok(many.length > few.length, `${many.length} after ${few.length}`);
  await isWhatItsAddressSays(page);
  assert.match(await page.locator(".says").textContent(), new RegExp(`^${many.length - few.length} more around `));
  const shared = here(page);

  await page.goBack();
  await page.locator("svg.graph a.opened").waitFor({ state: "detached" });
  assert.deepEqual(await drawn(page), few);
  await page.goForward();
  await page.locator("svg.graph a.opened").waitFor();
  assert.deepEqual([here(page), await drawn(page)], [shared, many]);
  await page.locator(".picked").getByRole("button", { name: "Fold" }).click();
  await page.locator("svg.graph a.opened").waitFor({ state: "detached" });
  assert.equal(here(page), `${network}?depth=1`);
  assert.ok(await isSame());

  const another = await open();
  await another.goto(site + shared);
  assert.deepEqual(await drawn(another), many);
  assert.deepEqual([...page.complaints, ...another.complaints], []);
});

test("filters answer without another page, and back brings them back", async () => {
  const page = await open();
  await page.goto(site + network);
  const isSame = await stays(page);
  await page.fill("[name=tracks]", "2");
  await page.waitForURL("**tracks=2");
  await page.locator(".network:not([aria-busy])").waitFor();
  const { edges } = await isWhatItsAddressSays(page);
  assert.ok(edges.length > 0 && edges.every((edge) => edge.track_count >= 2));
  await page.selectOption("[name=role]", "writing");
  await page.waitForURL("**tracks=2&role=writing");
  await page.locator(".network:not([aria-busy])").waitFor();
  await isWhatItsAddressSays(page);
  await page.fill("[name=from]", "2021");
  await page.waitForURL("**from=2021");
  await page.locator(".network:not([aria-busy])").waitFor();
  const narrow = await isWhatItsAddressSays(page);
  assert.ok(narrow.edges.every((edge) => edge.last_year >= 2021));
  // A number that can't be is the browser's to refuse.
  await page.fill("[name=tracks]", "0");
  await page.waitForTimeout(600);
  assert.match(page.url(), /tracks=2/);
  for (const [address, role] of [["?tracks=2&role=writing", "writing"], ["?tracks=2", ""], ["", ""]]) {
    await page.goBack();
    await page.locator(`.network[data-address="${network}${address}"]:not([aria-busy])`).waitFor();
    assert.equal(await page.inputValue("[name=role]"), role);
    await isWhatItsAddressSays(page);
  }
  assert.ok(await isSame());
  assert.deepEqual(page.complaints, []);
});

test("the mouse moves and zooms what is seen", async () => {
  const page = await open();
  await page.goto(site + network);
  const svg = page.locator("svg.graph");
  const seen = async () => (await svg.getAttribute("viewBox")).split(" ").map(Number);
  const [before, box] = [await seen(), await svg.boundingBox()];
  const [x, y] = [box.x + 40, box.y + 40];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x + 30, y + 60);
  await page.mouse.up();
  const moved = await seen();
  assert.ok(moved[0] < before[0] && moved[1] < before[1] && moved[2] === before[2], `${moved} after ${before}`);
  await page.keyboard.down("Control");
  await page.mouse.wheel(0, -100);
  await page.keyboard.up("Control");
  await page.waitForFunction((width) => document.querySelector("svg.graph").viewBox.baseVal.width < width, moved[2]);
  await page.getByRole("button", { name: "Show all of it" }).click();
  assert.deepEqual(await seen(), before);
  assert.equal(here(page), network);
  await page.locator("svg.graph a:not(.asked)").first().hover();
  assert.ok(await page.locator("svg.graph .edges .faded").count() > 0);
});

test("between a mark and its name is no gap, whichever side the name is on", async () => {
  const page = await open();
  // Somebody is opened, so that names stand on the inside as well.
  await page.goto(site + network);
  await page.locator("svg.graph a:not(.asked) .node").first().click();
  await page.locator("svg.graph a.opened").waitFor();
  await page.waitForFunction(() => document.getAnimations().length === 0);
  const missed = await page.locator("svg.graph a:not(.asked)").evaluateAll((nodes) => nodes.filter((node) => {
    const [mark, name] = [node.querySelector(".node"), node.querySelector("text")].map((part) => part.getBoundingClientRect());
    const middle = (box) => [box.x + box.width / 2, box.y + box.height / 2];
    const [from, to] = [middle(mark), middle(name)];
    return Array.from({ length: 21 }, (_, step) => step / 20).some((part) => {
      const [x, y] = from.map((value, axis) => value + part * (to[axis] - value));
      // Somebody else's name may lie above it, but no line, and nothing that is empty.
      return document.elementFromPoint(x, y) && !document.elementFromPoint(x, y).closest("a");
    });
  }).map((node) => node.textContent));
  assert.deepEqual(missed, []);
});

test("a catalogue that fails leaves what is shown, and says so", async () => {
  const page = await open();
  await page.goto(site + network);
  const before = await drawn(page);
  await page.route("**/graph/**", (route) => route.abort());
  await page.selectOption("[name=role]", "remix");
  await page.getByText("The catalogue does not answer").waitFor();
  assert.deepEqual(await drawn(page), before);
  assert.equal(here(page), network);
});

test("a thousand names: by a worker, sixty times a second", async (t) => {
  const page = await open();
  const begun = page.waitForEvent("worker");
  await page.goto(site + crowd);
  const canvas = page.locator("canvas.graph");
  await canvas.waitFor();
  const worker = await begun;
  await worker.evaluate(() => {
    const asked = globalThis.requestAnimationFrame.bind(globalThis);
    globalThis.frames = [];
    globalThis.requestAnimationFrame = (draw) => asked((at) => {
      const begin = performance.now();
      draw(at);
      globalThis.frames.push([at, performance.now() - begin]);
    });
  });
  const figures = async (what) => {
    const frames = await worker.evaluate(() => globalThis.frames.splice(0));
    const part = (list, share) => [...list].sort((one, other) => one - other)[Math.floor(list.length * share)];
    const gaps = frames.slice(1).map(([at], index) => at - frames[index][0]).filter((gap) => gap < 500);
    const took = frames.map(([, duration]) => duration);
    const told = { frames: frames.length, gap: part(gaps, 0.5), gap95: part(gaps, 0.95), took: part(took, 0.5), took95: part(took, 0.95) };
    t.diagnostic(`${what}: ${JSON.stringify(told, (_, value) => (typeof value === "number" ? Math.round(value * 10) / 10 : value))} ms`);
    return told;
  };
  await isWhatItsAddressSays(page);
  // Until it is quiet.
  let settling = { frames: 0 };
  for (let wait = 0; wait < 20; wait += 1) {
    await page.waitForTimeout(1000);
    const now = await figures("settling");
    if (now.frames === 0) break;
    settling = now;
  }
  await canvas.scrollIntoViewIfNeeded();
  const box = await canvas.boundingBox();
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.evaluate(async ([x, y]) => {
    const stage = document.querySelector(".stage");
    for (let frame = 0, end = performance.now() + 2000; performance.now() < end; frame += 1) {
      await new Promise(requestAnimationFrame);
      stage.dispatchEvent(new PointerEvent("pointermove", {
        bubbles: true, buttons: 1, pointerId: 1, pointerType: "mouse",
        clientX: x + 150 * Math.sin(frame / 20), clientY: y + 80 * Math.cos(frame / 20),
      }));
    }
  }, [x, y]);
  await page.mouse.up();
  const moving = await figures("moving");
  // What a frame takes is ours; how often one is shown, and the time for which other work holds the processors in the
  // midst of a frame, are the machine's, which has no GPU: half of the frames tell what ours is.
  for (const { frames, took, gap } of [settling, moving].filter((one) => one.frames > 0)) {
    assert.ok(took < 1000 / 60 / 2, `a frame takes ${took} ms`);
    assert.ok(gap < 2.2 * (1000 / 60), `${frames} frames, ${gap} ms apart`);
  }
  assert.ok(moving.frames > 30, `${moving.frames} frames in two seconds`);

  // By keys: from name to name, and one opened.
  await canvas.focus();
  await page.keyboard.press("ArrowRight");
  await page.locator(".picked").getByRole("link").first().waitFor();
  const first = await page.locator(".picked .card-link").textContent();
  await page.keyboard.press("ArrowLeft");
  await page.keyboard.press("ArrowUp");
  await page.waitForFunction((name) => document.querySelector(".picked .card-link").textContent !== name, first);
  await page.keyboard.press("Enter");
  await page.waitForURL(/open=/);
  await page.locator(".network:not([aria-busy])").waitFor();
  assert.equal(await canvas.count(), 1);
  // Where few are left, they are links again.
  await page.fill("[name=nodes]", "50");
  await page.locator("svg.graph").waitFor();
  assert.equal(await canvas.count(), 0);
  assert.deepEqual(page.complaints, []);
});

test("a canvas that can't be handed over is drawn by the page", async () => {
  const page = await open();
  await page.addInitScript(() => { delete HTMLCanvasElement.prototype.transferControlToOffscreen; });
  await page.goto(site + crowd);
  await page.locator("canvas.graph").waitFor();
  await page.waitForFunction(() => {
    const canvas = document.querySelector("canvas.graph");
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    return new Set(new Uint32Array(data.buffer)).size > 50;
  });
  assert.equal(page.workers().length, 0);
  assert.deepEqual(page.complaints, []);
});

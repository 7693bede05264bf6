// Every page of the console: readable by all, in both themes, at three widths, by keyboard, without a script, with the
// database or the host away and back, and beside a crawl.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { connect, createServer } from "node:net";
import { after, test } from "node:test";
import { ask, close, go, inside, open, places, site, world } from "./console.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

after(close);

async function findings(page) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => globalThis.axe.run());
  return violations.map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`);
}

/** A way to an address that can be shut. */
async function door(to, at = 0) {
  const open = new Set();
  const server = createServer((caller) => {
    const called = connect(Number(new URL(to).port), "127.0.0.1");
    for (const end of [caller, called]) {
      open.add(end);
      end.on("error", () => end.destroy()).on("close", () => open.delete(end));
    }
    caller.pipe(called).pipe(caller);
  });
  await new Promise((ready) => server.listen(at, "127.0.0.1", ready));
  const { port } = server.address();
  return {
    port, url: `http://127.0.0.1:${port}`,
    shut() {
      server.close();
      for (const end of open) end.destroy();
    },
  };
}

for (const scheme of ["light", "dark"]) {
  for (const width of [320, 768, 1280]) {
    test(`${scheme}, ${width} pixels`, async (t) => {
      const page = await inside({ width, scheme });
      for (const place of places) {
        await t.test(`/${place}`, async () => {
          await go(page, place);
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${wide} pixels wider than the window`);
          assert.deepEqual(await findings(page), []);
          assert.deepEqual(page.complaints.splice(0), []);
        });
      }
      const outside = await open({ width, scheme });
      await go(outside, "sign-in");
      assert.deepEqual(await findings(outside), []);
    });
  }
}

test("by keyboard alone", async () => {
  const page = await inside();
  await go(page, "");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  const seen = new Set();
  for (let press = 0; press < 100; press += 1) {
    await page.keyboard.press("Tab");
    const here = await page.evaluate(() => {
      const at = document.activeElement;
      const ring = getComputedStyle(at);
      return { end: at === document.body, label: at.textContent.trim(), shown: ring.outlineStyle !== "none" && parseFloat(ring.outlineWidth) > 0 };
    });
    if (here.end) break;
    if (here.label) assert.ok(here.shown, `${here.label} shows no focus`);
    seen.add(here.label);
  }
  for (const label of ["Work", "Sign out", "Pause", "Call the workers"]) assert.ok(seen.has(label), label);
  // The page is made anew every few seconds; whoever is on a button stays on it.
  const pause = page.getByRole("button", { name: "Pause" }).nth(2);
  await pause.focus();
  await ask("start_artist_discovery", { artist_name: "Nobody Whom Anybody Knows" });
  await page.waitForTimeout(6500);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Pause");
});

test("without a script it is all there", async () => {
  const page = await inside({ script: false });
  await go(page, "");
  assert.equal(await page.locator(".stage").count(), 5);
  assert.match(await page.content(), /http-equiv="refresh" content="30; url=\/console\?check=1"/);
  await page.getByRole("link", { name: "Ask now" }).first().click();
  assert.match(await page.textContent("#outside"), /redis.*answers/s);
});

test("a page says when it stands still, and goes on by itself", async () => {
  const way = await door(site);
  const page = await inside({ origin: way.url });
  await page.locator("#outside dl").waitFor();
  way.shut();
  await page.locator("#stale", { hasText: "Stale since" }).waitFor({ timeout: 20_000 });
  assert.equal(await page.locator(".stage").count(), 5);
  // What it can't do itself it says, with the command.
  await page.locator("#stale summary:visible").click();
  assert.match(await page.locator("#stale").innerText(), /journalctl --unit linernotes /);
  const again = await door(site, way.port);
  await page.locator("#stale").waitFor({ state: "hidden", timeout: 20_000 });
  again.shut();
  page.complaints.splice(0);
});

test("the database away and back", async () => {
  const page = await inside({ origin: world.away.url }).catch((error) => error);
  // The sign-in itself needs no database.
  assert.ok(!(page instanceof Error), String(page));
  const answer = await go(page, "", world.away.url);
  assert.equal(answer.status(), 503);
  assert.match(await page.textContent("main"), /The database does not answer.*can't be reached/s);
  assert.doesNotMatch(await page.content(), /sb_secret|panicked|\.rs:/);
  await page.locator("main summary").click();
  assert.match(await page.textContent("main"), /systemctl restart postgresql/);
  // Nobody loads it again: its script asks until there is a page.
  const way = await door(site, world.away.port);
  await page.locator(".stage").first().waitFor({ timeout: 20_000 });
  way.shut();
  await page.locator("#stale", { hasText: "the database does not answer" }).waitFor({ timeout: 40_000 });
  const again = await door(site, world.away.port);
  await page.locator("#stale").waitFor({ state: "hidden", timeout: 20_000 });
  again.shut();
});

test("a provider that is down is told in words: since when, its next probe, who waits; and its last failure", async () => {
  const page = await inside({ width: 390, height: 844 });
  const report = (spotify) => ask("commit_batch", {
    queue_name: "drill_one", run_id: "33333333-3333-4333-8333-333333333333", outcomes: [], report: { providers: { wikidata: spotify } },
  });
  await report({ requests: 3, failures: 3, down: "status 503", failure: "status 503" });
  await go(page, "");
  const line = page.locator("#providers tr", { hasText: "wikidata" });
  assert.match(await line.innerText(), /down since \d+ s ago \(status 503\): (next probe in \d+ s|probed now), \d+ messages? waiting/);
  assert.match(await line.innerText(), /last failure \d+ s ago: status 503/);
  assert.match(await page.locator(".reasons").innerText(), /wikidata is down \(status 503\)/);
  await report({ requests: 1, answered_ms_ago: 0 });
  await go(page, "");
  assert.match(await line.innerText(), /^wikidata\s+budget[^]*last failure \d+ s ago: status 503/);
});

test("where the verdict turns the functions are asked at once, and what was pressed can still be read", async () => {
  const page = await inside();
  await go(page, "?did=called");
  await page.locator("#outside dl").waitFor();
  const asked = page.waitForRequest(/\/console\/outside$/, { timeout: 12_000 });
  await page.evaluate(() => { document.querySelector("#outside-reasons").dataset.level = "unhealthy"; });
  await asked;
  assert.match(await page.locator("#verdict .notice").textContent(), /^The workers are called/);
  await page.locator("#verdict .notice").waitFor({ state: "detached", timeout: 30_000 });
});

test("a hidden page asks nobody", async () => {
  const page = await inside();
  await page.locator("#outside dl").waitFor();
  let asked = 0;
  page.on("request", () => { asked += 1; });
  await page.evaluate(() => {
    Object.defineProperty(document, "hidden", { value: true, configurable: true });
    document.dispatchEvent(new Event("visibilitychange"));
  });
  await page.waitForTimeout(7000);
  assert.equal(asked, 0);
});

test("beside a crawl of fifty artists the figures are the database's, at once", async (t) => {
  // One operator looks: the pages that other tests left open would go on asking, each every few seconds.
  await close();
  const page = await inside();
  const times = [];
  let slowest = { took: 0, path: "" };
  // What the machine takes in the same moments for a page that asks nobody.
  const empty = [];
  const nothing = () => page.evaluate(async () => {
    const start = performance.now();
    await (await fetch("/console/sign-in")).text();
    return performance.now() - start;
  });
  page.on("requestfinished", async (request) => {
    // The functions are asked after the page is there, and wait for the providers.
    const { pathname, search } = new URL(request.url());
    if (/^\/console(?!\/(assets|outside|sign-in))/.test(pathname)) {
      const took = request.timing().responseEnd;
      times.push(took);
      if (took > slowest.took) slowest = { took, path: pathname + search };
    }
  });
  // One after the other: fifty at once would be a burst of clients, and no crawl.
  for (const artist_name of world.crawl) await ask("start_artist_discovery", { artist_name });
  const stage = page.locator(".stage").nth(2);
  const figure = async () => {
    const [shown, at] = await page.evaluate(() => [
      [...document.querySelectorAll(".stage")].map((stage) =>
        Number([...stage.querySelectorAll(".facts div")].find((fact) => fact.textContent.startsWith("done in")).querySelector("dd").textContent.replaceAll(",", ""))),
      document.querySelector("#verdict time").dateTime,
    ]);
    return { shown, at };
  };
  const done = async () => (await ask("get_pipeline_status")).stages.map((one) => one.done_last_hour);
  for (let round = 0; round < 6; round += 1) {
    const before = await done();
    await page.reload();
    const { shown } = await figure();
    const behind = await done();
    shown.forEach((value, at) =>
      assert.ok(before[at] <= value && value <= behind[at], `stage ${at}: ${before[at]} ≤ ${value} ≤ ${behind[at]}`));
    for (const place of ["work?queue=track_discovery", "discoveries", "dead-letters", "issues", "settings", ""]) {
      await go(page, place);
      empty.push(await nothing());
    }
    // The page is made anew meanwhile.
    await page.waitForTimeout(5500);
  }
  assert.equal(await stage.count(), 1);
  for (const list of [times, empty]) list.sort((a, b) => a - b);
  const at = (list, part) => Math.round(list[Math.floor((list.length - 1) * part)]);
  // 300 ms is promised where nothing else runs; a machine that is busy with other things shows it by a page that asks nobody.
  const limit = 300 + 3 * at(empty, 1);
  const figures = `${times.length} requests: p50 ${at(times, 0.5)} ms, p95 ${at(times, 0.95)} ms, most ${at(times, 1)} ms (${slowest.path}); `
    + `an empty page p50 ${at(empty, 0.5)} ms, most ${at(empty, 1)} ms; the limit is ${limit} ms`;
  t.diagnostic(figures);
  assert.ok(at(times, 1) <= limit, figures);
});

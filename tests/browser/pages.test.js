// Every page, in both themes, narrow and wide: readable by all, within its width, by its policy.

import assert from "node:assert/strict";
import { createRequire } from "node:module";
import { readFileSync } from "node:fs";
import { after, test } from "node:test";
import { close, open, pages, site } from "./explorer.js";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

after(close);

for (const [scheme, widths] of [["light", [320, 768, 1280]], ["dark", [320, 1280]]]) {
  for (const width of widths) {
    test(`${scheme}, ${width} pixels`, async (t) => {
      const page = await open({ width, scheme });
      for (const [name, path] of Object.entries(pages)) {
        await t.test(name, async () => {
          await page.goto(site + path, { waitUntil: "load" });
          const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
          assert.ok(wide <= 0, `${wide} pixels wider than the window`);
          await page.evaluate(axe);
          const { violations } = await page.evaluate(() => globalThis.axe.run());
          const findings = violations.map(({ id, nodes }) => `${id}: ${nodes[0].html} ${nodes[0].failureSummary}`);
          assert.deepEqual(findings, []);
          assert.deepEqual(page.complaints.splice(0), []);
        });
      }
    });
  }
}

test("the catalogue away", async () => {
  const { away } = (await import("./explorer.js")).world;
  const page = await open();
  const response = await page.goto(`${away}/`);
  assert.equal(response.status(), 503);
  assert.match(response.headers()["retry-after"], /^\d+$/);
  assert.equal(await page.textContent("h1"), "The catalogue does not answer");
  assert.equal(await page.locator("main form[role=search]").count(), 1);
  assert.doesNotMatch(await page.content(), /sb_secret|sb_publishable|127\.0\.0\.1|panicked|\.rs:/);
  assert.deepEqual(page.complaints, []);
});

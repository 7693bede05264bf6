// The ways of a reader: by search, by links, by keyboard alone, and without a script.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { close, open, site, world } from "./explorer.js";

const path = (page) => new URL(page.url()).pathname;
const { producer, other_producer: other } = world;

after(close);

test("from a search to a source and back", async () => {
  const page = await open();
  await page.goto(`${site}/`);
  await page.fill("#home-search", producer.name.toLowerCase());
  const option = page.getByRole("option", { name: producer.name }).first();
  await option.click();
  await page.waitForURL(`**/producers/${producer.id}`);
  assert.equal(await page.textContent("h1"), producer.name);

  await page.getByRole("link", { name: "See the network" }).click();
  await page.waitForURL(`**/graph/producer/${producer.id}`);
  await page.locator(`svg.graph a[href="/producers/${other.id}"]`).click();
  await page.waitForURL(`**/graph/producer/${producer.id}?open=${other.id}`);
  await page.locator(".picked").getByRole("link", { name: other.name }).click();
  await page.waitForURL(`**/producers/${other.id}`);

  await page.getByRole("link", { name: "How are they connected to …?" }).click();
  await page.waitForURL(`**/connect?from=${other.id}`);
  await page.fill("#to", producer.name);
  await page.getByRole("option", { name: producer.name }).first().click();
  await page.getByRole("button", { name: "Connect" }).click();
  await page.waitForURL(`**/connect?from=${other.id}&to=${producer.id}`);
  assert.deepEqual(
    await page.locator(".way .stop .card-link").allTextContents().then((names) => [names.at(0), names.at(-1)]),
    [other.name, producer.name]);

  await page.locator(".way .via a[href^='/tracks/']").first().click();
  await page.waitForURL("**/tracks/*");
  await page.locator("details.evidence summary").first().click();
  const source = page.locator("details[open] a.external").first();
  const href = await source.getAttribute("href");
  assert.match(href, /^https?:/);
  await source.click();
  await page.waitForURL(href);
  for (const back of ["/tracks/", "/connect", "/connect", `/producers/${other.id}`, "/graph/", "/graph/", `/producers/${producer.id}`]) {
    await page.goBack();
    assert.ok(path(page).startsWith(back), `${path(page)} is not ${back}`);
  }
  assert.deepEqual(page.complaints, []);
});

test("a shared address opens the same view", async () => {
  for (const start of [
    `/producers/${producer.id}`, `/graph/producer/${producer.id}?tracks=2&role=production&depth=2`,
    `/connect?from=${producer.id}&to=${other.id}`, `/search?q=${encodeURIComponent(other.name)}&kind=producers`,
  ]) {
    const [one, another] = [await open(), await open()];
    await one.goto(site + start);
    const filter = one.locator(".filters a[aria-current]").first();
    if (start.startsWith("/producers")) {
      await one.locator(".filters a").nth(1).click();
      await one.waitForURL("**?role=*");
      await filter.waitFor();
    }
    await another.goto(one.url());
    const view = (page) => page.locator("main").innerHTML();
    assert.equal(await view(another), await view(one), start);
  }
});

test("all of it without a script", async () => {
  const page = await open({ script: false });
  await page.goto(`${site}/`);
  await page.fill("#home-search", producer.name);
  await page.press("#home-search", "Enter");
  await page.waitForURL("**/search?q=*");
  await page.locator(`main a[href="/producers/${producer.id}"]`).first().click();
  await page.waitForURL(`**/producers/${producer.id}`);
  await page.locator(".filters a").nth(1).click();
  await page.waitForURL("**?role=*");
  await page.getByRole("link", { name: "See the network" }).click();
  await page.waitForURL(`**/graph/producer/${producer.id}`);
  await page.fill("input[name=tracks]", "2");
  await page.getByRole("button", { name: "Show" }).click();
  await page.waitForURL("**tracks=2**");
  assert.ok(await page.locator("#table tbody tr").count() > 0);
  await page.goto(`${site}/connect`);
  await page.fill("#from", producer.name);
  await page.fill("#to", other.name);
  await page.getByRole("button", { name: "Connect" }).click();
  // Where several are called so, one is chosen by a link.
  for (let more = 0; more < 2 && (await page.locator(".way").count()) === 0; more += 1) {
    await page.locator("main .card-link").first().click();
  }
  assert.ok(await page.locator(".way .via a[href^='/tracks/']").count() > 0);
  await page.locator(".way .via a[href^='/tracks/']").first().click();
  await page.waitForURL("**/tracks/*");
  await page.locator("details.evidence summary").first().click();
  assert.ok(await page.locator("details[open] pre").first().isVisible());
});

test("by keyboard alone", async () => {
  const page = await open();
  await page.goto(`${site}/`);
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "Skip to the content");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Tab");
  assert.equal(await page.evaluate(() => document.activeElement.id), "home-search");
  const input = page.locator("#home-search");
  assert.equal(await input.getAttribute("role"), "combobox");
  assert.equal(await input.getAttribute("aria-expanded"), "false");
  await page.keyboard.type(producer.name.slice(0, 5));
  await page.getByRole("option").first().waitFor();
  assert.equal(await input.getAttribute("aria-expanded"), "true");
  assert.equal(await input.getAttribute("aria-activedescendant"), null);
  await page.keyboard.press("ArrowDown");
  const selected = page.locator("[role=option][aria-selected=true]");
  assert.equal(await selected.getAttribute("id"), await input.getAttribute("aria-activedescendant"));
  await page.keyboard.press("ArrowUp");
  assert.equal(await selected.count(), 1);
  await page.keyboard.press("Escape");
  assert.equal(await input.getAttribute("aria-expanded"), "false");
  assert.equal(await input.inputValue(), producer.name.slice(0, 5));
  await page.keyboard.press("ArrowDown");
  await page.getByRole("option").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForURL("**/producers/*");

  await page.goto(`${site}/graph/producer/${producer.id}`);
  const zoom = page.getByRole("button", { name: "Zoom in" });
  const before = await page.locator("svg.graph").getAttribute("viewBox");
  await zoom.focus();
  await page.keyboard.press("Enter");
  assert.notEqual(await page.locator("svg.graph").getAttribute("viewBox"), before);
  await page.keyboard.press("0");
  assert.equal(await page.locator("svg.graph").getAttribute("viewBox"), before);
  const head = page.getByRole("button", { name: "Person" });
  await head.focus();
  await page.keyboard.press("Enter");
  assert.equal(await page.locator("th[aria-sort=descending]").count(), 1);
  await page.locator("svg.graph a:not(.asked)").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\?open=/);
  assert.equal(await page.evaluate(() => document.activeElement.matches("svg.graph a:not(.asked)")), true);
  await page.locator("#table tbody a").first().focus();
  await page.keyboard.press("Enter");
  await page.waitForURL(/\/producers\//);
  assert.deepEqual(page.complaints, []);
});

test("an answer that comes late is dropped", async () => {
  const page = await open();
  await page.route("**/search.json*", async (route) => {
    const isSlow = new URL(route.request().url()).searchParams.get("q").length < 4;
    await new Promise((done) => setTimeout(done, isSlow ? 600 : 0));
    await route.continue().catch(() => {});
  });
  await page.goto(`${site}/`);
  await page.locator("#home-search").pressSequentially("zzz", { delay: 0 });
  await page.waitForTimeout(200);
  await page.fill("#home-search", producer.name);
  await page.getByRole("option", { name: producer.name }).first().waitFor();
  await page.waitForTimeout(700);
  assert.ok(await page.getByRole("option", { name: producer.name }).first().isVisible());
});

// Who is let in, as what, and from where.

import assert from "node:assert/strict";
import { createServer } from "node:http";
import { after, test } from "node:test";
import { ask, close, cookie, go, inside, noted, open, rows, secret, site, world } from "./console.js";

after(close);

const now = () => Math.floor(Date.now() / 1000);
const get = (path, headers = {}) => fetch(site + path, { headers, redirect: "manual" });
const post = (path, headers = {}, body = "") =>
  fetch(site + path, {
    method: "POST", redirect: "manual", body, headers: { "content-type": "application/x-www-form-urlencoded", ...headers },
  });

test("a wrong secret is refused, and slower each time", async () => {
  const page = await open();
  await go(page, "settings");
  assert.match(page.url(), /sign-in\?next=%2Fconsole%2Fsettings$/);
  const times = [];
  for (const wrong of ["wrong", `${secret}x`]) {
    await page.fill("#secret", wrong);
    const start = Date.now();
    await Promise.all([page.waitForResponse((response) => response.request().method() === "POST"), page.keyboard.press("Enter")]);
    await page.getByRole("alert").waitFor();
    times.push(Date.now() - start);
    assert.equal(await page.getByRole("alert").textContent(), "That is not the secret.");
  }
  assert.ok(times[0] >= 500 && times[1] >= 1000, `${times} ms`);
  await go(page, "settings");
  await page.fill("#secret", secret);
  await page.keyboard.press("Enter");
  await page.waitForURL(`${site}/console/settings`);
  const events = await rows("monitoring_events", "select=event_type,details&event_type=in.(operator_signed_in,operator_refused)");
  assert.equal(events.filter((event) => event.event_type === "operator_refused").length, 2);
  assert.deepEqual(events.find((event) => event.event_type === "operator_signed_in").details.operator, { kind: "operator", address: "127.0.0.1" });
  const cookies = await page.context().cookies();
  const session = cookies.find(({ name }) => name === "linernotes_session");
  assert.deepEqual([session.httpOnly, session.sameSite, session.path], [true, "Strict", "/console"]);
  assert.ok(Math.abs(session.expires - now() - 12 * 3600) < 60);
  assert.ok(!cookies.some(({ value }) => value.includes(secret)));
  await page.getByRole("button", { name: "Sign out" }).click();
  await page.waitForURL(/sign-in\?out=1$/);
  assert.equal((await page.context().cookies()).length, 0);
  assert.deepEqual(page.complaints, []);
});

test("a session ends, and nobody makes one", async () => {
  for (const [value, wanted] of [
    [cookie("operator", now() + 60), 200], [cookie("operator", now() - 1), 303], [cookie("operator", now() + 60, "another"), 303],
    [cookie("operator", now() + 60).replace("operator", "viewer"), 303], ["linernotes_session=", 303], ["a=b", 303],
  ]) {
    assert.equal((await get("/console/settings", { cookie: value })).status, wanted, value);
  }
  // The script is told, so that it does not show a form in a page.
  assert.equal((await get("/console?part=live")).status, 401);
});

test("a secret is not taken over an open connection", async () => {
  const open = { "x-forwarded-host": "music.example", "sec-fetch-site": "same-origin" };
  const sure = { ...open, "x-forwarded-proto": "https" };
  // The gateway writes the host itself, so the functions' host is asked.
  const at = (headers, method, body) => fetch(`${world.direct}/console/sign-in`, {
    method, headers: { ...headers, "content-type": "application/x-www-form-urlencoded" }, body, redirect: "manual" });
  const page = await at(open, "GET");
  assert.equal(page.status, 403);
  assert.doesNotMatch(await page.text(), /type="password"/);
  assert.equal((await at(open, "POST", `secret=${secret}`)).status, 403);
  const let_in = await at(sure, "POST", `secret=${secret}`);
  assert.equal(let_in.status, 303);
  const cookies = let_in.headers.getSetCookie();
  assert.match(cookies[0], /^__Host-linernotes_session=operator\.\d+\.[0-9a-f]{64}; Path=\/; HttpOnly; Max-Age=43200; SameSite=Strict; Secure$/);
  // The name of the one is not taken for the other, nor is any over an open connection.
  const home = (headers) => fetch(`${world.direct}/console/settings`, { headers, redirect: "manual" });
  const bound = cookies[0].split(";")[0];
  assert.equal((await home({ ...sure, cookie: bound })).status, 200);
  assert.equal((await home({ ...open, cookie: bound })).status, 303);
  assert.equal((await home({ ...sure, cookie: bound.replace("__Host-", "") })).status, 303);
  assert.equal((await home({ ...open, cookie: cookie("operator", now() + 60) })).status, 303);
});

test("nobody is sent elsewhere", async () => {
  for (const next of ["https://evil.example/", "//evil.example", "/consolation", "/", "javascript:alert(1)", "/console/\r\nset-cookie: a=b"]) {
    const answer = await post("/console/sign-in", { "sec-fetch-site": "same-origin" }, new URLSearchParams({ secret, next }).toString());
    assert.equal(answer.headers.get("location"), "/console", next);
  }
});

test("a viewer looks, and a forged request changes nothing", async () => {
  const page = await inside({ shown: world.viewer });
  for (const place of ["", "work", "dead-letters", "issues", "settings", "discoveries", `artists/${world.artist}`]) {
    await go(page, place);
    const buttons = await page.locator("main form[method=post]:not([action^='/console/settings']):not([action^='/console/queues'])").count();
    assert.equal(buttons, 0, place);
    assert.equal(await page.locator("main button:enabled:not(form[method=get] button)").count(), 0, place);
  }
  const before = await noted();
  await go(page, "");
  const statuses = await page.evaluate(async () => {
    const done = [];
    for (const path of ["queues/track_discovery/pause", "dead-letters/replay", "settings/run_budget_seconds", "tools/call"]) {
      const body = new URLSearchParams({ queue: "track_discovery", value: "1", error: "x", before: "2026-01-01" });
      done.push((await fetch(`/console/${path}`, { method: "POST", body })).status);
    }
    return done;
  });
  assert.deepEqual(statuses, [403, 403, 403, 403]);
  assert.deepEqual(await noted(), before);
  const [queue] = await rows("queue_registry", "queue_name=eq.track_discovery&select=active");
  assert.equal(queue.active, true);
  assert.deepEqual(page.complaints, []);
});

test("a form of another page changes nothing", async () => {
  const before = await noted();
  const operator = await inside();
  const served = createServer((_, response) => {
    response.setHeader("content-type", "text/html");
    response.end(`<form method="post" action="${site}/console/queues/album_discovery/pause"><button>Win</button></form>`);
  });
  await new Promise((ready) => served.listen(0, "127.0.0.1", ready));
  const { port } = served.address();
  // Another port is the same site, another name another one.
  for (const host of ["127.0.0.1", "localhost"]) {
    await operator.goto(`http://${host}:${port}/`);
    const [answer] = await Promise.all([
      operator.waitForResponse((response) => response.url().includes("/pause")), operator.click("button"),
    ]);
    assert.equal(answer.status(), 403, host);
  }
  served.close();
  const headers = { cookie: cookie("operator", now() + 60) };
  for (const site of ["cross-site", "same-site", "none"]) {
    assert.equal((await post("/console/queues/album_discovery/pause", { ...headers, "sec-fetch-site": site })).status, 403, site);
  }
  assert.equal((await post("/console/queues/album_discovery/pause", headers)).status, 403);
  const ours = { ...headers, "sec-fetch-site": "same-origin" };
  assert.equal((await post("/console/queues/album_discovery/pause", { "sec-fetch-site": "same-origin" })).status, 401);
  for (const method of ["PUT", "DELETE", "PATCH"]) {
    assert.equal((await fetch(`${site}/console/settings`, { method, headers: ours })).status, 405, method);
    assert.equal((await fetch(`${site}/console/sign-in`, { method, headers: ours })).status, 405, method);
  }
  // What changes something is no address to go to, whatever stands in it.
  for (const path of [
    "queues/album_discovery/pause", "tools/call", "work/album_discovery/1/release", "work/album_discovery/delete?id=1",
    "dead-letters/replay?queue=album_discovery&error=x&before=2026-01-01", "sign-out",
  ]) {
    assert.ok((await get(`/console/${path}`, ours)).status < 500, path);
  }
  assert.deepEqual(await noted(), before);
  // Values of an address that can't be are named, and no fault of the server.
  for (const path of ["history?before=soon", "issues?before=%00", "work?queue=album_discovery&after=x", "work?order=sideways", "discoveries/x%27y"]) {
    assert.ok([400, 404].includes((await get(`/console/${path}`, headers)).status), path);
  }
  const [queue] = await rows("queue_registry", "queue_name=eq.album_discovery&select=active");
  assert.equal(queue.active, true);
});

test("every answer forbids what a page does not need, and is kept by nobody", async () => {
  const headers = { cookie: cookie("operator", now() + 60) };
  for (const path of ["/console", "/console/sign-in", "/console/nothing", "/console/settings"]) {
    const answer = await get(path, headers);
    assert.equal(answer.headers.get("cache-control"), "no-store", path);
    assert.match(answer.headers.get("content-security-policy"), /^default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;.* frame-ancestors 'none'$/);
    assert.equal(answer.headers.get("x-content-type-options"), "nosniff");
    assert.doesNotMatch(await answer.text(), /sb_secret|panicked|\.rs:/);
  }
  // The database is asked with a key that no page shows.
  assert.equal(typeof (await ask("get_pipeline_status")).overall_status, "string");
});

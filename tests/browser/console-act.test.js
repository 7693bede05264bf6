// Everything that can be pressed: what it changes, and that it is noted.

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { ask, close, go, inside, noted, rows, site, world } from "./console.js";

after(close);

const queue = async (name) => (await rows("queue_registry", `queue_name=eq.${name}`))[0];
const press = async (page, name, scope = page) => {
  await Promise.all([page.waitForNavigation(), scope.getByRole("button", { name, exact: true }).first().click()]);
};
/** The latest note, which must be of this action. */
async function last(action) {
  const [note] = await noted();
  assert.equal(note.action, action);
  assert.deepEqual(note.operator, { kind: "operator", address: "127.0.0.1" });
  return note;
}

test("three lines for ten thousand dead letters; one kind is replayed as it was shown", async () => {
  const page = await inside();
  await go(page, "dead-letters");
  const groups = page.locator(".groups > li");
  assert.equal(await groups.count(), 3);
  assert.deepEqual(await groups.locator(".amount").allTextContents(), ["6,000", "3,000", "1,000"]);
  const spotify = groups.nth(1);
  assert.match(await spotify.textContent(), /api\.spotify\.com\/v1\/albums\/…\/tracks\?…: no answer/);
  const [{ error_kind: error }] = (await ask("list_dead_letter_groups")).groups.filter((group) => group.letters === 3000);

  // One more of the kind comes after the page was made: it is not what was shown.
  const run = { queue_name: "drill_two", run_id: "11111111-1111-4111-8111-111111111111" };
  const late = await ask("pg_enqueue", { queue_name: "drill_two", message_body: { _idempotencyKey: "late" } });
  await ask("dequeue_batch", run);
  await ask("commit_batch", {
    ...run, report: { end_run: true },
    outcomes: [{
      msg_id: String(late), read_ct: 1, outcome: "dead",
      error: { code: "provider_failed", message: "https://api.spotify.com/v1/albums/4dpARuHxo51G3z768sgnrY/tracks?offset=7: no answer within 10000 ms" },
    }],
  });
  assert.equal((await ask("list_dead_letter_groups")).groups[1].letters, 3001);
  await press(page, "Replay 3,000", spotify);
  assert.equal(await page.getByRole("status").filter({ hasText: "Replayed" }).textContent(), "Replayed 3,000 of 3,000 that were shown.");
  assert.deepEqual(await groups.locator(".amount").allTextContents(), ["6,000", "1,000", "1"]);
  assert.deepEqual((await ask("list_dead_letter_groups")).groups.map((group) => group.letters), [6000, 1000, 1]);
  const note = await last("replay_dead_letters");
  assert.deepEqual(note.result, { done: 3000, left: 0 });
  assert.equal(note.arguments.error_kind, error);
  assert.deepEqual(page.complaints, []);
});

test("two who press at once do it once; a group that changed says what is left", async () => {
  const [one, other] = [await inside(), await inside()];
  await go(one, "dead-letters");
  await go(other, "dead-letters");
  const notes = (await noted()).length;
  await Promise.all([one, other].map((page) => press(page, "Replay 6,000")));
  const said = await Promise.all([one, other].map((page) => page.locator("p.notice").textContent()));
  assert.deepEqual(said.sort(), [
    "Replayed 0 of 6,000 that were shown; the others were gone already.", "Replayed 6,000 of 6,000 that were shown.",
  ]);
  assert.equal((await noted()).length, notes + 1);
});

test("dead letters are discarded after a question, and one by one", async () => {
  const page = await inside();
  await go(page, `dead-letters/drill_two/${world.letter}`);
  await press(page, "Replay it");
  await last("replay_dead_letters");
  await go(page, "dead-letters");
  await page.getByRole("link", { name: /^Discard 999/ }).click();
  assert.match(await page.textContent("main"), /deleted for good/);
  await press(page, "Discard 999 dead letters");
  assert.equal(await page.locator("p.notice").textContent(), "Discarded 999 of 999 that were shown.");
  assert.deepEqual((await last("discard_dead_letters")).result, { done: 999, left: 0 });
  assert.deepEqual((await ask("list_dead_letter_groups")).groups.map((group) => group.letters), [1]);
});

test("a message is found by two things at once, shown whole, released and deleted", async () => {
  const page = await inside();
  await go(page, "work?queue=drill_one");
  await page.getByLabel("holds").fill("alert(3)");
  await page.getByLabel("older than").selectOption("60");
  await press(page, "Filter");
  assert.match(page.url(), /queue=drill_one.*age=60.*q=alert/);
  assert.equal(await page.locator(".message").count(), 1);
  await page.locator(".message .row-title").click();
  // A name that is markup is text.
  assert.match(await page.locator("pre.data").textContent(), /<img src=x onerror=alert\(3\)>/);
  assert.equal(await page.locator("img, [onerror], [onclick], script:not([src])").count(), 0);
  await press(page, "Release now");
  assert.match(await page.locator("p.notice").textContent(), /^Released/);
  await last("release_messages");
  await go(page, `work/social_enrichment/${world.message}`);
  await page.getByRole("link", { name: "Delete…" }).click();
  assert.match(await page.textContent("main"), /What is lost: the producer's profile stays as it is/);
  await press(page, "Delete it");
  assert.equal(await ask("get_queue_message", { queue_name: "social_enrichment", message_id: world.message }), null);
  assert.deepEqual((await last("delete_messages")).arguments.message_ids, [Number(world.message)]);
  assert.deepEqual(page.complaints, []);
});

test("messages that are ticked are released at once, and deleted after a question", async () => {
  const marks = ["ticked one", "ticked two", "ticked three"];
  for (const artistName of marks) await ask("pg_enqueue", { queue_name: "drill_three", message_body: { artistName } });
  const page = await inside({ width: 390, height: 844 });
  await go(page, "work?queue=drill_three&q=ticked&order=newest");
  assert.match(await page.locator(".message").first().textContent(), /ticked three/);
  const release = page.getByRole("button", { name: /^Release/ });
  assert.equal(await release.isDisabled(), true);
  await page.locator(".message", { hasText: "ticked one" }).getByRole("checkbox").check();
  // What is ticked stays so when the page is made anew, and so does what is said of it.
  await ask("pg_enqueue", { queue_name: "drill_three", message_body: { artistName: "ticked four" } });
  await page.locator(".message", { hasText: "ticked four" }).waitFor({ timeout: 12_000 });
  await press(page, "Release 1");
  assert.match(await page.locator("p.notice").textContent(), /^Released/);
  assert.equal((await last("release_messages")).arguments.message_ids.length, 1);
  await go(page, "work?queue=drill_three&q=ticked");
  await page.getByLabel("all of these").check();
  await page.locator(".message", { hasText: "ticked four" }).getByRole("checkbox").uncheck();
  await press(page, "Delete 3…");
  assert.match(await page.textContent("main"), /Delete 3 messages\?/);
  assert.equal((await ask("list_queue_messages", { queue_name: "drill_three", search: "ticked" })).items.length, 4);
  await press(page, "Delete 3 messages");
  assert.equal(await page.locator("p.notice").textContent(), "Deleted 3 messages.");
  assert.deepEqual((await last("delete_messages")).result, { done: 3, gone: 0 });
  assert.equal((await ask("list_queue_messages", { queue_name: "drill_three", search: "ticked" })).items.length, 1);
  assert.deepEqual(page.complaints, []);
});

test("attempts that failed are listed one by one, times stand still or pass, ids are copied", async () => {
  const run = { queue_name: "drill_three", run_id: "22222222-2222-4222-8222-222222222222" };
  const id = await ask("pg_enqueue", { queue_name: "drill_three", message_body: { _idempotencyKey: "fails", artistName: "<i>fails</i>" } });
  await ask("dequeue_batch", { ...run, batch_size: 100 });
  await ask("commit_batch", { ...run, outcomes: [{
    msg_id: String(id), read_ct: 1, outcome: "retry", error: { code: "provider_failed", message: "status 503 <b>" }, after_ms: 600_000,
  }], report: { end_run: true } });
  const page = await inside();
  await page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
  await go(page, `work/drill_three/${id}`);
  const attempts = page.locator(".attempts li");
  assert.equal(await attempts.count(), 1);
  assert.match(await attempts.innerText(), /attempt 1\s+\d+ s ago\s+provider_failed: status 503 <b>/);
  await page.getByRole("button", { name: "Times in UTC" }).click();
  assert.match(await attempts.innerText(), /attempt 1\s+\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/);
  await page.getByRole("button", { name: "Copy fails" }).click();
  assert.equal(await page.evaluate(() => navigator.clipboard.readText()), "fails");
  await page.getByRole("button", { name: "Hold" }).click();
  let asked = 0;
  page.on("request", () => { asked += 1; });
  await page.waitForTimeout(6000);
  assert.equal(asked, 0);
  assert.match(await page.locator("#pulse").textContent(), /^Stands still since/);
  await page.getByRole("button", { name: "Go on" }).click();
  await page.locator("#pulse", { hasText: "Up to date" }).waitFor();
  await ask("pg_delete_message", { queue_name: "drill_three", message_id: String(id) });
  assert.deepEqual(page.complaints, []);
});

test("a queue is paused and resumed", async () => {
  const page = await inside();
  await go(page, "");
  const stage = page.locator(".stage").nth(2);
  await press(page, "Pause", stage);
  assert.equal((await queue("track_discovery")).active, false);
  await last("pause_queue");
  assert.match(await page.locator(".reasons").textContent(), /track_discovery is paused/);
  // Where the problem stands there is the way out of it.
  await press(page, "Resume", page.locator(".reasons"));
  assert.equal((await queue("track_discovery")).active, true);
  await last("resume_queue");
});

test("settings are changed to what they can be", async () => {
  const page = await inside();
  const setting = async (name) => (await ask("list_settings")).settings.find((one) => one.name === name).value;
  const box = page.locator("[id='run_budget_seconds']");
  for (const [value, wanted] of [["0", 25], ["soon", 25], ["2.5", 25], ["-1", 25], ["40", 40]]) {
    await go(page, "settings");
    await box.locator("input").fill(value);
    await press(page, "Save", box);
    assert.equal(await setting("run_budget_seconds"), wanted, value);
    if (wanted === 25) assert.match(await page.textContent("main"), /value must be/);
  }
  assert.deepEqual((await last("change_setting")).result, { changed: true, former: 25 });
  await go(page, "settings");
  assert.match(await box.innerText(), /Default 25\..*Changed \d+ s ago from 127\.0\.0\.1/s);
  const attempts = page.locator("form[action$='/queues/album_discovery']");
  await attempts.getByLabel("attempts").fill("12");
  await press(page, "Save", attempts);
  assert.equal((await queue("album_discovery")).max_attempts, 12);
  await last("change_queue");
});

test("issues are resolved, the second time by nobody", async () => {
  const page = await inside();
  await go(page, "issues");
  const issue = page.locator(".sheet", { hasText: "a test's own" });
  assert.match(await issue.textContent(), /<b>not bold<\/b>/);
  await press(page, "Resolve", issue);
  assert.match(await page.locator("p.notice").textContent(), /^Resolved/);
  const note = await last("resolve_issue");
  const [row] = await rows("worker_issues", `id=eq.${note.arguments.issue_id}`);
  assert.equal(row.resolved, true);
  const again = await page.evaluate(async (id) => (await fetch(`/console/issues/${id}/resolve`, { method: "POST" })).url, row.id);
  assert.match(again, /did=already$/);
});

test("an artist is asked for and followed to the end", async () => {
  const page = await inside();
  await go(page, "discoveries");
  await page.getByLabel("Discover an artist").fill("Juniper Static");
  await press(page, "Discover");
  assert.match(page.url(), /\/console\/discoveries\/[0-9a-f-]{36}$/);
  await last("start_discovery");
  // Nobody loads the page again: its script does.
  await page.locator(".tag", { hasText: "completed" }).waitFor({ timeout: 60_000 });
  assert.match(await page.textContent("#discovery"), /\d+ albums, \d+ tracks, \d+ credits, \d+ people/);
  await press(page, "Again, forced");
  assert.equal((await last("start_discovery")).arguments.force, true);
  await go(page, "discoveries?q=juniper");
  assert.equal(await page.locator(".message").count(), 2);
  assert.equal(await page.locator(".message", { hasText: "forced" }).count(), 1);
  assert.deepEqual(page.complaints, []);
});

test("deduplication keys are counted, then cleared", async () => {
  const page = await inside();
  await go(page, "keys");
  await page.getByLabel("of", { exact: false }).first().selectOption("artist_discovery");
  await press(page, "Count");
  const amount = Number((await page.locator(".amount").textContent()).replaceAll(",", ""));
  assert.ok(amount > 0);
  await press(page, `Clear ${amount.toLocaleString("en")}`);
  assert.equal(await page.locator("p.notice").textContent(), `Cleared ${amount === 1 ? "1 key" : `${amount.toLocaleString("en")} keys`}.`);
  assert.equal((await last("clear_deduplication_keys")).arguments.deleted, amount);
  await go(page, "keys?queue=artist_discovery&count=1");
  assert.equal(await page.locator(".amount").textContent(), "0");
});

test("the tools do what cron does", async () => {
  const page = await inside();
  for (const [label, action] of [
    ["Call the workers", "call_workers"], ["Mend stuck messages", "mend_stuck_messages"],
    ["Schedule the jobs", "schedule_jobs"], ["Run maintenance", "run_maintenance"],
  ]) {
    await go(page, "");
    await press(page, label);
    await last(action);
    await page.locator("p.notice").waitFor();
  }
});

test("the explorer leads whoever is signed in to what can be done with an artist", async () => {
  const page = await inside();
  await page.goto(`${site}/artists/${world.artist}`);
  await page.getByRole("link", { name: "In the console" }).click();
  await page.waitForURL(new RegExp(`/console/artists/${world.artist}$`));
  await page.getByLabel("Why").fill("a test wants it");
  await Promise.all([page.waitForNavigation(), page.getByRole("button", { name: "Forget Velvet Harbor" }).click()]);
  assert.equal((await last("forget_artist")).arguments.artist_id, world.artist);
  assert.equal((await rows("artists", `id=eq.${world.artist}`)).length, 0);
  await page.context().clearCookies();
  await page.goto(`${site}/producers/${world.producer}`);
  assert.equal(await page.getByRole("link", { name: "In the console" }).count(), 0);
});

test("what was done stands in the history", async () => {
  const page = await inside();
  await go(page, "history");
  const shown = await page.locator(".message").allTextContents();
  const earlier = page.getByRole("link", { name: "Earlier ones" });
  while (await earlier.count()) {
    await Promise.all([page.waitForNavigation(), earlier.click()]);
    shown.push(...await page.locator(".message").allTextContents());
  }
  for (const words of [/forget artist.*operator from 127\.0\.0\.1/s, /change setting.*"former":25/s, /was refused at the sign-in/]) {
    assert.ok(shown.some((line) => words.test(line)), String(words));
  }
});

test("bad fields are named, and nothing is changed", async () => {
  const page = await inside();
  const notes = await noted();
  const answers = await page.evaluate(async () => {
    const done = [];
    for (const [path, fields] of [
      ["dead-letters/replay", { queue: "track_discovery" }], ["dead-letters/replay", { queue: "no_such", error: "x", before: "2026-01-01" }],
      ["dead-letters/replay", { queue: "track_discovery", error: "x", before: "soon" }], ["discoveries", { artist_name: " " }],
      ["discoveries", { artist_name: "x".repeat(600) }], ["queues/no_such/pause", {}], ["settings/no_such", { value: "1" }],
      ["queues/track_discovery", { max_attempts: "0", max_concurrency: "2" }], ["keys", { queue: "no_such" }],
      ["work/track_discovery/x/release", {}], ["tools/destroy", {}], ["issues/x/resolve", {}],
      ["dead-letters/discard", { queue: "track_discovery", error: "x", before: "2026-01-01" }],
      ["work/track_discovery/release", {}], ["work/track_discovery/delete", { id: "1; DROP TABLE x" }],
      ["work/track_discovery/delete", [...Array(101).keys()].map((id) => ["id", String(id)])],
      ["discoveries", { artist_name: "x".repeat(3_000_000) }],
    ]) {
      const answer = await fetch(`/console/${path}`, { method: "POST", body: new URLSearchParams(fields) });
      done.push([path, answer.status, /refused" role="alert"><h1>[^<]*<\/h1><p>([^.<]*)/.exec(await answer.text())?.[1] ?? ""]);
    }
    return done;
  });
  const wanted = [
    [400, /^error is missing/], [400, /^queue_name there is no queue/], [400, /^arguments /], [400, /^artist_name is missing/],
    [400, /^artist_name must be at most 512/], [400, /^queue_name there is no queue/], [400, /^name there is no setting/],
    [400, /^max_attempts is no whole number/], [400, /^queue_name/], [400, /^message has a number/], [404, /./], [404, /./],
    [400, /^sure is missing/], [400, /^id is missing/], [400, /^id is no number/], [400, /^id stands there more than/], [413, /./],
  ];
  answers.forEach(([path, status, words], at) => {
    assert.equal(status, wanted[at][0], `${path}: ${words}`);
    assert.match(words, wanted[at][1], path);
  });
  assert.deepEqual(await noted(), notes);
});

// The console under test: a browser, the database behind it, and hands that press.

import { readFileSync } from "node:fs";
import { createHmac } from "node:crypto";
import { chromium } from "playwright-core";

const read = (variable) => JSON.parse(readFileSync(process.env[variable], "utf8"));

const stack = read("LINERNOTES_STACK_JSON");
/** What the stack holds for these tests, and a second host whose database is away. */
export const world = read("LINERNOTES_WORLD_JSON");
export const site = stack.api_url;
export const secret = stack.function_secret;

/** Every page of the console that can be opened by its address alone. */
export const places = [
  "", "work", `work/social_enrichment/${world.message}`, `work/social_enrichment/${world.message}/delete`, "dead-letters",
  "dead-letters/drill_two", `dead-letters/drill_two/${world.letter}`, "discoveries", `discoveries/${world.discovery}`,
  "issues", "issues?show=resolved", "settings", "keys?count=1", "history", "history?show=all", `artists/${world.artist}`,
  `producers/${world.producer}`, "nothing-here",
];

let browser;

export async function close() {
  await browser?.close();
  browser = undefined;
}

/** A page in a profile of its own; `page.complaints` collects what must not happen. */
export async function open({ width = 1280, scheme = "light", script = true } = {}) {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
  const context = await browser.newContext({ viewport: { width, height: 900 }, colorScheme: scheme, javaScriptEnabled: script });
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    if (!/the server responded with a status of/.test(message.text())) page.complaints.push(`${message.type()}: ${message.text()}`);
  });
  page.on("pageerror", (error) => page.complaints.push(`error: ${error.message}`));
  page.on("dialog", (dialog) => {
    page.complaints.push(`dialog: ${dialog.message()}`);
    dialog.dismiss();
  });
  if (script) {
    await page.addInitScript(() => {
      addEventListener("securitypolicyviolation", (event) =>
        console.error(`policy: ${event.violatedDirective} ${event.blockedURI}`));
    });
  }
  return page;
}

/** The same, signed in. */
export async function inside({ shown = secret, origin = site, ...options } = {}) {
  const page = await open(options);
  await page.goto(`${origin}/console/sign-in`);
  await page.fill("#secret", shown);
  await Promise.all([page.waitForURL(/\/console$/), page.getByRole("button", { name: "Sign in" }).click()]);
  return page;
}

/** Goes to a page of the console. */
export const go = (page, place, origin = site) => page.goto(`${origin}/console${place ? `/${place}` : ""}`, { waitUntil: "load" });

const headers = { apikey: stack.secret_key, "content-type": "application/json" };

/** Asks the database as every other client does. */
export async function ask(name, body = {}) {
  const answer = await fetch(`${site}/rest/v1/rpc/${name}`, { method: "POST", headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`${name}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

export async function rows(table, query) {
  const answer = await fetch(`${site}/rest/v1/${table}?${query}`, { headers });
  if (!answer.ok) throw new Error(`${table}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

/** What operators did, the latest first. */
export const noted = async () =>
  (await rows("monitoring_events", "select=event_type,details&event_type=eq.operator_action&order=created_at.desc&limit=100"))
    .map((event) => event.details);

/** A session that ends at `end`, signed as the console signs it. */
export function cookie(kind, end, key = secret) {
  const derived = createHmac("sha256", key).update(`linernotes console, ${kind}\0`).digest();
  const stated = `${kind}.${end}`;
  return `linernotes_session=${stated}.${createHmac("sha256", derived).update(stated).digest("hex")}`;
}

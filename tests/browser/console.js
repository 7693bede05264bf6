// The console under test: a browser, the database behind it, and hands that press.

import { createHmac } from "node:crypto";
import { close, open, site, stack, world } from "./chromium.js";

export { close, open, site, world };
export const secret = stack.function_secret;

/** Every page of the console that can be opened by its address alone. */
export const places = [
  "", "work", `work/social_enrichment/${world.message}`, `work/social_enrichment/${world.message}/delete`, "dead-letters",
  "dead-letters/drill_two", `dead-letters/drill_two/${world.letter}`, "discoveries", `discoveries/${world.discovery}`,
  "issues", "issues?show=resolved", "settings", "keys?count=1", "history", "history?show=all", `artists/${world.artist}`,
  `producers/${world.producer}`, "nothing-here",
];

/** A page of somebody who is signed in. */
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

// The explorer under test, and a browser that reaches nothing but this machine.

import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const read = (variable) => JSON.parse(readFileSync(process.env[variable], "utf8"));

const stack = read("LINERNOTES_STACK_JSON");
/** The origin of the pages. */
export const site = stack.api_url;
/** With which everybody reads the catalogue. */
export const key = stack.publishable_key;
/** What the catalogue holds: ids, names, and the edges of a network as its tables have them. */
export const world = read("LINERNOTES_WORLD_JSON");

/** Every kind of page, by name. */
export const pages = {
  home: "/",
  search: `/search?q=${encodeURIComponent(world.producer.name)}`,
  "search for nothing": "/search?q=zzzzzzzz",
  producer: `/producers/${world.producer.id}`,
  "producer with filters": `/producers/${world.producer.id}?role=producer`,
  collaborators: `/producers/${world.producer.id}/collaborators`,
  "producer of forty years": `/producers/${world.crowd}`,
  artist: `/artists/${world.artist.id}`,
  "people behind an artist": `/artists/${world.artist.id}/producers`,
  album: `/albums/${world.album.id}`,
  track: `/tracks/${world.track.id}`,
  "network of a producer": `/graph/producer/${world.producer.id}`,
  "network of an artist": `/graph/artist/${world.artist.id}?depth=3`,
  "network on a canvas": `/graph/producer/${world.crowd}?nodes=220`,
  "network without a line": `/graph/producer/${world.producer.id}?tracks=1000000`,
  connect: "/connect",
  connection: `/connect?from=${world.producer.id}&to=${world.other_producer.id}`,
  about: "/about",
  "names to choose from": "/connect?from=a&to=e",
  "search for anything": "/search",
  "one kind": "/search?q=a&kind=tracks",
  "nothing here": "/producers/nobody",
  "what can't be asked": "/search?q=a&kind=queues",
  "a hostile name": `/producers/${world.hostile[0].id}`,
  "a long name": `/producers/${world.hostile[3].id}`,
};

const PICTURE = Buffer.from(
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==", "base64");

let browser;

/** Closed by `after(close)` of the file that opened pages. */
export async function close() {
  await browser?.close();
  browser = undefined;
}

/**
 * A page in a profile of its own. `page.complaints` collects what must not happen: violations of the policy, errors of
 * scripts, messages on the console, and dialogs.
 */
export async function open({ width = 1280, scheme = "light", script = true } = {}) {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
  const context = await browser.newContext({
    viewport: { width, height: 900 }, colorScheme: scheme, javaScriptEnabled: script, acceptDownloads: false,
  });
  // Pictures of the providers' hosts are painted here; the page sees that they came from there.
  await context.route((url) => url.origin !== site && !url.origin.includes("127.0.0.1"), (route) =>
    route.request().resourceType() === "image"
      ? route.fulfill({ contentType: "image/png", body: PICTURE })
      : route.fulfill({ contentType: "text/html", body: "<title>a source</title>" }));
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    // A page that says 404 or 503 is one that was asked for.
    if (!/the server responded with a status of (400|404|503)/.test(message.text())) {
      page.complaints.push(`${message.type()}: ${message.text()}`);
    }
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

/** The text of a file of the explorer, which must be one. */
export async function text(path) {
  const response = await fetch(site + path);
  if (!response.ok) throw new Error(`${path}: ${response.status}`);
  return response.text();
}

/** CSV as RFC 4180 has it, and nothing more lenient: a list of rows. */
export function csv(text) {
  const rows = [];
  let row = [];
  let at = 0;
  if (text.startsWith("\ufeff")) at = 1;
  while (at < text.length) {
    let cell = "";
    if (text[at] === '"') {
      for (at += 1; ; at += 1) {
        if (at >= text.length) throw new Error("a quoted cell does not end");
        if (text[at] !== '"') cell += text[at];
        else if (text[at + 1] === '"') cell += text[(at += 1)];
        else break;
      }
      at += 1;
    } else {
      while (at < text.length && text[at] !== "," && text[at] !== "\r") {
        if (text[at] === '"' || text[at] === "\n") throw new Error(`a bare ${JSON.stringify(text[at])} at ${at}`);
        cell += text[at++];
      }
    }
    row.push(cell);
    if (text[at] === ",") {
      at += 1;
    } else if (text.slice(at, at + 2) === "\r\n") {
      rows.push(row);
      row = [];
      at += 2;
    } else {
      throw new Error(`neither a comma nor an end of line at ${at}`);
    }
  }
  if (rows.some((one) => one.length !== rows[0].length)) throw new Error("rows differ in length");
  return rows;
}

/** CSV whose first row names the columns, as objects. */
export function table(text) {
  const [head, ...rows] = csv(text);
  return rows.map((row) => Object.fromEntries(head.map((name, column) => [name, row[column]])));
}

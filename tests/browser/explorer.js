// The explorer under test.

import { close, open as openPage, site, stack, world } from "./chromium.js";

export { close, site, world };
/** With which everybody reads the catalogue. */
export const key = stack.publishable_key;
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

/** A page as everybody sees it. */
export const open = (options = {}) => openPage({
  statuses: /^(400|404|503)$/,
  // Pictures of the providers' hosts are painted here; the page sees that they came from there.
  prepare: (context) => context.route((url) => url.origin !== site && !url.origin.includes("127.0.0.1"), (route) =>
    route.request().resourceType() === "image"
      ? route.fulfill({ contentType: "image/png", body: PICTURE })
      : route.fulfill({ contentType: "text/html", body: "<title>a source</title>" })),
  ...options,
});

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

// A real Chromium that reaches nothing but this machine, and what the running stack is.

import { readFileSync } from "node:fs";
import { chromium } from "playwright-core";

const read = (variable) => JSON.parse(readFileSync(process.env[variable], "utf8"));

export const stack = read("LINERNOTES_STACK_JSON");
/** What the stack holds for these tests; the Rust test that started it writes it. */
export const world = read("LINERNOTES_WORLD_JSON");
/** The origin of the pages. */
export const site = stack.api_url;

let browser;

/** Closed by `after(close)` of the file that opened pages. */
export async function close() {
  await browser?.close();
  browser = undefined;
}

/**
 * A page in a profile of its own. `page.complaints` collects what must not happen: violations of the policy, errors of
 * scripts, messages on the console, and dialogs. A page that answers with one of the `statuses` is one that was asked for.
 */
export async function open({ width = 1280, height = 900, scheme = "light", script = true, statuses = /^\d+$/, prepare } = {}) {
  browser ??= await chromium.launch({
    executablePath: process.env.CHROMIUM,
    args: [
      "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
      "--disable-background-networking", "--disable-component-update", "--disable-sync",
    ],
  });
  const context = await browser.newContext({
    viewport: { width, height }, colorScheme: scheme, javaScriptEnabled: script, acceptDownloads: false,
  });
  await prepare?.(context);
  const page = await context.newPage();
  page.complaints = [];
  page.on("console", (message) => {
    const status = /the server responded with a status of (\d+)/.exec(message.text())?.[1];
    if (!status || !statuses.test(status)) page.complaints.push(`${message.type()}: ${message.text()}`);
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

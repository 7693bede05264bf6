// Keeps a page of the console up to date, and says so when it can't.

const EVERY = 5000;
const OUTSIDE_EVERY = 30_000;
const pulse = document.querySelector("#pulse");
const stale = document.querySelector("#stale");
let lastSeen = new Date();

// On a phone the navigation is wider than the window.
const here = document.querySelector(".places [aria-current]");
if (here) here.parentElement.scrollLeft = here.offsetLeft - (innerWidth - here.offsetWidth) / 2;

if (document.querySelector("[data-live]")) {
  let timer;
  const again = () => {
    clearTimeout(timer);
    if (!document.hidden) timer = setTimeout(tick, EVERY);
  };
  const tick = async () => {
    await refresh();
    again();
  };
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) clearTimeout(timer);
    else tick();
  });
  say();
  again();
}

const outside = document.querySelector("#outside-reasons");
if (outside) {
  let timer;
  const look = async () => {
    clearTimeout(timer);
    if (!document.hidden) {
      await fetchInto(outside.dataset.source);
      // What the functions say counts for the verdict at once.
      await refresh();
    }
    timer = setTimeout(look, OUTSIDE_EVERY);
  };
  // A page that came with their answer has time.
  if (outside.dataset.level) timer = setTimeout(look, OUTSIDE_EVERY);
  else look();
}

/** Asks for this page's content, and puts what differs in its place. */
async function refresh() {
  const address = new URL(location.href);
  address.hash = "";
  address.searchParams.delete("did");
  address.searchParams.delete("check");
  address.searchParams.set("part", "live");
  const level = document.querySelector("#outside-reasons")?.dataset.level;
  if (level) address.searchParams.set("outside", level);
  if (await fetchInto(address)) {
    lastSeen = new Date();
    stale.hidden = true;
    say();
  }
}

async function fetchInto(address) {
  let answer;
  try {
    answer = await fetch(address, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(12_000) });
  } catch {
    return standStill("nobody answers");
  }
  if (answer.status === 401) return standStill("the session has ended", true);
  if (!answer.ok) return standStill(answer.status === 503 ? "the database does not answer" : `the answer is ${answer.status}`);
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of fresh.querySelectorAll("[data-live]")) replace(part);
  return true;
}

/** A part that somebody is just using stays as it is; what is folded open stays open. */
function replace(part) {
  const old = document.getElementById(part.id);
  if (!old || old.outerHTML === part.outerHTML) return;
  // A press that has begun needs its button until it ends.
  if (old.matches(":active")) return;
  // The functions' answer comes by itself, not with the page.
  if (part.dataset.live === "once" && !part.dataset.level && part.id === "outside-reasons") return;
  if (part.id === "outside" && part.textContent.includes("They are asked when")) return;
  const active = document.activeElement;
  const focused = old.contains(active) && active !== old ? path(old, active) : null;
  if (focused && active.matches("input, select, textarea")) return;
  // The focus is never lost: where what has it would stand elsewhere, the part waits until the focus has gone on.
  const heir = focused?.reduce((node, at) => node?.children[at], part);
  if (focused && heir?.textContent !== active.textContent) return;
  for (const open of old.querySelectorAll("details[id]")) {
    const same = part.querySelector(`#${CSS.escape(open.id)}`);
    if (same) same.open = open.open;
  }
  const scrolled = [...old.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
  old.replaceWith(part);
  part.querySelectorAll(".scroll").forEach((box, at) => { box.scrollLeft = scrolled[at] ?? 0; });
  heir?.focus({ preventScroll: true });
}

/** Where an element stands beneath another, so that the focus finds its place again. */
function path(root, node) {
  const steps = [];
  for (let at = node; at !== root; at = at.parentElement) steps.unshift([...at.parentElement.children].indexOf(at));
  return steps;
}

function standStill(why, ended = false) {
  stale.replaceChildren(`Stale since ${lastSeen.toLocaleTimeString()}: ${why}. `);
  if (ended) {
    const link = document.createElement("a");
    link.href = `/console/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = "Sign in";
    stale.append(link);
  }
  stale.hidden = false;
  return false;
}

function say() {
  if (pulse) pulse.textContent = `Up to date at ${lastSeen.toLocaleTimeString()}, again every ${EVERY / 1000} s`;
}

// One press is one change; the server does it once in any case.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && event.target.method === "post") setTimeout(() => { button.disabled = true; });
});

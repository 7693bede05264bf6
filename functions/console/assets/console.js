// Keeps a page of the console up to date, and says so when it can't.

const EVERY = 5000;
// How long what became of a press can be read.
const NOTICE = 20_000;
const pulse = document.querySelector("#pulse");
const stale = document.querySelector("#stale");
let lastSeen = new Date();

// On a phone what one chooses from is wider than the window.
for (const here of document.querySelectorAll(":is(.places, .filters) > [aria-current]")) {
  here.parentElement.scrollLeft = here.offsetLeft - (innerWidth - here.offsetWidth) / 2;
}

const toolbar = document.querySelector("#toolbar");
if (toolbar) toolbar.hidden = false;

// Times as ages, or as they are.
const times = document.querySelector("#times");
if (times) {
  const show = (clock) => {
    document.documentElement.classList.toggle("clock-times", clock);
    times.setAttribute("aria-pressed", String(clock));
  };
  show(sessionStorage.getItem("times") === "clock");
  times.addEventListener("click", () => {
    const clock = times.getAttribute("aria-pressed") !== "true";
    sessionStorage.setItem("times", clock ? "clock" : "ago");
    show(clock);
  });
}

// Whoever reads a list does not want it to move.
const updates = document.querySelector("#updates");
let held = sessionStorage.getItem("updates") === "off";
const live = document.querySelector("[data-live]") !== null;
let timer;

function again() {
  clearTimeout(timer);
  if (live && !document.hidden && !held) timer = setTimeout(tick, EVERY);
}

const verdict = () => document.querySelector("#verdict")?.dataset.level;

async function tick() {
  const before = verdict();
  await refresh();
  // Where the verdict turned, who answers says why, or that it is over.
  if (verdict() !== before) for (const look of explain) look();
  again();
}

if (updates) {
  updates.hidden = !live;
  updates.addEventListener("click", () => {
    held = !held;
    sessionStorage.setItem("updates", held ? "off" : "on");
    say();
    if (held) clearTimeout(timer);
    else tick();
  });
}
document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else if (live && !held) tick();
});
say();
again();

// A page that could not be made is asked for until it can.
const retry = document.querySelector("[data-retry]");
if (retry) {
  retry.hidden = false;
  setInterval(async () => {
    if (document.hidden) return;
    const answer = await fetch(location.href, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(12_000) }).catch(() => null);
    if (answer && answer.status !== 503) location.replace(location.href);
  }, EVERY);
}

// Parts of a page that come from an address of their own, each as often as it says.
const sources = new Map();
const explain = [];
for (const part of document.querySelectorAll("[data-source]")) {
  if (!sources.has(part.dataset.source)) sources.set(part.dataset.source, part.dataset);
}
for (const [source, { every, came }] of sources) {
  let next;
  const later = () => { next = setTimeout(look, every * 1000); };
  const look = async () => {
    clearTimeout(next);
    if (!document.hidden && !held) {
      await fetchInto(source, `[data-source="${source}"]`);
      // What the functions say counts for the verdict at once.
      if (document.querySelector(`[data-source="${source}"][data-level]`)) await refresh();
    }
    clearTimeout(next);
    later();
  };
  if (document.querySelector("#outside-reasons")?.dataset.source === source) explain.push(look);
  if (came === undefined) look();
  else later();
}

/** Asks for this page's content, and puts what differs in its place. */
async function refresh() {
  const address = new URL(location.href);
  address.hash = "";
  if (performance.now() > NOTICE) address.searchParams.delete("did");
  address.searchParams.delete("check");
  address.searchParams.set("part", "live");
  const level = document.querySelector("#outside-reasons")?.dataset.level;
  if (level) address.searchParams.set("outside", level);
  if (await fetchInto(address, "[data-live]")) {
    lastSeen = new Date();
    stale.hidden = true;
    say();
  }
}

async function fetchInto(address, parts) {
  let answer;
  try {
    answer = await fetch(address, { headers: { accept: "text/html" }, signal: AbortSignal.timeout(12_000) });
  } catch {
    return standStill("the console does not answer", { part: "host" });
  }
  if (answer.status === 401) return standStill("the session has ended", { ended: true });
  if (answer.status === 503) return standStill("the database does not answer", { part: "database" });
  if (!answer.ok) return standStill(`the answer is ${answer.status}`, { part: "host" });
  const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
  for (const part of fresh.querySelectorAll(parts)) replace(part);
  return true;
}

/** A part that somebody is just using stays as it is; what is folded open or ticked stays so. */
function replace(part) {
  const old = document.getElementById(part.id);
  if (!old) return;
  // What comes from an address of its own does not come with the page.
  for (const inner of part.querySelectorAll("[data-source]")) {
    const known = document.getElementById(inner.id);
    if (known) inner.replaceWith(known.cloneNode(true));
  }
  for (const open of old.querySelectorAll("details[id]")) {
    const same = part.querySelector(`#${CSS.escape(open.id)}`);
    if (same) same.open = open.open;
  }
  if (old.outerHTML === part.outerHTML) return;
  // A press that has begun needs its button until it ends.
  if (old.matches(":active")) return;
  const ticked = [...old.querySelectorAll("input:checked")].map((box) => box.value);
  for (const box of part.querySelectorAll("input[type=checkbox]")) box.checked = ticked.includes(box.value);
  const active = document.activeElement;
  const focused = old.contains(active) && active !== old ? path(old, active) : null;
  if (focused && active.matches("input:not([type=checkbox]), select, textarea")) return;
  // The focus is never lost: where what has it would stand elsewhere, the part waits until the focus has gone on.
  const heir = focused && (active.matches("[type=checkbox]")
    ? part.querySelector(`[type=checkbox][value="${CSS.escape(active.value)}"]`)
    : focused.reduce((node, at) => node?.children[at], part));
  if (focused && (heir?.textContent !== active.textContent || heir?.value !== active.value)) return;
  const scrolled = [...old.querySelectorAll(".scroll")].map((box) => box.scrollLeft);
  old.replaceWith(part);
  part.querySelectorAll(".scroll").forEach((box, at) => { box.scrollLeft = scrolled[at] ?? 0; });
  heir?.focus({ preventScroll: true });
  offerCopies(part);
  countTicked();
}

/** Where an element stands beneath another, so that the focus finds its place again. */
function path(root, node) {
  const steps = [];
  for (let at = node; at !== root; at = at.parentElement) steps.unshift([...at.parentElement.children].indexOf(at));
  return steps;
}

/** Buttons that copy what they name; without a clipboard there are none. */
function offerCopies(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button[data-copy]")) button.hidden = false;
}
offerCopies(document);
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("button[data-copy]");
  if (!button) return;
  const label = button.textContent;
  try {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.textContent = "Copied";
  } catch {
    button.textContent = "Not copied";
  }
  setTimeout(() => { button.textContent = label; }, 1500);
});

/** How many lines are ticked, and one box for all of them. */
function countTicked() {
  for (const form of document.querySelectorAll("form.selection")) {
    const boxes = [...form.querySelectorAll("input[name=id]")];
    const amount = boxes.filter((box) => box.checked).length;
    const all = form.querySelector("input.all");
    if (all) {
      all.closest("label").hidden = boxes.length === 0;
      all.checked = amount > 0 && amount === boxes.length;
      all.indeterminate = amount > 0 && amount < boxes.length;
    }
    for (const button of form.querySelectorAll("button[data-label]")) {
      button.textContent = button.dataset.label.replace("#", amount > 0 ? String(amount) : "selected");
      button.disabled = amount === 0;
    }
  }
}
countTicked();
document.addEventListener("change", (event) => {
  if (!event.target.matches?.("form.selection input[type=checkbox]")) return;
  if (event.target.matches(".all")) {
    for (const box of event.target.form.querySelectorAll("input[name=id]")) box.checked = event.target.checked;
  }
  countTicked();
});

/** `part` is what does not answer: the host, or the database. */
function standStill(why, { ended = false, part } = {}) {
  const words = stale.querySelector("p");
  words.replaceChildren(`Stale since ${lastSeen.toLocaleTimeString()}: ${why}. `);
  // What this page can't mend; the commands stand in it already.
  for (const help of stale.querySelectorAll("[data-why]")) help.hidden = help.dataset.why !== part;
  if (ended) {
    const link = document.createElement("a");
    link.href = `/console/sign-in?next=${encodeURIComponent(location.pathname + location.search)}`;
    link.textContent = "Sign in";
    words.append(link);
  }
  stale.hidden = false;
  return false;
}

function say() {
  if (pulse) {
    pulse.textContent = !live ? "" : held
      ? `Stands still since ${lastSeen.toLocaleTimeString()}`
      : `Up to date at ${lastSeen.toLocaleTimeString()}, again every ${EVERY / 1000} s`;
  }
  if (updates) updates.textContent = held ? "Go on" : "Hold";
}

// One press is one change; the server does it once in any case.
document.addEventListener("submit", (event) => {
  const button = event.submitter;
  if (button && event.target.method === "post") setTimeout(() => { button.disabled = true; });
});

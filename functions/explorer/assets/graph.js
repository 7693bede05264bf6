// What a script adds to a network: moving and zooming, opening whom one clicks, filters that answer at once. Each view is
// an address: the server makes it, with and without a script, and what is shown here is taken from its page.

import { sortable } from "{{explorer.js}}";
import { camera } from "{{graph-camera.js}}";

const MOST_OPENED = 12;
const figure = document.querySelector(".network");
if (figure) live(figure, figure.querySelector(".stage"), document.querySelector("[data-graph-controls]"));

function live(figure, stage, form) {
  const view = camera(figure, stage);
  const status = document.createElement("p");
  status.className = "says";
  status.setAttribute("role", "status");
  const card = document.createElement("div");
  card.className = "picked";
  card.hidden = true;
  const note = document.createElement("div");
  note.className = "note";
  note.append(card, status);
  figure.prepend(note);
  figure.classList.add("live");
  form.classList.add("live");

  let shown = figure.dataset.address;
  let asked = 0;
  let abort;
  let surface;
  const say = (words) => { status.textContent = words; };
  const opened = () => new URL(shown, location.origin).searchParams.get("open")?.split(",") ?? [];

  /** Shows the view of an address, in the place of the one that is shown. */
  async function go(address, { push = true, words = "" } = {}) {
    const ticket = ++asked;
    abort?.abort();
    abort = new AbortController();
    figure.setAttribute("aria-busy", "true");
    try {
      const response = await fetch(address, { signal: abort.signal, headers: { Accept: "text/html" } });
      const page = new DOMParser().parseFromString(await response.text(), "text/html");
      if (ticket !== asked) return;
      const next = page.querySelector(".network");
      if (!response.ok || !next) return say(page.querySelector("main p")?.textContent ?? "The catalogue does not answer.");
      const before = surface?.size ?? 0;
      shown = next.dataset.address;
      if (push && shown !== location.pathname + location.search) history.pushState(null, "", shown);
      figure.dataset.address = shown;
      figure.dataset.graph = next.dataset.graph;
      adopt(page);
      await paint(next.querySelector(".stage"), ticket);
      const more = (surface?.size ?? 0) - before;
      say(typeof words === "function" ? words(more) : words || `${surface?.size ?? 0} names`);
    } catch (error) {
      if (error.name !== "AbortError" && ticket === asked) say("The catalogue does not answer. Try again in a few seconds.");
    } finally {
      if (ticket === asked) figure.removeAttribute("aria-busy");
    }
  }

  /** What stands around the picture: the words above it, the filters, the table and the files. */
  function adopt(page) {
    for (const part of [".lead", "#beneath"]) document.querySelector(part).replaceWith(page.querySelector(part));
    for (const table of document.querySelectorAll("#beneath [data-sortable]")) sortable(table);
    form.querySelector("[name=open]")?.remove();
    for (const field of page.querySelector("[data-graph-controls]").elements) {
      if (field.name === "open") form.append(field.cloneNode());
      else if (field.name && form.elements[field.name] !== document.activeElement) form.elements[field.name].value = field.value;
    }
  }

  /** The picture: the links that the server drew, or a canvas where they are too many. */
  async function paint(next, ticket) {
    if (next.querySelector(".too-many")) {
      const { canvas } = await import("{{graph-canvas.js}}");
      const graph = await (await fetch(figure.dataset.graph)).json();
      if (ticket !== asked) return;
      if (!surface?.load) {
        surface?.close();
        surface = canvas(stage, { picked: (node) => pick(node), opens: toggle });
      }
      surface.load(graph, opened());
    } else {
      const focused = document.activeElement?.closest?.(".graph a")?.getAttribute("href");
      const before = surface?.places ?? new Map();
      surface?.close();
      stage.replaceChildren(...next.childNodes);
      surface = links(stage.querySelector("svg.graph"));
      surface?.arrive(before);
      if (focused) stage.querySelector(`a[href="${CSS.escape(focused)}"]`)?.focus({ preventScroll: true });
    }
    view.look(surface);
  }

  /** A node as it is asked for: opened or folded. */
  function toggle({ id, name }) {
    const all = opened();
    const isOpen = all.includes(id);
    if (!isOpen && all.length >= MOST_OPENED) return say("Twelve are open already. Fold one of them first.");
    const address = new URL(shown, location.origin);
    const open = isOpen ? all.filter((one) => one !== id) : [...all, id];
    if (open.length) address.searchParams.set("open", open.join(","));
    else address.searchParams.delete("open");
    const words = (more) =>
      isOpen ? `${name} is folded.` : more > 0 ? `${more} more around ${name}.` : `Nobody else is known around ${name}.`;
    pick({ id, name, isOpen: !isOpen });
    // A comma is itself in an address.
    go(address.pathname + address.search.replaceAll("%2C", ","), { words });
  }

  /** Says who was chosen, with the ways on. */
  function pick(node) {
    card.hidden = !node;
    if (!node) return;
    const kind = node.kind ?? kindOf(node.id);
    const link = document.createElement("a");
    link.href = `/${kind}s/${node.id}`;
    link.className = "card-link";
    link.append(Object.assign(document.createElement("bdi"), { textContent: node.name }));
    const around = document.createElement("a");
    around.href = `/graph/${kind}/${node.id}`;
    around.textContent = "their own network";
    const fold = document.createElement("button");
    fold.type = "button";
    fold.textContent = (node.isOpen ?? opened().includes(node.id)) ? "Fold" : "Open";
    fold.addEventListener("click", () => toggle(node));
    card.replaceChildren(link, ` ${kind === "artist" ? "artist" : "producer, writer"} `, fold, around);
  }
  const kindOf = (id) => (stage.querySelector(`a[href="/artists/${CSS.escape(id)}"]`) ? "artist" : "producer");

  stage.addEventListener("click", (event) => {
    const node = event.target.closest?.(".graph a");
    if (!node || event.defaultPrevented || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
    event.preventDefault();
    const [, kind, id] = node.getAttribute("href").split("/");
    const name = node.querySelector("title").textContent;
    // Whom all of it is about has no neighbours to add.
    if (node.classList.contains("asked")) pick({ id, name, kind: kind.slice(0, -1) });
    else toggle({ id, name });
  });

  let timer;
  const narrow = (event) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (!form.checkValidity()) return;
      const address = new URL(form.action);
      for (const [name, value] of new FormData(form)) if (value) address.searchParams.set(name, value);
      go(address.pathname + address.search.replaceAll("%2C", ","));
    }, event.type === "input" ? 350 : 0);
  };
  form.addEventListener("input", narrow);
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    narrow(event);
  });
  addEventListener("popstate", () => {
    if (location.pathname + location.search !== shown) go(location.href, { push: false });
  });

  paint(stage, asked);
}

/** The picture that is made of links. */
function links(svg) {
  if (!svg) return undefined;
  const box = svg.viewBox.baseVal;
  const nodes = [...svg.querySelectorAll(".nodes a")];
  const lines = [...svg.querySelectorAll("[data-ends]")].map((line) => [line, line.dataset.ends.split(" ").map(Number)]);
  const place = (node) => node.getAttribute("transform").match(/-?[\d.]+/g).map(Number);
  const light = (event) => {
    const chosen = nodes.indexOf(event.target.closest?.("a"));
    if (chosen < 0) return;
    const beside = new Set([chosen]);
    for (const [line, ends] of lines) {
      const isOurs = ends.includes(chosen);
      line.classList.toggle("faded", !isOurs);
      if (isOurs) ends.forEach((end) => beside.add(end));
    }
    nodes.forEach((node, index) => node.classList.toggle("faded", !beside.has(index)));
  };
  const dim = () => svg.querySelectorAll(".faded").forEach((part) => part.classList.remove("faded"));
  for (const [type, react] of [["pointerover", light], ["focusin", light], ["pointerout", dim], ["focusout", dim]]) {
    svg.addEventListener(type, react);
  }
  svg.classList.add("live");
  return {
    element: svg,
    size: nodes.length,
    home: [box.x, box.y, box.width, box.height],
    places: new Map(nodes.map((node) => [node.getAttribute("href"), place(node)])),
    show: (view) => svg.setAttribute("viewBox", view.map((number) => number.toFixed(1)).join(" ")),
    close: () => svg.remove(),
    /** Whoever stood somewhere else comes from there; who is new comes to light. */
    arrive(before) {
      if (before.size === 0 || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
      const timing = { duration: 450, easing: "ease-in-out" };
      for (const node of nodes) {
        const [from, to] = [before.get(node.getAttribute("href")), place(node)];
        const at = ([x, y]) => `translate(${x}px, ${y}px)`;
        if (from) node.animate([{ transform: at(from) }, { transform: at(to) }], timing);
        else node.animate([{ opacity: 0 }, { opacity: 0 }, { opacity: 1 }], timing);
      }
      svg.querySelector(".edges").animate([{ opacity: 0 }, { opacity: 0 }, { opacity: 1 }], timing);
    },
  };
}

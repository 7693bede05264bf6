// A network too large for links: a canvas that is drawn elsewhere, by a worker, so that the page stays quick. A browser
// that can't hand its canvas over draws here.

import { Scene } from "{{graph-scene.js}}";

const COLOURS = ["ink", "muted", "sheet", "accent", "production", "writing", "arrangement", "remix", "other"];

export function canvas(stage, { picked, opens }) {
  const element = document.createElement("canvas");
  element.className = "graph";
  element.tabIndex = 0;
  element.setAttribute("role", "application");
  element.setAttribute("aria-label",
    "The network as a picture; the same stands in the table below. Arrow keys go from name to name, Enter opens one.");
  stage.replaceChildren(element);

  let graph = { nodes: [], edges: [] };
  let current = null;
  let asked = 0;
  const waiting = new Map();
  const hear = (told) => {
    if (told.home) {
      surface.home = told.home;
      surface.changed?.();
    } else if ("answer" in told) {
      const node = graph.nodes[told.node];
      waiting.get(told.answer)?.(node && { id: node.id, name: node.name, kind: node.kind });
      waiting.delete(told.answer);
    }
  };
  let tell;
  let stop;
  if (element.transferControlToOffscreen && typeof Worker === "function") {
    const worker = new Worker("{{graph-worker.js}}", { type: "module" });
    const drawn = element.transferControlToOffscreen();
    worker.onmessage = ({ data }) => hear(data);
    worker.postMessage({ canvas: drawn }, [drawn]);
    tell = (message) => worker.postMessage(message);
    stop = () => worker.terminate();
  } else {
    const scene = new Scene(element, hear);
    tell = (message) => scene.receive(message);
    stop = () => scene.stop();
  }

  const ask = (question) => new Promise((answer) => {
    waiting.set(++asked, answer);
    tell({ ...question, answer: asked });
  });
  const choose = (node) => {
    current = node ?? null;
    picked(current);
  };
  const dress = () => {
    const style = getComputedStyle(document.documentElement);
    const palette = Object.fromEntries(COLOURS.map((name) => [name, style.getPropertyValue(`--${name}`).trim()]));
    tell({ palette, font: style.fontFamily });
  };
  const measure = () => {
    const ratio = Math.min(devicePixelRatio || 1, 2);
    tell({ size: [element.clientWidth, element.clientHeight, ratio] });
  };
  const theme = matchMedia("(prefers-color-scheme: dark)");
  theme.addEventListener("change", dress);
  const watch = new ResizeObserver(measure);
  watch.observe(element);

  element.addEventListener("click", async (event) => {
    const { x, y, scale } = surface.place(event);
    const node = await ask({ pick: [x, y, 14 * scale] });
    if (node) opens(node);
    choose(node);
  });
  let hovering = false;
  element.addEventListener("pointermove", async (event) => {
    if (hovering || event.buttons) return;
    hovering = true;
    const { x, y, scale } = surface.place(event);
    const node = await ask({ hover: [x, y, 10 * scale] });
    element.classList.toggle("pointing", Boolean(node));
    hovering = false;
  });
  element.addEventListener("pointerleave", () => tell({ hover: null }));
  element.addEventListener("keydown", async (event) => {
    if (event.shiftKey || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && current) {
      event.preventDefault();
      opens(current);
    } else if (/^Arrow/.test(event.key)) {
      event.preventDefault();
      choose(await ask({ step: event.key }));
    }
  });

  const surface = {
    element,
    takesFinger: true,
    home: [-500, -500, 1000, 1000],
    get size() { return graph.nodes.length; },
    show: (view) => tell({ view }),
    load(next, opened) {
      graph = next;
      tell({
        graph: {
          ids: graph.nodes.map((node) => node.id),
          names: graph.nodes.map((node) => node.name),
          artists: graph.nodes.map((node) => node.kind === "artist"),
          opened: graph.nodes.map((node) => opened.includes(node.id)),
          edges: graph.edges,
        },
      });
    },
    close() {
      watch.disconnect();
      theme.removeEventListener("change", dress);
      stop();
      element.remove();
    },
  };
  dress();
  measure();
  return surface;
}

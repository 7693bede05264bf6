// What a script adds to the picture of a network: moving, zooming, and seeing whom somebody stands with.

const figure = document.querySelector(".network");
const svg = figure?.querySelector("svg.graph");
if (svg) live(figure, svg);

function live(figure, svg) {
  const whole = svg.viewBox.baseVal;
  const home = [whole.x, whole.y, whole.width, whole.height];
  let view = [...home];
  const show = () => svg.setAttribute("viewBox", view.map((number) => number.toFixed(1)).join(" "));
  const zoom = (factor, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) => {
    const width = Math.min(home[2] * 1.5, Math.max(home[2] / 12, view[2] * factor));
    const scale = width / view[2];
    view = [x - (x - view[0]) * scale, y - (y - view[1]) * scale, width, view[3] * scale];
    show();
  };
  const move = (x, y) => {
    view = [view[0] + x, view[1] + y, view[2], view[3]];
    show();
  };
  const fit = () => {
    view = [...home];
    show();
  };

  const bar = document.createElement("div");
  bar.className = "zoom";
  for (const [label, words, action] of [
    ["+", "Zoom in", () => zoom(0.75)],
    ["−", "Zoom out", () => zoom(1.33)],
    ["⤢", "Show all of it", fit],
  ]) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = label;
    button.setAttribute("aria-label", words);
    button.addEventListener("click", action);
    bar.append(button);
  }
  figure.prepend(bar);
  svg.classList.add("live");
  // On a narrow screen the picture is wider than its place: it begins at its middle.
  const stage = svg.parentElement;
  stage.scrollLeft = (stage.scrollWidth - stage.clientWidth) / 2;

  const place = (event) => {
    const box = svg.getBoundingClientRect();
    const scale = Math.max(view[2] / box.width, view[3] / box.height);
    return {
      x: view[0] + view[2] / 2 + (event.clientX - box.x - box.width / 2) * scale,
      y: view[1] + view[3] / 2 + (event.clientY - box.y - box.height / 2) * scale,
      scale,
    };
  };
  // Scrolling the page stays scrolling; with a key held it zooms, as maps do.
  svg.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    const at = place(event);
    zoom(event.deltaY > 0 ? 1.15 : 0.87, at.x, at.y);
  }, { passive: false });

  let from;
  svg.addEventListener("pointerdown", (event) => {
    if (event.pointerType === "touch" || event.button !== 0) return;
    from = { x: event.clientX, y: event.clientY, moved: false };
  });
  svg.addEventListener("pointermove", (event) => {
    if (!from) return;
    const { scale } = place(event);
    const [x, y] = [from.x - event.clientX, from.y - event.clientY];
    if (!from.moved && Math.hypot(x, y) < 4) return;
    if (!from.moved) svg.setPointerCapture(event.pointerId);
    from = { x: event.clientX, y: event.clientY, moved: true };
    move(x * scale, y * scale);
  });
  const release = (event) => {
    if (from?.moved) svg.addEventListener("click", (click) => click.preventDefault(), { once: true, capture: true });
    from = undefined;
    if (svg.hasPointerCapture(event.pointerId)) svg.releasePointerCapture(event.pointerId);
  };
  svg.addEventListener("pointerup", release);
  svg.addEventListener("pointercancel", release);
  svg.addEventListener("dragstart", (event) => event.preventDefault());

  figure.addEventListener("keydown", (event) => {
    const step = view[2] / 10;
    const actions = {
      "+": () => zoom(0.8), "=": () => zoom(0.8), "-": () => zoom(1.25), "0": fit,
      ArrowLeft: () => move(-step, 0), ArrowRight: () => move(step, 0),
      ArrowUp: () => move(0, -step), ArrowDown: () => move(0, step),
    };
    const action = actions[event.key];
    if (!action || event.ctrlKey || event.metaKey || event.altKey) return;
    event.preventDefault();
    action();
  });
}

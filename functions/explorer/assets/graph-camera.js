// Which part of a picture is seen: by mouse, by two fingers, by keys and by buttons. What is seen is four numbers, as in
// SVG's viewBox, whoever draws.

export function camera(figure, stage) {
  let surface;
  let view = [0, 0, 1, 1];
  // Until somebody moves it, all of a picture is seen, however it grows.
  let isWhole = true;
  const show = () => surface?.show(view);
  const zoom = (factor, x = view[0] + view[2] / 2, y = view[1] + view[3] / 2) => {
    if (!surface) return;
    const width = Math.min(surface.home[2] * 1.5, Math.max(surface.home[2] / 20, view[2] * factor));
    const scale = width / view[2];
    view = [x - (x - view[0]) * scale, y - (y - view[1]) * scale, width, view[3] * scale];
    isWhole = false;
    show();
  };
  const move = (x, y) => {
    view = [view[0] + x, view[1] + y, view[2], view[3]];
    isWhole = false;
    show();
  };
  const fit = () => {
    if (!surface) return;
    view = [...surface.home];
    isWhole = true;
    show();
  };
  /** A point on the screen, in the picture; `scale` is how much of the picture a pixel is. */
  const place = ({ clientX, clientY }) => {
    const box = surface.element.getBoundingClientRect();
    const scale = Math.max(view[2] / box.width, view[3] / box.height);
    return {
      x: view[0] + view[2] / 2 + (clientX - box.x - box.width / 2) * scale,
      y: view[1] + view[3] / 2 + (clientY - box.y - box.height / 2) * scale,
      scale,
    };
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

  // Scrolling the page stays scrolling; with a key held it zooms, as maps do.
  stage.addEventListener("wheel", (event) => {
    if (!surface || !(event.ctrlKey || event.metaKey)) return;
    event.preventDefault();
    const at = place(event);
    zoom(Math.exp(Math.max(-60, Math.min(60, event.deltaY)) / 300), at.x, at.y);
  }, { passive: false });

  // One finger scrolls the page, two move and zoom the picture.
  const fingers = new Map();
  let moved = false;
  const middle = () => {
    const [one, other] = [...fingers.values()];
    return {
      clientX: (one.clientX + other.clientX) / 2, clientY: (one.clientY + other.clientY) / 2,
      apart: Math.hypot(one.clientX - other.clientX, one.clientY - other.clientY),
    };
  };
  stage.addEventListener("pointerdown", (event) => {
    if (!surface || event.button !== 0) return;
    if (fingers.size === 0) moved = false;
    fingers.set(event.pointerId, event);
  });
  stage.addEventListener("pointermove", (event) => {
    const from = fingers.get(event.pointerId);
    if (!from || (event.pointerType === "touch" && fingers.size !== 2 && !surface.takesFinger)) return;
    if (fingers.size === 2) {
      const before = middle();
      fingers.set(event.pointerId, event);
      const after = middle();
      const { scale } = place(after);
      moved = true;
      move((before.clientX - after.clientX) * scale, (before.clientY - after.clientY) * scale);
      const at = place(after);
      zoom(before.apart / Math.max(1, after.apart), at.x, at.y);
      return;
    }
    const [x, y] = [from.clientX - event.clientX, from.clientY - event.clientY];
    if (!moved && Math.hypot(x, y) < 4) return;
    if (!moved) stage.setPointerCapture(event.pointerId);
    moved = true;
    const { scale } = place(event);
    fingers.set(event.pointerId, event);
    move(x * scale, y * scale);
  });
  const release = (event) => {
    fingers.delete(event.pointerId);
    if (stage.hasPointerCapture(event.pointerId)) stage.releasePointerCapture(event.pointerId);
  };
  stage.addEventListener("pointerup", release);
  stage.addEventListener("pointercancel", release);
  // What was moved was not clicked.
  stage.addEventListener("click", (event) => {
    if (!moved) return;
    moved = false;
    event.preventDefault();
    event.stopPropagation();
  }, { capture: true });
  stage.addEventListener("dragstart", (event) => event.preventDefault());

  figure.addEventListener("keydown", (event) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const step = view[2] / 10;
    const action = {
      "+": () => zoom(0.8), "=": () => zoom(0.8), "-": () => zoom(1.25), "0": fit,
      ArrowLeft: () => move(-step, 0), ArrowRight: () => move(step, 0),
      ArrowUp: () => move(0, -step), ArrowDown: () => move(0, step),
    }[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  });

  return {
    /** From now on this is what is looked at, all of it to begin with. */
    look(next) {
      surface = next;
      if (!surface) return;
      surface.place = place;
      surface.changed = () => isWhole && fit();
      fit();
      // On a narrow screen the picture is wider than its place: it begins at its middle.
      stage.scrollLeft = (stage.scrollWidth - stage.clientWidth) / 2;
    },
  };
}

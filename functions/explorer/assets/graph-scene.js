// Draws a large network on a canvas, on whichever thread it is given one. Only numbers and names come in; which node is
// meant goes out.

import { Forces } from "{{graph-forces.js}}";

const FAMILIES = {
  producer: "production", co_producer: "production", executive_producer: "production",
  writer: "writing", composer: "writing", lyricist: "writing", arranger: "arrangement", remixer: "remix",
};
const ORDER = ["production", "writing", "arrangement", "remix", "other"];
/** Before the first picture the worst of the unrest is over; no longer than this. */
const HEAD_START = 350;
const MOST_LABELS = 90;

export class Scene {
  #canvas;
  #context;
  #tell;
  #size = [300, 150, 1];
  #view = [-500, -500, 1000, 1000];
  #palette = {};
  #font = "sans-serif";
  #names = [];
  #ids = [];
  #artists = [];
  #opened = [];
  #lines = [];
  #beside = [];
  #byDegree = [];
  #forces = new Forces(0, []);
  #chosen = -1;
  #lit = -1;
  #frame = 0;

  constructor(canvas, tell) {
    this.#canvas = canvas;
    this.#context = canvas.getContext("2d", { alpha: false });
    this.#tell = tell;
  }

  receive(message) {
    if (message.size) this.#resize(message.size);
    if (message.palette) [this.#palette, this.#font] = [message.palette, message.font];
    if (message.view) this.#view = message.view;
    if (message.graph) this.#load(message.graph);
    if (message.pick) this.#answer(message, (this.#chosen = this.#nearest(...message.pick)));
    if (message.step) this.#answer(message, (this.#chosen = this.#next(message.step)));
    if ("hover" in message) {
      const node = message.hover ? this.#nearest(...message.hover) : -1;
      if (message.hover) this.#answer(message, node);
      if (node === this.#lit) return;
      this.#lit = node;
    }
    this.#draws();
  }

  stop() {
    cancelAnimationFrame(this.#frame);
    this.#forces = new Forces(0, []);
  }

  #answer({ answer }, node) { this.#tell({ answer, node }); }

  #resize([width, height, ratio]) {
    this.#size = [width, height, ratio];
    this.#canvas.width = Math.max(1, Math.round(width * ratio));
    this.#canvas.height = Math.max(1, Math.round(height * ratio));
  }

  #load({ ids, names, artists, opened, edges }) {
    const old = new Map(this.#ids.map((id, node) => [id, [this.#forces.x[node], this.#forces.y[node]]]));
    [this.#ids, this.#names, this.#artists, this.#opened] = [ids, names, artists, opened];
    this.#forces = new Forces(ids.length, edges, old, ids);
    this.#beside = Array.from({ length: ids.length }, () => new Set());
    // Lines of one look are drawn together.
    const looks = new Map();
    for (const { source, target, track_count: tracks, roles, confidence } of edges) {
      this.#beside[source].add(target);
      this.#beside[target].add(source);
      const families = roles.map((role) => FAMILIES[role] ?? "other");
      const family = ORDER.find((one) => families.includes(one)) ?? "other";
      const width = Math.min(6, 32 - Math.clz32(tracks));
      const look = `${family} ${width} ${confidence < 0.75}`;
      if (!looks.has(look)) looks.set(look, { family, width, isUnsure: confidence < 0.75, ends: [] });
      looks.get(look).ends.push(source, target);
    }
    this.#lines = [...looks.values()].sort((one, other) => ORDER.indexOf(other.family) - ORDER.indexOf(one.family));
    const degree = this.#forces.degree;
    this.#byDegree = [...degree.keys()].sort((one, other) => (other === 0) - (one === 0) || degree[other] - degree[one]);
    this.#chosen = this.#lit = -1;
    const begin = performance.now();
    while (!this.#forces.isQuiet && performance.now() - begin < HEAD_START) this.#forces.step();
    this.#tell({ home: this.#forces.bounds(50) });
  }

  /** The node within reach that is nearest to a point; -1 is none. */
  #nearest(x, y, reach) {
    let [found, nearest] = [-1, reach];
    for (let node = 0; node < this.#forces.count; node += 1) {
      const far = Math.hypot(this.#forces.x[node] - x, this.#forces.y[node] - y) - this.#radius(node);
      if (far < nearest) [found, nearest] = [node, far];
    }
    return found;
  }

  /** Who stands next in a direction, seen from whoever is chosen. */
  #next(key) {
    if (this.#chosen < 0) return 0;
    const [tx, ty] = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[key];
    const { x, y, count } = this.#forces;
    let [found, best] = [this.#chosen, Infinity];
    for (let node = 0; node < count; node += 1) {
      const [ox, oy] = [x[node] - x[this.#chosen], y[node] - y[this.#chosen]];
      const [ahead, aside] = [ox * tx + oy * ty, Math.abs(ox * ty) + Math.abs(oy * tx)];
      if (node === this.#chosen || ahead <= aside * 0.5) continue;
      if (ahead + 2 * aside < best) [found, best] = [node, ahead + 2 * aside];
    }
    return found;
  }

  #radius(node) { return node === 0 ? 13 : 3.5 + Math.min(7, Math.sqrt(this.#forces.degree[node])); }

  #draws() {
    if (!this.#frame) this.#frame = requestAnimationFrame(() => this.#paint());
  }

  #paint() {
    this.#frame = 0;
    const forces = this.#forces;
    if (!forces.isQuiet) {
      forces.step();
      this.#tell({ home: forces.bounds(50) });
      this.#draws();
    }
    const context = this.#context;
    const [width, height, ratio] = this.#size;
    const scale = Math.min(width / this.#view[2], height / this.#view[3]);
    const left = width / 2 - (this.#view[0] + this.#view[2] / 2) * scale;
    const top = height / 2 - (this.#view[1] + this.#view[3] / 2) * scale;
    const screen = (node) => [forces.x[node] * scale + left, forces.y[node] * scale + top];
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.fillStyle = this.#palette.sheet ?? "#fff";
    context.fillRect(0, 0, width, height);
    const lit = this.#lit >= 0 ? this.#lit : this.#chosen;
    const isBeside = (node) => lit < 0 || node === lit || this.#beside[lit].has(node);
    const zoomed = Math.min(1.6, Math.max(0.35, scale));

    for (const line of this.#lines) {
      context.strokeStyle = this.#palette[line.family];
      context.lineWidth = line.width * 0.9 * zoomed;
      context.setLineDash(line.isUnsure ? [4, 4] : []);
      for (const bright of lit < 0 ? [true] : [false, true]) {
        context.globalAlpha = bright ? (lit < 0 ? 0.38 : 0.8) : 0.05;
        context.beginPath();
        for (let end = 0; end < line.ends.length; end += 2) {
          const [one, other] = [line.ends[end], line.ends[end + 1]];
          if (lit >= 0 && (one === lit || other === lit) !== bright) continue;
          const [x, y] = screen(one);
          const [tx, ty] = screen(other);
          if (Math.max(x, tx) < 0 || Math.min(x, tx) > width || Math.max(y, ty) < 0 || Math.min(y, ty) > height) continue;
          context.moveTo(x, y);
          context.lineTo(tx, ty);
        }
        context.stroke();
      }
    }
    context.setLineDash([]);
    for (const isArtist of [false, true]) {
      for (const bright of lit < 0 ? [true] : [false, true]) {
        context.globalAlpha = bright ? 1 : 0.15;
        context.fillStyle = isArtist ? this.#palette.accent : this.#palette.production;
        context.beginPath();
        for (let node = 0; node < forces.count; node += 1) {
          if (this.#artists[node] !== isArtist || isBeside(node) !== bright) continue;
          const [x, y] = screen(node);
          const radius = this.#radius(node) * zoomed;
          if (x < -radius || x > width + radius || y < -radius || y > height + radius) continue;
          if (isArtist) context.rect(x - radius, y - radius, 2 * radius, 2 * radius);
          else {
            context.moveTo(x + radius, y);
            context.arc(x, y, radius, 0, 7);
          }
        }
        context.fill();
      }
    }
    this.#rings(screen, zoomed);
    this.#labels(screen, zoomed, scale, lit, isBeside);
  }

  /** Around whoever is opened, and whoever is chosen. */
  #rings(screen, zoomed) {
    const context = this.#context;
    context.globalAlpha = 1;
    context.strokeStyle = this.#palette.ink;
    context.lineWidth = 2;
    for (let node = 0; node < this.#forces.count; node += 1) {
      if (!this.#opened[node] && node !== this.#chosen) continue;
      const [x, y] = screen(node);
      context.beginPath();
      context.arc(x, y, this.#radius(node) * zoomed * 1.3 + 3, 0, 7);
      context.stroke();
    }
  }

  /** The names of those with most lines, as far as none covers another; all of whoever is beside the one in question. */
  #labels(screen, zoomed, scale, lit, isBeside) {
    const context = this.#context;
    const [width, height] = this.#size;
    const isMoving = !this.#forces.isQuiet;
    const taken = [];
    let left = isMoving ? 25 : MOST_LABELS;
    context.textAlign = "center";
    context.textBaseline = "top";
    context.lineJoin = "round";
    context.lineWidth = 3.5;
    context.strokeStyle = this.#palette.sheet;
    context.fillStyle = this.#palette.ink;
    for (const node of this.#byDegree) {
      if (left === 0) break;
      if (!isBeside(node)) continue;
      const [x, y] = screen(node);
      if (x < 0 || x > width || y < 0 || y > height) continue;
      const size = node === 0 || node === lit ? 15 : 12.5;
      const name = this.#names[node].length > 26 ? `${this.#names[node].slice(0, 25)}…` : this.#names[node];
      const half = (name.length * size * 0.56) / 2 + 4;
      const top = y + this.#radius(node) * zoomed + 2;
      const box = [x - half, top, x + half, top + size * 1.2];
      if (node !== lit && taken.some((other) => box[0] < other[2] && box[2] > other[0] && box[1] < other[3] && box[3] > other[1])) continue;
      taken.push(box);
      left -= 1;
      context.font = `${node === 0 || node === lit ? 600 : 400} ${size}px ${this.#font}`;
      context.strokeText(name, x, top);
      context.fillText(name, x, top);
    }
  }
}

// Where the nodes of a large network stand: they push each other away, lines pull their ends together, and both less and
// less until it is quiet. Nothing is drawn by chance: the same network comes to look the same.

const COOLING = 0.977;
const QUIET = 0.004;
const LINE = 46;
const PUSH = 700;
const REACH = 420;

export class Forces {
  heat = 0;

  /** Whoever stood somewhere stays there; who is new begins beside somebody they share tracks with. */
  constructor(count, edges, old = new Map(), ids = []) {
    this.count = count;
    this.x = new Float64Array(count);
    this.y = new Float64Array(count);
    this.dx = new Float64Array(count);
    this.dy = new Float64Array(count);
    this.degree = new Uint16Array(count);
    this.sources = Int32Array.from(edges, (edge) => edge.source);
    this.targets = Int32Array.from(edges, (edge) => edge.target);
    const beside = Array.from({ length: count }, () => []);
    for (const { source, target } of edges) {
      this.degree[source] += 1;
      this.degree[target] += 1;
      beside[source].push(target);
      beside[target].push(source);
    }
    const isPlaced = new Uint8Array(count);
    const open = [];
    for (let node = 0; node < count; node += 1) {
      const place = old.get(ids[node]);
      if (!place) continue;
      [this.x[node], this.y[node]] = place;
      isPlaced[node] = 1;
      open.push(node);
    }
    if (open.length === 0 && count > 0) {
      isPlaced[0] = 1;
      open.push(0);
    }
    this.isNew = open.length < count;
    // Ring by ring from those who stand, each new one further out in the direction of the one before.
    for (let at = 0; at < open.length; at += 1) {
      const from = open[at];
      const fresh = beside[from].filter((node) => !isPlaced[node]);
      const outward = Math.atan2(this.y[from], this.x[from]);
      const isMiddle = this.x[from] === 0 && this.y[from] === 0;
      const fan = isMiddle ? Math.PI * 2 : Math.PI * 0.9;
      fresh.forEach((node, index) => {
        const turn = outward + fan * ((index + 0.5) / fresh.length - 0.5);
        const far = LINE * (1.2 + 0.25 * (index % 4)) * (isMiddle ? 3 : 1);
        this.x[node] = this.x[from] + Math.cos(turn) * far;
        this.y[node] = this.y[from] + Math.sin(turn) * far;
        isPlaced[node] = 1;
        open.push(node);
      });
    }
    if (this.isNew) this.heat = old.size > 0 ? 0.4 : 1;
  }

  get isQuiet() { return this.heat < QUIET; }

  /** One step towards quiet. */
  step() {
    const { count, x, y, dx, dy, degree, sources, targets } = this;
    const heat = (this.heat *= COOLING);
    for (let one = 0; one < count; one += 1) {
      const [px, py] = [x[one], y[one]];
      let [sx, sy] = [0, 0];
      for (let other = one + 1; other < count; other += 1) {
        const ox = x[other] - px;
        if (ox > REACH || ox < -REACH) continue;
        const oy = y[other] - py;
        const square = ox * ox + oy * oy + 30;
        if (square > REACH * REACH) continue;
        const push = (PUSH * heat) / square;
        sx -= ox * push;
        sy -= oy * push;
        dx[other] += ox * push;
        dy[other] += oy * push;
      }
      dx[one] += sx;
      dy[one] += sy;
    }
    for (let line = 0; line < sources.length; line += 1) {
      const [one, other] = [sources[line], targets[line]];
      const [ox, oy] = [x[other] - x[one], y[other] - y[one]];
      const far = Math.sqrt(ox * ox + oy * oy) || 1;
      const least = Math.min(degree[one], degree[other]);
      const pull = ((far - LINE) / far) * heat * (0.7 / least);
      const share = degree[one] / (degree[one] + degree[other]);
      dx[one] += ox * pull * (1 - share);
      dy[one] += oy * pull * (1 - share);
      dx[other] -= ox * pull * share;
      dy[other] -= oy * pull * share;
    }
    for (let node = 0; node < count; node += 1) {
      dx[node] -= x[node] * 0.012 * heat;
      dy[node] -= y[node] * 0.012 * heat;
      // Nobody leaps further than a line is long.
      const leap = Math.sqrt(dx[node] * dx[node] + dy[node] * dy[node]);
      const most = leap > LINE ? LINE / leap : 1;
      x[node] += dx[node] *= most;
      y[node] += dy[node] *= most;
      dx[node] *= 0.55;
      dy[node] *= 0.55;
    }
    // Whom it is about stays in the middle.
    const [mx, my] = [x[0], y[0]];
    for (let node = 0; node < count; node += 1) {
      x[node] -= mx;
      y[node] -= my;
    }
  }

  /** What holds all of it: x, y, width, height. */
  bounds(margin) {
    let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
    for (let node = 0; node < this.count; node += 1) {
      left = Math.min(left, this.x[node]);
      right = Math.max(right, this.x[node]);
      top = Math.min(top, this.y[node]);
      bottom = Math.max(bottom, this.y[node]);
    }
    return this.count ? [left - margin, top - margin, right - left + 2 * margin, bottom - top + 2 * margin] : [-1, -1, 2, 2];
  }
}

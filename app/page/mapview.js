/* Draws the languages on a plane: 8,300 of them must follow a finger, so they are drawn once, on a sheet
   larger than the view, which the browser then moves and stretches; it is drawn anew when its edge
   comes near, and sharp again when a zoom has come to rest. Knows no legend, list or key. */

Atlas.MapView = (() => {
  const { colour, scale, dark } = Atlas;
  const { WIDE, TALL, project, turned, shore, BALL, GRID } = Plane;
  const ATLANTIC = 11, PACIFIC = 160; // meridians in the middle
  const MOST = 60, SPARE = .3, RESTS = 120; // zoom; of the view, drawn beyond each edge; ms
  const SEA = { light: "#eef1f1", dark: "#191d1e" }, LAND = { light: "#dcd8cd", dark: "#34332f" };
  const LINES = { light: "#e0e4e4", dark: "#23282a" };
  const PALE = { light: "#b9b5aa", dark: "#5b5850" };
  const tone = () => dark() ? "dark" : "light";

  return class MapView extends Atlas.Part {
    static colours = { SEA, LAND, LINES };

    begin(sea) { // where it is drawn: a place of any width, also of none yet
      this.sea = sea;
      this.sheet = sea.querySelector(".atlas-sheet");
      this.ring = sea.querySelector(".atlas-ring");
      this.centre = ATLANTIC;
      this.only = null; // a family, by its index: the others are pale
      this.view = { x: 0, y: 0, zoom: 1 };
      this.place();
      this.tint();
      new ResizeObserver(() => this.resize()).observe(sea);
      this.resize();
    }

    get pacific() { return this.centre === PACIFIC; }

    turn(pacific) { // which ocean lies in the middle
      this.centre = pacific ? PACIFIC : ATLANTIC;
      this.place();
      this.tint();
    }

    place() { // everything in the projected world
      const { world, centre } = this, n = world.n;
      this.x = new Float32Array(n).fill(NaN);
      this.y = new Float32Array(n).fill(NaN);
      for (let i = 0; i < n; i++) {
        if (world.latitude[i] === null || world.code[world.root[i]] === Atlas.CONSTRUCTED) continue;
        [this.x[i], this.y[i]] = project(turned(world.longitude[i] / 100, centre), world.latitude[i] / 100);
      }
      this.shore = shore(world.coast, centre);
      this.land = new Path2D(this.shore);
      this.ball = new Path2D(BALL);
      this.grid = new Path2D(GRID);
    }

    tint() { // points by their colour, those with numbers of their own last
      const { world, layer } = this, small = new Map(), pale = PALE[tone()];
      const shades = layer && scale(layer);
      this.large = [];
      for (let i = 0; i < world.n; i++) {
        if (Number.isNaN(this.x[i])) continue;
        const faded = this.only !== null && (i < this.only || i >= world.end[this.only]);
        const value = this.value(i);
        const shade = faded || layer && !value ? pale : value ? shades.colour(value[0], dark()) : colour(world, i, dark());
        if (!faded && (layer ? layer.values[world.code[i]] : this.measured(i))) this.large.push([i, shade]);
        else if (small.has(shade)) small.get(shade).push(i);
        else small.set(shade, [i]);
      }
      this.drawn = null;
      this.small = [...small].sort(([a], [b]) => (b === pale) - (a === pale));
      this.tinted();
    }

    value(i) { // its own, or that of the whole family
      return super.value(i) ?? super.value(this.world.root[i]);
    }

    resize() {
      const width = this.sea.clientWidth;
      if (!width) return;
      this.width = width;
      this.height = Math.round(Math.min(Math.max(width / 2.05, 200), innerHeight * .72));
      this.sea.style.height = `${this.height}px`;
      this.ratio = devicePixelRatio || 1;
      this.drawn = null;
      this.least = Math.min(width / (2 * WIDE), this.height / (2 * TALL)) * .99; // px a unit at zoom 1
      this.move(this.view.x, this.view.y, this.view.zoom);
      this.seen?.();
      this.seen = null;
    }

    whenSeen(move) { // a map that is not shown has no width to reckon with
      if (this.width) move(); else this.seen = move;
    }

    get size() { return this.least * this.view.zoom; }
    get radius() { return Math.min(6, 1.5 * this.view.zoom ** .35 * Math.max(.75, Math.min(1.4, this.width / 1200))); }
    toScreen(i) {
      return [(this.x[i] - this.view.x) * this.size + this.width / 2, (this.y[i] - this.view.y) * this.size + this.height / 2];
    }

    move(x, y, zoom) {
      this.view.zoom = Math.max(1, Math.min(MOST, zoom));
      const spare = side => Math.max(0, side);
      const wide = spare(WIDE - this.width / 2 / this.size), tall = spare(TALL - this.height / 2 / this.size);
      this.view.x = Math.max(-wide, Math.min(wide, x));
      this.view.y = Math.max(-tall, Math.min(tall, y));
      this.sea.style.touchAction = this.view.zoom > 1 ? "none" : "pan-y";
      this.draw();
    }

    zoomAt(times, px = this.width / 2, py = this.height / 2) { // what lies under the point stays there
      const zoom = Math.max(1, Math.min(MOST, this.view.zoom * times)), after = this.least * zoom;
      const dx = px - this.width / 2, dy = py - this.height / 2;
      this.move(this.view.x + dx / this.size - dx / after, this.view.y + dy / this.size - dy / after, zoom);
    }

    goTo(i) { // a language, or all of a family
      const { world } = this, inside = [];
      for (let j = i; j < world.end[i]; j++) if (!Number.isNaN(this.x[j])) inside.push(j);
      if (!inside.length) return this.draw();
      const xs = inside.map(j => this.x[j]), ys = inside.map(j => this.y[j]);
      const [west, east, top, low] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
      const fits = inside.length === 1 ? Math.max(this.view.zoom, 3) :
        .8 * Math.min(this.width / this.least / (east - west + .05), this.height / this.least / (low - top + .05));
      this.move((west + east) / 2, (top + low) / 2, fits);
    }

    draw() { // once a frame at most
      if (this.width) this.due ??= requestAnimationFrame(() => { this.due = null; this.paint(); });
    }

    paint() {
      const { view, size, width, height } = this;
      clearTimeout(this.later);
      if (!this.covers()) this.render();
      const by = view.zoom / this.drawn.zoom, side = 1 + 2 * SPARE;
      const x = width / 2 + (this.drawn.x - view.x) * size - by * side * width / 2;
      const y = height / 2 + (this.drawn.y - view.y) * size - by * side * height / 2;
      this.sheet.style.transform = `translate(${x}px, ${y}px) scale(${by})`;
      const chosen = this.chosen, shown = chosen >= 0 && !Number.isNaN(this.x[chosen]);
      this.ring.hidden = !shown;
      if (shown) {
        const [a, b] = this.toScreen(chosen);
        this.ring.style.transform = `translate(${a}px, ${b}px) scale(${(2.6 * this.radius + 5) / 20})`;
      }
      this.later = setTimeout(() => {
        if (this.drawn && this.drawn.zoom !== this.view.zoom) { this.drawn = null; this.paint(); }
        else this.rested();
      }, RESTS);
    }

    covers() { // whether the sheet reaches over the view; stretched to its double at most
      const { drawn, view, size } = this, by = drawn && view.zoom / drawn.zoom;
      if (!drawn || by > 2 || by < .5) return false;
      return [["x", this.width], ["y", this.height]].every(([k, side]) =>
        Math.abs(view[k] - drawn[k]) * size <= (by * (1 + 2 * SPARE) - 1) * side / 2);
    }

    render() {
      const { ratio, size, radius, view, sheet } = this;
      const spare = [SPARE * this.width, SPARE * this.height];
      const sides = [this.width + 2 * spare[0], this.height + 2 * spare[1]];
      sheet.width = Math.ceil(sides[0] * ratio); // empties it too
      sheet.height = Math.ceil(sides[1] * ratio);
      sheet.style.width = `${sides[0]}px`;
      sheet.style.height = `${sides[1]}px`;
      const pen = sheet.getContext("2d"), left = this.width / 2 - view.x * size, top = this.height / 2 - view.y * size;
      pen.setTransform(size * ratio, 0, 0, size * ratio, (left + spare[0]) * ratio, (top + spare[1]) * ratio);
      pen.fillStyle = SEA[tone()];
      pen.fill(this.ball);
      pen.strokeStyle = LINES[tone()];
      pen.lineWidth = 1 / size;
      pen.stroke(this.grid);
      pen.fillStyle = LAND[tone()];
      pen.fill(this.land);
      pen.setTransform(ratio, 0, 0, ratio, spare[0] * ratio, spare[1] * ratio);
      for (const [shade, points] of this.small) this.dots(pen, shade, points, left, top, radius, spare);
      for (const [i, shade] of this.large) this.disc(pen, i, shade, 2.6 * radius + 1);
      this.drawn = { ...view };
    }

    dots(pen, shade, points, left, top, r, [wide, tall]) { // a copy of one drawn dot: faster than 8,300 circles
      const { ratio, size } = this, dot = this.dot(shade, r), half = dot.width / 2 / ratio, across = 2 * half;
      for (const i of points) {
        const x = this.x[i] * size + left, y = this.y[i] * size + top;
        if (x > -wide - 9 && y > -tall - 9 && x < this.width + wide + 9 && y < this.height + tall + 9) pen.drawImage(dot, x - half, y - half, across, across);
      }
    }

    dot(shade, r) {
      const key = `${shade} ${r.toFixed(2)} ${this.ratio}`;
      this.kept ??= new Map();
      if (this.kept.size > 2000) this.kept.clear();
      if (!this.kept.has(key)) {
        const one = document.createElement("canvas"), side = Math.ceil((2 * r + 2) * this.ratio);
        one.width = one.height = side;
        const pen = one.getContext("2d");
        pen.fillStyle = shade;
        pen.beginPath();
        pen.arc(side / 2, side / 2, r * this.ratio, 0, 7);
        pen.fill();
        this.kept.set(key, one);
      }
      return this.kept.get(key);
    }

    disc(pen, i, shade, r) {
      const [x, y] = this.toScreen(i);
      pen.beginPath();
      pen.arc(x, y, r, 0, 7);
      pen.fillStyle = shade;
      pen.fill();
      pen.lineWidth = 1.5;
      pen.strokeStyle = dark() ? "#121110" : "#fff";
      pen.stroke();
    }

    nearest(px, py, far) {
      let best = -1, least = far * far;
      const look = (i, more) => {
        const [x, y] = this.toScreen(i), d = (x - px) ** 2 + (y - py) ** 2 - more;
        if (d < least) { least = d; best = i; }
      };
      for (const [, points] of this.small) for (const i of points) look(i, 0);
      for (const [i] of this.large) look(i, (2.6 * this.radius) ** 2);
      return best;
    }
  };
})();

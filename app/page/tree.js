/* <family-tree>: the family of the chosen language, its lineage open and all else closed, or the
   measured languages of all families; with numbers at the leaves, as a drawing and as text. */

(() => {
  const { esc, fill, colour, hex, scale, choose, show, state, dark } = Atlas;
  const ROW = 26, STEP = 18, SIDE = 10, BAR = 150, MOST = 14; // px; children shown at first

  class FamilyTree extends Atlas.Part {
    start() {
      const w = this.words;
      this.innerHTML = `<div class="atlas-tools">${this.chooser()}<label class="atlas-check"><input type="checkbox" data-measured>
        <span>${esc(w.only)}</span></label></div><p class="fine atlas-none" hidden></p>
        <div class="atlas-tree"></div><p class="fine">${esc(w.keys)}</p>
        <details><summary>${esc(w.text)}</summary><pre tabindex="0" role="region" aria-label="${esc(w.text)}"></pre></details>`;
      if (!this.layers.length) this.querySelector(".atlas-check").remove();
      this.place = this.querySelector(".atlas-tree");
      this.opened = new Set();
      this.whole = new Set(); // families all of whose children are shown
      this.only = false;
      this.addEventListener("change", event => {
        if (event.target.matches("[data-layer]")) show(event.target.value);
        if (event.target.matches("[data-measured]")) { this.only = event.target.checked; this.reset(); }
      });
      this.place.addEventListener("click", event => this.press(event.target.closest("[role=treeitem]")));
      this.place.addEventListener("keydown", event => this.key(event));
      this.familyAsked = event => this.family(event.detail.code);
      document.addEventListener("atlas-family", this.familyAsked);
      new ResizeObserver(() => this.place.clientWidth !== this.drawnFor && this.paint()).observe(this.place);
      this.reset();
    }
    disconnectedCallback() {
      super.disconnectedCallback();
      document.removeEventListener("atlas-family", this.familyAsked);
    }

    reset() { // the lineage of what is chosen, or all that was measured
      const { world } = this;
      this.opened.clear();
      this.whole.clear();
      this.marks = new Uint8Array(world.n); // whether something measured is there or below
      for (let i = 0; i < world.n; i++) if (this.measured(i)) for (let j = i; j >= 0; j = world.parent[j]) this.marks[j] = 1;
      if (this.only) for (let i = 0; i < world.n; i++) { if (this.marks[i] && world.isFamily(i)) this.opened.add(i); }
      else if (this.chosen >= 0) for (const i of world.lineage(this.chosen)) this.opened.add(i);
      this.shown = this.chosen >= 0 ? world.root[this.chosen] : -1;
      this.paint();
    }

    shared() { return { measured: this.only ? "yes" : "" }; } // for a link

    restored({ family, measured }) {
      const box = this.querySelector("[data-measured]");
      this.only = measured === "yes" && box !== null;
      if (box) box.checked = this.only;
      this.reset();
      this.layerAnew();
      if (family && this.chosen < 0) this.family(family);
    }

    family(code) { // from the map's legend
      const i = this.world?.at.get(code);
      if (i === undefined) return;
      const { world } = this;
      this.shown = world.root[i];
      for (const j of [...world.lineage(i), i]) this.opened.add(j);
      this.paint();
    }

    chosenAnew() { // what a visitor has opened of the same family stays open
      if (!this.world) return;
      if (!this.only && (this.chosen < 0 || this.world.root[this.chosen] !== this.shown)) return this.reset();
      if (this.chosen >= 0) for (const i of this.world.lineage(this.chosen)) this.opened.add(i);
      this.paint();
    }
    layerAnew() {
      if (!this.world) return;
      const box = this.querySelector("[data-layer]");
      if (box) box.value = state.layer;
      this.paint();
    }
    themeAnew() { this.paint(); }

    visible() { // rows from top to bottom: the node, its depth, whether more follow on its level
      const { world } = this, rows = [], lineage = new Set(this.chosen >= 0 ? [...world.lineage(this.chosen), this.chosen] : []);
      const walk = (i, depth, bars) => {
        rows.push({ i, depth, bars });
        if (!world.isFamily(i) || !this.opened.has(i)) return;
        let children = world.children(i);
        if (this.only) children = children.filter(j => this.marks[j]);
        const first = children.filter((j, k) => k < MOST || lineage.has(j) || this.marks[j]);
        const kept = this.whole.has(i) ? children : first, left = children.length - kept.length;
        kept.forEach((j, k) => walk(j, depth + 1, [...bars, k < kept.length - 1 || left > 0]));
        if (left) rows.push({ i, depth: depth + 1, bars: [...bars, false], left });
      };
      const roots = this.ranked() ?? (this.only ? world.depth.flatMap((d, i) => d === 0 && this.marks[i] ? [i] : []) : this.shown >= 0 ? [this.shown] : []);
      roots.forEach(i => walk(i, 0, []));
      return rows;
    }

    ranked() { // the families that a text was asked through, the best first; below them what is open
      if (state.layer !== "text") return null;
      const found = Object.entries(this.layer.values).map(([code, [value]]) => [this.world.at.get(code), value]);
      const roots = found.sort((a, b) => b[1] - a[1]).map(([i]) => i);
      return this.shown < 0 || roots.includes(this.shown) ? roots : [...roots, this.shown];
    }

    label({ i, left }) {
      const { world, words: w } = this;
      if (left) return fill(w.more, { count: Language.number(left) });
      return world.name[i];
    }
    count({ i, left }) {
      const { world } = this;
      return !left && world.isFamily(i) ? world.spoken(this.words, i) : "";
    }

    paint() {
      const { world, words: w } = this, rows = this.visible(), said = this.querySelector(".atlas-none");
      const alone = this.chosen >= 0 && !this.only && !world.isFamily(world.root[this.chosen]);
      said.hidden = rows.length > 0 && !alone;
      said.textContent = alone ? fill(w.alone, { name: world.name[this.chosen] }) : w.nothing;
      const at = this.place.querySelector("[tabindex='0']")?.dataset.key, focused = this.place.contains(document.activeElement);
      this.drawnFor = this.place.clientWidth;
      const drawn = this.drawing(rows, Math.max(this.drawnFor || 600, 300), false);
      this.place.innerHTML = rows.length ? `<svg role="tree" aria-label="${esc(w.tree)}" width="${drawn.width}" height="${drawn.height}" viewBox="0 0 ${drawn.width} ${drawn.height}">${drawn.inner}</svg>` : "";
      const items = this.items(), kept = items.find(item => item.dataset.key === at) ?? items.find(item => item.classList.contains("chosen")) ?? items[0];
      kept?.setAttribute("tabindex", "0");
      if (focused) kept?.focus();
      this.querySelector("pre").textContent = this.text(rows);
    }

    items() { return [...this.place.querySelectorAll("[role=treeitem]")]; }

    drawing(rows, width, saved) { // SVG; saved: in plain colours, for a file
      const { layer } = this, ink = saved ? "#1d1c19" : "currentColor", soft = saved ? "#615d55" : "var(--soft)", line = saved ? "#c6c2b8" : "var(--line)";
      const deep = Math.max(0, ...rows.map(row => row.depth)) * STEP + SIDE, narrow = width < 560;
      const room = layer && !narrow ? BAR + 135 : 0; // where there is none, the number follows the name
      const wide = Math.max(width, deep + 230 + room), shades = layer && scale(layer);
      const paintOf = shade => saved ? hex(shade) : shade, night = saved ? false : dark();
      const body = rows.map((row, k) => {
        const { i, depth, bars, left } = row, y = k * ROW + ROW / 2, x = SIDE + depth * STEP, family = !left && this.world.isFamily(i);
        const open = family && this.opened.has(i), chosen = !left && i === this.chosen, value = !left && this.value(i);
        let lines = "";
        bars.forEach((more, d) => {
          const bx = SIDE + d * STEP + 1, last = d === depth - 1;
          if (last) lines += `M${bx} ${y - ROW / 2}V${more ? y + ROW / 2 : y}M${bx} ${y}H${bx + STEP - 8}`;
          else if (more) lines += `M${bx} ${y - ROW / 2}V${y + ROW / 2}`;
        });
        const shade = left ? soft : paintOf(value ? shades.colour(value[0], night) : colour(this.world, i, night));
        const mark = left ? "" : family ? `<path d="${open ? `M${x - 4} ${y - 3}h9l-4.5 7z` : `M${x - 2} ${y - 4.5}v9l7-4.5z`}" fill="${shade}"/>` :
          `<circle cx="${x + 1}" cy="${y}" r="${this.measured(i) ? 5 : 3.5}" fill="${shade}"/>`;
        const count = [this.count(row), narrow && value && value[1]].filter(Boolean).join(" "), bold = chosen || family && depth === 0 ? ' font-weight="650"' : "";
        const name = `<text x="${x + 12}" y="${y + 4.5}" font-size="14" fill="${left ? soft : ink}"${bold}>${esc(this.label(row))}${count ? `<tspan dx="8" font-size="12" font-weight="400" fill="${soft}">${esc(count)}</tspan>` : ""}</text>`;
        const number = value && !narrow ? this.bar(value, wide - room + 10, y, BAR, shades, shade, ink) : "";
        const said = [this.label(row), this.count(row), value && `${layer.title}: ${value[1]}`].filter(Boolean).join(", ");
        const role = saved ? "" : ` role="treeitem" aria-level="${depth + 1}" tabindex="-1" aria-label="${esc(said)}" data-key="${i}${left ? "+" : ""}"${family ? ` aria-expanded="${open}"` : ""}${chosen ? ' aria-selected="true"' : ""} class="${chosen ? "chosen" : ""}"`;
        const ground = saved && !chosen ? "" : `<rect x="0" y="${y - ROW / 2}" width="${wide}" height="${ROW}" rx="6" fill="${saved ? "#e4f1f1" : ""}"/>`;
        return `<g${role}>${ground}${lines ? `<path d="${lines}" fill="none" stroke="${line}"/>` : ""}${mark}${name}${number}</g>`;
      }).join("");
      return { inner: body, width: wide, height: rows.length * ROW + 4 };
    }

    bar([v, said], x, y, wide, { low, high }, shade, ink) { // from 0, which lies in the middle where there are signs
      const from = Math.min(0, low), to = Math.max(0, high), zero = x + wide * -from / (to - from || 1), end = x + wide * (v - from) / (to - from || 1);
      return `<rect x="${Math.min(zero, end)}" y="${y - 6}" width="${Math.max(1, Math.abs(end - zero))}" height="12" rx="2" fill="${shade}"/>` +
        `<path d="M${zero} ${y - 10}v20" stroke="${ink}" stroke-opacity=".35"/><text x="${x + wide + 8}" y="${y + 4.5}" font-size="13" fill="${ink}">${esc(said)}</text>`;
    }

    text(rows) {
      return rows.map(row => {
        const { bars, i, left } = row, value = !left && this.value(i);
        const lead = bars.map((more, d) => d === bars.length - 1 ? more ? "├─ " : "└─ " : more ? "│  " : "   ").join("");
        return lead + [this.label(row), !left && !this.world.isFamily(i) && `[${this.world.code[i]}]`, this.count(row) && `(${this.count(row)})`, value && `${this.layer.title}: ${value[1]}`].filter(Boolean).join(" ");
      }).join("\n");
    }

    press(item) {
      if (!item) return;
      const key = item.dataset.key, i = parseInt(key, 10);
      this.items().forEach(one => one.setAttribute("tabindex", one === item ? "0" : "-1"));
      if (key.endsWith("+")) this.whole.add(i);
      else if (!this.world.isFamily(i)) { return choose(this.world.code[i]); }
      else if (!this.opened.delete(i)) this.opened.add(i);
      this.paint();
    }

    key(event) {
      const items = this.items(), at = items.indexOf(event.target.closest("[role=treeitem]")), item = items[at];
      if (!item || event.ctrlKey || event.metaKey || event.altKey) return;
      const level = one => Number(one.getAttribute("aria-level")), open = item.getAttribute("aria-expanded");
      const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1 }[event.key];
      const go = one => { if (!one) return; items.forEach(other => other.setAttribute("tabindex", "-1")); one.setAttribute("tabindex", "0"); one.focus(); };
      if (to !== undefined) go(items[to]);
      else if (event.key === "ArrowRight") { if (open === "false") this.press(item); else if (open) go(items[at + 1]); }
      else if (event.key === "ArrowLeft") { if (open === "true") this.press(item); else go(items.slice(0, at).findLast(one => level(one) < level(item))); }
      else if (event.key === "Enter" || event.key === " ") this.press(item);
      else return;
      event.preventDefault();
    }

    rows() {
      const { world, words: w } = this, titles = this.layers.map(layer => layer.title);
      return [[w.language, "glottocode", "ISO 639-3", w.lineage, ...titles], ...this.visible().filter(row => !row.left && !world.isFamily(row.i)).map(({ i }) =>
        [world.name[i], world.code[i], world.iso3[i], this.where(i), ...this.layers.map(layer => layer.values[world.code[i]]?.[0] ?? "")])];
    }

    figure(own) {
      const drawn = this.drawing(this.visible(), 760, true), title = this.layer?.title;
      const head = title ? `<text x="${SIDE}" y="14" font-size="13" fill="#57534b">${esc(title)}</text>` : "";
      return { inner: `${head}<g transform="translate(0 ${title ? 26 : 4})">${drawn.inner}</g>`, width: drawn.width, height: drawn.height + 30, source: this.source(own) };
    }
  }

  customElements.define("family-tree", FamilyTree);
})();

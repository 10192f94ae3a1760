/* <world-map>: all languages as points, to be moved, searched, hovered and chosen, with a legend, a list
   beside it, and files of what it shows. mapview.js draws it. */

(() => {
  const { esc, fill, colour, hex, scale, choose, show, state, dark, MapView } = Atlas;
  const LISTED = 200, NEAR = 14; // rows of the list, px from a point

  class WorldMap extends MapView {
    start() {
      const w = this.words;
      this.innerHTML = `<div class="atlas-tools"><div class="atlas-find"><label><span>${esc(w.find)}</span>
        <input type="text" role="combobox" autocomplete="off" spellcheck="false" aria-autocomplete="list"
          aria-expanded="false" aria-controls="${this.id}-found" placeholder="${esc(w.hint)}"></label>
        <ul id="${this.id}-found" role="listbox" aria-label="${esc(w.find)}" hidden></ul></div>
        ${this.chooser()}
        <div class="atlas-zoom" role="group" aria-label="${esc(w.map)}">
          <button type="button" data-zoom="2" aria-label="${esc(w.in)}" title="${esc(w.in)}">+</button>
          <button type="button" data-zoom=".5" aria-label="${esc(w.out)}" title="${esc(w.out)}">−</button>
          <button type="button" data-zoom="0" aria-label="${esc(w.whole)}" title="${esc(w.whole)}">⤢</button>
          <button type="button" data-pacific aria-pressed="false">${esc(w.pacific)}</button></div></div>
        <div class="atlas-sea" tabindex="0" role="application" aria-label="${esc(w.map)}. ${esc(w.keys)}">
          <canvas class="atlas-sheet"></canvas><i class="atlas-ring" hidden></i>
          <i class="atlas-cross" hidden></i><div class="atlas-tip" hidden></div></div>
        <p class="atlas-said" aria-live="polite"></p>
        <div class="atlas-legend" role="group" aria-label="${esc(w.legend)}"></div>
        <div class="atlas-beside"><h3>${esc(w.constructed)}</h3><div></div></div>
        <details class="atlas-list"><summary>${esc(w.list)}</summary><p class="fine"></p><div class="scroll" tabindex="0"
          role="region" aria-label="${esc(w.list)}"></div></details>`;
      for (const [name, at] of Object.entries({ tip: ".atlas-tip", cross: ".atlas-cross", said: ".atlas-said", box: "input", options: "ul" })) this[name] = this.querySelector(at);
      this.begin(this.querySelector(".atlas-sea"));
      this.beside();
      this.listen();
      if (this.chosen >= 0) this.whenSeen(() => this.goTo(this.chosen));
    }

    shared() { // for a link
      const { x, y, zoom } = this.view;
      return { family: this.only === null ? "" : this.world.code[this.only], pacific: this.pacific ? "yes" : "",
        at: [x.toFixed(4), y.toFixed(4), zoom.toFixed(2)].join(",") };
    }

    restored({ family, pacific, at }) {
      this.only = family ? this.world.at.get(family) : null;
      this.turn(pacific === "yes");
      this.layerAnew();
      this.whenSeen(() => at ? this.move(...at.split(",").map(Number)) : this.move(0, 0, 1));
    }

    about(i) { // one line
      const value = this.value(i);
      return [this.world.name[i], this.where(i) || this.words.isolate, value && `${this.layer.title}: ${value[1]}`].filter(Boolean);
    }

    point(i) { // shows what it is
      this.tip.hidden = i < 0;
      this.sea.style.cursor = i < 0 ? "grab" : "pointer";
      if (i < 0) return;
      const [name, ...rest] = this.about(i), [x, y] = this.toScreen(i);
      this.tip.innerHTML = `<b>${esc(name)}</b>${rest.map(line => `<span>${esc(line)}</span>`).join("")}`;
      this.tip.style.left = `${Math.max(0, Math.min(x + 12, this.width - this.tip.offsetWidth - 4))}px`;
      this.tip.style.top = `${y + 16 + this.tip.offsetHeight > this.height ? y - this.tip.offsetHeight - 10 : y + 14}px`;
    }

    listen() {
      const { sea } = this, down = new Map();
      let moved = 0, apart = 0;
      const at = event => { const box = sea.getBoundingClientRect(); const large = sea.currentCSSZoom ?? 1;
        return [(event.clientX - box.left) / large, (event.clientY - box.top) / large]; };
      sea.addEventListener("pointerdown", event => {
        down.set(event.pointerId, at(event));
        if (down.size === 1) moved = 0;
        sea.setPointerCapture(event.pointerId);
      });
      sea.addEventListener("pointermove", event => {
        const [x, y] = at(event), was = down.get(event.pointerId);
        if (!was) return this.point(this.nearest(x, y, NEAR));
        down.set(event.pointerId, [x, y]);
        if (down.size === 2) { // pinched
          const [[a, b], [c, d]] = [...down.values()], now = Math.hypot(a - c, b - d);
          if (apart) this.zoomAt(now / apart, (a + c) / 2, (b + d) / 2);
          apart = now;
          moved = NEAR;
          return;
        }
        moved += Math.abs(x - was[0]) + Math.abs(y - was[1]);
        if (moved > 4) { this.point(-1); this.move(this.view.x - (x - was[0]) / this.size, this.view.y - (y - was[1]) / this.size, this.view.zoom); }
      });
      const up = event => { down.delete(event.pointerId); apart = 0; };
      sea.addEventListener("pointercancel", up);
      sea.addEventListener("pointerup", event => {
        const pressed = down.has(event.pointerId), [x, y] = at(event);
        up(event);
        const hit = pressed && moved <= 4 ? this.nearest(x, y, NEAR) : -1;
        if (hit >= 0) this.pick(hit);
      });
      sea.addEventListener("pointerleave", () => this.point(-1));
      sea.addEventListener("dblclick", event => this.zoomAt(2, ...at(event)));
      sea.addEventListener("wheel", event => { // the page scrolls over a map that nobody works on
        if (!event.ctrlKey && document.activeElement !== sea) return;
        event.preventDefault();
        this.zoomAt(Math.exp(-event.deltaY * (event.deltaMode ? .05 : .0016)), ...at(event));
      }, { passive: false });
      sea.addEventListener("keydown", event => this.key(event));
      sea.addEventListener("blur", () => { this.cross.hidden = true; });
      this.addEventListener("click", event => this.press(event));
      this.addEventListener("change", event => event.target.matches("[data-layer]") && show(event.target.value));
      this.querySelector("details").addEventListener("toggle", () => this.list());
      this.box.addEventListener("input", () => this.suggest());
      this.box.addEventListener("keydown", event => this.typed(event));
      this.box.addEventListener("blur", () => setTimeout(() => this.fold(), 150));
    }

    key(event) {
      const step = 60 / this.size, { x, y, zoom } = this.view;
      const moves = { ArrowLeft: [-step, 0], ArrowRight: [step, 0], ArrowUp: [0, -step], ArrowDown: [0, step] };
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (moves[event.key]) this.move(x + moves[event.key][0], y + moves[event.key][1], zoom);
      else if (event.key === "+" || event.key === "=") this.zoomAt(1.5);
      else if (event.key === "-") this.zoomAt(1 / 1.5);
      else if (event.key === "0") this.move(0, 0, 1);
      else if (event.key === "Enter") { const i = this.middle(); if (i >= 0) this.pick(i); }
      else return;
      event.preventDefault();
      this.cross.hidden = false;
      const i = this.middle();
      this.point(i);
      this.said.textContent = i < 0 ? "" : this.about(i).join(", ");
    }

    middle() { return this.nearest(this.width / 2, this.height / 2, 80); }

    press(event) {
      const hit = event.target.closest("[data-zoom], [data-pacific], [data-only], [data-pick]");
      if (!hit) return;
      const { zoom, only, pick } = hit.dataset;
      if (pick !== undefined) this.pick(Number(pick));
      else if (only !== undefined) this.alone(only === "" ? null : Number(only));
      else if (zoom === "0") this.move(0, 0, 1);
      else if (zoom) this.zoomAt(Number(zoom));
      else {
        this.turn(!this.pacific);
        this.move(0, 0, 1);
      }
    }

    turn(pacific) {
      super.turn(pacific);
      this.querySelector("[data-pacific]").setAttribute("aria-pressed", String(pacific));
    }

    tinted() { this.legend(); }
    rested() { this.list(); }

    pick(i) {
      if (this.world.isFamily(i)) return this.alone(i);
      choose(this.world.code[i]);
    }

    alone(i) { // a family stands out; again: all
      this.only = i === this.only ? null : i;
      this.tint();
      if (this.only === null) this.draw();
      else this.goTo(i);
      if (i !== null) this.dispatchEvent(new CustomEvent("atlas-family", { bubbles: true, detail: { code: this.world.code[i] } }));
    }

    chosenAnew() {
      if (!this.world || this.chosen < 0) return;
      if (this.only !== null && this.world.root[this.chosen] !== this.world.root[this.only]) { this.only = null; this.tint(); }
      if (Number.isNaN(this.x[this.chosen])) return this.draw();
      if (!this.width) return this.whenSeen(() => this.goTo(this.chosen));
      const [x, y] = this.toScreen(this.chosen), inside = x > 20 && y > 20 && x < this.width - 20 && y < this.height - 20;
      if (inside) this.draw(); else this.goTo(this.chosen);
    }

    layerAnew() {
      if (!this.world) return;
      const box = this.querySelector("[data-layer]");
      if (box) box.value = state.layer;
      this.tint();
      this.draw();
    }

    themeAnew() { this.tint(); this.draw(); }

    suggest() {
      const found = Atlas.search(this.world, this.box.value);
      this.found = found;
      this.mark = found.length ? 0 : -1;
      this.options.innerHTML = found.map((i, k) => `<li role="option" id="${this.id}-o${k}" data-pick="${i}" aria-selected="${k === 0}">
        <b>${esc(this.world.name[i])}</b> <small>${esc(this.world.isFamily(i) ? this.world.spoken(this.words, i) :
          [this.world.iso3[i], this.world.name[this.world.root[i]]].filter(Boolean).join(" · "))}</small></li>`).join("");
      const open = Boolean(this.box.value.trim());
      this.options.hidden = !found.length;
      this.said.textContent = open && !found.length ? this.words.none : "";
      this.box.setAttribute("aria-expanded", String(Boolean(found.length)));
      this.marked();
    }

    marked() {
      [...this.options.children].forEach((option, k) => option.setAttribute("aria-selected", String(k === this.mark)));
      if (this.mark >= 0) this.box.setAttribute("aria-activedescendant", `${this.id}-o${this.mark}`);
      else this.box.removeAttribute("aria-activedescendant");
      this.options.children[this.mark]?.scrollIntoView({ block: "nearest" });
    }

    typed(event) {
      const count = this.found?.length ?? 0;
      if (event.key === "ArrowDown" && count) this.mark = (this.mark + 1) % count;
      else if (event.key === "ArrowUp" && count) this.mark = (this.mark - 1 + count) % count;
      else if (event.key === "Escape") return this.fold();
      else if (event.key === "Enter") {
        event.preventDefault();
        const hit = count && !this.options.hidden ? this.found[this.mark] : -1;
        if (hit >= 0) this.taken(hit);
        else if (this.box.value.trim()) this.dispatchEvent(new CustomEvent("atlas-ask", { bubbles: true, detail: { asked: this.box.value.trim() } }));
        return;
      } else return;
      event.preventDefault();
      this.marked();
    }

    taken(i) {
      this.fold();
      this.box.value = this.world.name[i];
      this.pick(i);
      this.goTo(i);
    }

    fold() {
      this.options.hidden = true;
      this.box.setAttribute("aria-expanded", "false");
      this.box.removeAttribute("aria-activedescendant");
    }

    legend() { // of numbers: the ends of the scale; of families: those with points, the trained first
      const { world, words: w, layer } = this, place = this.querySelector(".atlas-legend");
      const swatch = shade => `<i class="dot" style="background:${shade}"></i>`;
      let body = "";
      if (layer) {
        const { from, to, steps } = this.steps(dark());
        body = `<span class="atlas-scale"><span>${esc(from)}</span>${steps.map(one => `<i style="background:${one}"></i>`).join("")}<span>${esc(to)}</span></span>`;
      } else {
        const families = Object.keys(Atlas.TRAINED).map(code => world.at.get(code)).filter(i => world.isFamily(i));
        body = families.map(i => `<button type="button" data-only="${i}" aria-pressed="${i === this.only}">${swatch(colour(world, i, dark()))}${esc(world.name[i])}</button>`).join("");
        this.others ??= world.depth.reduce((c, d, i) => c + (d === 0 && world.isFamily(i) && !world.unrelated.has(world.code[i])), 0) - families.length;
        const pale = `linear-gradient(90deg,${[0, 60, 120, 180, 240, 300].map(h => `oklch(.65 .055 ${h})`).join()})`;
        body += `<span class="atlas-key"><i class="dot" style="background:${pale}"></i>${esc(fill(w.others, { count: this.others }))}</span>`;
        body += `<span class="atlas-key">${swatch(dark() ? "#a9a499" : "#6d685f")}${esc(w.isolates)}; ${esc(w.unrelated)}</span>`;
        if (this.layers.length) body += `<span class="atlas-key"><i class="dot big"></i>${esc(w.measured)}</span>`;
      }
      if (this.only !== null) body += `<button type="button" data-only="" class="on">${esc(world.name[this.only])} ×</button>`;
      place.innerHTML = body;
    }

    steps(night) { // of the shown numbers' colours, with the least and the greatest as they are written
      const ends = Object.values(this.layer.values).sort((a, b) => a[0] - b[0]), [low] = ends[0], [high] = ends.at(-1);
      const shade = scale(this.layer).colour, bare = said => said.replace(/ \[.*/, "");
      return { from: bare(ends[0][1]), to: bare(ends.at(-1)[1]), steps: [0, .25, .5, .75, 1].map(t => shade(low + t * (high - low), night)) };
    }

    beside() {
      const { world } = this, root = world.at.get(Atlas.CONSTRUCTED);
      this.querySelector(".atlas-beside div").innerHTML = Array.from({ length: world.end[root] - root }, (_, k) => root + k).filter(i => !world.isFamily(i)).map(i =>
        `<button type="button" data-pick="${i}"${this.measured(i) ? ' class="measured"' : ""}>${esc(world.name[i])}</button>`).join("");
    }

    inView() {
      const found = [];
      for (let i = 0; i < this.world.n; i++) {
        if (Number.isNaN(this.x[i])) continue;
        const [x, y] = this.toScreen(i);
        if (x >= 0 && y >= 0 && x <= this.width && y <= this.height && (this.only === null || i >= this.only && i < this.world.end[this.only])) found.push(i);
      }
      const rank = this.layer ? i => this.value(i)?.[0] ?? -Infinity : i => Number(this.measured(i));
      const ranks = new Map(found.map(i => [i, rank(i)])), turn = (a, b) => a === b ? 0 : b - a;
      return found.sort((a, b) => turn(ranks.get(a), ranks.get(b)) || this.world.plain[a].localeCompare(this.world.plain[b]));
    }

    list() {
      const folded = this.querySelector("details");
      if (!folded?.open) return;
      const { words: w, world } = this, found = this.inView(), shown = found.slice(0, LISTED);
      folded.querySelector("p").textContent = fill(w.count, { shown: Language.number(shown.length), count: Language.number(found.length) });
      const heads = [w.language, w.lineage, w.place, this.layer?.title ?? w.measured];
      folded.querySelector(".scroll").innerHTML = `<table><thead><tr>${heads.map(h => `<th scope="col">${esc(h)}</th>`).join("")}</tr></thead><tbody>${
        shown.map(i => `<tr><th scope="row"><button type="button" data-pick="${i}">${esc(world.name[i])}</button></th><td>${esc(this.where(i) || w.isolate)}</td>
          <td>${esc(this.spot(i))}</td><td>${esc(this.layer ? this.value(i)?.[1] ?? "" : this.measured(i) ? "✓" : "")}</td></tr>`).join("")}</tbody></table>`;
    }

    spot(i) {
      const { latitude, longitude, areas, area } = this.world;
      if (latitude[i] === null) return this.words.nowhere;
      const [a, b] = [latitude[i] / 100, longitude[i] / 100];
      const w = this.words, point = w.points[(a < 0 ? "S" : "N") + (b < 0 ? "W" : "E")];
      return fill(point, { latitude: Language.number(Math.abs(a), 1), longitude: Language.number(Math.abs(b), 1) }) + `; ${w.areas[areas[area[i]]] ?? areas[area[i]]}`;
    }

    rows() { // what is in view, as a table
      const { world, words: w } = this, head = [w.language, "glottocode", "ISO 639-3", w.lineage, "latitude", "longitude"];
      const titles = this.layers.map(layer => layer.title);
      return [[...head, ...titles], ...this.inView().map(i => [world.name[i], world.code[i], world.iso3[i], this.where(i),
        world.latitude[i] / 100, world.longitude[i] / 100, ...this.layers.map(layer => layer.values[world.code[i]]?.[0] ?? "")])];
    }

    figure(own) { // for saving.js: as on the screen, in light colours
      const { size, view, radius, world } = this, { SEA, LAND, LINES } = MapView.colours, width = 1100, height = Math.round(width * this.height / this.width), by = width / this.width;
      const left = this.width / 2 - view.x * size, top = this.height / 2 - view.y * size, was = dark();
      document.body.classList.remove("dark");
      this.tint();
      const inside = ([x, y]) => x > -9 && y > -9 && x < this.width + 9 && y < this.height + 9;
      const circle = (i, r, shade, line) => { const at = this.toScreen(i); return inside(at) ? `<circle cx="${at[0].toFixed(1)}" cy="${at[1].toFixed(1)}" r="${r.toFixed(1)}" fill="${shade}"${line}><title>${esc(world.name[i])}</title></circle>` : ""; };
      const dots = this.small.map(([shade, points]) => { const one = hex(shade); return points.map(i => circle(i, radius, one, "")).join(""); }).join("");
      const large = this.large.map(([i, shade]) => circle(i, 2.6 * radius + 1, hex(shade), ' stroke="#fff" stroke-width="1.5"')).join("");
      const inner = `<svg width="${width}" height="${height}" viewBox="0 0 ${this.width} ${this.height}"><g transform="translate(${left} ${top}) scale(${size})">` +
        `<path d="${Plane.BALL}" fill="${SEA.light}"/><path d="${Plane.GRID}" fill="none" stroke="${LINES.light}" stroke-width="${1 / size}"/><path d="${this.shore}" fill="${LAND.light}"/></g>${dots}${large}</svg>`;
      const keys = this.keys(width);
      document.body.classList.toggle("dark", was);
      this.tint();
      return { inner: inner + `<g transform="translate(0 ${height + 22})">${keys.inner}</g>`, width, height: height + 22 + keys.height, source: this.source(own) };
    }

    keys(width) { // the legend of a saved figure
      const { world, words: w, layer } = this;
      if (layer) {
        const { from, to, steps } = this.steps(false);
        const boxes = steps.map((one, k) => `<rect x="${k * 40}" y="18" width="40" height="12" fill="${hex(one)}"/>`).join("");
        return { height: 54, inner: `<text y="12" font-size="13">${esc(layer.title)}</text>${boxes}<text y="46" font-size="12">${esc(from)}</text><text x="200" y="46" font-size="12" text-anchor="end">${esc(to)}</text>` };
      }
      const families = Object.keys(Atlas.TRAINED).map(code => world.at.get(code)).filter(i => world.isFamily(i));
      const across = Math.floor(width / 180);
      const inner = families.map((i, k) => `<g transform="translate(${k % across * 180} ${Math.floor(k / across) * 20})"><circle cx="6" cy="8" r="5" fill="${hex(colour(world, i, false))}"/><text x="17" y="12" font-size="12">${esc(world.name[i])}</text></g>`).join("");
      return { height: 20 * Math.ceil(families.length / across), inner };
    }
  }

  customElements.define("world-map", WorldMap);
})();

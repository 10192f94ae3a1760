/* The languages of the world for the map (worldmap.js) and the tree (tree.js): read once, searched,
   coloured. Which language is chosen, and which numbers are shown, is told by events on the
   document, so that all maps and trees of a page agree. */

const Atlas = (() => {
  const esc = text => String(text).replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);
  const { fill } = Language;
  const CONSTRUCTED = "arti1236";
  const TRAINED = { indo1319: [257, .14], atla1278: [58, .15], aust1307: [212, .11], sino1245: [24, .17],
    afro1255: [92, .13], turk1311: [160, .12], drav1251: [332, .16], ural1272: [298, .14],
    kart1248: [128, .15], kore1284: [8, .09], japo1237: [354, .18], basq1248: [40, .16] };
  // Hue and chroma. All other families have pale ones, so that neighbours differ.

  let loading = null;
  const load = () => loading ??= fetch("atlas.json").then(answer => {
    if (!answer.ok) throw new Error(answer.statusText);
    return answer.json();
  }).then(unpack).catch(error => { loading = null; throw error; });

  function unpack(packed) {
    const n = packed.depth.length, world = { ...packed, n, at: new Map() };
    world.code = packed.code.split(" ");
    world.name = packed.name.split("\n");
    world.iso3 = packed.iso3.split(" ").map(code => code === "-" ? "" : code);
    const parent = world.parent = new Int32Array(n), root = world.root = new Int32Array(n);
    const end = world.end = new Int32Array(n), path = [];
    for (let i = 0; i < n; i++) {
      const d = packed.depth[i];
      while (path.length > d) end[path.pop()] = i;
      parent[i] = d ? path[d - 1] : -1;
      root[i] = d ? path[0] : i;
      path.push(i);
      world.at.set(world.code[i], i);
    }
    while (path.length) end[path.pop()] = n;
    world.isFamily = i => end[i] > i + 1;
    world.count = i => { let c = 0; for (let j = i; j < end[i]; j++) c += !world.isFamily(j); return c; };
    world.lineage = i => { const up = []; for (let j = parent[i]; j >= 0; j = parent[j]) up.unshift(j); return up; };
    world.children = i => { const found = []; for (let j = i + 1; j < end[i]; j = end[j]) found.push(j); return found; };
    world.unrelated = new Set(packed.no_kin); // filed together
    world.plain = world.name.map(bare);
    world.spoken = (words, i) => Language.counted(words.counted, world.count(i));
    return world;
  }

  const bare = text => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();

  function colour(world, i, dark) { // of the family that i belongs to
    const root = world.root[i], code = world.code[root], trained = TRAINED[code];
    const light = dark ? .78 : .56;
    if (trained) return `oklch(${light} ${trained[1]} ${trained[0]})`;
    if (world.unrelated.has(code) || !world.isFamily(root)) return dark ? "#a9a499" : "#6d685f";
    return `oklch(${dark ? .72 : .62} .055 ${root * 137.5 % 360})`;
  }

  const plain = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  function hex(shown) { // any CSS colour as one that every drawing program reads
    plain.fillStyle = shown;
    plain.fillRect(0, 0, 1, 1);
    return "#" + [...plain.getImageData(0, 0, 1, 1).data].slice(0, 3)
      .map(v => v.toString(16).padStart(2, "0")).join("");
  }

  function scale(layer) { // a value's colour, from pale to strong; with a sign from one hue to another
    const found = Object.values(layer.values).map(([v]) => v);
    const low = Math.min(...found), high = Math.max(...found);
    const far = Math.max(Math.abs(low), Math.abs(high)) || 1;
    return { low: layer.signed ? -far : low, high: layer.signed ? far : high,
      colour: (v, dark) => {
        const t = layer.signed ? Math.abs(v) / far : (v - low) / (high - low || 1);
        const hue = layer.signed && v < 0 ? 40 : 200;
        return dark ? `oklch(${.45 + .42 * t} ${.03 + .1 * t} ${hue})` : `oklch(${.86 - .42 * t} ${.03 + .09 * t} ${hue})`;
      } };
  }

  function search(world, typed, most = 12) {
    const wanted = bare(typed.trim()), found = [];
    if (!wanted) return found;
    for (let i = 0; i < world.n && wanted; i++) {
      const name = world.plain[i];
      const rank = world.iso3[i] === wanted || world.code[i] === wanted ? 0 : name === wanted ? 1 :
        name.startsWith(wanted) ? 2 : name.includes(" " + wanted) || name.includes("-" + wanted) ? 3 :
        wanted.length > 2 && name.includes(wanted) ? 4 : 5;
      if (rank < 5) found.push([rank + (world.isFamily(i) ? .5 : 0), i]);
    }
    return found.sort((a, b) => a[0] - b[0] || world.plain[a[1]].localeCompare(world.plain[b[1]]))
      .slice(0, most).map(pair => pair[1]);
  }

  const state = { chosen: "", layer: "", text: null, wanted: null }; // layer: "", a number, "text"
  const tell = (name, detail) => document.dispatchEvent(new CustomEvent(name, { detail }));
  const choose = code => { state.chosen = code; tell("atlas-chosen", { code }); };
  const show = layer => { state.layer = layer; tell("atlas-layer", { layer }); };
  const dark = () => document.body.classList.contains("dark");

  const knows = (world, code) => world.at.has(code) ? !world.isFamily(world.at.get(code)) : code !== "" && world.iso3.includes(code);
  const IN_A_LINK = { // of the map and the tree, with what each may be
    language: (world, code) => world.at.has(code) && knows(world, code),
    family: (world, code) => world.at.has(code) && world.isFamily(world.at.get(code)),
    numbers: (_, text) => /^\d$/.test(text),
    at: (_, text) => /^-?\d\.\d{4},-?\d\.\d{4},\d{1,2}\.\d{2}$/.test(text),
    pacific: (_, text) => text === "yes",
    measured: (_, text) => text === "yes",
  };
  Share.own.languages = {
    read() {
      const parts = [...document.querySelectorAll("world-map, family-tree")].filter(part => part.world);
      const numbers = state.layer === "text" ? "" : state.layer; // a text's are in no link
      return Object.assign({ language: state.chosen, numbers }, ...parts.map(part => part.shared()));
    },
    async known(given) {
      const world = await load();
      return Object.entries(given).every(([name, text]) => Object.hasOwn(IN_A_LINK, name) && IN_A_LINK[name](world, text));
    },
    write(given) {
      state.wanted = given;
      state.layer = given.numbers ?? "";
      choose(given.language ?? "");
      tell("atlas-restored");
    },
  };

  class Part extends HTMLElement { // what map and tree have in common
    connectedCallback() {
      if (this.words) return;
      this.words = JSON.parse(this.dataset.words);
      this.held = JSON.parse(this.dataset.layers);
      this.listening = { "atlas-chosen": () => this.chosenAnew(), "atlas-layer": () => this.layerAnew(),
        "atlas-text": () => this.world && this.offer(),
        "atlas-restored": () => this.world && this.restored(state.wanted) };
      for (const name in this.listening) document.addEventListener(name, this.listening[name]);
      this.themes = new MutationObserver(() => this.world && this.themeAnew());
      this.themes.observe(document.body, { attributes: true, attributeFilter: ["class"] });
      state.chosen ||= this.dataset.chosen;
      load().then(world => { this.world = world; if (!this.isConnected) return; this.start(); if (state.wanted) this.restored(state.wanted); })
        .catch(error => { this.innerHTML = `<p class="wrong" role="alert">${esc(this.words.failed)}</p>`; console.warn(error); });
    }
    disconnectedCallback() {
      for (const name in this.listening) document.removeEventListener(name, this.listening[name]);
      this.themes?.disconnect();
      this.words = null;
    }
    get layers() { return state.text ? [...this.held, state.text] : this.held; }
    get layer() { return state.layer === "text" ? state.text : this.held[state.layer]; } // a link may name none
    get chosen() { return this.world.at.get(state.chosen) ?? -1; }
    value(i) { return this.layer?.values[this.world.code[i]]; }
    measured(i) { return this.held.some(layer => this.world.code[i] in layer.values); }
    where(i) { return this.world.lineage(i).map(j => this.world.name[j]).join(" › "); }
    chooser() { // of what colours mean
      return `<label class="atlas-show"${this.layers.length ? "" : " hidden"}><span>${esc(this.words.show)}</span><select data-layer>${this.options()}</select></label>`;
    }
    options() {
      return [["", this.words.family], ...this.held.map((layer, k) => [String(k), layer.title]), ...state.text ? [["text", state.text.title]] : []]
        .map(([k, title]) => `<option value="${k}"${k === state.layer ? " selected" : ""}>${esc(title)}</option>`).join("");
    }
    offer() { // the numbers of a text too
      this.querySelector(".atlas-show").hidden = false;
      this.querySelector("[data-layer]").innerHTML = this.options();
    }
    source(own) { // of a saved file: of the numbers too
      const more = this.layer?.source;
      return more ? `${own}; ${fill(this.words.numbers, { source: more })}` : own;
    }
  }

  document.addEventListener("click", event => { // what heads make of a text: to the map and the tree
    const hit = event.target.closest("[data-on-map]");
    if (!hit) return;
    state.text = JSON.parse(hit.dataset.onMap);
    tell("atlas-text");
    show("text");
  });

  addEventListener("load", () => setTimeout(() => load().catch(() => null), 2000)); // before they are asked for

  return { esc, fill, CONSTRUCTED, TRAINED, load, colour, hex, scale, search, state, choose, show, dark, knows, Part };
})();

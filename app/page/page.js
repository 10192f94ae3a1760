/* What happens on the page without the server: switches, families, picture and words, sorting.
   One listener on the document, because Gradio replaces the panels with every prediction. */

(() => {
  // Gradio's sign that the page is loading goes on asking for frames when it has gone (6.31), so an
  // idle page takes a quarter of a core. It reads the time, then asks: that request is taken back.
  // Frames are numbered one by one, says the HTML standard.
  const loading = () => !document.getElementById("predict")
    || document.querySelector("main > [data-testid=status-tracker]");
  const time = performance.now.bind(performance);
  let until = Infinity; // ms
  performance.now = () => {
    const now = time();
    if (now > until) performance.now = time; // not deleted: a clock of a test has no other one below
    else if (!loading() && new Error().stack.includes("statustracker")) {
      until = Math.min(until, now + 5_000);
      const next = requestAnimationFrame(() => {}) + 1;
      queueMicrotask(() => cancelAnimationFrame(next));
    }
    return now;
  };

  // The server answers the newest request alone, and must know which that is (`Newest`).
  const send = window.fetch;
  let requests = 0;
  window.fetch = (address, options) => {
    if (!String(address.url ?? address).includes("/queue/join")) return send(address, options);
    const headers = new Headers(options.headers);
    headers.set("x-lfdrt-asked", String(requests += 1));
    return send(address, { ...options, headers });
  };

  const { percent } = Language;
  const press = (buttons, chosen) =>
    buttons.forEach(b => b.setAttribute("aria-pressed", String(b === chosen)));

  function setState(button) {
    const panel = button.closest(".card"), name = button.dataset.set;
    const group = [...button.parentElement.children];
    if (group.length === 1) { // a single button is on or off
      const on = button.getAttribute("aria-pressed") !== "true";
      button.setAttribute("aria-pressed", String(on));
      panel.dataset[name] = on ? "on" : "off";
      return;
    }
    press(group, button);
    panel.dataset[name] = button.dataset.to;
  }

  function chooseFamily(button) {
    const panel = button.closest(".card"), k = button.dataset.choose;
    panel.dataset.family = k;
    panel.querySelectorAll("[data-choose]").forEach(b =>
      b.setAttribute("aria-pressed", String(b.dataset.choose === k)));
    panel.querySelectorAll("[data-panel]").forEach(p => { p.hidden = p.dataset.panel !== k; });
    document.querySelectorAll(".translation[data-values]").forEach(t => fillTranslation(t, Number(k)));
  }

  function fillTranslation(section, k) {
    const values = JSON.parse(section.dataset.values)[k], names = JSON.parse(section.dataset.names);
    if (!values) return; // "no disentangler" has no row in Eq. 6
    const top = Math.max(...values.flat()) || 1;
    section.querySelectorAll("tbody tr").forEach((row, r) => {
      row.querySelectorAll("td:not(.beside)").forEach((cell, c) => {
        cell.style.setProperty("--v", (values[r][c] / top).toFixed(2));
        cell.querySelector("b").textContent = Language.number(100 * values[r][c], 1);
      });
    });
    section.querySelector("[data-family-name]").textContent = names[k];
  }

  function showWord(section, w) {
    const weights = JSON.parse(section.dataset.weights), words = [...section.querySelectorAll("[data-word]")];
    const column = weights.map(row => row[w]), low = Math.min(...column), high = Math.max(...column);
    lfdrt.heat(section, column);
    section.querySelectorAll("[data-cell]").forEach((cell, i) => {
      cell.title = percent(column[i]);
      cell.setAttribute("aria-pressed", "false");
    });
    words.forEach(b => b.style.setProperty("--v", 0));
    press(words, words[w]);
    say(section, section.dataset.sayWord, {
      word: foreign(words[w]), low: percent(low), high: percent(high) });
  }

  function showCell(section, i) {
    const row = JSON.parse(section.dataset.weights)[i], top = Math.max(...row) || 1;
    const words = [...section.querySelectorAll("[data-word]")];
    const cells = [...section.querySelectorAll("[data-cell]")];
    words.forEach((b, w) => {
      b.style.setProperty("--v", row[w] / top);
      b.title = percent(row[w]);
      b.setAttribute("aria-pressed", "false");
    });
    lfdrt.heat(section, null);
    press(cells, cells[i]);
    const order = row.map((share, w) => [share, w]).sort((a, b) => b[0] - a[0]).slice(0, 3);
    say(section, section.dataset.sayCell, {
      part: cells[i].getAttribute("aria-label"),
      words: order.flatMap(([share, w], i) =>
        [i ? ", " : "", foreign(words[w]), " " + percent(share)]) });
  }

  function foreign(word) { // in its own direction whatever stands around it
    const apart = document.createElement("bdi");
    apart.textContent = word.textContent;
    return apart;
  }

  function say(section, sentence, values) {
    const parts = sentence.split(/\{(\w+)\}/).flatMap((part, i) => i % 2 ? values[part] : part);
    section.querySelector(".readout").replaceChildren(...parts);
  }

  function sortTable(button) { // a second press turns the order; cells without a key stay last
    const head = button.closest("th"), heads = [...head.parentElement.children];
    const at = heads.indexOf(head), was = head.getAttribute("aria-sort");
    const order = was === "none" ? button.dataset.sort : was === "ascending" ? "descending" : "ascending";
    const body = head.closest("table").tBodies[0], key = row => row.cells[at].dataset.key;
    const turn = order === "ascending" ? 1 : -1;
    const compare = (a, b) => isNaN(a) || isNaN(b) ? a.localeCompare(b) : a - b;
    body.append(...[...body.rows].sort((r, s) => {
      const a = key(r), b = key(s);
      return a === "" || b === "" ? (a === "") - (b === "") : turn * compare(a, b);
    }));
    heads.forEach(h => h.setAttribute("aria-sort", h === head ? order : "none"));
  }

  function replay(panel) { // its animations begin anew
    panel.classList.remove("playing");
    void panel.offsetWidth;
    panel.classList.add("playing");
  }

  function openTab(id, name) { // on a narrow page Gradio keeps the last tabs in a menu; the copies
    // that it measures widths with come first
    const named = [...document.querySelectorAll("#tabs button")]
      .filter(b => b.textContent.trim() === name && !b.closest("[role=tabpanel]"));
    (document.getElementById(`place-${id}-button`) ?? named.at(-1))?.click();
    scrollTo(0, 0);
  }

  document.addEventListener("click", event => {
    const at = selector => event.target.closest(selector);
    let hit;
    if ((hit = at("[data-set]"))) setState(hit);
    else if ((hit = at("[data-choose]"))) chooseFamily(hit);
    else if ((hit = at("[data-word]"))) showWord(hit.closest(".card"), Number(hit.dataset.word));
    else if ((hit = at("[data-cell]"))) showCell(hit.closest(".card"), Number(hit.dataset.cell));
    else if ((hit = at("[data-sort]"))) sortTable(hit);
    else if ((hit = at("[data-replay]"))) replay(hit.closest(".card"));
    else if (at("[data-theme-switch]")) setTheme(!document.body.classList.contains("dark"));
    else if ((hit = at("[data-skip]"))) {
      event.preventDefault();
      openTab(hit.dataset.skip, hit.dataset.tabName);
      const focus = () => textBox().offsetParent ? textBox().focus() : requestAnimationFrame(focus);
      focus(); // the tab is drawn later
    }
    else if (at("#predict") && !textBox().value.trim() && !document.querySelector("#picture img"))
      textBox().focus();
    else if ((hit = at("[data-tab]"))) {
      event.preventDefault();
      openTab(hit.dataset.tab, hit.dataset.tabName);
    }
  });

  // The theme that was chosen is kept, but for an address that names one.
  const THEME = "lfdrt-theme", named = new URLSearchParams(location.search).has("__theme");
  function setTheme(dark) {
    localStorage.setItem(THEME, dark ? "dark" : "light");
    document.body.classList.toggle("dark", dark);
  }
  function keepTheme() {
    const kept = !named && localStorage.getItem(THEME);
    if (kept) document.body.classList.toggle("dark", kept === "dark");
  }
  function watchTheme() { // Gradio sets one too
    new MutationObserver(keepTheme).observe(document.body, { attributeFilter: ["class"] });
    keepTheme();
  }
  if (document.body) watchTheme();
  else document.addEventListener("DOMContentLoaded", watchTheme);

  // Predict: Enter asks, Shift+Enter breaks the line, a pause in typing asks too. An answer whose
  // text has changed since is greyed until the next one is there.
  const textBox = () => document.querySelector("#text textarea");
  const stale = on => document.querySelectorAll("#result, #details, #occlusion, #sharpness, #whatif-row")
    .forEach(part => part.classList.toggle("stale", on));
  let pause, asked = "", changed = false;
  window.lfdrt = {
    get motion() { // how the page is scrolled
      return matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
    },
    pause: 350, // ms
    longest: 2_000, // characters; what takes its time is answered when it is asked for
    answered() {
      if (!changed) asked = textBox().value.trim(); // an example's own, too
      stale(changed);
    },
  };

  document.addEventListener("input", event => {
    if (event.target !== textBox()) return;
    const text = event.target.value.trim();
    clearTimeout(pause);
    changed = text !== asked;
    stale(changed);
    if (!changed || !text || text.length > lfdrt.longest || event.isComposing) return;
    pause = setTimeout(() => document.getElementById("typing-paused").click(), lfdrt.pause);
  });
  document.addEventListener("click", event => { // before Gradio's own
    if (!event.target.closest("#typing-paused, #predict, #examples, #clear")) return;
    clearTimeout(pause);
    asked = event.target.closest("#clear") ? "" : textBox().value.trim();
    changed = false;
  }, true);
  for (const kind of ["keydown", "keypress"])
    document.addEventListener(kind, event => {
      if (event.key !== "Enter" || event.isComposing || !event.target.closest("#text, #translation"))
        return;
      event.stopImmediatePropagation(); // Gradio's textbox has it the other way round
      if (event.shiftKey) return;
      event.preventDefault();
      if (kind === "keydown") document.getElementById("predict").click();
    }, true);

  document.addEventListener("keydown", event => { // from tab to tab by arrows
    const tab = event.target.closest("[role=tab]");
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!tab || !step) return;
    const tabs = [...tab.closest("[role=tablist]").querySelectorAll("[role=tab]")]
      .filter(t => t.offsetParent && !t.disabled);
    const turn = getComputedStyle(tab).direction === "rtl" ? -step : step;
    const next = tabs[(tabs.indexOf(tab) + turn + tabs.length) % tabs.length];
    event.preventDefault();
    next.focus();
    next.click();
  });

  const KEYS = { " ": "play", ArrowLeft: "back", ArrowRight: "next", Home: "first", End: "last" };

  document.addEventListener("keydown", event => { // the player's, where it is in view
    const name = KEYS[event.key], button = name && document.getElementById(`play-${name}-button`);
    if (!button || !button.offsetParent || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, button, [role=tab], summary, a")) return;
    event.preventDefault();
    button.click();
  });
})();

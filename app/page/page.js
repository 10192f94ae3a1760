/* What happens on the page without the server: switches, families, picture and words, sorting.
   One listener on the document, because Gradio replaces the panels with every prediction. */

(() => {
  const percent = share => (100 * share).toFixed(1) + "\u00a0%";
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
        cell.querySelector("b").textContent = (100 * values[r][c]).toFixed(1);
      });
    });
    section.querySelector("[data-family-name]").textContent = names[k];
  }

  function showWord(section, w) {
    const weights = JSON.parse(section.dataset.weights), words = [...section.querySelectorAll("[data-word]")];
    const column = weights.map(row => row[w]), low = Math.min(...column), high = Math.max(...column);
    section.querySelectorAll("[data-cell]").forEach((cell, i) => {
      cell.style.setProperty("--v", high > low ? (column[i] - low) / (high - low) : 1);
      cell.title = percent(column[i]);
      cell.setAttribute("aria-pressed", "false");
    });
    words.forEach(b => b.style.setProperty("--v", 0));
    press(words, words[w]);
    say(section, section.dataset.sayWord, {
      word: words[w].textContent, low: percent(low), high: percent(high) });
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
    cells.forEach(c => { c.style.setProperty("--v", 1); });
    press(cells, cells[i]);
    const order = row.map((share, w) => [share, w]).sort((a, b) => b[0] - a[0]).slice(0, 3);
    say(section, section.dataset.sayCell, {
      part: cells[i].getAttribute("aria-label"),
      words: order.map(([share, w]) => words[w].textContent + " " + percent(share)).join(", ") });
  }

  function say(section, sentence, values) {
    section.querySelector(".readout").textContent =
      sentence.replace(/\{(\w+)\}/g, (_, name) => values[name]);
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

  function openTab(id, name) { // on a narrow page Gradio keeps the last tabs in a menu; the copies
    // that it measures widths with come first
    const named = [...document.querySelectorAll("#tabs button")]
      .filter(b => b.textContent.trim() === name);
    (document.getElementById(`tab-${id}-button`) ?? named.at(-1))?.click();
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
    else if (at("[data-theme-switch]")) document.body.classList.toggle("dark");
    else if ((hit = at("[data-tab]"))) {
      event.preventDefault();
      openTab(hit.dataset.tab, hit.dataset.tabName);
    }
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

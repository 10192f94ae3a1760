/* What happens on the page without the server: switches, families, picture and words, downloads.
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

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  const TYPES = { csv: "text/csv", json: "application/json", svg: "image/svg+xml", html: "text/html" };

  function download(button) {
    const { download: kind, name, content, plot } = button.dataset;
    if (plot) return savePlot(plot, kind, name);
    if (kind === "png") return rasterise(content, name);
    const body = kind === "html" ? standAlone() : content;
    save(new Blob([body], { type: TYPES[kind] + ";charset=utf-8" }), name);
  }

  function rasterise(svg, name) { // twice the size, for print
    const picture = new Image();
    picture.onload = () => {
      const canvas = document.createElement("canvas");
      canvas.width = 2 * picture.width;
      canvas.height = 2 * picture.height;
      canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
      canvas.toBlob(blob => save(blob, name), "image/png");
    };
    picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
  }

  async function savePlot(id, format, name) { // a Plotly chart as for print: dark on white
    const plot = document.querySelector(`#${id} .js-plotly-plot`), { data, layout } = plot;
    const shown = { ...layout, font: { ...layout.font, color: "#1c1b22" },
      paper_bgcolor: "#fff", plot_bgcolor: "#fff" };
    const size = { width: 900, height: plot.offsetHeight, scale: format === "png" ? 2 : 1 };
    if (layout.meta?.source) { // a title that stands beside it on the page
      const subtitle = { text: layout.meta.source, font: { size: 12 } };
      shown.title = { text: layout.meta.title, subtitle, font: { size: 17 }, x: 0, pad: { l: 12, t: 12 },
        y: 1, yref: "container", yanchor: "top" };
      shown.margin = { ...layout.margin, t: 70 };
      size.width = 1100; // 14 columns of numbers
      size.height += 70 - layout.margin.t;
    }
    const url = await Plotly.toImage({ data, layout: shown }, { format, ...size });
    save(await (await fetch(url)).blob(), name);
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

  function standAlone() { // result and details as they stand, without the app around them
    const parts = ["result", "details", "sharpness"].map(id => document.getElementById(id));
    const css = [...document.querySelectorAll("style")].map(s => s.textContent)
      .find(t => t.includes("--on-accent") && !t.includes(".contain .card")) || "";
    const page = document.implementation.createHTMLDocument("LFD-RT");
    const dark = document.body.classList.contains("dark") ? "dark" : "";
    page.body.className = dark;
    page.head.innerHTML = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">';
    const style = page.createElement("style");
    style.textContent = css + "body{background:var(--paper);color:var(--ink);max-width:1100px;" +
      "margin:24px auto;padding:0 16px;font-family:system-ui,sans-serif}.tools{display:none}" +
      ".panel[hidden]{display:none}";
    page.head.append(style);
    parts.forEach(part => part && page.body.append(...[...part.querySelectorAll(".card")]
      .map(card => page.importNode(card, true))));
    return "<!doctype html>" + page.documentElement.outerHTML;
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
    else if ((hit = at("[data-download]"))) download(hit);
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

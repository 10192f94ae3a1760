/* Files made in the browser from what is shown: tables, charts, a stand-alone page.
   A figure is dark on white with its title above and its source below, whatever it was drawn with:
   a Plotly chart, an SVG of the server's, a map or tree that draws itself, or a part of the page. */

(() => {
  const INK = "#1c1b22", SOFT = "#57534b", SIDE = 24; // px
  const FONT = "'Noto Sans', system-ui, -apple-system, 'Segoe UI', sans-serif";
  const TYPES = { csv: "text/csv", json: "application/json", svg: "image/svg+xml", html: "text/html",
    txt: "text/plain" };
  const pen = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  const esc = text => text.replace(/[&<>"]/g, c => `&#${c.charCodeAt(0)};`);

  function save(blob, name) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  }

  async function download(button) {
    const { download: kind, name, content } = button.dataset;
    if (kind === "png") return save(await rasterised(await figure(button)), name);
    const body = kind === "html" ? standAlone() : content ??
      (kind === "svg" ? await figure(button) : button.dataset.of ? madeAsCsv(button) : curvesAsCsv(button));
    save(new Blob([body], { type: TYPES[kind] + ";charset=utf-8" }), name);
  }

  async function figure(button) {
    const { content, plot, of } = button.dataset;
    if (content !== undefined) return content;
    const part = button.closest(".saved");
    if (of) return framed({ ...part.dataset, ...document.getElementById(of).figure(part.dataset.source) });
    return framed({ ...(plot ? await plotted(chart(plot)) : drawn(part.querySelector("[data-drawn]"))),
      ...part.dataset });
  }

  const chart = id => document.querySelector(`#${id} .js-plotly-plot`);

  async function plotted({ data, layout, offsetHeight }) {
    const axes = {};
    for (const name of Object.keys(layout).filter(n => /^[xy]axis\d*$/.test(n)))
      axes[name] = { ...layout[name], gridcolor: "#d9d6cf" };
    const shown = { ...layout, ...axes, title: undefined, autosize: false,
      font: { ...layout.font, color: INK, size: 14, family: FONT },
      margin: { ...layout.margin, t: 12 }, paper_bgcolor: "#fff", plot_bgcolor: "#fff" };
    const width = 1100, height = Math.max(420, offsetHeight + 40 - (layout.margin?.t ?? 0));
    const url = await Plotly.toImage({ data, layout: shown }, { format: "svg", width, height });
    return { inner: decodeURIComponent(url.slice(url.indexOf(",") + 1)), width, height };
  }

  function framed({ inner, width, height, title, source }) {
    const wide = Math.max(width + 2 * SIDE, 560), lines = wrapped(source, wide - 2 * SIDE, 12);
    const heads = wrapped(title, wide - 2 * SIDE, 18), top = 20 + 24 * heads.length;
    const tall = Math.ceil(top + height + 26 + 17 * lines.length);
    const write = (line, y, style) => `<text x="${SIDE}" y="${y}" ${style}>${esc(line)}</text>`;
    return `<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" ` +
      `width="${wide}" height="${tall}" viewBox="0 0 ${wide} ${tall}" font-family="${FONT}">` +
      `<title>${esc(title)}</title><desc>${esc(source)}</desc>` +
      `<rect width="${wide}" height="${tall}" fill="#fff"/>` +
      heads.map((l, i) => write(l, 30 + 24 * i, `font-size="18" font-weight="600" fill="${INK}"`))
        .join("") + `<g transform="translate(${SIDE} ${top})">${inner}</g>` +
      lines.map((l, i) => write(l, top + height + 26 + 17 * i, `font-size="12" fill="${SOFT}"`))
        .join("") + "</svg>";
  }

  function wrapped(text, width, size) {
    const lines = [""];
    pen.font = `${size}px ${FONT}`;
    for (const word of text.split(" ")) {
      const longer = `${lines.at(-1)} ${word}`.trim();
      if (lines.at(-1) && pen.measureText(longer).width > width) lines.push(word);
      else lines[lines.length - 1] = longer;
    }
    return lines;
  }

  function drawn(root) { // boxes, pictures and words as they lie on the page, in its light colours
    const dark = document.body.classList.contains("dark");
    const places = [...root.querySelectorAll(".scroll")].map(e => [e, e.scrollLeft, e.scrollTop]);
    document.body.classList.remove("dark");
    document.documentElement.style.zoom = 1; // boxes and letters in the same pixels
    root.classList.add("still"); // no colour on its way from dark to light
    places.forEach(([e]) => e.scrollTo(0, 0)); // heads that stick to the edge lie where they belong
    const parts = [root, ...root.querySelectorAll(":not(caption)")]; // a figure has a title of its own
    const shapes = parts.flatMap(e => [...boxes(e), ...lines(e)]);
    places.forEach(([e, x, y]) => e.scrollTo(x, y));
    root.classList.remove("still");
    document.body.classList.toggle("dark", dark);
    document.documentElement.style.zoom = "";
    const left = Math.min(...shapes.map(s => s.box.left)), top = Math.min(...shapes.map(s => s.box.top));
    const width = Math.max(...shapes.map(s => s.box.right)) - left;
    const height = Math.max(...shapes.map(s => s.box.bottom)) - top;
    return { inner: `<g transform="translate(${-left} ${-top})">` +
      `${shapes.map(s => s.svg).join("")}</g>`, width, height };
  }

  function* boxes(element) {
    const style = getComputedStyle(element), box = element.getBoundingClientRect();
    if (!box.width || !box.height || element.matches(".scroll")) return;
    const at = around(box, 0);
    const picture = style.backgroundImage.match(/^url\("(data:image[^"]+)"\)$/);
    if (picture) yield { box, svg: `<image ${at} preserveAspectRatio="xMidYMid slice" ` +
      `href="${picture[1]}" xlink:href="${picture[1]}"/>` };
    const { colour, alpha } = solid(style.backgroundColor);
    const round = Math.min(parseFloat(style.borderTopLeftRadius), box.width / 2, box.height / 2) || 0;
    if (alpha) yield { box, svg: `<rect ${at} rx="${round}" ` +
      `fill="${colour}" fill-opacity="${alpha}"/>` };
    for (const svg of marks(style, box, round)) yield { box, svg };
  }

  const around = (box, grown) => `x="${box.left - grown}" y="${box.top - grown}" ` +
    `width="${box.width + 2 * grown}" height="${box.height + 2 * grown}"`;

  function* marks(style, box, round) { // what tells a row, a cell or a word from the others
    const dashed = (kind, wide) => kind === "dotted" || kind === "dashed" ? ` stroke-dasharray="${2 * wide}"` : "";
    const line = (x1, y1, x2, y2, colour, wide, kind) => {
      const { colour: shown, alpha } = solid(colour);
      return wide && alpha ? `<path d="M${x1} ${y1}L${x2} ${y2}" stroke="${shown}" ` +
        `stroke-opacity="${alpha}" stroke-width="${wide}"${dashed(kind, wide)}/>` : "";
    };
    const { left, right, top, bottom } = box;
    for (const [side, x1, y1, x2, y2, dx, dy] of [["Top", left, top, right, top, 0, 1],
      ["Bottom", left, bottom, right, bottom, 0, -1], ["Left", left, top, left, bottom, 1, 0],
      ["Right", right, top, right, bottom, -1, 0]]) {
      const kind = style[`border${side}Style`], wide = parseFloat(style[`border${side}Width`]) || 0;
      if (kind === "none" || round) continue;
      const [x, y] = [dx * wide / 2, dy * wide / 2];
      yield line(x1 + x, y1 + y, x2 + x, y2 + y, style[`border${side}Color`], wide, kind);
    }
    const rim = (colour, wide, grown, kind) => {
      const { colour: shown, alpha } = solid(colour);
      return alpha ? `<rect ${around(box, grown)} rx="${Math.max(round + grown, 0)}" fill="none" ` +
        `stroke="${shown}" stroke-opacity="${alpha}" stroke-width="${wide}"${dashed(kind, wide)}/>` : "";
    };
    const edge = parseFloat(style.borderTopWidth) || 0;
    if (round && edge && style.borderTopStyle !== "none")
      yield rim(style.borderTopColor, edge, -edge / 2, style.borderTopStyle);
    const wide = parseFloat(style.outlineWidth) || 0;
    if (wide && style.outlineStyle !== "none")
      yield rim(style.outlineColor, wide, parseFloat(style.outlineOffset) + wide / 2, style.outlineStyle);
    for (const [, colour, y] of style.boxShadow.matchAll(/(rgba?\([^)]*\)|color\([^)]*\)) 0px (-?\d+)px 0px 0px inset/g)) {
      const at = y > 0 ? top + y / 2 : bottom + y / 2;
      yield line(left, at, right, at, colour, Math.abs(y));
    }
    if (style.textDecorationLine.includes("underline")) {
      const wide = parseFloat(style.textDecorationThickness) || 1, at = bottom - wide;
      yield line(left, at, right, at, style.textDecorationColor, wide,
        style.textDecorationStyle === "wavy" ? "dashed" : style.textDecorationStyle);
    }
  }

  function* lines(element) { // one text for each line that the browser broke its words into
    const range = document.createRange();
    for (const node of element.childNodes) {
      if (node.nodeType !== Node.TEXT_NODE) continue;
      let line = null;
      for (const word of node.data.matchAll(/\S+/g)) {
        range.setStart(node, word.index);
        range.setEnd(node, word.index + word[0].length);
        const box = range.getBoundingClientRect();
        if (!box.width || !box.height) continue; // not shown
        if (line && Math.abs(line.top - box.top) < 2) line.end = word.index + word[0].length;
        else {
          if (line) yield written(element, node, line, range);
          line = { start: word.index, end: word.index + word[0].length, top: box.top };
        }
      }
      if (line) yield written(element, node, line, range);
    }
  }

  function written(element, node, { start, end }, range) {
    range.setStart(node, start);
    range.setEnd(node, end);
    const style = getComputedStyle(element), size = parseFloat(style.fontSize);
    const box = range.getBoundingClientRect(), { colour, alpha } = solid(style.color);
    const text = node.data.slice(start, end).replace(/\s+/g, " ");
    pen.font = `${size}px ${FONT}`;
    const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = pen.measureText(text);
    const base = across => up + (across - up - down) / 2;
    const font = `font-size="${size}" font-weight="${style.fontWeight}" fill="${colour}" ` +
      `fill-opacity="${alpha}" direction="${style.direction}"`;
    const rtl = style.direction === "rtl", x = rtl ? box.right : box.left;
    let place = `x="${x}" y="${box.top + base(box.height)}" textLength="${box.width}"`;
    if (style.writingMode !== "horizontal-tb") place = style.rotate !== "none" || style.transform !== "none"
      ? `transform="translate(${box.left + base(box.width)} ${rtl ? box.top : box.bottom}) ` +
        `rotate(-90)" textLength="${box.height}"`
      : `x="${box.left + box.width / 2}" y="${box.top}" style="writing-mode:vertical-rl"`;
    return { box, svg: `<text ${place} ${font} lengthAdjust="spacingAndGlyphs">${esc(text)}</text>` };
  }

  function solid(colour) { // any CSS colour as one that every drawing program reads
    pen.canvas.width = pen.canvas.height = 1;
    pen.fillStyle = colour;
    pen.fillRect(0, 0, 1, 1);
    const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
    return { colour: `rgb(${r},${g},${b})`, alpha: +(a / 255).toFixed(3) };
  }

  async function rasterised(svg) { // twice the size, for print
    const picture = new Image();
    picture.src = "data:image/svg+xml;charset=utf-8," + encodeURIComponent(svg);
    await picture.decode();
    const canvas = document.createElement("canvas");
    canvas.width = 2 * picture.width;
    canvas.height = 2 * picture.height;
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    return new Promise(done => canvas.toBlob(done, "image/png"));
  }

  function points(plot) { // as drawn: long runs are averaged down to 300 points
    const { _fullData: lines, layout } = chart(plot);
    const rows = [["curve", layout.xaxis.title.text, "value"]];
    for (const { name, x, y } of lines) for (const [i, at] of x.entries()) rows.push([name, at, y[i]]);
    return rows;
  }

  const curvesAsCsv = button => csv(points(button.dataset.plot), button.closest(".saved").dataset.source);

  const opened = new Set(); // tables of points: their place is drawn anew while a training goes on

  function fill(fold) {
    if (!chart(fold.dataset.plot)?._fullData) return; // not drawn yet
    const shown = value => typeof value === "number" ? +value.toPrecision(4) : value;
    const line = (cells, tag) => `<tr>${cells.map(c => `<${tag}>${esc(String(shown(c)))}</${tag}>`).join("")}</tr>`;
    const [head, ...rows] = points(fold.dataset.plot);
    fold.querySelector(".scroll").innerHTML = `<table class="numbers"><thead>${line(head, "th")}</thead>` +
      `<tbody>${rows.map(row => line(row, "td")).join("")}</tbody></table>`;
  }

  document.addEventListener("toggle", event => {
    const fold = event.target;
    if (!fold.matches(".points") || !fold.isConnected) return;
    opened[fold.open ? "add" : "delete"](fold.dataset.plot);
    if (fold.open) fill(fold);
  }, true);
  document.addEventListener("lfdrt-drawn", () => document.querySelectorAll(".points")
    .forEach(fold => {
      if (!fold.open) fold.open = opened.has(fold.dataset.plot);
      else if (!fold.querySelector("table")) fill(fold);
    }));

  function madeAsCsv(button) { // of a part that knows its own rows
    const part = document.getElementById(button.dataset.of);
    return csv(part.rows(), part.source(button.closest(".saved").dataset.source));
  }

  function csv(rows, source) {
    const safe = value => typeof value === "string" && /^[=+\-@\t\r]/.test(value) ? `'${value}` : value; // no spreadsheet runs it
    const cell = value => /[",\r\n]/.test(value) ? `"${String(value).replaceAll('"', '""')}"` : value;
    return "\ufeff" + [...rows, [source]].map(row => row.map(safe).map(cell).join(",") + "\r\n").join("");
  }

  function standAlone() { // result and details as they stand, without the app around them
    const parts = ["result", "faces", "whatif-changed", "details", "occlusion", "sharpness"].map(id => document.getElementById(id));
    const css = [...document.querySelectorAll("style")].map(s => s.textContent)
      .find(t => t.includes("--on-accent") && !t.includes(".contain .card")) || "";
    const page = document.implementation.createHTMLDocument();
    page.body.className = document.body.classList.contains("dark") ? "dark" : "";
    page.head.innerHTML = '<meta charset="utf-8"><meta name="viewport" content="width=device-width">';
    const style = page.createElement("style");
    style.textContent = css + "body{background:var(--paper);color:var(--ink);max-width:1100px;" +
      "margin:24px auto;padding:0 16px;font-family:system-ui,sans-serif}.tools{display:none}" +
      ".panel[hidden]{display:none}";
    page.head.append(style);
    const said = selector => document.querySelector(`#result ${selector}`)?.textContent.trim() ?? "";
    const title = page.createElement("h1"), sentence = page.createElement("p");
    title.textContent = page.title = ["LFD-RT", said(".label")].filter(Boolean).join(": ");
    sentence.textContent = said(".sentence");
    page.body.append(title, sentence);
    parts.forEach(part => part && page.body.append(...[...part.querySelectorAll(".card")]
      .map(card => page.importNode(card, true))));
    page.querySelectorAll(".downloads").forEach(buttons => buttons.remove());
    const source = page.createElement("p");
    source.textContent = document.querySelector("#export .saved").dataset.source;
    page.body.append(source);
    return "<!doctype html>" + page.documentElement.outerHTML;
  }

  document.addEventListener("click", event => {
    const button = event.target.closest("[data-download]");
    if (button) download(button);
  });
})();

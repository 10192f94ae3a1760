/* A word under the pointer, or under the keys, is lit up wherever it stands: in every strip, as a
   column of the heat maps, as a row of the translation, among the words beside the picture, and the
   picture shows what looks at it. Heat on the picture is drawn smooth. Knows no other numbers than
   those that stand in the page. */

(() => {
  const SIZE = 256, VEIL = [6, 48, 54], DARKEST = .72; // px; of what is not looked at
  const WHERE = "#details, #occlusion, #sharpness, #whatif";
  const small = document.createElement("canvas"), large = document.createElement("canvas");

  lfdrt.heat = (section, weights) => { // weights: of the picture's parts; none: nothing is veiled
    const veil = section.querySelector(".smooth");
    if (!weights) return veil.style.removeProperty("background-image");
    const side = Math.sqrt(weights.length), low = Math.min(...weights), high = Math.max(...weights);
    small.width = small.height = side;
    large.width = large.height = SIZE;
    const pen = small.getContext("2d"), dots = pen.createImageData(side, side);
    weights.forEach((weight, i) => dots.data.set(
      [...VEIL, high > low ? 255 * DARKEST * (1 - (weight - low) / (high - low)) : 0], 4 * i));
    pen.putImageData(dots, 0, 0);
    const wide = large.getContext("2d");
    wide.imageSmoothingQuality = "high";
    wide.drawImage(small, 0, 0, SIZE, SIZE);
    veil.style.backgroundImage = `url("${large.toDataURL()}")`;
  };

  const column = (section, w) => JSON.parse(section.dataset.weights).map(row => row[w]);
  const english = part => part.closest(".translation thead");
  const cut = part => part.closest(".unit-tokens") && document.querySelector(`#details .unit-words`);

  function wordOf(target) {
    if (!target.closest?.(WHERE)) return null;
    let part = target.closest("[data-w], [data-word], [data-whatif=words]");
    const cell = !part && target.closest(".heat tbody td:not(.beside)");
    if (cell) part = cell.closest(".translation") ? cell.parentElement.querySelector("[data-w]")
      : cell.closest("table").tHead.rows[0].cells[cell.cellIndex];
    if (!part || english(part) || cut(part)) return null;
    return part.dataset.w ?? part.dataset.word ?? part.dataset.value ?? null;
  }

  let now = null;

  function light(w) {
    if (w === now) return;
    now = w;
    document.querySelectorAll(".lit").forEach(part => part.classList.remove("lit"));
    const section = document.querySelector("#details .regions");
    if (w === null) {
      if (section) lfdrt.heat(section, chosen(section));
      return;
    }
    for (const part of document.querySelectorAll(
      `[data-w="${w}"], [data-word="${w}"], [data-whatif="words"][data-value="${w}"]`)) {
      if (!part.closest(WHERE) || english(part) || cut(part)) continue;
      part.classList.add("lit");
      if (part.matches(".heat thead th"))
        for (const row of part.closest("table").tBodies[0].rows) row.cells[part.cellIndex].classList.add("lit");
      else if (part.closest(".translation"))
        for (const cell of part.closest("tr").cells) cell.classList.add("lit");
    }
    if (section) lfdrt.heat(section, column(section, w));
  }

  function chosen(section) {
    const word = section.querySelector('[data-word][aria-pressed="true"]');
    return word && column(section, word.dataset.word);
  }

  let place; // of the pointer: one at rest says nothing when the page moves below it
  document.addEventListener("pointerover", event => {
    const before = place;
    place = `${event.screenX},${event.screenY}`;
    if (place !== before) light(wordOf(event.target));
  });
  document.addEventListener("focusin", event => light(wordOf(event.target)));
})();

/* The hook of the dots' gr.HTML: goes to any pass, or plays all of them. What moves, and how long it
   takes, is in the style sheet, so that whoever wants no motion sees the passes alone. */

const APART = 1_400; // ms from one pass to the next
let playing;

const show = at => {
  const card = element.querySelector(".card"), now = JSON.parse(card.dataset.passes)[at];
  const labels = JSON.parse(card.dataset.labels);
  card.querySelector("[data-dots=said]").textContent = now.said;
  card.querySelectorAll("[data-lane]").forEach(b => { b.textContent = now.counts[b.dataset.lane] ?? Language.number(0); });
  card.querySelectorAll(".texts i").forEach((dot, i) => {
    dot.hidden = !now.dots[i];
    if (dot.hidden) return;
    const [x, lane, down, first, second] = now.dots[i];
    dot.style.cssText = `animation:none;--x:${x}%;--lane:${lane};--down:${down}`;
    dot.dataset.class = labels[first];
    dot.firstChild.dataset.class = labels[second];
  });
};

const play = at => {
  const slider = element.querySelector("[data-dots=pass]");
  if (!slider || at > slider.max) return; // what was played is no longer shown, or over
  slider.value = at;
  show(at - 1);
  playing = setTimeout(() => play(at + 1), APART);
};

element.addEventListener("click", event => {
  if (!event.target.closest("[data-dots=play]")) return;
  clearTimeout(playing);
  play(1);
});
element.addEventListener("input", event => {
  if (!event.target.matches("[data-dots=pass]")) return;
  clearTimeout(playing);
  show(event.target.value - 1);
});

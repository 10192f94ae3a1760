/* The page for who listens to it, or has no mouse. What is said aloud goes through one line that is
   always there, since screen readers miss live regions that arrive with their words. Groups of many
   buttons, and bars of tabs, are one stop of the tab key; arrows go on from there. */

(() => {
  const PROGRESS = 5_000; // ms between two sentences that differ in their numbers alone
  const told = new WeakSet(), said = new Map();
  let begun = false, looking, waiting = [], line;

  // data-aloud="each": every new element is told. "state": whenever its words are other ones.
  function look() {
    looking = undefined;
    for (const part of document.querySelectorAll("[data-aloud]")) {
      const shown = part.checkVisibility(), words = part.innerText.replace(/\s+/g, " ").trim();
      if (part.dataset.aloud === "each") {
        if (begun && shown && words && !told.has(part)) waiting.push(words);
        told.add(part);
      } else if (shown) state(part.closest("[id]").id, words);
    }
    begun = true;
    if (waiting.length) speak();
    roving();
    document.dispatchEvent(new Event("lfdrt-drawn"));
  }

  function state(name, words) {
    const last = said.get(name), kind = words.replace(/\p{Nd}+/gu, "");
    if (last?.words === words || (last?.kind === kind && Date.now() - last.at < PROGRESS)) return;
    said.set(name, { words, kind, at: Date.now() });
    if (begun && words) waiting.push(words);
  }

  function speak() {
    line ??= document.querySelector(".aloud");
    const words = waiting.join(" ");
    waiting = [];
    line.textContent = ""; // the same words twice are two answers
    setTimeout(() => { line.textContent = words; }, 60);
  }

  function roving() {
    for (const tab of document.querySelectorAll("[role=tab]")) {
      const stop = tab.getAttribute("aria-selected") === "true" ? 0 : -1;
      if (tab.tabIndex !== stop) tab.tabIndex = stop;
    }
  }

  document.addEventListener("focusin", event => {
    const group = event.target.closest("[data-arrows]");
    if (!group || event.target === group) return;
    group.querySelectorAll("button").forEach(b => { b.tabIndex = b === event.target ? 0 : -1; });
  });

  document.addEventListener("keydown", event => { // data-arrows: how many stand in a line; "": all
    const group = event.target.closest("[data-arrows]");
    if (!group || event.ctrlKey || event.metaKey || event.altKey) return;
    const items = [...group.querySelectorAll("button")].filter(b => b.checkVisibility());
    const at = items.indexOf(event.target), across = Number(group.dataset.arrows) || 1;
    const turn = getComputedStyle(group).direction === "rtl" ? -1 : 1;
    const to = { ArrowRight: at + turn, ArrowLeft: at - turn, ArrowDown: at + across,
      ArrowUp: at - across, Home: 0, End: items.length - 1 }[event.key];
    if (at < 0 || to === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    items[to]?.focus();
  });

  function begin() {
    new MutationObserver(() => { looking ??= setTimeout(look, 120); }).observe(document.body, {
      childList: true, subtree: true, characterData: true,
      attributes: true, attributeFilter: ["aria-selected"] });
  }
  if (document.body) begin();
  else document.addEventListener("DOMContentLoaded", begin);
})();

/* Links to a view: what a tab shows, after the # of the address, which no browser sends to a server.
   Gradio's boxes are read and filled by the two events of sharing.py; a tab that draws itself has its
   own entry in `Share.own`. A link that says anything unknown changes nothing. */

const Share = (() => {
  const MOST = 100000; // characters of a link: longer ones do not go through every program
  const own = {}; // by tab: read() gives texts by name, known(texts) whether they can be, write(texts)
  let told, ask;

  const said = (place, sentence) => { document.querySelector(place).textContent = sentence; };
  const here = () => Object.keys(told.tabs).find(tab => document.getElementById(`place-${tab}`)?.getClientRects().length);

  async function known(box, text) {
    if (!box.values) return text.length <= box.most;
    const each = box.many ? text.split(",").filter(Boolean) : [text];
    if (each.every(one => box.values.some(value => String(value) === one))) return true;
    return box.language && Atlas.knows(await Atlas.load(), text);
  }

  const selected = tab => told.tabs[tab].map(name => name === null ? undefined : { __type__: "update", selected: name });

  function value(box, text) {
    const one = part => box.values?.find(v => String(v) === part) ?? part;
    return box.many ? text.split(",").filter(Boolean).map(one) : one(text);
  }

  async function link(values, withText) {
    const tab = here(), parts = new URLSearchParams({ tab });
    for (const [k, box] of told.boxes.entries()) {
      if (box.tab !== tab || !box.values && !withText) continue;
      const text = [values[k] ?? ""].flat().join(",");
      if (await known(box, text)) parts.set(box.name, text); // one's own trainings are on this machine alone
    }
    for (const [name, text] of Object.entries(own[tab]?.read() ?? {})) if (text) parts.set(name, text);
    return `${location.origin}${location.pathname}${location.search}#${parts}`;
  }

  const KEPT = "lfdrt-kept"; // what the page held when it was loaded anew in another language
  let kept = null, then = null; // then: what waits for the values of the boxes, instead of copying them

  async function keep() { // where there are links
    if (!told) return;
    const values = await new Promise(done => { then = done; ask("click"); });
    sessionStorage.setItem(KEPT, JSON.stringify({ tab: here(), values, own: own[here()]?.read() }));
  }

  function given(values) {
    if (!then) return copy(values);
    then(values);
    then = null;
  }

  async function copy(values) { // the link stands there too: not every address has a clipboard
    const box = document.querySelector(".share [data-link]");
    box.value = await link(values, document.querySelector(".share [data-with-text]").checked);
    const long = box.value.length > MOST;
    if (long) box.value = await link(values, false);
    box.hidden = false;
    box.select();
    const copied = await navigator.clipboard?.writeText(box.value).then(() => true, () => false);
    said(".share-copied", [copied ? told.words.copied : told.words.not_copied, long && told.words.too_long].filter(Boolean).join(" "));
  }

  async function read(fragment) { // what to put into tabs and boxes; null for an unknown part
    const parts = new URLSearchParams(fragment), names = [...parts.keys()], tab = parts.get("tab");
    if (fragment.length > MOST || new Set(names).size < names.length || !Object.hasOwn(told.tabs, tab ?? "")) return null;
    const boxes = told.boxes.map(box => box.tab === tab && parts.has(box.name) ? parts.get(box.name) : null);
    for (const [k, box] of told.boxes.entries()) if (boxes[k] !== null && !await known(box, boxes[k])) return null;
    const rest = Object.fromEntries(names.filter(name => name !== "tab" && !told.boxes.some(box => box.tab === tab && box.name === name)).map(name => [name, parts.get(name)]));
    if (Object.keys(rest).length && !await own[tab]?.known(rest)) return null;
    own[tab]?.write(rest);
    return [...selected(tab), ...told.boxes.map((box, k) => boxes[k] === null ? undefined : value(box, boxes[k]))];
  }

  async function putBack() { // into every tab
    const { tab, values, own: drawn } = kept;
    kept = null;
    if (drawn) own[tab].write(drawn);
    const each = told.boxes.map(async (box, k) => // a training's model may not be listed yet
      await known(box, [values[k] ?? ""].flat().join(",")) ? values[k] : undefined);
    return [...selected(tab), ...await Promise.all(each)];
  }

  async function restore() {
    if (kept) return putBack();
    const found = await read(location.hash.slice(1)).catch(() => null);
    const text = found && told.boxes.some((box, k) => !box.values && found.at(k - told.boxes.length));
    said(".share-said", !found ? told.words.unknown : text ? told.words.with_text : told.words.shown);
    return found ?? [];
  }

  const opened = () => {
    kept = JSON.parse(sessionStorage.getItem(KEPT));
    sessionStorage.removeItem(KEPT);
    if (kept || location.hash.length > 1) ask("submit");
  };

  function meet(element, trigger) {
    told = JSON.parse(element.querySelector("[data-told]").dataset.told);
    ask = trigger;
    addEventListener("hashchange", opened);
    const fold = () => document.querySelector(".share"); // it may be drawn later
    document.addEventListener("click", event => {
      if (event.target.closest(".share [data-copy]")) ask("click");
      else if (!event.target.closest(".share")) fold().open = false;
    });
    document.addEventListener("click", event => { // each time anew: another tab may have no text
      const folded = event.target.closest(".share summary")?.parentElement;
      if (!folded || folded.open) return;
      const text = folded.querySelector("[data-with-text]");
      text.checked = false;
      text.closest("label").hidden = !told.boxes.some(box => box.tab === here() && !box.values);
      folded.querySelector("[data-link]").hidden = true;
      said(".share-copied", "");
    });
    document.addEventListener("keydown", event => {
      const folded = event.target.closest(".share");
      if (event.key !== "Escape" || !folded) return;
      folded.open = false;
      folded.querySelector("summary").focus();
    });
  }

  return { own, meet, opened, given, keep, restore };
})();

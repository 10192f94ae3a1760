/* A page for strangers: a button that clears everything, the same after some time without input,
   and then the examples one after the other, until somebody touches anything.
   Only what a person does counts as input: neither our own clicks nor what plays by itself. */

(() => {
  const LOOK = 250; // ms between two looks at the clock
  const SWALLOW = 400; // ms: the touch that ends the examples must not press what lies below it
  const RELOAD = 200; // examples shown before the page is loaded anew: nights are long
  const SHOWING = "lfdrt-kiosk-examples", LEFT = "lfdrt-kiosk-left";
  let told, state = "free", since = Date.now(), asked = 0, shown = 0, next, cover, place;

  const wait = ms => new Promise(done => setTimeout(done, ms));
  const post = name => fetch(`kiosk/${name}`, { method: "POST", signal: AbortSignal.timeout(20000) });

  function lay(kind, role, title, more) { // over the whole page; one at a time
    cover?.remove();
    cover = document.createElement("div");
    cover.className = `kiosk-cover kiosk-${kind}`;
    cover.setAttribute("role", role);
    const box = cover.appendChild(document.createElement("div"));
    box.appendChild(document.createElement("strong")).textContent = title;
    if (more) box.appendChild(document.createElement("p")).textContent = more;
    document.getElementById("header").append(cover); // among what Gradio styles
  }

  function free() {
    state = "free";
    document.body.classList.remove("kiosk-showing");
    cover?.remove();
    cover = undefined;
  }

  async function over(thenShow) { // until the server is there: what was typed stays covered
    if (state === "over") return;
    state = "over";
    clearTimeout(next);
    lay("over", "status", told.over);
    while (!(await post("over").catch(() => ({ ok: false }))).ok) await wait(2000);
    localStorage.clear();
    sessionStorage.clear();
    Language.forget();
    localStorage.setItem(LEFT, String(Date.now())); // told to this browser's other tabs
    if (thenShow) sessionStorage.setItem(SHOWING, "yes");
    location.replace(location.pathname + location.search);
  }

  function ask() {
    state = "asking";
    asked = Date.now();
    lay("ask", "alertdialog", told.still, " ");
    look();
  }

  function show() { // the bar stands where no answer is: below, with room kept free for it
    state = "showing";
    shown = 0;
    lay("show", "status", told.touch, told.hint);
    document.body.classList.add("kiosk-showing");
    example();
  }

  function example() {
    clearTimeout(next);
    if (state !== "showing" || document.hidden) return;
    if (shown >= RELOAD) return over(true);
    const cards = document.querySelectorAll("#examples [data-example]");
    const ready = cards.length && document.querySelector("#model-state .ready");
    if (ready) cards[shown++ % cards.length].click();
    next = setTimeout(example, ready ? 1000 * told.each : 1000);
  }

  function stop() { // a clean page, though not for what lies below the finger
    state = "free";
    clearTimeout(next);
    document.querySelector("#clear button, button#clear")?.click();
    scrollTo(0, 0);
    cover.classList.add("leaving");
    document.body.classList.remove("kiosk-showing");
    setTimeout(() => { if (state === "free") free(); }, SWALLOW);
  }

  function input(event) {
    if (!event.isTrusted || state === "over") return;
    if (event.type === "pointermove") { // browsers report moves when the page moves below a still mouse
      const before = place;
      place = `${event.screenX},${event.screenY}`;
      if (before === undefined || before === place) return;
    }
    since = Date.now();
    if (state === "asking") free();
    else if (state === "showing") {
      if (event.type === "keydown") event.preventDefault();
      stop();
    }
  }

  function look() {
    const now = Date.now(), idle = (now - since) / 1000;
    if (state === "free" && idle >= told.idle) ask();
    else if (state === "asking") {
      const left = Math.ceil(told.countdown - (now - asked) / 1000);
      if (left <= 0) over(true);
      else cover.querySelector("p").textContent = told.left.replace("{seconds}", left);
    }
  }

  async function live() { // a visit that the server has ended meanwhile is over here too
    if (state === "over") return;
    const answer = await post("seen").catch(() => undefined);
    if (answer?.status === 410) over(false);
  }

  async function begin() {
    let button;
    while (!(button = document.querySelector("[data-kiosk]"))) await wait(LOOK);
    told = JSON.parse(button.dataset.kiosk);
    since = Date.now();
    setInterval(look, LOOK);
    setInterval(live, 1000 * told.apart);
    live();
    if (sessionStorage.getItem(SHOWING)) show();
    sessionStorage.removeItem(SHOWING);
  }

  for (const name of ["pointerdown", "pointermove", "keydown", "wheel", "touchstart"])
    addEventListener(name, input, { capture: true, passive: name !== "keydown" });
  addEventListener("click", event => { if (event.target.closest("[data-kiosk]")) over(false); });
  document.addEventListener("visibilitychange", example);
  addEventListener("storage", event => { if (event.key === LEFT) location.reload(); });
  addEventListener("pageshow", event => { if (event.persisted) location.reload(); });
  begin();
})();

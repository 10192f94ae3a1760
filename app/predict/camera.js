/* The hook of the camera's gr.HTML. A picture is sent as soon as the one before is answered, and kept
   nowhere; “Take this picture” puts one where a visitor's own picture goes, and asks. */

const part = name => element.querySelector(`[data-camera=${name}]`);
const told = JSON.parse(element.querySelector(".camera").dataset.told);
const LONGEST = 320, APART = 350; // px; ms from one answer to the next picture
const pen = document.createElement("canvas");
let stream, next;

const frame = longest => {
  const { videoWidth: w, videoHeight: h } = part("seen"), scale = Math.min(1, longest / Math.max(w, h));
  pen.width = w * scale;
  pen.height = h * scale;
  pen.getContext("2d").drawImage(part("seen"), 0, 0, pen.width, pen.height);
  return pen;
};

const show = on => {
  for (const name of ["keep", "stop", "live"]) part(name).hidden = !on;
  part("use").hidden = on;
  part("rows").replaceChildren(); // another model may have other classes
};

const look = () => {
  if (!stream?.active) return;
  if (document.hidden || !element.offsetParent || !part("seen").videoWidth) next = setTimeout(look, APART);
  else trigger("click", { frame: frame(LONGEST).toDataURL("image/jpeg", .85) });
};

const stop = () => {
  clearTimeout(next);
  stream?.getTracks().forEach(track => track.stop());
  stream = undefined;
  show(false);
};

const use = async () => {
  part("why").textContent = "";
  try {
    if (!navigator.mediaDevices) throw { name: "insecure" };
    stream = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "user" } });
  } catch (error) {
    part("why").textContent = (told[error.name] ?? told.other).replace("{why}", error.message);
    return;
  }
  part("seen").srcObject = stream;
  await part("seen").play();
  show(true);
  look();
};

const keep = () => frame(1280).toBlob(blob => {
  const before = document.querySelector("#picture img")?.src, files = new DataTransfer();
  files.items.add(new File([blob], "camera.jpg", { type: "image/jpeg" }));
  const clear = document.querySelector('#picture [aria-label="Remove Image"]');
  clear?.click();
  stop();
  const put = () => { // the place for a file is there again when the old picture has gone
    const place = document.querySelector("#picture input[type=file]");
    if (!place) return requestAnimationFrame(put);
    place.files = files.files;
    place.dispatchEvent(new Event("change", { bubbles: true }));
    const ask = () => {
      const now = document.querySelector("#picture img")?.src;
      if (!now || now === before || now.startsWith("data:")) return requestAnimationFrame(ask);
      document.getElementById("predict").click();
    };
    ask();
  };
  put();
}, "image/jpeg", .92);

const rowOf = (label, name) => { // kept from answer to answer, so that its bar moves
  const rows = part("rows"), found = [...rows.children].find(row => row.dataset.class === label);
  if (found) return found;
  const row = document.createElement("div");
  row.dataset.class = label;
  row.innerHTML = '<span></span><span class="bar" aria-hidden="true"><i></i></span><output></output>';
  row.firstChild.textContent = name;
  rows.append(row);
  return row;
};

lfdrt.looked = () => { // the answer to the picture before
  if (!stream) return;
  const answer = document.querySelector("#camera-answer [data-shares]");
  for (const [label, [name, share]] of Object.entries(JSON.parse(answer?.dataset.shares ?? "{}"))) {
    const row = rowOf(label, name);
    row.querySelector(".bar i").style.width = `${100 * share}%`;
    row.querySelector("output").textContent = Language.percent(share, 0);
  }
  part("said").textContent = answer?.dataset.said ?? document.querySelector("#camera-answer")?.textContent;
  next = setTimeout(look, APART);
};

element.addEventListener("click", event => {
  const name = event.target.closest("[data-camera]")?.dataset.camera;
  ({ use, stop, keep })[name]?.();
});

/* Keeps what is being written on this device until it is sent: through a reload, and while there is no connection. Without it the form is a plain one. */
const OLD = 30 * 24 * 3600 * 1000;
const PREFIX = "draft:";

function read(key) {
  try { return JSON.parse(localStorage.getItem(key)); } catch { return null; }
}

function forget(key) {
  try { localStorage.removeItem(key); } catch { /* storage may be blocked */ }
}

function keep(key, draft) {
  try { localStorage.setItem(key, JSON.stringify(draft)); return true; } catch { return false; }
}

function forgetOld() {
  let keys = [];
  try { keys = Object.keys(localStorage); } catch { /* storage may be blocked */ }
  for (const key of keys.filter((name) => name.startsWith(PREFIX))) {
    if (!(Date.now() - read(key)?.at < OLD)) forget(key);
  }
}

function written(form) {
  const pairs = [...new FormData(form)].filter(([, value]) => typeof value === "string");
  return pairs.filter(([name]) => form.elements[name]?.type !== "hidden");
}

function fill(form, pairs) {
  for (const control of form.elements) {
    if (!control.name || control.type === "hidden") continue;
    const values = pairs.filter(([name]) => name === control.name).map(([, value]) => value);
    if (["radio", "checkbox"].includes(control.type)) control.checked = values.includes(control.value);
    else if (values.length) [control.value] = values;
  }
}

function watch(form) {
  const key = PREFIX + form.dataset.draft;
  const { version } = form.dataset;
  const note = form.querySelector("[data-draft-note]");
  const say = (word) => { note.textContent = note.dataset[word]; };
  const draft = read(key);
  if (draft && draft.version !== version) forget(key);
  else if (draft) { fill(form, draft.pairs); say("kept"); }
  form.addEventListener("input", () => {
    if (keep(key, { version, at: Date.now(), pairs: written(form) })) say(navigator.onLine ? "kept" : "offline");
  });
  addEventListener("offline", () => { if (read(key)) say("offline"); });
  addEventListener("online", () => { if (read(key)) say("online"); });
  form.addEventListener("submit", (event) => { event.preventDefault(); send(form, key, say); });
}

let sending = false;

async function send(form, key, say) {
  if (sending) return;
  sending = true;
  const button = form.querySelector("button:not([type=button])");
  button.disabled = true;
  try {
    const answer = await fetch(form.action, { method: "POST", body: new FormData(form), redirect: "manual" });
    if (answer.type === "opaqueredirect") {
      forget(key);
      location.assign(form.action);
    } else form.submit(); // shows what the server has to say
  } catch {
    say("offline");
    button.disabled = false;
    sending = false;
  }
}

forgetOld();
for (const done of document.querySelectorAll("[data-draft-done]")) {
  const key = PREFIX + done.dataset.draftDone;
  const draft = read(key);
  if (draft && draft.version !== done.dataset.version) forget(key);
}
for (const form of document.querySelectorAll("form[data-draft]")) watch(form);

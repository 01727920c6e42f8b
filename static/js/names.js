/* Suggests people while one types @ and a name. Without it the whole name is typed. */
const WAIT = 150;
const TYPED = /(?<![\w@/.+-])@(\p{L}[^\n@]{0,60})$/u;

let area = null;
let list = null;
let timer = 0;
let nobody = null;

function typed() {
  return area.value.slice(0, area.selectionStart).match(TYPED)?.[1].trimEnd() ?? "";
}

function close() {
  clearTimeout(timer);
  list?.remove();
  list = null;
  area?.removeAttribute("aria-activedescendant");
}

function mark(option) {
  for (const other of list.children) other.setAttribute("aria-selected", String(other === option));
  area.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function choose(option) {
  const end = area.selectionStart;
  const start = end - area.value.slice(0, end).match(TYPED)[1].length;
  area.setRangeText(`${option.dataset.name} `, start, end, "end");
  close();
  area.focus();
}

function open(options) {
  close();
  if (!options) return;
  list = document.createElement("ul");
  list.className = "names no-print";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", area.labels[0]?.innerText ?? "");
  list.id = `${area.id}_names`;
  list.innerHTML = options;
  [...list.children].forEach((option, n) => { option.id = `${list.id}_${n}`; });
  list.addEventListener("pointerdown", (event) => {
    event.preventDefault(); // the focus stays where one types
    const option = event.target.closest("[role=option]");
    if (option) choose(option);
  });
  area.after(list);
  area.setAttribute("aria-controls", list.id);
  mark(list.firstElementChild);
}

async function suggest() {
  const words = typed();
  if (!words || (nobody && words.startsWith(nobody))) { close(); return; }
  const answer = await fetch(`${area.dataset.names}?q=${encodeURIComponent(words)}`);
  const options = answer.ok ? (await answer.text()).trim() : "";
  nobody = options ? null : words;
  if (words === typed()) open(options);
}

document.addEventListener("input", (event) => {
  if (!event.target.matches("textarea[data-names]")) return;
  if (area !== event.target) { close(); nobody = null; }
  area = event.target;
  clearTimeout(timer);
  timer = setTimeout(suggest, WAIT);
});

document.addEventListener("keydown", (event) => {
  if (!list?.isConnected || event.target !== area) return;
  const now = list.querySelector("[aria-selected=true]");
  const others = {
    ArrowDown: now.nextElementSibling ?? list.firstElementChild,
    ArrowUp: now.previousElementSibling ?? list.lastElementChild,
  };
  if (others[event.key]) mark(others[event.key]);
  else if (event.key === "Enter" || event.key === "Tab") choose(now);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
});

document.addEventListener("focusout", (event) => { if (event.target === area) close(); });

/* Moves between the cells of the matrix by arrow keys and opens one in place. Without it every cell is a link to a page. */
const FAR = 1000;
const STEPS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Home: [0, -FAR], End: [0, FAR] };
const dialog = document.querySelector("#raci-cell").closest("dialog");
let current = "";

const table = () => document.querySelector("table[data-raci]");
const cells = (row) => [...row.querySelectorAll("td a[aria-labelledby]")];
const rows = () => [...table().tBodies[0].rows].map(cells).filter((row) => row.length);

// One stop for the Tab key: the cell where one was.
function rove(to) {
  const every = table() ? rows().flat() : [];
  const chosen = to ?? every.find((cell) => cell.getAttribute("href") === current) ?? every[0];
  for (const cell of every) cell.tabIndex = cell === chosen ? 0 : -1;
  if (chosen) current = chosen.getAttribute("href");
  return chosen;
}

document.addEventListener("keydown", (event) => {
  const cell = event.target.closest?.("[data-raci] td a");
  const step = STEPS[event.key];
  if (!cell || !step || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  const grid = rows();
  const at = grid.findIndex((row) => row.includes(cell));
  const limit = (place, length) => Math.min(Math.max(place, 0), length - 1);
  const row = grid[limit(at + step[0], grid.length)];
  const next = row[limit(grid[at].indexOf(cell) + step[1], row.length)];
  rove(next);
  next.focus();
});

document.addEventListener("click", async (event) => {
  const cell = event.target.closest("[data-raci] td a");
  if (event.target.closest("dialog a[href].btn")) { event.preventDefault(); dialog.close(); return; }
  if (!cell || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  rove(cell);
  dialog.firstElementChild.replaceChildren();
  await window.htmx.ajax("GET", cell.href, { source: cell, target: "#raci-cell", swap: "innerHTML" });
  if (dialog.firstElementChild.childElementCount) dialog.showModal();
});

// The table was written anew: the focus goes back to where one was.
document.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.id !== "raci-sheet" && !document.getElementById("raci-sheet")?.contains(event.target)) return;
  const cell = rove();
  if (!dialog.open && !document.activeElement?.matches("input, select, textarea")) cell?.focus();
});
rove();

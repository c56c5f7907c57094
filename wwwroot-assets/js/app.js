// Starts Blazor with a connection that never gives up, and brings the page back by itself after the server restarts:
// a circuit that the server no longer knows cannot be resumed, so the page is loaded again. All its state is in the URL.
const reconnect = document.getElementById("components-reconnect-modal");
const gone = ["components-reconnect-rejected", "components-reconnect-failed"];
async function comeBack() {
  try {
    if ((await fetch("health/live", { cache: "no-store" })).ok) return location.reload();
  } catch { /* not up yet */ }
  setTimeout(comeBack, 1000);
}
let leaving = false;
new MutationObserver(() => {
  if (!leaving && gone.some(name => reconnect.classList.contains(name))) {
    leaving = true;
    comeBack();
  }
}).observe(reconnect, { attributes: true, attributeFilter: ["class"] });

if (document.querySelector(".wall-screen")) import("./wall.js");

Blazor.start({ circuit: { reconnectionOptions: { maxRetries: 100000, retryIntervalMilliseconds: 2000 } } });

// The same words as RelativeTime.razor; the server renders the first ones, this keeps them true without a round trip.
function relative(from, now) {
  const seconds = Math.round((now - from) / 1000), ahead = seconds < 0, s = Math.abs(seconds);
  if (s < 5) return "just now";
  const [n, unit] = s < 60 ? [s, "s"] : s < 3600 ? [Math.floor(s / 60), "min"] : s < 86400 ? [Math.floor(s / 3600), "h"] : [Math.floor(s / 86400), "d"];
  return ahead ? `in ${n}\u202f${unit}` : `${n}\u202f${unit} ago`;
}
function elapsed(from, now) {
  const s = Math.max(0, Math.floor((now - from) / 1000));
  const two = (large, unit, small, smaller) => `${large}\u202f${unit}` + (small ? ` ${small}\u202f${smaller}` : "");
  return s < 60 ? `${s}\u202fs` : s < 3600 ? two(Math.floor(s / 60), "min", s % 60, "s") : s < 86400 ? two(Math.floor(s / 3600), "h", Math.floor(s / 60) % 60, "min") : two(Math.floor(s / 86400), "d", Math.floor(s / 3600) % 24, "h");
}
setInterval(() => {
  const now = Date.now();
  for (const time of document.querySelectorAll("time[data-ticks]")) {
    const text = (time.dataset.ticks === "elapsed" ? elapsed : relative)(Date.parse(time.dateTime), now);
    // Changes the text node that the renderer knows, so that both can go on using it.
    if (time.firstChild && time.firstChild.nodeValue !== text) time.firstChild.nodeValue = text;
  }
  showTabs();
}, 1000);

// The chosen one of a row of tabs that is wider than the window is brought into sight, once: whoever scrolls away from it may.
const shown = new WeakMap();
function showTabs() {
  for (const tab of document.querySelectorAll(".tabs a[aria-current]")) {
    const row = tab.parentElement;
    if (shown.get(row) === tab) continue;
    shown.set(row, tab);
    if (row.scrollWidth > row.clientWidth) row.scrollLeft = tab.offsetLeft - row.offsetLeft - (row.clientWidth - tab.offsetWidth) / 2;
  }
}

// A menu closes when one of its links was followed.
document.addEventListener("click", event => event.target.closest?.("[popover] a")?.closest("[popover]").hidePopover());

// Arrow keys move inside a grid of cells without a round trip; Enter and Space are the buttons' own.
document.addEventListener("keydown", event => {
  const cell = event.target.closest?.("[role=grid] [role=gridcell]");
  const step = { ArrowLeft: [0, -1], ArrowRight: [0, 1], ArrowUp: [-1, 0], ArrowDown: [1, 0], Home: [0, -1e9], End: [0, 1e9] }[event.key];
  if (!cell || !step) return;
  const rows = [...cell.closest("[role=grid]").querySelectorAll("[role=row]")].map(row => [...row.querySelectorAll("[role=gridcell]")]).filter(row => row.length);
  const r = rows.findIndex(row => row.includes(cell)), c = rows[r].indexOf(cell);
  const row = rows[Math.min(rows.length - 1, Math.max(0, r + step[0]))];
  const next = row[Math.min(row.length - 1, Math.max(0, c + step[1]))];
  cell.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
  event.preventDefault();
});

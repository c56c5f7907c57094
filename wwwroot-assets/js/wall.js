// The wall's own watch, which needs no server. It tells the time, hides a pointer that rests, and looks at the wall's heartbeat (data-beat, once a second):
// when it stays away, the strip says so with the age of the picture; when it stays away for long and the server answers, the page is loaded again.
// Elements are looked up each time: the first picture of the page is replaced when its connection stands.
const restsAfter = 3000;
let beat = null, heardAt = performance.now(), movedAt = heardAt, asking = false;

const two = n => String(n).padStart(2, "0");
function age(ms) {
  const s = Math.floor(ms / 1000);
  return s < 60 ? `${s}\u202fs` : s < 3600 ? `${Math.floor(s / 60)}\u202fmin ${s % 60}\u202fs` : `${Math.floor(s / 3600)}\u202fh ${Math.floor(s / 60) % 60}\u202fmin`;
}
function write(element, text) {
  if (element && element.textContent !== text) element.textContent = text;
}

async function comeBack() {
  asking = true;
  try {
    if ((await fetch("health/ready", { cache: "no-store", signal: AbortSignal.timeout(5000) })).ok) return location.reload();
  } catch { /* The server does not answer yet: asked again in a moment. */ }
  setTimeout(() => asking = false, 1000);
}

function look() {
  const screen = document.querySelector(".wall-screen"), strip = screen.querySelector(".wall-cut"), now = performance.now(), time = new Date();
  const present = screen.querySelector("[data-beat]")?.dataset.beat;
  if (present !== beat) [beat, heardAt] = [present, now];
  const silence = now - heardAt, cut = silence >= screen.dataset.quietAfter * 1000;
  strip.hidden = !cut;
  screen.classList.toggle("cut", cut);
  if (cut) write(strip.querySelector("[data-cut=age]"), age(silence));
  if (silence >= screen.dataset.reloadAfter * 1000 && !asking) comeBack();
  screen.classList.toggle("idle", now - movedAt >= restsAfter);
  write(screen.querySelector("[data-clock]"), `${two(time.getHours())}:${two(time.getMinutes())}`);
}

addEventListener("pointermove", () => {
  movedAt = performance.now();
  document.querySelector(".wall-screen").classList.remove("idle");
}, { passive: true });
look();
setInterval(look, 500);

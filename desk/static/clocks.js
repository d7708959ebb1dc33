// Clocks that run on the page, by the server's time.
let ahead = 0;

/** The server's time is `at` (epoch seconds) now. */
export function tellTime(at) {
  ahead = at - Date.now() / 1000;
}

/** The server's time now, epoch seconds. */
export function serverNow() {
  return Date.now() / 1000 + ahead;
}

export function tick() {
  const now = serverNow();
  for (const clock of document.querySelectorAll(".clock")) {
    const { since, until } = clock.dataset;
    const seconds = until ? Math.ceil(Number(until) - now) : Math.floor(now - Number(since));
    const words = duration(Math.max(0, seconds));
    if (clock.textContent !== words) clock.textContent = words;
  }
  for (const bar of document.querySelectorAll("progress[data-until]")) {
    bar.value = Math.max(0, Number(bar.dataset.until) - now);
  }
}

function duration(seconds) {
  const two = (number) => String(number).padStart(2, "0");
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes}:${two(seconds % 60)}`;
  return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(seconds % 60)}`;
}

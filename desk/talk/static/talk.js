// A talk on the desk: reminders of a caller on hold, and what was told closed again.
import { nudge } from "/desk/static/alerts.js";
import { serverNow } from "/desk/static/clocks.js";
import "./transfer.js";

const closed = new Set();
let reminded = { since: 0, times: 0 };

document.addEventListener("desk-shown", () => {
  for (const told of document.querySelectorAll("[data-told]")) told.hidden = closed.has(told.dataset.told);
});

document.addEventListener("click", (event) => {
  const told = event.target.closest("[data-dismiss]")?.closest("[data-told]");
  if (!told) return;
  closed.add(told.dataset.told);
  told.hidden = true;
});

/** Remind of a caller on hold, each time the limit has passed once more. */
function remindOfHold() {
  const bar = document.querySelector("[data-held-at]");
  if (!bar) return;
  const since = Number(bar.dataset.heldAt);
  const times = Math.floor((serverNow() - since) / Number(bar.dataset.remindS));
  if (reminded.since !== since) reminded = { since, times: 0 };
  if (times >= 1 && !("long" in bar.dataset)) bar.dataset.long = "";
  if (times <= reminded.times) return;
  reminded.times = times;
  const words = "The caller is still on hold.";
  document.getElementById("says").textContent = `${words} ${bar.querySelector(".clock").textContent}`;
  nudge(words);
}

setInterval(remindOfHold, 500);

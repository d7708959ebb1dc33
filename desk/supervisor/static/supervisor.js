// The supervisor's page: the desk's parts over its own feed, and panels that open over it.
import { watchButtons } from "/desk/static/buttons.js";
import { tellTime, tick } from "/desk/static/clocks.js";
import { follow } from "/desk/static/feed.js";
import { Screen } from "/desk/static/screen.js";
import { send } from "/desk/static/server.js";
import { toast } from "/desk/static/toast.js";

const panel = document.getElementById("panel");
const folded = new Map(); // which queues this viewer opened or closed: a new look must not undo it

const screen = new Screen({
  keepsNote: () => false,
  changed: () => {
    keepFolds();
    tick();
  },
});

function keepFolds() {
  for (const details of document.querySelectorAll("details[data-keep]")) {
    if (folded.has(details.dataset.keep)) details.open = folded.get(details.dataset.keep);
  }
}

document.addEventListener("click", (event) => {
  const summary = event.target.closest("details[data-keep] > summary");
  if (summary) folded.set(summary.parentElement.dataset.keep, !summary.parentElement.open);
});

async function act(url, body) {
  const shown = await send(url, body);
  screen.show(shown);
  return shown;
}

watchButtons(async (url, body) => {
  const closes = document.activeElement?.closest("[data-closes]");
  const shown = await act(url, body);
  if (shown && closes) panel.close();
});

let opener = "";
document.addEventListener("click", async (event) => {
  if (event.target.closest("[data-close]")) panel.close();
  const button = event.target.closest("button[data-panel]");
  if (!button) return;
  try {
    const answer = await fetch(button.dataset.panel, { headers: { Accept: "text/html" } });
    if (!answer.ok) throw new Error((await answer.json()).message);
    panel.innerHTML = await answer.text();
    opener = button.id;
    panel.showModal();
  } catch (fault) {
    toast(fault instanceof TypeError ? "The server was not reached. Please try again." : fault.message);
  }
});
panel.addEventListener("close", () => document.getElementById(opener)?.focus());
panel.addEventListener("submit", async (event) => {
  const url = event.target.dataset.submit;
  if (!url) return;
  event.preventDefault();
  if (await act(url, new URLSearchParams(new FormData(event.target)))) panel.close();
});

tellTime(Number(document.body.dataset.at));
follow({
  base: "/supervisor",
  show: (shown) => {
    tellTime(shown.at);
    screen.show(shown);
  },
  beat: (at) => tellTime(at),
});
setInterval(tick, 250);
tick();

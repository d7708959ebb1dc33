// A screen on a wall: nobody touches it, so it reconnects by itself and says when it is out of date.
import { tellTime, tick } from "/desk/static/clocks.js";

const STALE_MS = 20_000;
const board = document.getElementById("board");
const stale = document.getElementById("stale");
const hour = document.getElementById("hour");
const address = document.body.dataset.events;
let source = null;
let heard = performance.now();
let heardAt = new Date();
let over = "";
let retry = 0;

function alive(at) {
  heard = performance.now();
  heardAt = new Date();
  tellTime(at);
}

function open() {
  retry = 0;
  source?.close();
  source = new EventSource(address);
  source.addEventListener("desk", (event) => {
    const shown = JSON.parse(event.data);
    alive(shown.at);
    if (shown.regions.board) board.innerHTML = shown.regions.board;
    tick();
  });
  source.addEventListener("beat", (event) => alive(JSON.parse(event.data).at));
  source.addEventListener("signed_out", () => {
    source.close();
    over = "This screen may not show the board any more: its link was revoked or its session has ended.";
    look();
  });
  source.addEventListener("error", () => {
    if (source.readyState === EventSource.CLOSED && !over && !retry) retry = setTimeout(open, 2000 + 3000 * Math.random());
  });
}

function look() {
  const old = performance.now() - heard > STALE_MS;
  const off = Boolean(over) || old;
  document.body.toggleAttribute("data-stale", off);
  stale.hidden = !off;
  const words = over || (old ? `Out of date since ${clock(heardAt)}. Reconnecting…` : "");
  if (stale.textContent !== words) stale.textContent = words;
  hour.textContent = clock(new Date());
  if (old && !over && source?.readyState === EventSource.OPEN) {
    heard = performance.now() - STALE_MS; // one new attempt per period, however long the silence
    open();
  }
}

function clock(moment) {
  return moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
}

tellTime(Number(document.body.dataset.at));
open();
setInterval(tick, 250);
setInterval(look, 1000);
tick();
look();

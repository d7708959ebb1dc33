// The notes of the last calls, between calls. The live feed never touches this part of the page: it is asked for when
// the desk becomes idle, and stays while somebody types in it.
import { keepWhileTyping } from "./typing.js";

const part = document.getElementById("last-calls");
let asked = 0;

/** `shown()` is called when there are other notes on the page. */
export function watchLastCalls(shown) {
  const look = () => document.body.dataset.mode === "idle" && !keepWhileTyping(part, look) && load(shown);
  new MutationObserver(look).observe(document.body, { attributeFilter: ["data-mode", "data-call", "data-kept"] });
  look();
}

async function load(shown) {
  const mine = ++asked;
  const answer = await fetch("/desk/calls/last", { headers: { Accept: "text/html" } }).catch(() => null);
  if (!answer?.ok || answer.redirected || mine !== asked) return;
  const html = await answer.text();
  if (mine !== asked || keepWhileTyping(part, () => load(shown))) return;
  const open = [...part.querySelectorAll("details[open]")].map((one) => one.dataset.keep);
  part.innerHTML = html;
  part.hidden = !part.querySelector("li");
  for (const one of part.querySelectorAll("details")) one.open = open.includes(one.dataset.keep);
  shown();
}

// Single keys for the buttons and links that show one, except while typing. Enter accepts a call; with Control or Alt
// it does so from a field too.
import { takesText } from "./typing.js";

export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.repeat || event.isComposing || document.querySelector("dialog[open]")) return;
    if (event.key === "Enter" && (event.ctrlKey || event.altKey || event.metaKey)) return accept(event);
    if (event.ctrlKey || event.metaKey || event.altKey || takesText(event.target)) return;
    const key = event.key.toLowerCase();
    // On a button or link Enter means that one.
    const wanted = key === "enter" && !event.target.closest("button, a, summary") ? "a" : key;
    const button = wanted.length === 1 && document.querySelector(`:is(button, a)[data-key="${CSS.escape(wanted)}"]`);
    if (button) {
      event.preventDefault();
      button.click();
    }
  });
}

function accept(event) {
  const button = document.getElementById("accept");
  if (!button) return;
  event.preventDefault();
  document.activeElement.blur();
  button.click();
}

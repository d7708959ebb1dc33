// Single keys for the buttons and links that show one, except while typing. Enter accepts a call.
const TYPING = "input, textarea, select, [contenteditable]";

export function watchKeys() {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (event.target.closest(TYPING) || document.querySelector("dialog[open]")) return;
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

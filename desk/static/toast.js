// A sentence to the agent that goes away by itself.
const place = document.getElementById("toast");
let hiding = 0;

export function toast(words, seconds = 8) {
  place.textContent = words;
  place.hidden = false;
  clearTimeout(hiding);
  hiding = setTimeout(() => (place.hidden = true), seconds * 1000);
}

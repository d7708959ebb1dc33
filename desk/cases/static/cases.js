// What is being typed about a case or a warning outlives a reload and a crash of the browser: a copy stays here until
// it stands on the page. The page works without.
import { merged } from "/desk/static/merge.js";

const KEPT_DAYS = 7;
const keyOf = (field) => `file:${document.body.dataset.agent}:${field.dataset.draft}`;
const stands = [
  ...[...document.querySelectorAll("textarea")].map((one) => one.defaultValue.trim()),
  ...[...document.querySelectorAll(".standing p")].map((one) => one.textContent.replace(/^[^:]*: /, "").trim()),
];

for (const field of document.querySelectorAll("[data-draft]")) {
  const stored = field.defaultValue;
  const kept = read(keyOf(field));
  if (kept && stands.includes(kept.text.trim())) localStorage.removeItem(keyOf(field));
  else if (kept) field.value = merged(kept.began, stored, kept.text);
  field.addEventListener("input", () => {
    if (field.value === stored) return localStorage.removeItem(keyOf(field));
    localStorage.setItem(keyOf(field), JSON.stringify({ text: field.value, began: stored, at: Date.now() }));
  });
}

function read(key) {
  try {
    const kept = JSON.parse(localStorage.getItem(key));
    return kept && Date.now() - kept.at < KEPT_DAYS * 86_400_000 ? kept : null;
  } catch {
    return null;
  }
}

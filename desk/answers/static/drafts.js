// What is being typed and not sent yet outlives a reload of the page: kept in this tab, for this call.
const key = (field, call) => `answers:${call}:${field.dataset.draft}`;

export function keepDrafts(field, call) {
  if (field.dataset.draft === undefined) return;
  if (field.value) sessionStorage.setItem(key(field, call), field.value);
  else sessionStorage.removeItem(key(field, call));
}

/** Put back what was typed into the fields below `root`, and show the form it stands in. */
export function restoreDrafts(root, call) {
  for (const field of root.querySelectorAll("[data-draft]")) {
    const kept = sessionStorage.getItem(key(field, call));
    if (!kept) continue;
    field.value = kept;
    field.closest("form").hidden = false;
  }
}

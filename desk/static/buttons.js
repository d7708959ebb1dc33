// Everything that posts when it is clicked or chosen: data-post is where to, data-body what.

/** Do this for a button, once: until it is done the button does nothing, and keeps the focus. */
export async function once(button, act) {
  if (isOff(button)) return;
  button.setAttribute("aria-disabled", "true");
  try {
    await act();
  } finally {
    button.removeAttribute("aria-disabled");
  }
}

/** A button that is `disabled` would lose the focus: ours say it, and do nothing. */
export function isOff(button) {
  return button.disabled || button.getAttribute("aria-disabled") === "true";
}

/** `act(url, body)` sends and returns when the answer is on the page. */
export function watchButtons(act) {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("button[data-post]");
    if (button) once(button, () => act(button.dataset.post, new URLSearchParams(button.dataset.body || "")));
  });
  document.addEventListener("change", (event) => {
    const choice = event.target.closest("select[data-away]");
    if (!choice) return;
    if (choice.value === "-") act(choice.dataset.available, {});
    else act(choice.dataset.away, { reason: choice.value });
  });
}

// Everything that posts when it is clicked or chosen: data-post is where to, data-body what.

/** `act(url, body)` sends and returns when the answer is on the page. */
export function watchButtons(act) {
  document.addEventListener("click", async (event) => {
    const button = event.target.closest("button[data-post]");
    if (!button || button.disabled) return;
    button.disabled = true; // twice is once
    try {
      await act(button.dataset.post, new URLSearchParams(button.dataset.body || ""));
    } finally {
      button.disabled = false;
    }
  });
  document.addEventListener("change", (event) => {
    const choice = event.target.closest("select[data-away]");
    if (!choice) return;
    if (choice.value === "-") act(choice.dataset.available, {});
    else act(choice.dataset.away, { reason: choice.value });
  });
}

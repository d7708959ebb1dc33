// Who closes the desk while they are available is asked: calls would ring where nobody sees them.
let isMeant = false;

export function watchLeaving() {
  // Signing out, and what the server leads to, are no closing.
  addEventListener("submit", () => (isMeant = true));
  addEventListener("beforeunload", (event) => {
    if (!isMeant && document.querySelector('.idle[data-state="available"]')) event.preventDefault();
  });
}

/** Go to a page because the server says so. */
export function leaveFor(address) {
  isMeant = true;
  location.assign(address);
}

/** Load the page again because the server says so. */
export function loadAgain() {
  isMeant = true;
  location.reload();
}

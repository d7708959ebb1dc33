// Keys for the far end: clicked, or typed while the keypad is open.
const DIGIT = /^[0-9*#]$/;

/** `send(digit)` returns whether there was a call to send it to. */
export function watchKeypad(send) {
  const pad = document.getElementById("phone-keypad");
  const sent = document.getElementById("phone-digits");
  const press = (digit) => {
    if (send(digit)) sent.textContent += digit;
  };
  pad.addEventListener("click", (event) => {
    const key = event.target.closest("[data-digit]");
    if (key) press(key.dataset.digit);
  });
  pad.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || !DIGIT.test(event.key)) return;
    event.preventDefault();
    press(event.key);
  });
  pad.addEventListener("toggle", () => (sent.textContent = ""));
}

/** A menu of the phone closes with Escape and by a click elsewhere. */
export function watchMenus() {
  const menus = [...document.querySelectorAll(".phone-menu")];
  document.addEventListener("keydown", (event) => {
    const open = event.key === "Escape" && event.target.closest(".phone-menu[open]");
    if (!open) return;
    open.open = false;
    open.querySelector("summary").focus();
  });
  document.addEventListener("pointerdown", (event) => {
    for (const menu of menus) if (menu.open && !menu.contains(event.target)) menu.open = false;
  });
}

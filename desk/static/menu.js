// The list of pages in the top line. It closes with Escape, by a click elsewhere, and when the page turns.
export function watchMenu() {
  const button = document.getElementById("areas-open");
  const menu = document.getElementById(button.getAttribute("aria-controls"));
  const show = (wanted) => {
    menu.hidden = !wanted;
    button.setAttribute("aria-expanded", String(wanted));
  };
  button.addEventListener("click", () => show(menu.hidden));
  // By the click itself: closing at its beginning would move what it is aimed at.
  document.addEventListener("click", (event) => {
    if (!menu.hidden && !event.target.closest("#areas-open")) show(false);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || menu.hidden) return;
    const inside = menu.contains(document.activeElement);
    show(false);
    if (inside) button.focus();
  });
  new MutationObserver(() => show(false)).observe(document.body, { attributeFilter: ["data-mode", "data-call"] });
}

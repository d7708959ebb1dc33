// The list of all keys. The browser itself closes it with Escape, and gives the focus back.
export function watchShortcuts() {
  document.getElementById("shortcuts-open").addEventListener("click", () => {
    document.getElementById("shortcuts").showModal();
  });
}

// What is being typed about a case or a warning outlives a reload and a crash of the browser: a copy stays here until
// it is stored. The page works without. This is no module, so that it runs before the page has a field: what is typed
// while the rest is still loading is kept too.
(() => {
  const KEPT_DAYS = 7;
  // Each tab keeps its own copy, or one would write over what another has not saved yet.
  const TAB = (sessionStorage["desk-tab"] ??= Math.random().toString(36).slice(2));
  const met = new WeakSet(); // fields that show what was kept of them
  const earlier = new Map(); // field that was typed into before that → what was kept

  // Held as long as this page lives, so that no other page takes over what is being typed here.
  const lockOf = (tab) => `desk-tab:${tab}`;
  navigator.locks?.request(lockOf(TAB), () => new Promise(() => {}));

  addEventListener("input", ({ target }) => "draft" in target.dataset && keep(target));
  document.addEventListener("DOMContentLoaded", restore);

  const nameOf = (field) => `file:${document.body.dataset.agent}:${field.dataset.draft}`;
  const keyOf = (field) => `${nameOf(field)}:${TAB}`;
  const storedOf = (field) => field.dataset.stored ?? field.defaultValue;

  function keep(field) {
    const [text, began, key] = [field.value, storedOf(field), keyOf(field)];
    if (!met.has(field) && !earlier.has(field)) earlier.set(field, read(key));
    if (met.has(field) && text === began) return localStorage.removeItem(key);
    const before = met.has(field) ? null : earlier.get(field);
    localStorage.setItem(key, JSON.stringify({ text, began, before, at: Date.now() }));
  }

  async function restore() {
    const { merged } = await import("/desk/static/merge.js");
    const living = new Set((await navigator.locks?.query())?.held.map(({ name }) => name));
    const stored = standing();
    for (const field of document.querySelectorAll("[data-draft]")) {
      const texts = kept(field, living).filter(({ text }) => !text.trim() || !stored.has(text.trim()));
      met.add(field);
      if ("stored" in field.dataset) {
        // Refused: it stands in the field as it was typed, and is kept as it was.
        if (!texts.length) keep(field);
        continue;
      }
      const text = texts.reduce((all, one) => merged(one.began, all, one.text), storedOf(field));
      if (field.value !== text && texts.length) field.value = text;
      keep(field);
    }
    document.body.dataset.drafts = "shown";
  }

  /** All that is stored and shown on this page. */
  function standing() {
    const notes = [...document.querySelectorAll("textarea")].map((one) => storedOf(one));
    const warnings = [...document.querySelectorAll(".standing p")].map((one) => one.textContent.replace(/^[^:]*: /, ""));
    return new Set([...notes, ...warnings].map((one) => one.trim()));
  }

  /** What was kept of a field, the oldest first: by this tab, or else by one that is closed. */
  function kept(field, living) {
    const own = read(keyOf(field));
    if (earlier.has(field) ? earlier.get(field) : own) return chain(own);
    const begin = `${nameOf(field)}:`;
    const isLeft = (key) => key.startsWith(begin) && key !== keyOf(field) && !living.has(lockOf(key.slice(begin.length)));
    const left = Object.keys(localStorage).filter(isLeft);
    const others = left.map(read).filter(Boolean).sort((one, two) => one.at - two.at);
    for (const key of left) localStorage.removeItem(key);
    return [...others, own].flatMap(chain);
  }

  const chain = (one) => (one ? [...chain(one.before), one] : []);

  function read(key) {
    try {
      const kept = JSON.parse(localStorage.getItem(key));
      return kept && Date.now() - kept.at < KEPT_DAYS * 86_400_000 ? kept : null;
    } catch {
      return null;
    }
  }
})();

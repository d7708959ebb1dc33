// Puts what the server rendered into the page, region by region.

// An answer may be overtaken by a later look of the stream; then it is old news.
const OVERTAKEN_S = 30;

export class Screen {
  #at = Number(document.body.dataset.at);
  #html = new Map();
  #hooks;

  /** `keepsNote(element)` is asked before the note is replaced; `changed(shown)` is told afterwards. */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  show(shown) {
    if (!shown?.regions) return;
    if (shown.at < this.#at && this.#at - shown.at < OVERTAKEN_S) return;
    this.#at = shown.at;
    const focused = document.activeElement?.id;
    for (const [name, html] of Object.entries(shown.regions)) this.#swap(name, html);
    const body = document.body.dataset;
    const turned = body.mode !== shown.mode || body.call !== shown.call;
    body.mode = shown.mode;
    body.call = shown.call;
    if (turned) this.#announce(shown);
    this.#focus(focused, turned, shown.mode);
    this.#hooks.changed(shown);
  }

  #swap(name, html) {
    if (this.#html.get(name) === html) return;
    this.#html.set(name, html);
    const region = document.getElementById(`region-${name}`);
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    if (name === "note" && this.#hooks.keepsNote(fresh.content)) return;
    region.replaceChildren(fresh.content);
  }

  #announce(shown) {
    document.getElementById("says").textContent = shown.says;
  }

  #focus(before, turned, mode) {
    if (turned && mode === "offer") document.getElementById("accept")?.focus();
    else if (before && document.activeElement?.id !== before) document.getElementById(before)?.focus();
  }
}

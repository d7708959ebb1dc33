// Puts what the server rendered into the page, region by region.
import { fieldInUse, handsAreBusy, holdKeys, keepWhileTyping, putFocus, releaseKeys, stays, whenReady } from "./typing.js";

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

  /** `askedAt` (as `performance.now()`): the answer to what the agent did here, which changes nothing under their
      hands. Only an offer comes by itself also then. */
  show(shown, askedAt = Infinity) {
    if (!shown?.regions) return;
    const isOldNews = shown.at < this.#at && this.#at - shown.at < OVERTAKEN_S;
    if (!isOldNews) this.#put(shown);
    if (askedAt !== Infinity && document.body.dataset.mode !== "offer") releaseKeys(askedAt);
  }

  #put(shown) {
    this.#at = shown.at;
    const before = placeOf(document.activeElement);
    for (const [name, html] of Object.entries(shown.regions)) this.#swap(name, html);
    const body = document.body.dataset;
    const turned = body.mode !== shown.mode || body.call !== shown.call;
    body.mode = shown.mode;
    body.call = shown.call;
    if (turned && (shown.mode === "offer" || handsAreBusy())) holdKeys();
    else if (turned) releaseKeys();
    if (turned) this.#announce(shown);
    this.#focus(before, turned, shown.mode);
    this.#hooks.changed(shown);
  }

  #swap(name, html) {
    if (this.#html.get(name) === html) return;
    this.#html.set(name, html);
    const region = document.getElementById(`region-${name}`);
    const fresh = document.createElement("template");
    fresh.innerHTML = html;
    if (name === "note" && this.#hooks.keepsNote(fresh.content)) return stays(region);
    const replace = () => region.replaceChildren(fresh.content);
    const later = () => {
      replace();
      this.#hooks.replaced?.();
    };
    if (!keepWhileTyping(region, later)) replace();
  }

  #announce(shown) {
    for (const list of document.querySelectorAll("dialog[open][data-gives-way]")) list.close();
    document.getElementById("says").textContent = shown.says;
  }

  /** Nothing is taken from a field. Who had a button that has gone is near where it was. */
  #focus(before, turned, mode) {
    if (turned && mode === "offer") whenReady(focusOffer);
    if (document.activeElement !== document.body || !before.region) return;
    const call = turned ? document.getElementById("region-call") : before.sameKey();
    const next = document.getElementById(before.id) ?? call ?? document.getElementById(before.region);
    if ("region" in next.dataset) next.tabIndex = -1;
    putFocus(next);
  }
}

/** Where the focus is, to be found again when the region around it has been replaced. */
function placeOf(element) {
  const region = element?.closest("[data-region]")?.id ?? "";
  const { key } = element?.dataset ?? {};
  const sameKey = () => (key ? document.querySelector(`#${region} [data-key="${CSS.escape(key)}"]`) : null);
  return { id: element?.id ?? "", region, sameKey };
}

function focusOffer() {
  const accept = document.getElementById("accept");
  if (!accept || fieldInUse() || document.querySelector("dialog[open]")) return;
  putFocus(accept);
  accept.scrollIntoView({ block: "nearest" });
}

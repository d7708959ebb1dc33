// Notes are saved as they are typed. Until the server has confirmed, a copy stays in this browser, and comes back
// after a reload or a crash. A live update never replaces what is being typed.
import { post } from "./server.js";

const PAUSE_MS = 400;
const RETRY_MS = [1000, 2000, 4000, 8000];
const KEPT_DAYS = 7;

export class Notes {
  #agent;
  #field = null;
  #version = 0;
  #confirmed = "";
  #timer = 0;
  #saving = false;
  #failures = 0;

  constructor(agent) {
    this.#agent = agent;
    addEventListener("pagehide", () => this.#flushAtOnce());
    document.addEventListener("visibilitychange", () => document.hidden && this.#save());
    addEventListener("online", () => this.#save());
  }

  /** Take charge of the note on the page, if it is one we do not have yet. */
  attach() {
    const field = document.getElementById("note");
    if (field === this.#field) return;
    this.#field = field;
    clearTimeout(this.#timer);
    if (!field) return;
    this.#version = Number(field.dataset.version);
    this.#confirmed = field.value;
    this.#failures = 0;
    field.addEventListener("input", () => this.#typed());
    field.addEventListener("blur", () => this.#save());
    this.#restore();
  }

  /** A fresh note arrived from the server. True: keep the one on the page (after taking over what is newer). */
  meets(fresh) {
    const next = fresh.querySelector("#note");
    const here = this.#field;
    if (!next || !here || next.dataset.call !== here.dataset.call) {
      this.#flushAtOnce();
      return false;
    }
    // What others write is theirs, and shown as it comes.
    document.getElementById("other-notes").replaceChildren(...fresh.querySelector("#other-notes").childNodes);
    const version = Number(next.dataset.version);
    if (version > this.#version && !this.#isDirty() && !this.#saving) {
      this.#version = version;
      this.#confirmed = next.value;
      if (here.value !== next.value) here.value = next.value;
      this.#say("Saved");
    }
    return true;
  }

  /** Notes of earlier calls that never reached the server. */
  async recover() {
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(`note:${this.#agent}:`) || key === this.#key()) continue;
      const kept = read(key);
      if (!kept || Date.now() - kept.at > KEPT_DAYS * 86_400_000) localStorage.removeItem(key);
      else await this.#deliver(key, kept);
    }
  }

  async #deliver(key, kept) {
    const call = key.slice(`note:${this.#agent}:`.length);
    try {
      const said = await post(address(call), { text: kept.text, version: kept.version + 1 });
      if (said.text === undefined) localStorage.removeItem(key);
    } catch (fault) {
      if (fault.status === 404) localStorage.removeItem(key);
    }
  }

  #typed() {
    localStorage.setItem(this.#key(), JSON.stringify({ text: this.#field.value, version: this.#version, at: Date.now() }));
    this.#say("Saving…");
    this.#later(PAUSE_MS);
  }

  #restore() {
    const kept = read(this.#key());
    if (!kept || kept.text === this.#field.value) {
      localStorage.removeItem(this.#key());
      return;
    }
    this.#field.value = kept.version >= this.#version ? kept.text : joined(this.#field.value, kept.text);
    this.#say("Restored from this browser. Saving…");
    this.#later(0);
  }

  #later(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#save(), pause);
  }

  async #save() {
    const field = this.#field;
    if (!field || this.#saving || !this.#isDirty()) return;
    clearTimeout(this.#timer);
    this.#saving = true;
    const text = field.value;
    try {
      const said = await post(address(field.dataset.call), { text, version: this.#version + 1 });
      this.#kept(field, text, said);
    } catch (fault) {
      this.#failed(field, fault);
    } finally {
      this.#saving = false;
    }
  }

  #kept(field, text, said) {
    if (field !== this.#field) return;
    this.#failures = 0;
    this.#version = said.version;
    this.#confirmed = said.text ?? text;
    // Another page of the same agent was faster: both texts stay.
    if (said.text !== undefined) field.value = joined(said.text, field.value);
    if (this.#isDirty()) return this.#typed();
    localStorage.removeItem(this.#key());
    this.#say("Saved");
  }

  #failed(field, fault) {
    if (field !== this.#field) return;
    if (fault.status === 401) return location.assign("/desk/sign-in");
    if (fault.body?.reload) return location.reload();
    this.#say(fault.status === 404 ? "Not saved: this call is no longer yours" : "Not saved yet: kept in this browser");
    if (fault.status !== 404) this.#later(RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)]);
  }

  #flushAtOnce() {
    const field = this.#field;
    if (!field || !this.#isDirty()) return;
    const key = this.#key();
    const text = field.value;
    post(address(field.dataset.call), { text, version: this.#version + 1 }, { keepalive: true })
      .then((said) => said.text === undefined && read(key)?.text === text && localStorage.removeItem(key))
      .catch(() => {});
  }

  #isDirty() {
    return this.#field !== null && this.#field.value !== this.#confirmed;
  }

  #key() {
    return `note:${this.#agent}:${this.#field?.dataset.call ?? ""}`;
  }

  #say(words) {
    const place = document.getElementById("note-state");
    if (place && place.textContent !== words) place.textContent = words;
  }
}

function address(call) {
  return `/desk/calls/${encodeURIComponent(call)}/note`;
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

/** Both texts, without saying the same twice. */
function joined(theirs, mine) {
  if (mine.startsWith(theirs)) return mine;
  if (theirs.includes(mine)) return theirs;
  return `${theirs}\n${mine}`;
}

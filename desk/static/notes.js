// Notes are saved as they are typed. Until the server has confirmed, a copy stays in this browser, and comes back
// after a reload or a crash. A live update never replaces what is being typed; two pages of an agent become one text.
import { merged } from "./merge.js";
import { leadsAway, post } from "./server.js";

const PAUSE_MS = 400;
const LATEST_MS = 2000; // who types without a pause is saved too
const RETRY_MS = [1000, 2000, 4000, 8000];
const KEPT_DAYS = 7;
// Each page keeps its own copy, or one would write over what another has not saved yet.
const TAB = (sessionStorage["desk-tab"] ??= Math.random().toString(36).slice(2));

/** All notes on the page: that of the call, and those of the last calls. */
export class Notes {
  #agent;
  #notes = new Map();

  constructor(agent) {
    this.#agent = agent;
    addEventListener("pagehide", () => this.#each((note) => note.flush()));
    document.addEventListener("visibilitychange", () => document.hidden && this.#each((note) => note.save()));
    addEventListener("online", () => this.#each((note) => note.save()));
  }

  /** Take charge of the notes on the page that we do not have yet; those that have gone are saved to the end. */
  attach() {
    for (const [field, note] of this.#notes) {
      if (field.isConnected) continue;
      note.save();
      this.#notes.delete(field);
    }
    for (const field of document.querySelectorAll("textarea[data-call]")) {
      if (!this.#notes.has(field)) this.#notes.set(field, new Note(this.#agent, field));
    }
  }

  /** A fresh note of the call arrived. True: keep the one on the page (after taking over what is newer). */
  meets(fresh) {
    const next = fresh.querySelector("#note");
    const here = document.getElementById("note");
    if (!next || !here || next.dataset.call !== here.dataset.call) {
      this.#notes.get(here)?.save();
      return false;
    }
    // What others write is theirs, and shown as it comes.
    document.getElementById("other-notes").replaceChildren(...fresh.querySelector("#other-notes").childNodes);
    this.#notes.get(here)?.hears(next.value, Number(next.dataset.version));
    return true;
  }

  /** Put into the note of a call what was typed elsewhere, from what was its text then. */
  takeIn(call, base, text) {
    const note = [...this.#notes.values()].find((one) => one.call === call);
    if (note) return note.takeIn(base, text);
    localStorage.setItem(keyOf(this.#agent, call), JSON.stringify({ text, base, version: 0, at: Date.now() }));
    this.recover();
  }

  /** Notes of earlier calls that never reached the server. */
  async recover() {
    const here = new Set([...this.#notes.values()].map((note) => note.key));
    for (const key of Object.keys(localStorage)) {
      if (!key.startsWith(keysOf(this.#agent)) || here.has(key)) continue;
      const kept = read(key);
      if (!kept || Date.now() - kept.at > KEPT_DAYS * 86_400_000) localStorage.removeItem(key);
      else await this.#deliver(key, kept);
    }
  }

  async #deliver(key, kept) {
    const address = addressOf(key.slice(keysOf(this.#agent).length).split(":")[0]);
    try {
      let said = await post(address, { text: kept.text, version: kept.version + 1 });
      if (said.text !== undefined) {
        const text = merged(kept.base ?? "", said.text, kept.text);
        said = await post(address, { text, version: said.version + 1 });
      }
      if (said.text === undefined) localStorage.removeItem(key);
    } catch (fault) {
      if (fault.status === 404) localStorage.removeItem(key);
    }
  }

  #each(act) {
    for (const note of this.#notes.values()) act(note);
  }
}

/** One note of one call. */
class Note {
  #field;
  #version;
  #confirmed;
  #timer = 0;
  #unsavedSince = 0;
  #saving = false;
  #failures = 0;

  constructor(agent, field) {
    this.call = field.dataset.call;
    this.key = keyOf(agent, this.call);
    this.#field = field;
    this.#version = Number(field.dataset.version);
    this.#confirmed = field.defaultValue;
    field.addEventListener("input", () => this.#typed());
    field.addEventListener("blur", () => this.save());
    this.#restore();
  }

  /** The server has this text. */
  hears(text, version) {
    if (version <= this.#version || this.#isDirty() || this.#saving) return;
    this.#version = version;
    this.#confirmed = text;
    this.#show(text);
    this.#say("Saved");
  }

  takeIn(base, text) {
    this.#show(merged(base, this.#field.value, text));
    this.#typed();
  }

  async save() {
    if (this.#saving || !this.#isDirty()) return;
    clearTimeout(this.#timer);
    this.#saving = true;
    this.#unsavedSince = 0;
    const text = this.#field.value;
    try {
      const said = await post(addressOf(this.call), { text, version: this.#version + 1 });
      this.#saving = false;
      this.#kept(text, said);
    } catch (fault) {
      this.#saving = false;
      this.#failed(fault);
    }
  }

  /** The page goes: nobody will read the answer. */
  flush() {
    if (!this.#isDirty()) return;
    const text = this.#field.value;
    post(addressOf(this.call), { text, version: this.#version + 1 }, { keepalive: true })
      .then((said) => said.text === undefined && this.#forget(text))
      .catch(() => {});
  }

  #typed() {
    this.#keep();
    this.#say("Saving…");
    const now = performance.now();
    this.#unsavedSince ||= now;
    this.#later(Math.max(0, Math.min(PAUSE_MS, this.#unsavedSince + LATEST_MS - now)));
  }

  /** What this browser has kept, and what was typed while the page was still loading, join what is stored. */
  #restore() {
    const kept = read(this.key);
    const stored = this.#confirmed;
    if (!kept || kept.text === stored) {
      localStorage.removeItem(this.key);
      if (this.#isDirty()) this.#typed();
      return;
    }
    const base = kept.version >= this.#version ? stored : (kept.base ?? "");
    this.#show(merged(stored, merged(base, stored, kept.text), this.#field.value));
    this.#keep();
    this.#say("Restored from this browser. Saving…");
    this.#later(0);
  }

  #later(pause) {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.save(), pause);
  }

  #kept(text, said) {
    this.#failures = 0;
    // Another page of the same agent was faster: what either has changed stays.
    if (said.text !== undefined) this.#show(merged(this.#confirmed, said.text, this.#field.value));
    this.#version = said.version;
    this.#confirmed = said.text ?? text;
    if (this.#isDirty()) return this.#typed();
    this.#forget(text);
    this.#say("Saved");
  }

  #failed(fault) {
    if (leadsAway(fault)) return;
    this.#say(fault.status === 404 ? "Not saved: this call is no longer yours" : "Not saved yet: kept in this browser");
    if (fault.status !== 404) this.#later(RETRY_MS[Math.min(this.#failures++, RETRY_MS.length - 1)]);
  }

  #keep() {
    const { value: text } = this.#field;
    localStorage.setItem(this.key, JSON.stringify({ text, base: this.#confirmed, version: this.#version, at: Date.now() }));
  }

  #forget(text) {
    if (read(this.key)?.text === text) localStorage.removeItem(this.key);
  }

  /** What stands behind the cursor stays behind it. */
  #show(text) {
    const field = this.#field;
    if (field.value === text) return;
    const [from, to] = [field.selectionStart, field.selectionEnd];
    const behind = field.value.slice(to);
    field.value = text;
    const end = text.endsWith(behind) ? text.length - behind.length : Math.min(to, text.length);
    if (document.activeElement === field) field.setSelectionRange(Math.max(0, end - (to - from)), end);
  }

  #isDirty() {
    return this.#field.value !== this.#confirmed;
  }

  #say(words) {
    const place = document.getElementById(this.#field.getAttribute("aria-describedby"));
    if (place && place.textContent !== words) place.textContent = words;
  }
}

function addressOf(call) {
  return `/desk/calls/${encodeURIComponent(call)}/note`;
}

function keysOf(agent) {
  return `note:${agent}:`;
}

function keyOf(agent, call) {
  return `${keysOf(agent)}${call}:${TAB}`;
}

function read(key) {
  try {
    return JSON.parse(localStorage.getItem(key));
  } catch {
    return null;
  }
}

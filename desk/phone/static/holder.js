// One tab of this browser is the phone. A lock says which; a channel asks it to hand over.
const ANSWER_MS = 800;

export class Holder {
  #name;
  #channel;
  #hooks;
  #release = null;
  #queue = null;
  #answered = null;

  /** `gained()` and `lost()` as this tab becomes the phone or is it no more; `waits()` while another tab is;
   *  `isBusy()` while it cannot be handed over. */
  constructor(agent, hooks) {
    this.#name = `desk-phone:${agent}`;
    this.#hooks = hooks;
    this.#channel = new BroadcastChannel(this.#name);
    this.#channel.onmessage = ({ data }) => this.#heard(data);
  }

  get holds() {
    return this.#release !== null;
  }

  /** Wait for the phone; it is had as soon as no other tab has it. */
  async begin() {
    const taken = await navigator.locks.query();
    if (taken.held.some((lock) => lock.name === this.#name)) this.#hooks.waits();
    this.#queue = new AbortController();
    this.#request({ signal: this.#queue.signal });
  }

  /** Have the phone in this tab. False when the other one is on a call. */
  async take() {
    const free = await new Promise((answer) => {
      this.#answered = answer;
      this.#channel.postMessage("want");
      setTimeout(() => answer(true), ANSWER_MS); // nobody answers: a tab that hangs shall not keep the phone
    });
    if (!free) return false;
    this.#queue?.abort();
    this.#request({ steal: true });
    return true;
  }

  #request(options) {
    navigator.locks
      .request(this.#name, options, () => {
        this.#hooks.gained();
        return new Promise((release) => (this.#release = release));
      })
      .catch((fault) => {
        if (fault.name !== "AbortError") throw fault;
        if (!this.holds) return;
        this.#release = null; // another tab took it
        this.#hooks.lost();
        this.begin();
      });
  }

  #heard(word) {
    if (word === "want" && this.holds) this.#channel.postMessage(this.#hooks.isBusy() ? "busy" : "free");
    if (word === "busy" || word === "free") this.#answered?.(word === "free");
  }
}

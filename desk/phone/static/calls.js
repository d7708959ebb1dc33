// Calls as the SDK tells of them. The desk decides which one is answered: accepting on the page is enough.
const ANSWERED = ["joining", "talking"];
const NO_MICROPHONE = [31401, 31402];

export class Calls {
  #hooks;
  #ringing = new Map();
  active = null;

  /** `changed()`; `trouble(words)` with "" when it is over; `deaf(fault)` when the microphone does not open. */
  constructor(hooks) {
    this.#hooks = hooks;
    const watch = new MutationObserver(() => this.look());
    watch.observe(document.body, { attributes: true, attributeFilter: ["data-mode", "data-call"] });
  }

  get isMuted() {
    return this.active?.isMuted() ?? false;
  }

  ring(call) {
    this.#ringing.set(call.parameters.CallSid, call);
    for (const end of ["cancel", "reject", "disconnect"]) call.on(end, () => this.#over(call));
    call.on("error", (fault) => this.#failed(call, fault));
    this.look();
  }

  /** Answer the call that the agent has accepted on the page. */
  look() {
    if (this.active || !ANSWERED.includes(document.body.dataset.mode)) return;
    const leg = document.querySelector(".hero")?.dataset.leg;
    const call = this.#ringing.get(leg) ?? [...this.#ringing.values()].at(-1);
    if (call) this.#answer(call);
  }

  #answer(call) {
    this.active = call;
    this.#ringing.delete(call.parameters.CallSid);
    call.on("accept", () => this.#hooks.changed());
    call.on("mute", () => this.#hooks.changed());
    call.on("reconnecting", () => this.#hooks.trouble("The connection of your phone is broken. Mending it…"));
    call.on("reconnected", () => this.#hooks.trouble(""));
    call.on("warning", (name) => this.#hooks.trouble(WARNINGS[name] ?? ""));
    call.on("warning-cleared", () => this.#hooks.trouble(""));
    call.accept({ rtcConstraints: { audio: this.#hooks.constraints() } });
    this.#hooks.changed();
  }

  #failed(call, fault) {
    if (call === this.active && NO_MICROPHONE.includes(fault.code)) this.#hooks.deaf(fault);
    if (call.status() === "closed") this.#over(call);
  }

  #over(call) {
    this.#ringing.delete(call.parameters.CallSid);
    if (call === this.active) this.active = null;
    this.#hooks.changed();
    this.look();
  }
}

const BADLY = "The network is weak: the caller may hear you badly.";
const WARNINGS = {
  "constant-audio-input-level": "No sound comes from your microphone: the caller does not hear you.",
  "ice-connectivity-lost": "The connection of your phone is broken. Mending it…",
  "high-jitter": BADLY,
  "high-packet-loss": BADLY,
  "high-packets-lost-fraction": BADLY,
  "high-rtt": BADLY,
  "low-mos": BADLY,
};

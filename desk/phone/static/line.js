// The registration at Twilio: made, kept through sleep and outages, renewed before its token runs out.
import { Refused, post } from "/desk/static/server.js";

const PATIENCE_MS = 8_000; // for so long the SDK may mend its connection by itself
const ASLEEP_MS = 45_000; // the page looks every ten seconds: after such a gap the machine has slept
const PAUSES_MS = [1_000, 2_000, 4_000, 8_000, 15_000, 30_000];
const TOKEN_REFUSED = [20101, 20104, 31202, 31204, 31205];

// The desk rings and beeps by itself; the SDK's own sounds would come from elsewhere.
class Silent {
  isPlaying = false;
  play = () => Promise.resolve();
  stop() {}
  setSinkIds() {}
}
const OPTIONS = {
  allowIncomingWhileBusy: true, // the leg of a call that is over may still ring when the next one comes
  closeProtection: "You are on the phone. Leaving this page ends your side of the call.",
  codecPreferences: ["opus", "pcmu"],
  enableImprovedSignalingErrorPrecision: true,
  logLevel: 5,
  maxCallSignalingTimeoutMs: 30_000, // a call outlives a short outage of its signalling
  publishEvents: false,
  Sound: Silent,
  tokenRefreshMs: 60_000,
};

export class Line {
  #hooks;
  #device = null;
  #wanted = false;
  #round = 0;
  #tried = 0;
  #timer = 0;
  #tryAt = 0;
  #renewAt = 0;
  #looked = Date.now();

  /** `changed()` when it is registered or no more; `incoming(call)`; `refused(words)` when it cannot be. */
  constructor(hooks) {
    this.#hooks = hooks;
  }

  get isRegistered() {
    return this.#device?.state === "registered";
  }

  get isBusy() {
    return this.#device?.isBusy ?? false;
  }

  /** The SDK's helper for microphones and speakers; null before there is a device. */
  get audio() {
    return this.#device?.audio ?? null;
  }

  start() {
    this.#wanted = true;
    this.#tried = 0;
    this.#open();
  }

  stop() {
    this.#wanted = false;
    this.#round += 1;
    this.#close();
    this.#hooks.changed();
  }

  /** Look after the registration. `atOnce`: something has just come back, do not wait for the next try. */
  check(atOnce = false) {
    const slept = Date.now() - this.#looked > ASLEEP_MS;
    this.#looked = Date.now();
    if (!this.#wanted || this.isBusy) return;
    if (slept || (!this.isRegistered && (atOnce || Date.now() > this.#tryAt))) {
      if (atOnce || slept) this.#tried = 0;
      this.#open();
    } else if (this.isRegistered && Date.now() > this.#renewAt) this.#renew();
  }

  async #open() {
    this.#close();
    const round = (this.#round += 1);
    this.#later();
    try {
      const { token, seconds } = await post("/desk/phone/token");
      if (round !== this.#round) return;
      this.#renewAt = Date.now() + seconds * 500;
      await this.#listen(new Twilio.Device(token, OPTIONS), round).register();
    } catch (fault) {
      if (round === this.#round && fault instanceof Refused) this.#hooks.refused(fault.message);
    }
  }

  #listen(device, round) {
    this.#device = device;
    const on = (event, heard) => device.on(event, (...said) => round === this.#round && heard(...said));
    on("registered", () => {
      this.#tried = 0;
      clearTimeout(this.#timer);
      this.#hooks.changed();
    });
    on("unregistered", () => {
      this.#tryAt = Date.now() + PATIENCE_MS;
      clearTimeout(this.#timer);
      this.#timer = setTimeout(() => this.check(), PATIENCE_MS + 100);
      this.#hooks.changed();
    });
    on("tokenWillExpire", () => this.#renew());
    on("incoming", (call) => this.#hooks.incoming(call));
    on("error", (fault, call) => !call && TOKEN_REFUSED.includes(fault.code) && this.#later());
    return device;
  }

  async #renew() {
    const round = this.#round;
    this.#renewAt = Date.now() + PATIENCE_MS;
    try {
      const { token, seconds } = await post("/desk/phone/token");
      if (round !== this.#round) return;
      this.#device?.updateToken(token);
      this.#renewAt = Date.now() + seconds * 500;
    } catch (fault) {
      if (fault instanceof Refused) this.#hooks.refused(fault.message);
    }
  }

  #later() {
    const pause = PAUSES_MS[Math.min(this.#tried++, PAUSES_MS.length - 1)] * (0.75 + Math.random() / 2) + PATIENCE_MS;
    this.#tryAt = Date.now() + pause;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.check(), pause + 100);
  }

  #close() {
    clearTimeout(this.#timer);
    const device = this.#device;
    this.#device = null;
    if (device && device.state !== "destroyed") device.destroy();
  }
}

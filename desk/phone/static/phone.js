// The agent's browser as their phone: wires the parts together and says how things are.
import { post } from "/desk/static/server.js";
import { toast } from "/desk/static/toast.js";
import { Calls } from "./calls.js";
import { Holder } from "./holder.js";
import { watchKeypad, watchMenus } from "./keypad.js";
import { Line } from "./line.js";
import { showLevel } from "./meter.js";
import { ask, constraints, open, permission, speaker, watchDevices, why } from "./sound.js";

const OFFER_BEAT_MS = 4_000;
const GONE_AFTER_MS = 3_000;
const SLOW_MS = 8_000;
const IN_OTHER_TAB = "Your phone is in another tab of this browser.";
const IN_OTHER_BROWSER = "Your phone is connected in another browser.";
const at = (id) => document.getElementById(id);
const phone = at("phone");
// One name for all tabs of this browser: the lock sees to it that only one of them is the phone.
const browser = (localStorage["phone-browser"] ??= crypto.randomUUID());

let needs = ""; // what the agent must do about the microphone
let mayAsk = false;
let elsewhere = "";
let refused = "";
let trouble = "";
let takes = false;
let offSince = Date.now();
let wasRegistered = false;

const line = new Line({
  changed: registrationChanged,
  incoming: (call) => calls.ring(call),
  refused: (words) => {
    refused = words;
    show();
  },
});
const calls = new Calls({
  changed: callChanged,
  constraints,
  deaf: (fault) => toast(`${why(fault)} The caller goes to somebody else.`, 15),
  trouble: (words) => {
    trouble = words;
    show();
  },
});
const holder = new Holder(document.body.dataset.agent, {
  gained: begin,
  isBusy: () => calls.active !== null,
  lost: () => {
    elsewhere = IN_OTHER_TAB;
    line.stop();
  },
  waits: () => {
    elsewhere = IN_OTHER_TAB;
    show();
  },
});

// Being there ------------------------------------------------------------------------------------------------

/** This tab is the phone: as soon as the microphone may be used. */
async function begin() {
  elsewhere = "";
  const state = await permission();
  mayAsk = state === "prompt";
  needs = mayAsk ? "Your phone is this browser. It needs the microphone before a call can come." : "";
  if (state === "denied") needs = why({ name: "NotAllowedError" });
  if (needs) return show();
  devices.fill();
  line.start();
  show();
}

function registrationChanged() {
  if (line.isRegistered) {
    refused = "";
    useSpeaker();
    beat();
  } else if (wasRegistered) {
    offSince = Date.now();
    setTimeout(() => !line.isRegistered && post("/desk/phone/gone", { tab: browser }).catch(() => {}), GONE_AFTER_MS);
    setTimeout(show, SLOW_MS + 100);
  }
  wasRegistered = line.isRegistered;
  show();
}

/** Say that this phone can be rung. */
async function beat() {
  if (!line.isRegistered) return;
  try {
    const { held } = await post("/desk/phone/here", { tab: browser, take: takes ? "1" : "" });
    takes = false;
    if (held || calls.active) return;
    elsewhere = IN_OTHER_BROWSER;
    line.stop();
  } catch {
    // The feed tells of a server that is not reached; the next beat comes by itself.
  }
}

async function takeIt() {
  takes = true;
  if (holder.holds) await begin();
  else if (!(await holder.take())) toast("That tab is on a call. Hang up there first.");
}

function leave() {
  const token = document.querySelector("meta[name=csrf-token]").content;
  const body = new URLSearchParams({ tab: browser, csrf_token: token });
  if (wasRegistered) navigator.sendBeacon("/desk/phone/gone", body);
}

function wake() {
  line.check(true);
  beat();
}

// Calls ------------------------------------------------------------------------------------------------------

let stopLevel = null;
let heard = null; // the stream that the meter shows

function callChanged() {
  const stream = calls.active?.getLocalStream() ?? null;
  if (stream !== heard) {
    stopLevel?.();
    stopLevel = stream && showLevel(stream, at("phone-level"));
    heard = stream;
    stream?.getAudioTracks()[0]?.addEventListener("ended", () => microphoneLost(stream));
  }
  if (!calls.active) {
    trouble = "";
    at("phone-keypad").open = false;
    line.audio?.unsetInputDevice().catch(() => {});
    line.check();
  }
  show();
}

function microphoneLost(stream) {
  if (stream !== heard || !calls.active) return;
  trouble = "Your microphone is gone: the caller does not hear you. Plug it in, or choose another one under Sound.";
  at("phone-sound").open = true;
  show();
}

async function useMicrophone(id) {
  if (!calls.active) return;
  try {
    const known = [...line.audio.availableInputDevices.keys()];
    await line.audio.setInputDevice(known.includes(id) ? id : known.includes("default") ? "default" : known[0]);
    trouble = "";
    callChanged();
  } catch (fault) {
    toast(why(fault), 15);
  }
}

function useSpeaker() {
  const speakers = line.audio?.isOutputSelectionSupported ? line.audio : null;
  const id = speakers?.availableOutputDevices.has(speaker()) ? speaker() : "default";
  if (speakers?.availableOutputDevices.has(id)) speakers.speakerDevices.set(id).catch((fault) => toast(why(fault)));
}

// Words ------------------------------------------------------------------------------------------------------

function show() {
  const [is, words] = now();
  phone.dataset.is = is;
  if (at("phone-words").textContent !== words) at("phone-words").textContent = words;
  at("phone-allow").hidden = is !== "asking" || !mayAsk;
  at("phone-take").hidden = is !== "elsewhere";
  at("phone-call").hidden = !calls.active;
  const mute = at("phone-mute");
  mute.setAttribute("aria-pressed", String(calls.isMuted));
  mute.firstElementChild.textContent = calls.isMuted ? "Muted" : "Mute";
  // The desk's own button ends the call in order; this one is for when the desk has none or cannot be reached.
  at("phone-hang-up").hidden = Boolean(at("hang-up")) && at("connection").dataset.is !== "lost";
}

function now() {
  if (calls.active && trouble) return ["deaf", trouble];
  if (calls.active) return ["call", calls.isMuted ? "On the phone: nobody hears you" : "On the phone"];
  if (elsewhere) return ["elsewhere", elsewhere];
  if (needs) return ["asking", needs];
  if (line.isRegistered) return ["ready", "Phone ready"];
  if (refused) return ["off", refused];
  if (Date.now() - offSince < SLOW_MS) return ["connecting", "Connecting your phone…"];
  return ["lost", "Your phone is not connected: no call can come. Trying again…"];
}

// Settings ---------------------------------------------------------------------------------------------------

const devices = { fill: () => {} };

function watchSettings() {
  devices.fill = watchDevices((kind, id) => {
    if (kind === "audioinput") useMicrophone(id).then(testAgain);
    else useSpeaker();
  });
  const ring = at("phone-ring");
  ring.checked = localStorage.getItem("ring-sound") !== "off";
  ring.addEventListener("change", () => localStorage.setItem("ring-sound", ring.checked ? "on" : "off"));
  at("phone-sound").addEventListener("toggle", testAgain);
}

let stopTest = () => {};

/** While the settings are open, the meter shows the microphone that is chosen. */
async function testAgain() {
  stopTest();
  stopTest = () => {};
  if (!at("phone-sound").open || needs) return;
  try {
    const stream = await open();
    const stop = showLevel(stream, at("phone-test"));
    stopTest = () => {
      stop();
      stream.getTracks().forEach((track) => track.stop());
    };
    devices.fill();
  } catch (fault) {
    toast(why(fault), 15);
  }
}

async function start() {
  if (phone.dataset.is === "off") return;
  if (!isSecureContext || !navigator.mediaDevices) {
    needs = "A browser is a phone only on a page that is served over https.";
    return show();
  }
  watchSettings();
  watchMenus();
  watchKeypad((digit) => {
    calls.active?.sendDigits(digit);
    return calls.active !== null;
  });
  at("phone-allow").addEventListener("click", async () => {
    const wrong = await ask();
    if (wrong) toast(wrong, 15);
    await begin();
  });
  at("phone-take").addEventListener("click", takeIt);
  at("phone-mute").addEventListener("click", () => calls.active?.mute(!calls.isMuted));
  at("phone-hang-up").addEventListener("click", () => calls.active?.disconnect());
  document.addEventListener("desk-beat", () => {
    line.check();
    beat();
    show();
  });
  document.addEventListener("visibilitychange", () => !document.hidden && wake());
  addEventListener("online", wake);
  addEventListener("offline", show);
  addEventListener("pagehide", leave);
  new MutationObserver(() => document.body.dataset.mode === "offer" && beat()).observe(document.body, {
    attributes: true,
    attributeFilter: ["data-mode"],
  });
  setInterval(() => document.body.dataset.mode === "offer" && beat(), OFFER_BEAT_MS);
  new MutationObserver(show).observe(at("region-call"), { childList: true });
  await holder.begin();
}

start();

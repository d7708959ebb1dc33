// A call must be noticed: sound, a flashing title, and a desktop notification when the page is not in sight.
const title = document.title;
const EVERY_MS = 3000;
let audio = null;
let ringing = 0;
let notice = null;

/** Ring while `on`. `shown.says` is what the notification says. */
export function ring(on, shown) {
  if (on && !ringing) start(shown);
  if (!on && ringing) stop();
}

function start(shown) {
  let flip = false;
  const round = () => {
    flip = !flip;
    document.title = flip ? "☎ Incoming call" : title;
  };
  round();
  chime();
  const flashing = setInterval(round, 900);
  const sounding = setInterval(chime, EVERY_MS);
  ringing = () => [flashing, sounding].forEach(clearInterval);
  if (document.hidden && globalThis.Notification?.permission === "granted") {
    notice = new Notification("Incoming call", { body: shown.says, tag: "call", requireInteraction: true });
    notice.onclick = () => window.focus();
  }
}

function stop() {
  ringing();
  ringing = 0;
  document.title = title;
  notice?.close();
  notice = null;
}

/** Remind of something once: a sound, and a notification when the page is not in sight. */
export function nudge(words) {
  chime();
  if (document.hidden && globalThis.Notification?.permission === "granted") new Notification(words, { tag: "nudge" });
}

// Browsers allow sound only after the agent has touched the page once. Of several tabs one is heard.
function chime() {
  if (audio?.state !== "running" || localStorage.getItem("ring-sound") === "off") return;
  if (!navigator.locks) return sound();
  navigator.locks.request("desk-chime", { ifAvailable: true }, (free) => {
    if (!free) return undefined;
    sound();
    return new Promise((over) => setTimeout(over, EVERY_MS - 300));
  });
}

// Two soft notes.
function sound() {
  [659, 880].forEach((pitch, index) => {
    const at = audio.currentTime + index * 0.22;
    const tone = audio.createOscillator();
    const loud = audio.createGain();
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.0001, at);
    loud.gain.exponentialRampToValueAtTime(0.2, at + 0.03);
    loud.gain.exponentialRampToValueAtTime(0.0001, at + 0.5);
    tone.connect(loud).connect(audio.destination);
    tone.start(at);
    tone.stop(at + 0.55);
  });
}

/** Ask for what only a click may ask for. */
export function watchPermission() {
  const touched = () => {
    audio ??= new AudioContext();
    audio.resume();
  };
  addEventListener("pointerdown", touched);
  addEventListener("keydown", touched);
  document.addEventListener("click", (event) => {
    const isReady = event.target.closest("#go-available");
    if (isReady && globalThis.Notification?.permission === "default") Notification.requestPermission();
  });
}

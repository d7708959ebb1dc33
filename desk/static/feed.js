// The stream of what is to be shown, and honesty about its absence.
import { leaveFor, loadAgain } from "./leaving.js";
import { lookNow } from "./server.js";

const STALE_MS = 20_000;
const LOST_MS = 1_500;
const OUT_OF_DATE = "Not connected: what you see may be out of date. Reconnecting…";

const banner = document.getElementById("offline");
const mark = document.getElementById("connection");
const words = document.getElementById("connection-words");

/** Keep the page in step with the server. `show(shown)` and `beat(at)` are called as news comes. `base` is where the
    page's own events and now are. */
export function follow({ show, beat, base = "/desk" }) {
  let source = null;
  let heard = performance.now();
  let lostSince = performance.now();
  let attempts = 0;
  let leaving = false;

  const alive = () => {
    heard = performance.now();
    lostSince = null;
    attempts = 0;
    tell();
  };
  const lost = () => {
    lostSince ??= performance.now();
    if (source?.readyState === EventSource.CLOSED) later();
  };

  function open() {
    source?.close();
    source = new EventSource(`${base}/events`);
    source.addEventListener("desk", (event) => {
      alive();
      show(JSON.parse(event.data));
    });
    source.addEventListener("beat", (event) => {
      alive();
      beat(JSON.parse(event.data).at);
    });
    source.addEventListener("signed_out", () => {
      leaving = true;
      leaveFor("/desk/sign-in");
    });
    source.addEventListener("error", lost);
  }

  // The browser gives up after a refusal (no room for another stream, signed out): look without a stream, try again.
  let waiting = 0;
  function later() {
    if (waiting || leaving) return;
    attempts += 1;
    const pause = Math.min(5000, 500 * attempts) * (0.75 + Math.random() / 2);
    waiting = setTimeout(async () => {
      waiting = 0;
      try {
        const shown = await lookNow(base);
        if (shown === null) return;
        heard = performance.now();
        show(shown);
      } catch {
        later();
        return;
      }
      open();
    }, pause);
  }

  function tell() {
    const now = performance.now();
    const stale = now - heard > STALE_MS;
    const off = !leaving && (stale || (lostSince !== null && now - lostSince > LOST_MS));
    if (off !== !banner.hidden) {
      banner.hidden = !off;
      banner.textContent = off ? OUT_OF_DATE : "";
    }
    mark.dataset.is = off ? "lost" : lostSince === null ? "live" : "joining";
    words.textContent = off ? "Not connected" : lostSince === null ? "Live" : "Connecting…";
    if (stale && source?.readyState === EventSource.OPEN) {
      lostSince ??= now;
      open();
    }
  }

  addEventListener("pagehide", () => (leaving = true));
  // Who signs out here is led away by that alone: news of it would load the sign-in page a second time.
  addEventListener("submit", (event) => event.target.action.endsWith("/sign-out") && source?.close());
  addEventListener("pageshow", (event) => {
    if (event.persisted) loadAgain();
  });
  addEventListener("online", () => lostSince !== null && open());
  setInterval(tell, 500);
  open();
}

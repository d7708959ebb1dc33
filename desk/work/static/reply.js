// The answer to a text. What is typed stays through updates, a reload and a crash of the browser, until it is sent.
import { send as tell } from "/desk/static/server.js";

const KEPT_DAYS = 7;
// The alphabet in which a message holds 160 characters; some of it counts twice.
const SHORT = /^[@£$¥èéùìòÇ\nØøÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&'()*+,\-./0-9:;<=>?¡A-ZÄÖÑÜ§¿a-zäöñüà^{}\\[~\]|€]*$/;
const TWICE = /[\^{}\\[~\]|€]/g;
const at = (id) => document.getElementById(id);
const key = (work) => `reply:${document.body.dataset.agent}:${work}`;

const region = at("region-work_reply");
new MutationObserver(meet).observe(region, { childList: true });
region.addEventListener("input", () => {
  keep();
  count();
});
region.addEventListener("submit", (event) => {
  event.preventDefault();
  send();
});
new MutationObserver(toEnd).observe(at("region-work_item"), { childList: true });
forgetOld();
meet();
toEnd();

/** Another conversation on the page, or none. */
function meet() {
  const form = at("reply");
  if (!form) return;
  at("reply-text").value = read(form.dataset.work)?.text ?? "";
  count();
}

function keep() {
  const { work } = at("reply").dataset;
  const text = at("reply-text").value;
  if (text) localStorage.setItem(key(work), JSON.stringify({ text, at: Date.now() }));
  else localStorage.removeItem(key(work));
}

function count() {
  const text = at("reply-text").value;
  const parts = messages(text);
  at("reply-length").textContent = `${text.length} of 1000 characters` + (parts > 1 ? `, sent as ${parts} messages` : "");
}

/** How many messages the phone company makes of it. */
function messages(text) {
  const short = SHORT.test(text);
  const size = short ? text.length + (text.match(TWICE)?.length ?? 0) : text.length;
  const [one, each] = short ? [160, 153] : [70, 67];
  return size <= one ? 1 : Math.ceil(size / each);
}

async function send() {
  const form = at("reply");
  const field = at("reply-text");
  const button = at("reply-send");
  const { work } = form.dataset;
  if (button.disabled) return;
  const text = field.value.trim();
  if (!text) return field.focus();
  button.disabled = true; // twice is once
  try {
    const shown = await tell(form.dataset.post, { text, seen: at("thread").dataset.seen });
    if (!shown) return;
    localStorage.removeItem(key(work));
    if (at("reply") === form) {
      field.value = "";
      count();
      field.focus();
    }
    document.dispatchEvent(new CustomEvent("desk-show", { detail: shown }));
  } finally {
    button.disabled = false;
  }
}

function toEnd() {
  const thread = at("thread");
  if (thread) thread.scrollTop = thread.scrollHeight;
}

function read(work) {
  try {
    return JSON.parse(localStorage.getItem(key(work)));
  } catch {
    return null;
  }
}

function forgetOld() {
  for (const name of Object.keys(localStorage).filter((each) => each.startsWith("reply:"))) {
    let kept = null;
    try {
      kept = JSON.parse(localStorage.getItem(name));
    } catch {
      // not ours
    }
    if (!kept || Date.now() - kept.at > KEPT_DAYS * 86_400_000) localStorage.removeItem(name);
  }
}

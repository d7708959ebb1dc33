// The answer to a text. What is typed stays through updates, a reload and a crash of the browser, until it is sent.
import { once } from "/desk/static/buttons.js";
import { send as tell } from "/desk/static/server.js";
import { offerFocus } from "/desk/static/typing.js";

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
  once(at("reply-send"), send);
});
new MutationObserver(toEnd).observe(at("region-work_item"), { childList: true });
forgetOld();
meet();
toEnd();

/** Another conversation on the page, or none. What was typed while the page was still loading stays. */
function meet() {
  const form = at("reply");
  if (!form) return;
  const kept = read(form.dataset.work)?.text ?? "";
  const typed = at("reply-text").value;
  at("reply-text").value = typed && kept && !typed.startsWith(kept) ? `${kept}\n${typed}` : typed || kept;
  if (typed) keep();
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
  const { work } = form.dataset;
  const { value } = field;
  const text = value.trim();
  if (!text) return field.focus();
  const askedAt = performance.now();
  const shown = await tell(form.dataset.post, { text, seen: at("thread").dataset.seen });
  if (!shown) return;
  const left = field.value.startsWith(value) ? field.value.slice(value.length).trimStart() : field.value;
  if (at("reply") === form) {
    field.value = left;
    keep();
    count();
  } else if (!left) {
    localStorage.removeItem(key(work));
  }
  document.dispatchEvent(new CustomEvent("desk-show", { detail: { ...shown, askedAt } }));
  if (at("reply") === form) offerFocus(field, field);
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

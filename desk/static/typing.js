// What is typed is never a command. A field in which somebody types keeps the focus and stays on the page until it
// is left. Elsewhere a key acts only on a page that has stood still for a second: one that changed under the hands,
// or took away the field they were in, swallows keys until they pause.
const STILL_MS = 1000;
const LEFT_MS = 400; // so that the click which leaves a field still finds what it was aimed at
const FIELDS = "input, textarea, select, [contenteditable]";
const NOT_TYPED_INTO = ["button", "checkbox", "color", "file", "image", "radio", "range", "reset", "submit"];
const LEADS = ["Tab", "Escape", "ArrowUp", "ArrowDown", "ArrowLeft", "ArrowRight"];

let heldUntil = 0;
let heldSince = 0;
let pressedAt = -STILL_MS;
let typedAt = -STILL_MS;
let waiting = [];
let timer = 0;
const put = new WeakSet(); // what the page itself gave the focus to
const kept = new Map(); // element → what to do once it is left

/** Does this element take what is typed? */
export function takesText(element) {
  return Boolean(element?.closest?.(FIELDS)) && !NOT_TYPED_INTO.includes(element.type);
}

/** The field that has the focus, of those that hold a text, or null. */
export function fieldInUse() {
  const at = document.activeElement;
  return takesText(at) && at.localName !== "select" ? at : null;
}

/** Move the focus there after an answer has come, unless somebody has begun to type meanwhile in another field than the
    one that had the focus `before`. */
export function offerFocus(element, before) {
  const typing = fieldInUse();
  if (element && (!typing || typing === before)) putFocus(element);
}

/** Give the focus to what nobody has asked for: keys that were meant for something else do nothing there. */
export function putFocus(element) {
  put.add(element);
  element.addEventListener("blur", () => put.delete(element), { once: true });
  element.focus({ preventScroll: true });
}

/** Are hands on the keyboard: has a field the focus, or was a key pressed a moment ago? */
export function handsAreBusy() {
  return fieldInUse() !== null || performance.now() - pressedAt < STILL_MS;
}

/** The page has changed, or a field has gone: no key acts before the hands have paused. */
export function holdKeys() {
  const now = performance.now();
  if (now >= heldUntil) heldSince = now;
  heldUntil = now + STILL_MS;
  document.body.dataset.keys = "held";
  clearTimeout(timer);
  timer = setTimeout(tellReady, STILL_MS);
}

/** Keys act again: what changed the page is what the agent asked for at `askedAt`, as `performance.now()` has it. */
export function releaseKeys(askedAt = 0) {
  if (heldSince < askedAt) return;
  heldUntil = 0;
  clearTimeout(timer);
  tellReady();
}

/** Do this once keys act; at once when they do. A later call takes the place of an earlier one, and so does going
    somewhere on purpose. */
export function whenReady(act) {
  if (performance.now() >= heldUntil) act();
  else waiting = [act];
}

function tellReady() {
  document.body.dataset.keys = "ready";
  const acts = waiting;
  waiting = [];
  for (const act of acts) act();
}

/** This part of the page is up to date: nothing is to be done with it later. */
export function stays(part) {
  kept.delete(part);
}

/** True: somebody types in this part of the page, which is to stay as it is; `then` is done once they have left it.
    A later `then` for the same part takes the place of an earlier one. */
export function keepWhileTyping(part, then) {
  if (!part.contains(fieldInUse())) {
    kept.delete(part);
    return false;
  }
  kept.set(part, then);
  document.body.dataset.kept = "";
  return true;
}

function letGo() {
  for (const [part, then] of [...kept]) {
    if (part.contains(fieldInUse())) continue;
    kept.delete(part);
    then();
  }
  if (!kept.size) delete document.body.dataset.kept;
}

/** Must be called before any other part listens for keys. */
export function watchTyping() {
  document.body.dataset.keys = "ready";
  addEventListener("keydown", pressed, true);
  addEventListener("keyup", (event) => event.key === " " && !takesText(event.target) && isHeld(event) && stop(event), true);
  addEventListener("pointerdown", meant, true);
  addEventListener("focusout", () => kept.size && setTimeout(letGo, LEFT_MS));
}

function pressed(event) {
  if (LEADS.includes(event.key)) {
    const leads = event.key === "Tab" || event.key === "Escape" || !takesText(event.target);
    if (leads || event.target.localName === "input") meant();
    return;
  }
  if (event.key !== "Enter" && event.key.length !== 1) return;
  if (event.ctrlKey || event.metaKey || event.altKey) return meant();
  pressedAt = performance.now();
  if (takesText(event.target)) {
    typedAt = pressedAt;
    return;
  }
  if (isHeld(event)) {
    stop(event);
    holdKeys();
  }
}

/** The agent has gone somewhere on purpose: what they press next is meant. */
function meant() {
  typedAt = -STILL_MS;
  waiting = [];
  releaseKeys();
}

/** A burst that began in a field is typing until it pauses, also where the field has gone and the page has put the
    focus elsewhere. */
function isHeld({ target }) {
  const now = performance.now();
  return now < heldUntil || (now - typedAt < STILL_MS && (put.has(target) || !target.closest("button, a, summary")));
}

function stop(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

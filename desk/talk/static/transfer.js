// The panel that gives a call on: whom, with which note, asked first or at once. It lies outside the regions of the
// feed, so that nothing typed is lost; what was typed comes back after a reload.
import { isOff } from "/desk/static/buttons.js";
import { leaveFor } from "/desk/static/leaving.js";
import { Refused, leadsAway, post } from "/desk/static/server.js";

const panel = document.getElementById("transfer");
const find = document.getElementById("transfer-find");
const list = document.getElementById("transfer-targets");
const note = document.getElementById("transfer-note");
const state = document.getElementById("transfer-state");
const why = document.getElementById("transfer-why");
const ways = [document.getElementById("transfer-ask"), document.getElementById("transfer-send")];
const KINDS = { agent: "Agent", supervisor: "Supervisor", queue: "Queue", number: "Number" };
const PAUSE_MS = 150;
const FRESH_MS = 4000;

let call = "";
let began = "";
let found = [];
let at = 0;
let chosen = "";
let sending = false;
let asked = 0;
let timer = 0;

watch();

function watch() {
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-open-transfer]");
    if (button) open(button.dataset.openTransfer);
  });
  document.getElementById("transfer-close").addEventListener("click", () => panel.close());
  find.addEventListener("input", () => later(PAUSE_MS));
  find.addEventListener("keydown", inFind);
  note.addEventListener("input", keep);
  panel.addEventListener("close", () => document.getElementById("talk-transfer")?.focus());
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) {
      event.preventDefault();
      ways.find((way) => !isOff(way))?.click();
    }
  });
  list.addEventListener("click", (event) => {
    const line = event.target.closest("li");
    if (line) choose(Number(line.dataset.index));
  });
  for (const way of ways) way.addEventListener("click", () => isOff(way) || go(way));
  document.getElementById("transfer-form").addEventListener("submit", (event) => event.preventDefault());
  document.addEventListener("desk-shown", fits);
  setInterval(() => panel.open && !document.hidden && look(), FRESH_MS);
}

/** The talk is over, or another one: a panel for it makes no sense any more. What was typed goes into the note of the
    call, where one can type on. */
function fits({ detail: shown }) {
  if (!panel.open || (shown.mode === "talking" && shown.call === call)) return;
  const typing = document.activeElement === note;
  panel.close();
  if (note.value.trim() === began.trim()) return;
  sessionStorage.removeItem(key());
  document.dispatchEvent(new CustomEvent("desk-note", { detail: { call, base: began, text: note.value } }));
  const field = document.querySelector(`#note[data-call="${CSS.escape(call)}"]`);
  if (!typing || !field) return;
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
}

function open(sid) {
  call = sid;
  chosen = "";
  found = [];
  at = 0;
  find.value = "";
  began = document.getElementById("note")?.value ?? "";
  note.value = sessionStorage.getItem(key()) ?? began.trim();
  why.textContent = "";
  draw();
  panel.showModal();
  find.focus();
  look();
}

function key() {
  return `transfer:${call}`;
}

function keep() {
  sessionStorage.setItem(key(), note.value);
}

function later(pause) {
  clearTimeout(timer);
  timer = setTimeout(look, pause);
}

async function look() {
  const mine = ++asked;
  try {
    const address = `/desk/calls/${encodeURIComponent(call)}/targets?find=${encodeURIComponent(find.value)}`;
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return leaveFor("/desk/sign-in");
    const said = await answer.json();
    if (mine !== asked) return;
    if (!answer.ok) throw new Refused(answer.status, said);
    const before = found[at]?.key;
    found = said.targets;
    at = Math.max(0, found.findIndex((one) => one.key === before));
    state.textContent = found.length ? "" : "Nobody of that name. A number can be typed with its country code.";
    draw();
  } catch (fault) {
    if (mine === asked) state.textContent = fault instanceof Refused ? fault.message : "The server was not reached.";
  }
}

function draw() {
  list.replaceChildren(...found.map(line));
  find.setAttribute("aria-activedescendant", found.length ? `target-${at}` : "");
  list.children[at]?.scrollIntoView({ block: "nearest" });
  const target = found.find((one) => one.key === chosen);
  ways[0].setAttribute("aria-disabled", sending || !target?.warm);
  ways[1].setAttribute("aria-disabled", sending || !target?.blind);
  if (target) why.textContent = target.warm && target.blind ? `To ${target.title}.` : target.why_not;
}

function line(target, index) {
  const item = document.createElement("li");
  item.id = `target-${index}`;
  item.dataset.index = index;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", target.key === chosen);
  item.setAttribute("aria-disabled", !(target.warm || target.blind));
  item.toggleAttribute("data-free", target.warm && target.blind);
  item.classList.toggle("at", index === at);
  for (const [name, words] of [["kind", KINDS[target.kind]], ["title", target.title], ["says", target.says]]) {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = words;
    item.append(part);
  }
  return item;
}

function inFind(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step && found.length) {
    event.preventDefault();
    at = (at + step + found.length) % found.length;
    draw();
  } else if (event.key === "Enter" && !event.ctrlKey && !event.metaKey) {
    event.preventDefault();
    choose(at);
  }
}

function choose(index) {
  const target = found[index];
  if (!target) return;
  at = index;
  chosen = target.key;
  draw();
  if (!target.warm && !target.blind) return;
  note.focus();
  note.setSelectionRange(note.value.length, note.value.length);
}

async function go(way) {
  const askedAt = performance.now();
  let refusal = "";
  sending = true;
  draw();
  try {
    const shown = await post(`/desk/calls/${encodeURIComponent(call)}/${way.dataset.way}`, { target: chosen, note: note.value });
    sessionStorage.removeItem(key());
    panel.close();
    document.dispatchEvent(new CustomEvent("desk-show", { detail: { ...shown, askedAt } }));
  } catch (fault) {
    if (!leadsAway(fault)) refusal = fault instanceof Refused ? fault.message : "The server was not reached. Please try again.";
  } finally {
    sending = false;
    draw();
    if (refusal) why.textContent = refusal;
  }
}

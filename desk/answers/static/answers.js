// Answers on the agent's page. The live feed never touches this region: it belongs to the call, and what is typed
// in it stays, through updates and into wrap-up.
import { isOff, once } from "/desk/static/buttons.js";
import { leaveFor } from "/desk/static/leaving.js";
import { Refused, leadsAway, post } from "/desk/static/server.js";
import { toast } from "/desk/static/toast.js";
import { keepWhileTyping, offerFocus } from "/desk/static/typing.js";
import { keepDrafts, restoreDrafts } from "./drafts.js";

const SEARCH_MS = 150;
const SETTLED_MS = 2000;
const RETRY_MS = 3000;
const LOOK_AGAIN_MS = [1500, 5000];
const region = document.getElementById("answers");
const at = (id) => document.getElementById(id);
let call = "";
let proposed = "";
let asked = 0;
let searching = 0;
let settling = 0;

new MutationObserver(meet).observe(document.body, { attributes: true, attributeFilter: ["data-call"] });
meet();

/** Another call on the page, or none: once nobody types about the one before. */
async function meet() {
  const next = document.body.dataset.call;
  if (next === call || keepWhileTyping(region, meet)) return;
  call = next;
  region.hidden = true;
  region.replaceChildren();
  if (!call) return;
  const shown = await ask(`calls/${encodeURIComponent(call)}`);
  if (document.body.dataset.call !== next || call !== next) return;
  if (shown === null) setTimeout(() => next === call && ((call = ""), meet()), RETRY_MS);
  if (!shown?.html) return;
  region.innerHTML = shown.html;
  proposed = at("answers-list").innerHTML;
  region.hidden = false;
  restoreDrafts(region, call);
}

/** GET; null when it failed, {} when there is nothing. */
async function ask(path) {
  try {
    const answer = await fetch(`/desk/answers/${path}`, { headers: { Accept: "application/json" } });
    if (answer.status === 401) leaveFor("/desk/sign-in");
    if (answer.status === 204 || answer.status === 404) return {};
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

/** POST for this call; says what went wrong and returns null then. */
async function tell(what, body) {
  const mine = call;
  try {
    const said = await post(`/desk/answers/calls/${encodeURIComponent(mine)}/${what}`, body);
    return mine === call ? said : null;
  } catch (fault) {
    if (!leadsAway(fault)) toast(fault instanceof Refused ? fault.message : "The server was not reached. Please try again.");
    return null;
  }
}

const query = () => at("answers-query")?.value.trim() ?? "";
const picks = () => [...region.querySelectorAll(".answer-pick")];
const openArticle = () => region.querySelector("article[data-article]");

// Searching ------------------------------------------------------------------------------------------------

async function search() {
  const words = query();
  const turn = ++asked;
  if (!words) {
    at("answers-list").innerHTML = proposed;
    at("answers-count").textContent = "";
    return;
  }
  const found = await ask(`calls/${encodeURIComponent(call)}/search?q=${encodeURIComponent(words)}`);
  if (turn !== asked || !at("answers-list")) return;
  if (found === null) return toast("The search did not work. Please try again.");
  at("answers-list").innerHTML = found.html ?? "";
  at("answers-count").textContent = found.count === 1 ? "1 answer" : `${found.count ?? 0} answers`;
}

function typed() {
  clearTimeout(searching);
  clearTimeout(settling);
  searching = setTimeout(search, SEARCH_MS);
  const words = query();
  if (words.length > 2) settling = setTimeout(() => words === query() && tell("searched", { q: words }), SETTLED_MS);
}

// Reading --------------------------------------------------------------------------------------------------

async function open(name) {
  const before = document.activeElement;
  clearTimeout(settling);
  const words = query();
  if (words) tell("searched", { q: words });
  const said = await tell("open", { article: name, q: words });
  if (!said) return;
  show(said.html);
  for (const pick of picks()) pick.setAttribute("aria-pressed", String(pick.dataset.article === name));
  offerFocus(at("answer"), before);
  at("answer").scrollIntoView({ block: "nearest" });
}

function show(html) {
  at("answer").innerHTML = html;
  at("answer").hidden = false;
  restoreDrafts(at("answer"), call);
}

function close() {
  const name = openArticle()?.dataset.article;
  at("answer").hidden = true;
  at("answer").replaceChildren();
  for (const pick of picks()) pick.setAttribute("aria-pressed", "false");
  (picks().find((pick) => pick.dataset.article === name) ?? at("answers-query")).focus();
}

// Doing ----------------------------------------------------------------------------------------------------

async function send() {
  const article = openArticle();
  const body = { article: article.dataset.article, number: at("answer-number").value, before: article.dataset.sent };
  const said = await tell("send", body);
  if (!said || openArticle()?.dataset.article !== body.article) return;
  replaceParts(said.html);
  offerFocus(at("answer-sent"));
  for (const pause of LOOK_AGAIN_MS) setTimeout(() => lookAgain(body.article), pause);
}

/** By mail: to the address on record, or to the one that was typed and read back. */
async function mail(button) {
  const article = openArticle();
  const typed = button.value === "typed";
  const address = typed ? at("answer-address").value.trim() : "";
  if (typed && !address) return at("answer-address").focus();
  const confirmed = typed && at("answer-confirmed").checked ? "yes" : "";
  if (typed && !confirmed) return toast("Read the address back to the caller first, and tick that they agree.");
  const body = { article: article.dataset.article, address, confirmed, before: article.dataset.sent };
  const said = await tell("mail", body);
  if (!said || openArticle()?.dataset.article !== body.article) return;
  replaceParts(said.html);
  if (typed) at("answer-mail").reset();
  offerFocus(at("answer-sent"), at("answer-address"));
  for (const pause of LOOK_AGAIN_MS) setTimeout(() => lookAgain(body.article), pause);
}

function toggleTyped(button) {
  const wanted = at("answer-mail-typed").hidden;
  at("answer-mail-typed").hidden = !wanted;
  button.setAttribute("aria-expanded", String(wanted));
  if (wanted) at("answer-address").focus();
}

async function lookAgain(name) {
  if (openArticle()?.dataset.article !== name) return;
  const said = await tell("open", { article: name, q: query() });
  if (said && openArticle()?.dataset.article === name) replaceParts(said.html);
}

/** Only what sending changes: a reason that is being typed beside it stays. */
function replaceParts(html) {
  const fresh = document.createElement("template");
  fresh.innerHTML = html;
  const article = fresh.content.querySelector("article");
  openArticle().dataset.sent = article.dataset.sent;
  for (const id of ["answer-sent", "answer-send"]) {
    const next = article.querySelector(`#${id}`);
    if (next && at(id) && at(id).textContent !== next.textContent) at(id).textContent = next.textContent;
  }
}

async function judge(button) {
  const helped = button.dataset.verdict;
  const said = await tell("verdict", { article: openArticle().dataset.article, helped, q: query() });
  if (!said) return;
  for (const one of region.querySelectorAll("[data-verdict]")) one.setAttribute("aria-pressed", String(one === button));
  at("answer-why").hidden = helped === "yes";
  if (helped === "no") offerFocus(at("answer-note"));
}

async function report(field, article) {
  const note = field.value.trim();
  const said = await tell("verdict", { article, helped: "no", note, q: query() });
  if (!said) return;
  if (field.value.trim() === note) field.value = "";
  keepDrafts(field, call);
  if (article) {
    at("answer-why").hidden = true;
    offerFocus(at("answer-failed"), field);
  } else toggleMissing(false, field);
  toast("Reported to whoever writes the answers.", 4);
}

function toggleMissing(wanted, before) {
  at("answers-missing").hidden = !wanted;
  at("answers-nothing").setAttribute("aria-expanded", String(wanted));
  offerFocus(wanted ? at("answers-missing-note") : at("answers-nothing"), before);
}

// What the agent does --------------------------------------------------------------------------------------

region.addEventListener("input", (event) => {
  if (event.target.id === "answers-query") typed();
  else keepDrafts(event.target, call);
});

region.addEventListener("submit", (event) => {
  event.preventDefault();
  if (event.target.id === "answer-mail") once(at("answer-mail-send"), () => mail(at("answer-mail-send")));
  else if (event.target.id === "answers-missing") report(at("answers-missing-note"), "");
  else report(at("answer-note"), openArticle().dataset.article);
});

region.addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (!button || isOff(button)) return;
  if (button.matches(".answer-pick")) open(button.dataset.article);
  else if (button.dataset.verdict) judge(button);
  else if (button.id === "answer-send") once(button, send);
  else if (button.id === "answer-mail-known") once(button, () => mail(button));
  else if (button.id === "answer-mail-other") toggleTyped(button);
  else if (button.id === "answer-close") close();
  else if (button.id === "answers-nothing") toggleMissing(at("answers-missing").hidden);
});

region.addEventListener("keydown", (event) => {
  const among = [at("answers-query"), ...picks()];
  const here = among.indexOf(event.target);
  if (event.key === "Escape" && openArticle()) {
    event.preventDefault();
    close();
  } else if (event.key === "Enter" && event.target.id === "answers-query") {
    event.preventDefault();
    picks()[0]?.click();
  } else if (here >= 0 && moves(event, event.target.id)) {
    const step = event.key === "ArrowDown" || event.key === "ArrowRight" ? 1 : -1;
    const next = among[Math.max(0, Math.min(among.length - 1, here + step))];
    event.preventDefault();
    next.focus();
  }
});

/** In the search box left and right move the cursor. */
function moves(event, id) {
  const sideways = id !== "answers-query" && (event.key === "ArrowLeft" || event.key === "ArrowRight");
  return sideways || event.key === "ArrowDown" || event.key === "ArrowUp";
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]") || region.hidden) return;
  event.preventDefault();
  at("answers-query").focus();
});

// Requests to our server. A refusal is shown to the agent; being signed out leads to the sign-in page.
import { leaveFor, loadAgain } from "./leaving.js";
import { toast } from "./toast.js";

const token = document.querySelector("meta[name=csrf-token]").content;

export class Refused extends Error {
  constructor(status, body) {
    super(body.message || "That did not work.");
    this.status = status;
    this.body = body;
  }
}

/** POST without any words to the agent. Throws Refused, or TypeError when the server was not reached. */
export async function post(url, body = {}, { keepalive = false } = {}) {
  const answer = await fetch(url, {
    method: "POST",
    keepalive,
    headers: { "X-CSRFToken": token, Accept: "application/json" },
    body: new URLSearchParams(body),
  });
  const said = await answer.json().catch(() => ({}));
  if (!answer.ok) throw new Refused(answer.status, said);
  return said;
}

/** True: the answer leads away from here, to the sign-in page or to a newer page. */
export function leadsAway(fault) {
  if (fault.status === 401) leaveFor("/desk/sign-in");
  else if (fault.body?.reload) loadAgain();
  else return false;
  return true;
}

/** POST for a click: what goes wrong is said on the page. Returns what to show, or null. */
export async function send(url, body) {
  try {
    return await post(url, body);
  } catch (fault) {
    if (!leadsAway(fault)) toast(fault instanceof Refused ? fault.message : "The server was not reached. Please try again.");
    return null;
  }
}

/** What is shown now, or null when signed out (which leads away). Throws when the server was not reached. */
export async function lookNow(base = "/desk") {
  const answer = await fetch(`${base}/now`, { headers: { Accept: "application/json" } });
  if (answer.status === 401) {
    leaveFor("/desk/sign-in");
    return null;
  }
  if (!answer.ok) throw new Refused(answer.status, {});
  return answer.json();
}

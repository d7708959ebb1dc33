// The page is a picture of the server's snapshot: every change arrives as one whole snapshot by server-sent events.

const $ = (id) => document.getElementById(id);
const KEYS = "0123456789*#";

const state = { sid: null, call: null, shownAt: 0, spoken: 0, musicUrl: null };

async function post(path, body = {}) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
  });
  const result = await answer.json();
  if (!answer.ok) tellProblem(result.error);
  return result;
}

function tellProblem(text) {
  $("problem").textContent = text;
  $("problem").hidden = false;
  clearTimeout(tellProblem.timer);
  tellProblem.timer = setTimeout(() => { $("problem").hidden = true; }, 6000);
}

// --- the caller

$("dial").addEventListener("submit", async (event) => {
  event.preventDefault();
  if (inCall()) {
    await post(`api/calls/${state.sid}/hangup`);
    return;
  }
  const result = await post("api/dial", { from: $("from").value.trim(), to: $("to").value });
  if (!result.sid) return;
  Object.assign(state, { sid: result.sid, call: null, spoken: 0 });
  $("pressed").textContent = "nothing yet";
  $("transcript").replaceChildren();
  $("keypad").querySelector("button").focus({ preventScroll: true });
});

$("keypad").addEventListener("click", (event) => {
  const button = event.target.closest("button");
  if (button) press(button.dataset.key);
});

document.addEventListener("keydown", (event) => {
  const typing = event.target.matches("input:not([type=checkbox]), select");
  if (typing || event.ctrlKey || event.metaKey || event.altKey || event.key.length !== 1) return;
  if (KEYS.includes(event.key) && inCall()) {
    event.preventDefault();
    press(event.key);
  }
});

$("say").addEventListener("submit", (event) => {
  event.preventDefault();
  const text = $("words").value.trim();
  if (text && inCall()) post(`api/calls/${state.sid}/say`, { text });
  $("words").value = "";
});

$("aloud").addEventListener("change", () => {
  if (!$("aloud").checked) speechSynthesis?.cancel();
  playMusic(state.call);
});

function inCall() {
  return Boolean(state.sid && (!state.call || state.call.live));
}

function press(key) {
  if (!inCall()) return;
  const before = $("pressed").textContent;
  $("pressed").textContent = before === "nothing yet" ? key : before + key;
  const button = $("keypad").querySelector(`[data-key="${CSS.escape(key)}"]`);
  button.classList.add("down");
  setTimeout(() => button.classList.remove("down"), 150);
  post(`api/calls/${state.sid}/press`, { digits: key });
}

function showCaller(call) {
  state.call = call;
  state.shownAt = performance.now();
  const on = inCall();
  $("call").textContent = on ? "Hang up" : "Call";
  $("call").classList.toggle("end", on);
  for (const input of [$("from"), $("to")]) input.disabled = on;
  for (const button of $("keypad").children) button.disabled = !on;
  $("say").querySelector("button").disabled = !on;
  $("state").textContent = describe(call);
  if (!call) return;
  showTranscript(call);
  speakNews(call);
  playMusic(call);
  $("talking").hidden = !(call.live && call.talking_to.length);
  $("talking").textContent = `Talking to ${call.talking_to.join(", ")}`;
}

function describe(call) {
  if (!state.sid) return "Not in a call";
  if (!call) return "Calling";
  if (!call.live) return call.status === "completed" ? "Call ended" : `Call ended: ${call.status}`;
  if (call.status === "ringing") return "Ringing";
  if (call.listening.includes("dtmf")) return "Keys are heard";
  return "In call";
}

function showTranscript(call) {
  const list = $("transcript");
  call.transcript.forEach((line, index) => {
    let item = list.children[index];
    if (!item) {
      item = list.appendChild(document.createElement("li"));
      item.textContent = line.text;
      list.scrollTop = list.scrollHeight;
    }
    item.classList.toggle("playing", line.playing);
    item.classList.toggle("cut", line.cut);
  });
}

function speakNews(call) {
  const voice = window.speechSynthesis;
  if (!voice) return;
  // A prompt that ended before its time was cut off by a key: be silent at once.
  if (!call.speaking) voice.cancel();
  for (const line of call.transcript.slice(state.spoken)) {
    if ($("aloud").checked && line.playing) {
      voice.cancel();
      voice.speak(new SpeechSynthesisUtterance(line.text));
    }
  }
  state.spoken = call.transcript.length;
}

function playMusic(call) {
  const player = $("player");
  const url = call?.live ? call.music : null;
  $("music").hidden = !url;
  if (url && url.startsWith("http") && $("aloud").checked) {
    if (state.musicUrl !== url) {
      state.musicUrl = url;
      player.src = url;
      player.currentTime = call.music_elapsed || 0;
      // Browsers refuse sound before the first click; the music is shown as playing all the same.
      player.play().catch(() => {});
    }
  } else {
    state.musicUrl = null;
    player.pause();
    player.removeAttribute("src");
  }
}

// --- the telephones that can be rung

const cards = new Map();

function showPhones(phones) {
  for (const phone of phones) {
    let card = cards.get(phone.address);
    if (!card) {
      card = $("card").content.firstElementChild.cloneNode(true);
      card.querySelector(".address").textContent = phone.address;
      card.setAttribute("aria-label", `Telephone ${phone.address}`);
      card.addEventListener("click", (event) => usePhone(phone.address, event));
      cards.set(phone.address, $("phones").appendChild(card));
    }
    showPhone(card, phone);
  }
}

function usePhone(address, event) {
  const button = event.target.closest("button");
  if (!button) return;
  const body = button.dataset.digits ? { digits: button.dataset.digits } : {};
  post(`api/phones/${encodeURIComponent(address)}/${button.dataset.action}`, body);
}

function showPhone(card, phone) {
  const call = phone.call;
  const talking = Boolean(call && !phone.ringing);
  card.classList.toggle("ringing", phone.ringing);
  card.classList.toggle("talking-now", talking);
  setText(card.querySelector(".badge"), phone.ringing ? "Ringing" : talking ? "In call" : "Idle");
  setText(card.querySelector(".from"), phoneText(phone));
  setText(card.querySelector(".hears"), talking ? call.speaking || "" : "");
  card.querySelector(".answer").hidden = card.querySelector(".decline").hidden = !phone.ringing;
  for (const name of [".one", ".two", ".end"]) card.querySelector(name).hidden = !talking;
}

function phoneText(phone) {
  if (!phone.call) return "Waiting for a call";
  if (phone.ringing) return `Call from ${phone.call.from}`;
  if (phone.call.talking_to.length) return `Talking to ${phone.call.talking_to.join(", ")}`;
  if (phone.call.music) return "On hold, music playing";
  return `Connected, from ${phone.call.from}`;
}

function setText(element, text) {
  // Writing the same text again would make screen readers repeat it.
  if (element.textContent !== text) element.textContent = text;
}

// --- news from the server

function show(snapshot) {
  if (!state.sid) {
    const running = snapshot.calls.findLast((call) => call.live);
    if (running) Object.assign(state, { sid: running.sid, spoken: running.transcript.length });
  }
  showCaller(snapshot.calls.find((call) => call.sid === state.sid) || null);
  showPhones(snapshot.phones);
}

function listen() {
  const events = new EventSource("api/events");
  events.onopen = () => link("up", "connected");
  events.onmessage = (message) => show(JSON.parse(message.data));
  events.onerror = () => {
    link("down", "reconnecting");
    if (events.readyState === EventSource.CLOSED) setTimeout(listen, 1000);
  };
}

function link(kind, text) {
  $("link").className = `link ${kind}`;
  $("link").textContent = text;
}

function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

setInterval(() => {
  const call = state.call;
  const since = (performance.now() - state.shownAt) / 1000;
  $("timer").textContent = call?.live && call.started ? clock(call.t + since - call.started) : "";
  $("music-time").textContent = call?.music ? clock(call.music_elapsed + since) : "";
}, 250);

showCaller(null);
listen();

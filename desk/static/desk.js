// The agent's page: wires the parts together. Each part is one module and knows nothing of the others.
import { watchActivity } from "./activity.js";
import { ring, watchPermission } from "./alerts.js";
import { tellTime, tick } from "./clocks.js";
import { follow } from "./feed.js";
import { watchKeys } from "./keys.js";
import { watchLastCalls } from "./last_calls.js";
import { watchLeaving } from "./leaving.js";
import { watchMenu } from "./menu.js";
import { Notes } from "./notes.js";
import { Screen } from "./screen.js";
import { send } from "./server.js";
import { watchShortcuts } from "./shortcuts.js";
import { watchButtons } from "./buttons.js";
import { watchTyping } from "./typing.js";

watchTyping();

const notes = new Notes(document.body.dataset.agent);
const screen = new Screen({
  keepsNote: (fresh) => notes.meets(fresh),
  changed: (shown) => {
    notes.attach();
    ring(shown.mode === "offer", shown);
    tick();
    document.dispatchEvent(new CustomEvent("desk-shown", { detail: shown }));
  },
  replaced: () => notes.attach(),
});

tellTime(Number(document.body.dataset.at));
watchButtons((url, body) => {
  const askedAt = performance.now();
  return send(url, body).then((shown) => screen.show(shown, askedAt));
});
watchKeys();
watchShortcuts();
watchMenu();
watchLeaving();
watchLastCalls(() => notes.attach());
// From parts that are not always there.
document.addEventListener("desk-show", ({ detail: shown }) => screen.show(shown, shown.askedAt));
document.addEventListener("desk-note", ({ detail: typed }) => notes.takeIn(typed.call, typed.base, typed.text));
watchPermission();
watchActivity();
notes.attach();
notes.recover();
ring(document.body.dataset.mode === "offer", { says: document.title });
follow({
  show: (shown) => {
    tellTime(shown.at);
    screen.show(shown);
  },
  beat: (at) => {
    tellTime(at);
    document.dispatchEvent(new Event("desk-beat"));
  },
});
setInterval(tick, 250);
tick();

// Microphone and speaker: asked for with words, chosen, remembered.
const MICROPHONE = "phone-microphone";
const SPEAKER = "phone-speaker";

/** Whether the microphone may be used: granted, prompt or denied. */
export async function permission() {
  try {
    return (await navigator.permissions.query({ name: "microphone" })).state;
  } catch {
    // A browser that cannot say: names of devices are only told to who may use them.
    const devices = await navigator.mediaDevices.enumerateDevices();
    return devices.some((device) => device.kind === "audioinput" && device.label) ? "granted" : "prompt";
  }
}

/** Ask the browser, which asks the agent. Returns why not, or "". */
export async function ask() {
  try {
    const stream = await open();
    stream.getTracks().forEach((track) => track.stop());
    return "";
  } catch (fault) {
    return why(fault);
  }
}

/** What went wrong with the microphone, and what to do. */
export function why(fault) {
  if (fault.name === "NotFoundError" || fault.name === "OverconstrainedError") return "No microphone was found. Plug one in.";
  if (fault.name === "NotReadableError") return "The microphone is in use by another program, or it was unplugged.";
  return "The browser does not allow the microphone. Allow it in the address bar, then load the page again.";
}

/** For getUserMedia: the microphone that was chosen, another one when it is not there. */
export function constraints() {
  const chosen = localStorage.getItem(MICROPHONE);
  const clear = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  return chosen ? { ...clear, deviceId: { ideal: chosen } } : clear;
}

export function open() {
  return navigator.mediaDevices.getUserMedia({ audio: constraints() });
}

/** Fill both lists, and again when a device comes or goes. `chosen(kind, id)` is told of a choice. */
export function watchDevices(chosen) {
  const lists = { audioinput: document.getElementById(MICROPHONE), audiooutput: document.getElementById(SPEAKER) };
  const fill = async () => {
    const devices = await navigator.mediaDevices.enumerateDevices();
    for (const [kind, list] of Object.entries(lists)) {
      const known = devices.filter((device) => device.kind === kind && device.deviceId);
      const kept = localStorage.getItem(list.id) ?? "";
      list.replaceChildren(new Option("The system’s own", ""), ...known.filter((one) => one.deviceId !== "default").map(option));
      list.value = known.some((one) => one.deviceId === kept) ? kept : "";
    }
    document.getElementById("phone-speakers").hidden = !("setSinkId" in HTMLMediaElement.prototype);
  };
  for (const [kind, list] of Object.entries(lists)) {
    list.addEventListener("change", () => {
      if (list.value) localStorage.setItem(list.id, list.value);
      else localStorage.removeItem(list.id);
      chosen(kind, list.value);
    });
  }
  navigator.mediaDevices.addEventListener("devicechange", fill);
  fill();
  return fill;
}

export const speaker = () => localStorage.getItem(SPEAKER) ?? "";

function option(device, index) {
  return new Option(device.label || `Device ${index + 1}`, device.deviceId);
}

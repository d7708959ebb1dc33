// A session ends after half an hour without use. The page says when it is used, and warns before it is too late.
import { post } from "./server.js";
import { toast } from "./toast.js";

const TELL_MS = 4 * 60_000;
const WARN_MS = 27 * 60_000;

export function watchActivity() {
  let told = Date.now();
  let warned = false;
  const used = () => {
    if (Date.now() - told < TELL_MS) return;
    told = Date.now();
    warned = false;
    post("/desk/here").catch(() => {});
  };
  addEventListener("pointerdown", used);
  addEventListener("keydown", used);
  setInterval(() => {
    const idle = document.querySelector(".idle");
    if (!idle || idle.dataset.state === "available") told = Date.now(); // at work, also when it is quiet
    if (!warned && Date.now() - told > WARN_MS) {
      warned = true;
      toast("Are you still there? You will be signed out in three minutes unless you click here.", 180);
    }
  }, 10_000);
}

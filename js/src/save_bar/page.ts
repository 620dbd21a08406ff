import type { SaveBarCommand, SaveBarTraits } from "../contract";
import type { View } from "../shared/widget";

type SaveBarView = View<SaveBarTraits, SaveBarCommand>;

const LEAST_PAUSE_MS = 2000;
const KEY = "cloudscope.visitor";

/** Ask Python to follow the disk when the user comes back to the page, where another program may have saved meanwhile. */
export function lookWhenBack({ commands, signal }: SaveBarView): void {
  let asked = Date.now();
  const look = () => {
    if (document.visibilityState !== "visible" || Date.now() - asked < LEAST_PAUSE_MS) return;
    asked = Date.now();
    void commands.send({ kind: "disk.look" });
  };
  window.addEventListener("focus", look, { signal });
  document.addEventListener("visibilitychange", look, { signal });
}

/** In a dashboard, tell whose drafts these are by a secret that only this browser knows. */
export function tellVisitor({ model, commands, on }: SaveBarView): void {
  let isTold = false;
  on("bar", () => {
    if (isTold || !model.get("bar").needs_visitor) return;
    isTold = true;
    const secret = visitorSecret(window);
    if (secret) void commands.send({ kind: "visitor", secret });
  });
}

/** The secret of this browser, made when there is none; empty where the browser keeps nothing. */
export function visitorSecret(page: { localStorage: Storage; crypto: Crypto }): string {
  try {
    const known = page.localStorage.getItem(KEY);
    if (known && /^[0-9a-f]{32}$/.test(known)) return known;
    const bytes = page.crypto.getRandomValues(new Uint8Array(16));
    const made = Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
    page.localStorage.setItem(KEY, made);
    return made;
  } catch {
    return ""; // storage is switched off: no drafts, and everything else works
  }
}

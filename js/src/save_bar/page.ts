import type { SaveBarCommand, SaveBarTraits } from "../contract";
import type { View } from "../shared/widget";

type SaveBarView = View<SaveBarTraits, SaveBarCommand>;

const LEAST_PAUSE_MS = 2000;
const KEY = "cloudscope.visitor";
const LOCK = "cloudscope.writer.";

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

/**
 * Hold a lock for as long as this page lives, and offer the unsaved work of pages of this browser that hold theirs no
 * longer: they were closed or killed, while their Python may run on.
 */
export function tellOfPages({ model, commands, on, signal }: SaveBarView): void {
  const locks: LockManager | undefined = navigator.locks; // missing where the page does not come from this machine or https
  if (!locks) return;
  const told = new Set<string>();
  let held = "";
  on("draft_writers", () => {
    const { own } = model.get("draft_writers");
    if (!own || own === held) return;
    held = own;
    const hold = (lock: Lock | null) => (lock ? new Promise<void>(() => {}) : undefined);
    void locks.request(LOCK + own, { ifAvailable: true }, hold); // not available: another view of this page holds it
  });
  const look = async () => {
    const others = model.get("draft_writers").others.filter((writer) => !told.has(writer));
    if (others.length === 0) return;
    const { held: living = [] } = await locks.query();
    const gone = goneWriters(others, living.map(({ name }) => name ?? ""));
    for (const writer of gone) told.add(writer);
    if (gone.length > 0) void commands.send({ kind: "drafts.take", writers: gone });
  };
  on("draft_writers", () => void look());
  const timer = window.setInterval(() => void look(), LEAST_PAUSE_MS); // a page that closes keeps its lock a moment longer
  signal.addEventListener("abort", () => window.clearInterval(timer));
}

/** Writers whose pages hold no lock now. */
export function goneWriters(others: readonly string[], locks: readonly string[]): string[] {
  return others.filter((writer) => !locks.includes(LOCK + writer));
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

/**
 * One table of keys for all widgets of a session in a page.
 *
 * Each view offers what it can do; a key pressed in one of them is answered by whichever view can. Widgets are separate
 * modules, so what they share lives on `globalThis` under a versioned name and is plain data.
 */
import { HOST_KEYS, KEY_GROUPS, type KeyCommand, MORE_KEYS, REPEATED } from "../contract";
import { isOwnKey, isTyping, keyName } from "./keys";

const KEY = Symbol.for("cloudscope.keys.v1");
/** Class of the boxes of ours that hold several widgets. */
const HOME = ".cs-home";
const OPEN_LIST = "[role=menu], [role=listbox], [popover]";
const SUPPRESS = "data-lm-suppress-shortcuts";

/** What Escape gives up, the first that there is: a drag, a run, the list of keys, the tool, the selection. */
export type EscapeStep = "drag" | "run" | "list" | "tool" | "selection";

/** Do what a command says; false when there is nothing to do here, so that another view may. */
export type Answer = (event: KeyboardEvent) => boolean | void;
export type Answers = { readonly [Command in KeyCommand]?: Answer };
export type EscapeSteps = { readonly [Step in EscapeStep]?: () => boolean };

/** What one view offers to its session. */
export interface Part {
  readonly root: HTMLElement;
  answers: Answers;
  steps: EscapeSteps;
  /** Called before anything but an arrow is done. */
  before: () => void;
  /** The higher, the later it had the focus. */
  used: number;
}

/** An element that keeps the keys of its session. */
interface Guarded {
  readonly el: HTMLElement;
  readonly sessionId: string;
}

interface Page {
  readonly sessions: Map<string, Set<Part>>;
  readonly guarded: WeakSet<HTMLElement>;
  /** What has the focus somewhere inside, or had it until that was removed or switched off. */
  last: Guarded | null;
  uses: number;
}

const COMMANDS: Readonly<Record<string, KeyCommand>> = Object.assign(
  {},
  MORE_KEYS,
  ...KEY_GROUPS.flatMap(({ lines }) => lines.map(({ commands }) => commands)),
);

/** Take part in the keys of a session until the view ends. */
export function takePart(sessionId: string, root: HTMLElement, signal: AbortSignal): Part {
  const part: Part = { root, answers: {}, steps: {}, before: () => undefined, used: 0 };
  const { sessions } = page();
  const parts = sessions.get(sessionId) ?? new Set<Part>();
  sessions.set(sessionId, parts.add(part));
  const use = () => {
    page().uses += 1;
    part.used = page().uses;
  };
  for (const kind of ["focusin", "pointerdown"]) root.addEventListener(kind, use, { signal });
  signal.addEventListener("abort", () => {
    parts.delete(part);
    if (parts.size === 0 && sessions.get(sessionId) === parts) sessions.delete(sessionId);
  }, { once: true });
  keepKeysInside(root, sessionId);
  onceInPage(root, signal, () => {
    for (const box of homesOf(root)) keepKeysInside(box, sessionId);
  });
  return part;
}

/** Whether some view of a session in this page answers a command. */
export function isAnswered(sessionId: string, command: KeyCommand): boolean {
  return command === "escape" || partsOf(sessionId).some(({ answers }) => answers[command] !== undefined);
}

/** Keep focus and keys inside an element, for as long as it lives; a second call changes nothing. */
export function keepKeysInside(el: HTMLElement, sessionId: string): void {
  const { guarded } = page();
  if (guarded.has(el)) return;
  guarded.add(el);
  if (!el.hasAttribute("tabindex")) el.tabIndex = -1; // a click on what cannot have the focus gives it to the element
  el.setAttribute(SUPPRESS, "true");
  el.addEventListener("keydown", (event) => before(event, el, sessionId), { capture: true });
  el.addEventListener("keydown", (event) => press(event, sessionId));
  el.addEventListener("focusin", () => (page().last = { el, sessionId }));
  keepFocusInside(el);
  if (el.querySelector(".cs-fills-page") && document.activeElement === document.body) el.focus({ preventScroll: true });
}

/** A drag and a run end wherever the focus is, also in a field that uses Escape itself; a menu above them closes first. */
function before(event: KeyboardEvent, el: HTMLElement, sessionId: string): void {
  const key = keyName(event);
  if (HOST_KEYS.includes(key)) letHostHave(el);
  const isInList = event.target instanceof Element && event.target.closest(OPEN_LIST) !== null;
  if (key !== "Escape" || event.defaultPrevented || event.isComposing || isInList) return;
  if (!stepBack(["drag", "run"], partsFor(event.target, sessionId))) return;
  event.preventDefault();
  event.stopPropagation();
}

function press(event: KeyboardEvent, sessionId: string, target: EventTarget | null = event.target): void {
  const key = keyName(event);
  if (HOST_KEYS.includes(key)) return;
  event.stopPropagation();
  const command = COMMANDS[key];
  if (event.defaultPrevented || command === undefined || isOwnKey(event, key)) return;
  event.preventDefault(); // an answer or not: the browser does not leave the page, nor the page move
  if (event.repeat && !REPEATED.includes(command)) return;
  const parts = partsFor(target, sessionId);
  if (command === "escape") escape(event, target, parts);
  else run(command, event, parts);
}

function run(command: KeyCommand, event: KeyboardEvent, parts: readonly Part[]): void {
  if (command !== "arrow") for (const part of parts) part.before();
  parts.some(({ answers }) => {
    const answer = answers[command];
    return answer !== undefined && answer(event) !== false;
  });
}

function escape(event: KeyboardEvent, target: EventTarget | null, parts: readonly Part[]): void {
  for (const part of parts) part.before();
  if (stepBack(["list", "tool", "selection"], parts)) return;
  if (!(target instanceof HTMLElement)) return;
  if (isTyping(event)) target.closest<HTMLElement>(`.cs[tabindex], ${HOME}`)?.focus({ preventScroll: true });
  else if (!outermost(target)?.querySelector(".cs-fills-page")) leave(target); // a page of ours has no other place
}

function leave(target: HTMLElement): void {
  page().last = null;
  target.blur();
}

function stepBack(steps: readonly EscapeStep[], parts: readonly Part[]): boolean {
  return steps.some((step) => parts.some((part) => part.steps[step]?.() ?? false));
}

/** Let the host see its own key; the mark keeps keys from hosts that look before a widget does. */
function letHostHave(el: HTMLElement): void {
  el.removeAttribute(SUPPRESS);
  setTimeout(() => el.setAttribute(SUPPRESS, "true"));
}

/** A click inside never gives the focus to what is outside; nor does the end of the element that has it. */
function keepFocusInside(el: HTMLElement): void {
  const here = () => el.focus({ preventScroll: true });
  el.addEventListener("pointerdown", ({ target }) => requestAnimationFrame(() => {
    if (!el.contains(document.activeElement) && target instanceof Node && el.contains(target)) here();
  }));
  el.addEventListener("focusout", ({ target, relatedTarget }) => {
    if (relatedTarget) return;
    queueMicrotask(() => {
      const isLost = target instanceof HTMLElement && (!el.contains(target) || target.matches(":disabled") || !target.checkVisibility());
      if (isLost && el.isConnected && document.activeElement === document.body) here();
    });
  });
}

/** Views of a session in the order in which they are asked: the one with the focus, those beside it, the one used last. */
function partsFor(target: EventTarget | null, sessionId: string): Part[] {
  const on = target instanceof HTMLElement ? target : null;
  const home = on ? outermost(on) : null;
  const distance = ({ root }: Part) => (on && root.contains(on) ? 0 : home?.contains(root) ? 1 : 2);
  const isShown = ({ root }: Part) => root.isConnected && root.checkVisibility();
  const ranked = partsOf(sessionId).map((part) => ({ part, rank: distance(part), hidden: Number(!isShown(part)) }));
  return ranked.sort((a, b) => a.hidden - b.hidden || a.rank - b.rank || b.part.used - a.part.used).map(({ part }) => part);
}

function partsOf(sessionId: string): Part[] {
  return [...(page().sessions.get(sessionId) ?? [])];
}

function homesOf(root: HTMLElement): HTMLElement[] {
  const found: HTMLElement[] = [];
  for (let el: HTMLElement | null = root; el; el = el.parentElement) if (el.matches(HOME)) found.push(el);
  return found;
}

function outermost(el: HTMLElement): HTMLElement | null {
  return homesOf(el).at(-1) ?? el.closest<HTMLElement>(".cs");
}

/** Call back once an element is in the page; `render` may be called before it is. */
function onceInPage(el: HTMLElement, signal: AbortSignal, then: () => void): void {
  const observer = new ResizeObserver(() => {
    if (!el.isConnected) return;
    observer.disconnect();
    then();
  });
  observer.observe(el);
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}

/** Bring keys back whose element has just gone, in browsers that do not tell of it, or not before the next key. */
function bringBack(event: KeyboardEvent): void {
  const { last } = page();
  if (!last?.el.isConnected || event.target !== document.body) return;
  last.el.focus({ preventScroll: true });
  before(event, last.el, last.sessionId);
  if (!event.defaultPrevented) press(event, last.sessionId, last.el);
}

function page(): Page {
  const all = globalThis as { [KEY]?: Page };
  return (all[KEY] ??= newPage());
}

function newPage(): Page {
  const made: Page = { sessions: new Map(), guarded: new WeakSet(), last: null, uses: 0 };
  const forget = ({ target }: Event) => {
    if (target instanceof Node && !made.last?.el.contains(target)) made.last = null;
  };
  for (const kind of ["focusin", "pointerdown"]) document.addEventListener(kind, forget, { capture: true });
  document.addEventListener("keydown", bringBack, { capture: true });
  return made;
}

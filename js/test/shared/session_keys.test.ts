import { beforeAll, beforeEach, expect, test, vi } from "vitest";
import { type Answers, type EscapeSteps, isAnswered, type Part, takePart } from "../../src/shared/session_keys";

/** As much of an element as the keys need. */
class El extends EventTarget {
  role: string | null = null;
  isContentEditable = false;
  isConnected = true;
  isShown = true;
  tabIndex = 0;
  parentElement: El | null = null;
  readonly attributes = new Set(["tabindex"]);
  constructor(readonly name = "", readonly isHome = false) {
    super();
  }
  matches = (selector: string) => (selector === ".cs-home" ? this.isHome : selector.includes(this.name) && this.name !== "");
  closest = (_selector: string): El | null => null;
  contains = (other: El): boolean => other === this || (other.parentElement !== null && this.contains(other.parentElement));
  hasAttribute = (name: string) => this.attributes.has(name);
  setAttribute = (name: string) => void this.attributes.add(name);
  removeAttribute = (name: string) => void this.attributes.delete(name);
  querySelector = () => null;
  checkVisibility = () => this.isShown;
  focus = vi.fn();
  blur = vi.fn();
}
class Other extends El {}

let did: string[];
let ends: AbortController[];
let number = 0;

beforeAll(() => {
  for (const name of ["HTMLElement", "Element", "Node"]) vi.stubGlobal(name, El);
  for (const name of ["HTMLInputElement", "HTMLTextAreaElement", "HTMLSelectElement"]) vi.stubGlobal(name, Other);
  vi.stubGlobal("ResizeObserver", class { observe = () => undefined; disconnect = () => undefined; });
  vi.stubGlobal("document", Object.assign(new EventTarget(), { activeElement: null, body: {} }));
  vi.stubGlobal("requestAnimationFrame", () => 0);
});

beforeEach(() => {
  did = [];
  ends = [];
  number += 1;
});

function part(name: string, answers: Answers, steps: EscapeSteps = {}, session = "s"): { root: El; part: Part } {
  const root = new El(name);
  const end = new AbortController();
  ends.push(end);
  const made = takePart(`${session}${number}`, root as unknown as HTMLElement, end.signal);
  Object.assign(made, { answers, steps });
  return { root, part: made };
}

/** Press a key on an element, and return the event. */
function press(on: El, key: string, more: object = {}): Event & { repeat: boolean } {
  const event = Object.assign(new Event("keydown", { cancelable: true, bubbles: true }), { key, composedPath: () => [on], ...more });
  vi.spyOn(event, "stopPropagation");
  on.dispatchEvent(event);
  return event as unknown as Event & { repeat: boolean };
}

const doing = (name: string, isDone?: boolean) => () => {
  did.push(name);
  return isDone;
};

test("a key is answered by whichever widget of the session can, and by none of another session", () => {
  const list = part("list", { next_file: doing("next") });
  part("image", { whole_roi: doing("whole") });
  part("other", { save: doing("save") }, {}, "t");
  for (const key of ["w", "j", "s"]) expect(press(list.root, key).stopPropagation).toHaveBeenCalled();
  expect(did).toEqual(["whole", "next"]);
  expect(["whole_roi", "save", "escape"].map((command) => isAnswered(`s${number}`, command as "save"))).toEqual([true, false, true]);
  for (const end of ends) end.abort();
  press(list.root, "w");
  expect(did).toHaveLength(2);
});

test("of several that could answer, the one with the focus does, then the one used last, never before one that is seen", () => {
  const [a, b, c] = ["a", "b", "c"].map((name) => part(name, { run: doing(name) }));
  const list = part("list", {});
  if (!a || !b || !c) throw new Error();
  press(b.root, "g");
  a.root.dispatchEvent(new Event("focusin"));
  press(list.root, "g");
  c.root.dispatchEvent(new Event("pointerdown"));
  press(list.root, "g");
  c.root.isShown = false;
  press(list.root, "g");
  a.root.isConnected = false;
  press(list.root, "g");
  expect(did).toEqual(["b", "a", "c", "a", "b"]);
});

test("one that has nothing to do leaves a key to the next", () => {
  const form = part("form", { whole_roi: doing("form", false) });
  part("image", { whole_roi: doing("image") });
  press(form.root, "w");
  expect(did).toEqual(["form", "image"]);
});

test("what arrows have changed is sent before anything else is done", () => {
  const image = part("image", { arrow: doing("arrow"), save: doing("save") });
  image.part.before = doing("send");
  press(image.root, "ArrowLeft");
  press(image.root, "s");
  expect(did).toEqual(["arrow", "send", "save"]);
});

test("a key that is held does once what cannot go on", () => {
  const { root } = part("image", { whole_roi: doing("whole"), next_file: doing("next") });
  for (const key of ["w", "j"]) for (const repeat of [false, true, true]) press(root, key, { repeat });
  expect(did).toEqual(["whole", "next", "next", "next"]);
});

test("Escape gives up the first that there is, wherever it is, and leaves at last", () => {
  const there = { tool: true, run: true, drag: true, selection: true };
  const step = (name: keyof typeof there) => () => {
    const was = there[name];
    there[name] = false;
    if (was) did.push(name);
    return was;
  };
  part("image", {}, { drag: step("drag"), tool: step("tool"), selection: step("selection") });
  part("form", {}, { run: step("run") });
  const { root } = part("list", {});
  for (let time = 0; time < 4; time += 1) press(root, "Escape");
  expect(did).toEqual(["drag", "run", "tool", "selection"]);
  expect(root.blur).not.toHaveBeenCalled();
  press(root, "Escape");
  expect(root.blur).toHaveBeenCalledOnce();
});

test("keys whose element has gone stay, until the focus goes elsewhere", () => {
  const { root } = part("list", { next_file: doing("next") });
  const onBody = () => {
    const event = Object.assign(new Event("keydown", { cancelable: true }), { key: "j", composedPath: () => [] });
    Object.defineProperty(event, "target", { value: document.body });
    document.dispatchEvent(event);
  };
  onBody();
  root.dispatchEvent(new Event("focusin"));
  onBody();
  expect([did, root.focus.mock.calls.length]).toEqual([["next"], 1]);
  const elsewhere = new Event("pointerdown");
  Object.defineProperty(elsewhere, "target", { value: new El() });
  document.dispatchEvent(elsewhere);
  onBody();
  expect(did).toEqual(["next"]);
});

test("what the host owns passes, keys without a meaning do not, and what a control has used is left alone", () => {
  const { root } = part("image", { next_file: doing("next") });
  const passes = (key: string, more: object = {}) => vi.mocked(press(root, key, more).stopPropagation).mock.calls.length === 0;
  expect([passes("Tab"), passes("s", { ctrlKey: true }), passes("s", { metaKey: true })]).toEqual([true, true, true]);
  expect([passes("x"), passes("Enter", { ctrlKey: true }), passes("m", { ctrlKey: true, shiftKey: true })]).toEqual([false, false, false]);
  const used = Object.assign(new Event("keydown", { cancelable: true }), { key: "j", composedPath: () => [root] });
  used.preventDefault();
  root.dispatchEvent(used);
  expect(did).toEqual([]);
});

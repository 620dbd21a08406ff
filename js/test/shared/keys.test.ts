import { beforeAll, expect, test, vi } from "vitest";
import { isOwnKey, keyName } from "../../src/shared/keys";

class El {
  role: string | null = null;
  isContentEditable = false;
  constructor(readonly selector = "") {}
  matches = (selectors: string) => this.selector !== "" && selectors.split(", ").includes(this.selector);
}
class Input extends El {
  constructor(readonly type: string) {
    super("input");
  }
}
class Area extends El {}
class Select extends El {
  constructor(readonly options: { text: string; disabled: boolean }[]) {
    super("select");
  }
}

beforeAll(() => {
  vi.stubGlobal("HTMLElement", El);
  vi.stubGlobal("HTMLInputElement", Input);
  vi.stubGlobal("HTMLTextAreaElement", Area);
  vi.stubGlobal("HTMLSelectElement", Select);
});

const press = (key: string, more: Partial<KeyboardEvent> = {}) => ({ key, ctrlKey: false, metaKey: false, altKey: false, shiftKey: false, ...more }) as KeyboardEvent;

test.each([
  ["s", {}, "s"],
  ["S", { shiftKey: true }, "Shift+s"],
  ["S", {}, "s"], // caps lock
  ["z", { ctrlKey: true }, "Mod+z"],
  ["Z", { metaKey: true, shiftKey: true }, "Mod+Shift+z"],
  [" ", {}, "Space"],
  ["?", { shiftKey: true }, "?"],
  ["/", { shiftKey: true }, "/"], // German keyboard
  ["[", { ctrlKey: true, altKey: true }, "["], // AltGr on Windows
  ["[", { altKey: true }, "["], // Option on a Mac
  ["ArrowLeft", { altKey: true, shiftKey: true }, "Alt+Shift+ArrowLeft"],
  ["ц", { code: "KeyW" }, "w"], // Cyrillic keyboard
  ["ö", { code: "Semicolon" }, "ö"],
  ["1", { ctrlKey: true }, "Mod+1"],
] as const)("%s is read as its key", (key, more, name) => {
  expect(keyName(press(key, more))).toBe(name);
});

function owns(target: El, key: string, timeStamp = 0, more: Partial<KeyboardEvent> = {}): boolean {
  const event = { ...press(key), composedPath: () => [target], timeStamp, ...more } as unknown as KeyboardEvent;
  return isOwnKey(event, key);
}

test("a text field keeps all but Escape", () => {
  const role = Object.assign(new El(), { role: "spinbutton" });
  for (const field of [new Input("text"), new Input("search"), new Input("number"), new Area(), role]) {
    expect(["w", "?", "Mod+z", "ArrowLeft", "Escape"].map((key) => owns(field, key))).toEqual([true, true, true, true, false]);
  }
});

test("buttons and boxes to tick keep Space and Enter, and sliders their arrows", () => {
  const keys = ["Space", "Enter", "ArrowLeft", "g"];
  const slider = Object.assign(new El(), { role: "slider" });
  expect(keys.map((key) => owns(new El("button"), key))).toEqual([true, true, false, false]);
  expect(keys.map((key) => owns(new Input("checkbox"), key))).toEqual([true, true, false, false]);
  expect(keys.map((key) => owns(slider, key))).toEqual([true, true, true, false]);
  expect(keys.map((key) => owns(new El("div"), key))).toEqual([false, false, false, false]);
});

test("a select box keeps the letters of its choices, and what follows them soon", () => {
  const box = new Select([{ text: "Radon", disabled: false }, { text: "Line correlation", disabled: false }, { text: "Gone", disabled: true }]);
  expect(["w", "r", "l", "g", "ArrowDown", "Space", "Escape"].map((key, at) => owns(box, key, at * 5000))).toEqual([false, true, true, false, true, true, false]);
  expect(["l", "i", "n", "w"].map((key, at) => owns(box, key, 90_000 + at * 100))).toEqual([true, true, true, false]);
  expect(owns(box, "n", 200_000)).toBe(false);
});

test("what is being composed is text", () => {
  expect(owns(new El("div"), "w", 0, { isComposing: true })).toBe(true);
});

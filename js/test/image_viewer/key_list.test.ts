import { beforeAll, expect, test, vi } from "vitest";
import { ACTION_KEYS } from "../../src/contract";
import { KEY_GROUPS, keyWords } from "../../src/image_viewer/key_list";
import { pressKey } from "../../src/image_viewer/keyboard";
import { image } from "./fixtures";

const listed = new Set(KEY_GROUPS.flatMap(({ lines }) => lines.flatMap(({ keys }) => keys)));
const roi = { roi_id: 1, kind: "rect", bounds: [0, 10, 0, 10], name: "", is_locked: false };
const bounds = { row_start: 0, row_stop: 10, col_start: 0, col_stop: 10 };
const nothing = () => undefined;

beforeAll(() => void vi.stubGlobal("Element", class {}));

/** Whether the image uses a key, which is read as `keyName` writes it. */
function isUsed(key: string, selected: typeof roi | null): boolean {
  const name = key.split("+").at(-1) || key;
  const event = { key: name, altKey: key.startsWith("Alt+"), shiftKey: key.startsWith("Shift+"), target: null };
  const editor = { flush: nothing, add: nothing, remove: nothing, nudge: nothing, select: nothing, bounds: () => bounds, selected, selectedId: selected?.roi_id ?? null };
  const navigator = { showWhole: nothing, showRoi: nothing, zoomMiddle: nothing, pan: nothing, goTo: nothing };
  const on = {
    image: () => image,
    navigator,
    editor,
    tools: { take: nothing, tool: "select" },
    gestures: { isDragging: false, cancel: nothing, holdSpace: nothing },
    keyList: { isOpen: false, toggle: nothing, close: nothing },
    step: nothing,
    autoContrast: nothing,
  };
  return pressKey(key === "Space" ? " " : key, event as never, on as never);
}

test("every key in the list does something", () => {
  const idle = [...listed].filter((key) => !(key in ACTION_KEYS) && !isUsed(key, null) && !isUsed(key, roi as never));
  expect(idle).toEqual([]);
});

test("the list holds every key of the session and of the image", () => {
  const keys = [..."abcdefghijklmnopqrstuvwxyz", "Shift+f", "+", "-", "PageUp", "PageDown", "Home", "End", "Delete", "Alt+ArrowLeft"];
  const used = [...Object.keys(ACTION_KEYS), ...keys.filter((key) => isUsed(key, null) || isUsed(key, roi as never))];
  expect(used.filter((key) => !listed.has(key))).toEqual([]);
});

test("the keys with which a browser leaves the page are used also where no recording is open", () => {
  const on = { image: () => null, keyList: { isOpen: false } };
  const press = (key: string) => pressKey(key, { key: key.split("+").at(-1), target: null } as never, on as never);
  expect(["Alt+ArrowLeft", "Alt+ArrowRight", "f"].map(press)).toEqual([true, true, false]);
});

test("keys are written as they are printed on a keyboard", () => {
  expect(["f", "Shift+f", "Alt+ArrowLeft", "Mod+Shift+z", "+", "Escape"].map(keyWords)).toEqual(["F", "Shift F", "Alt ←", "Ctrl Shift Z", "+", "Esc"]);
});

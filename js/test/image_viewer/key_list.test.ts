import { beforeEach, expect, test } from "vitest";
import { KEY_GROUPS, type KeyCommand } from "../../src/contract";
import { answeredGroups, keyWords } from "../../src/image_viewer/key_list";
import { imageAnswers, imageSteps, type Keyboard } from "../../src/image_viewer/keyboard";
import { image } from "./fixtures";

const roi = { roi_id: 1, kind: "rect", bounds: [0, 10, 0, 10], name: "", is_locked: false };
const bounds = { row_start: 0, row_stop: 10, col_start: 0, col_stop: 10 };
const arrow = { key: "ArrowLeft" } as KeyboardEvent;

let did: string[];
let state: { hasImage: boolean; selected: typeof roi | null; tool: string; isListOpen: boolean; isDragging: boolean };

/** A viewer that only notes what it is told. */
function viewer(): Keyboard {
  const noting = (name: string, more: object = {}) =>
    new Proxy(more, { get: (own, key) => (key in own ? Reflect.get(own, key) : () => void did.push(`${name}.${String(key)}`)) });
  return {
    image: () => (state.hasImage ? image : null),
    navigator: noting("navigator"),
    editor: noting("editor", { bounds: () => bounds, get selected() { return state.selected; }, get selectedId() { return state.selected?.roi_id ?? null; } }),
    tools: noting("tools", { get tool() { return state.tool; } }),
    gestures: noting("gestures", { get isDragging() { return state.isDragging; } }),
    keyList: noting("list", { get isOpen() { return state.isListOpen; } }),
    step: () => void did.push("step"),
    autoContrast: () => void did.push("contrast"),
  } as unknown as Keyboard;
}

beforeEach(() => {
  did = [];
  state = { hasImage: true, selected: roi, tool: "select", isListOpen: false, isDragging: false };
});

test("every command of the image does something", () => {
  const answers = Object.entries(imageAnswers(viewer()));
  const idle = answers.filter(([, answer]) => {
    did = [];
    return answer(arrow) === false || did.length === 0;
  });
  expect(idle.map(([name]) => name)).toEqual([]);
});

test("without a recording the image leaves all commands to others, but that for the list of keys", () => {
  state.hasImage = false;
  const used = Object.entries(imageAnswers(viewer())).filter(([, answer]) => answer(arrow) !== false);
  expect(used.map(([name]) => name)).toEqual(["list_keys"]);
});

test("arrows move the view where no region is selected, and leave upwards and downwards alone", () => {
  state.selected = null;
  const { arrow: press } = imageAnswers(viewer());
  const used = ["ArrowLeft", "ArrowUp"].map((key) => press?.({ key } as KeyboardEvent));
  expect(used).toEqual([true, false]);
  press?.({ key: "ArrowRight", altKey: true } as KeyboardEvent);
  expect(did).toEqual(["navigator.pan", "step"]);
});

test("Escape gives up one thing at a time", () => {
  Object.assign(state, { isDragging: true, isListOpen: true, tool: "pan" });
  const steps = imageSteps(viewer());
  expect(Object.values(steps).map((step) => step())).toEqual([true, true, true, true]);
  expect(did).toEqual(["gestures.cancel", "list.close", "tools.take", "editor.select"]);
  Object.assign(state, { isDragging: false, isListOpen: false, tool: "select", selected: null });
  expect(Object.values(steps).some((step) => step())).toBe(false);
});

test("only keys that something in the page answers are listed", () => {
  const shown = answeredGroups((command: KeyCommand) => ["save", "save_all", "escape"].includes(command));
  expect(shown.map(({ name, lines }) => [name, lines.map(({ does }) => does)])).toEqual([
    ["Tools", ["cancel a drag or a run, back to select, select nothing, leave"]],
    ["Save and undo", ["save this file, all files"]],
  ]);
  expect(answeredGroups(() => true)).toEqual(KEY_GROUPS);
});

test("keys are written as they are printed on a keyboard", () => {
  expect(["f", "Shift+f", "Alt+ArrowLeft", "Mod+Shift+z", "+", "Escape"].map(keyWords)).toEqual(["F", "Shift F", "Alt ←", "Ctrl Shift Z", "+", "Esc"]);
});

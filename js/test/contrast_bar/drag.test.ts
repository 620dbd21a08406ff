import { beforeEach, expect, test, vi } from "vitest";
import type { ContrastState } from "../../src/contract";
import { axisOf, gammaAt } from "../../src/contrast_bar/axis";
import { Drag, type Grip } from "../../src/contrast_bar/drag";

const look: ContrastState = { value_min: 100, value_max: 200, color_lut: "Gray", gamma: 1 };
const histogram = { start: 0, step: 1, counts: Array<number>(300).fill(1), below: 0, above: 0, is_whole: true };

/** An element that only passes on what happens to it. */
class FakeElement extends EventTarget {
  getBoundingClientRect = () => ({ left: 10, top: 20 });
  setPointerCapture = vi.fn();
}

let el: FakeElement;
let recording: string;
let grip: Grip | null;
let told: (string | ContrastState)[];
let drag: Drag;

function happen(type: string, x: number, y: number, more: object = {}): void {
  const event = new Event(type, { cancelable: true });
  el.dispatchEvent(Object.assign(event, { clientX: x + 10, clientY: y + 20, button: 0, pointerId: 1, shiftKey: false, ...more }));
}

beforeEach(() => {
  [el, recording, grip, told] = [new FakeElement(), "a", "min", []];
  drag = new Drag(el as unknown as HTMLElement, {
    begin: () => grip,
    state: () => ({ axis: axisOf(histogram, look, 316, 8), contrast: look }),
    recording: () => recording,
    gammaAt: (y) => gammaAt(1 - y / 100),
    draft: (contrast) => told.push(contrast),
    commit: () => told.push("commit"),
    cancel: () => told.push("cancel"),
    automatic: (side) => told.push(side),
  }, new AbortController().signal);
});

test("each move is shown, and the end is told once", () => {
  happen("pointerdown", 100, 50);
  happen("pointermove", 110, 50);
  happen("pointermove", 120, 50);
  expect(drag.isActive).toBe(true);
  happen("pointerup", 120, 50);
  happen("pointermove", 130, 50);
  expect(told).toEqual([{ ...look, value_min: 110 }, { ...look, value_min: 120 }, "commit"]);
});

test("Shift makes the way ten times finer, from where it is pressed", () => {
  happen("pointerdown", 100, 50);
  happen("pointermove", 110, 50);
  happen("pointermove", 130, 50, { shiftKey: true });
  expect(told.at(-1)).toEqual({ ...look, value_min: 112 });
});

test("between the handles both move, and on the dot gamma does", () => {
  grip = "both";
  happen("pointerdown", 100, 50);
  happen("pointermove", 90, 50);
  expect(told.at(-1)).toEqual({ ...look, value_min: 90, value_max: 190 });
  happen("pointerup", 90, 50);
  grip = "gamma";
  happen("pointerdown", 150, 50);
  happen("pointermove", 150, 29.3);
  expect(told.at(-1)).toEqual({ ...look, gamma: 0.5 });
});

test("a press without a move tells nothing, nor does one beside everything", () => {
  happen("pointerdown", 100, 50);
  happen("pointerup", 100, 50);
  grip = null;
  happen("pointerdown", 100, 50);
  happen("pointermove", 110, 50);
  expect(told).toEqual([]);
});

test.each(["pointercancel", "Escape"])("%s gives the drag up", (way) => {
  happen("pointerdown", 100, 50);
  happen("pointermove", 110, 50);
  if (way === "Escape") expect([drag.giveUp(), drag.giveUp()]).toEqual([true, false]);
  else happen(way, 110, 50);
  happen("pointerup", 110, 50);
  expect(told.slice(1)).toEqual(["cancel"]);
});

test("when another recording is shown meanwhile, it is left as it is", () => {
  happen("pointerdown", 100, 50);
  recording = "b";
  happen("pointermove", 110, 50);
  happen("pointerup", 110, 50);
  expect(told).toEqual([]);
});

test("a double click on a handle makes that side automatic", () => {
  happen("dblclick", 100, 50);
  grip = "both";
  happen("dblclick", 100, 50);
  expect(told).toEqual(["min"]);
});

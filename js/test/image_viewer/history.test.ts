import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { type Seen, ViewHistory } from "../../src/image_viewer/history";

const at = (start: number): Seen => ({ time: { start, stop: start + 2 }, position: { start: 0, stop: 10 } });
let isMoving = false;
let history: ViewHistory;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  isMoving = false;
  history = new ViewHistory(() => isMoving, () => undefined, new AbortController().signal);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** Show a view and rest there. */
function rest(view: Seen, recording = "a"): void {
  history.see(recording, view);
  vi.advanceTimersByTime(400);
}

test("all frames of a gesture leave one view", () => {
  rest(at(0));
  for (const start of [1, 2, 3]) {
    history.see("a", at(start));
    vi.advanceTimersByTime(100);
  }
  rest(at(4));
  expect(history.step(-1)).toEqual(at(0));
  expect(history.step(-1)).toBeNull();
  expect(history.step(1)).toEqual(at(4));
  expect([history.hasPrevious, history.hasNext]).toEqual([true, false]);
});

test("a hand that rests while it holds the image has not ended its gesture", () => {
  rest(at(0));
  isMoving = true;
  history.see("a", at(1));
  vi.advanceTimersByTime(2000);
  isMoving = false;
  rest(at(2));
  expect(history.step(-1)).toEqual(at(0));
});

test("a view from which one goes back at once is kept", () => {
  rest(at(0));
  history.see("a", at(5));
  expect(history.step(-1)).toEqual(at(0));
  expect(history.step(1)).toEqual(at(5));
});

test("going on from an earlier view forgets those after it", () => {
  for (const start of [0, 1, 2]) rest(at(start));
  history.step(-1);
  rest(at(1)); // the frame that shows it
  rest(at(7));
  expect(history.hasNext).toBe(false);
  expect(history.step(-1)).toEqual(at(1));
});

test("what begins before the view has rested finds it in the history", () => {
  rest(at(0));
  history.see("a", at(1));
  history.settle();
  rest(at(2));
  expect(history.step(-1)).toEqual(at(1));
});

test("another recording begins a history of its own", () => {
  rest(at(0));
  rest(at(1));
  rest(at(2), "b");
  expect([history.hasPrevious, history.hasNext]).toEqual([false, false]);
});

test("a difference by rounding is no other view", () => {
  rest(at(0));
  rest(at(1e-9));
  expect(history.hasPrevious).toBe(false);
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Late } from "../../src/param_form/late";

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

function late(): { told: boolean[]; late: Late; end: () => void } {
  const told: boolean[] = [];
  const control = new AbortController();
  return { told, late: new Late((isOn) => told.push(isOn), 300, control.signal), end: () => control.abort() };
}

test("what ends sooner is never shown", () => {
  const { told, late: shown } = late();
  shown.set(true);
  vi.advanceTimersByTime(299);
  shown.set(false);
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([]);
});

test("what goes on is shown once, until it ends", () => {
  const { told, late: shown } = late();
  shown.set(true);
  vi.advanceTimersByTime(200);
  shown.set(true);
  vi.advanceTimersByTime(100);
  shown.set(true);
  expect(told).toEqual([true]);
  shown.set(false);
  shown.set(false);
  expect(told).toEqual([true, false]);
});

test("nothing is shown after the view has ended", () => {
  const { told, late: shown, end } = late();
  shown.set(true);
  end();
  vi.advanceTimersByTime(1000);
  expect(told).toEqual([]);
});

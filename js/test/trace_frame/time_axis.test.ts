import { expect, test } from "vitest";
import { fromPixels, toPixels } from "../../src/trace_frame/time_axis";

const RANGE = { start: 20, stop: 22 };

test("the ends of the range stand at the gutters", () => {
  expect(toPixels(20, RANGE, 570)).toBe(56);
  expect(toPixels(22, RANGE, 570)).toBe(556);
});

test("a time out of sight has no place, and the gutters have no time", () => {
  expect(toPixels(19.99, RANGE, 570)).toBeNull();
  expect(toPixels(1, { start: 1, stop: 1 }, 570)).toBeNull();
  expect(fromPixels(55, RANGE, 570)).toBeNull();
  expect(fromPixels(557, RANGE, 570)).toBeNull();
});

test("a place and its time belong together", () => {
  const x = toPixels(21.25, RANGE, 570);
  expect(x === null ? null : fromPixels(x, RANGE, 570)).toBeCloseTo(21.25, 12);
});

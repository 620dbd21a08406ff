import { describe, expect, test } from "vitest";
import { timeTicks } from "../../src/shared/ticks";

const seconds = (start: number, stop: number, widthPx: number, leastSpacingPx?: number): number[] =>
  timeTicks(start, stop, widthPx, leastSpacingPx).map((tick) => tick.seconds);
const labels = (start: number, stop: number, widthPx: number): string[] =>
  timeTicks(start, stop, widthPx).map((tick) => tick.label);

describe("places", () => {
  test("a whole recording has ticks at round seconds, ends included", () => {
    expect(seconds(0, 35, 600)).toEqual([0, 5, 10, 15, 20, 25, 30, 35]);
  });

  test("a range that starts anywhere has ticks at whole multiples of the step", () => {
    expect(seconds(12.34, 14.1, 400)).toEqual([12.5, 13, 13.5, 14]);
  });

  test("a tenth is the number that a person would type", () => {
    expect(seconds(0, 0.5, 300)).toEqual([0, 0.1, 0.2, 0.3, 0.4, 0.5]);
  });

  test("a tick at an end that rounding has moved is kept", () => {
    expect(seconds(0.1 + 0.2, 0.7, 240)).toEqual([0.3, 0.4, 0.5, 0.6, 0.7]);
  });

  test("time before zero has ticks, and zero has no sign", () => {
    expect(seconds(-1, 1, 240)).toEqual([-1, -0.5, 0, 0.5, 1]);
    expect(Object.is(seconds(-0.4, 1, 240)[0], 0)).toBe(true);
  });

  test.each([0.0007, 0.031, 1, 9.99, 35, 777, 86_400])("over %s s steps are 1, 2 or 5, never closer than asked", (span) => {
    for (const width of [194, 260, 640, 1000]) {
      const [first = Number.NaN, second = Number.NaN] = seconds(0, span, width);
      const step = second - first;
      expect((step / span) * width).toBeGreaterThanOrEqual(60 * (1 - 1e-6));
      expect((step / span) * width).toBeLessThanOrEqual(60 * 2.5 * (1 + 1e-6));
      expect(["1", "2", "5"]).toContain(step.toExponential(6).replace(/\.?0*e.*/, ""));
    }
  });

  test("a wider plot of the same range has more ticks", () => {
    expect(seconds(0, 10, 1200).length).toBeGreaterThan(seconds(0, 10, 300).length);
  });

  test("a larger spacing gives fewer ticks", () => {
    expect(seconds(0, 10, 600, 100)).toEqual([0, 2, 4, 6, 8, 10]);
    expect(seconds(0, 10, 600, 300)).toEqual([0, 5, 10]);
  });

  test("a range between two ticks may hold none", () => {
    expect(seconds(1.1, 1.19, 40)).toEqual([]);
  });
});

describe("labels", () => {
  test("have as many decimals as the step needs", () => {
    expect(labels(0, 1, 240)).toEqual(["0.0", "0.5", "1.0"]);
    expect(labels(20, 20.1, 200)).toEqual(["20.00", "20.05", "20.10"]);
    expect(labels(0, 20, 240)).toEqual(["0", "5", "10", "15", "20"]);
  });

  test("have thin spaces and a true minus", () => {
    expect(labels(-1000, 1000, 130)).toEqual(["\u22121\u2009000", "0", "1\u2009000"]);
  });
});

test.each([
  ["empty", 3, 3, 400],
  ["reversed", 4, 3, 400],
  ["not a number", Number.NaN, 3, 400],
  ["infinite", 0, Number.POSITIVE_INFINITY, 400],
  ["shorter than a nanosecond", 0, 1e-12, 400],
  ["without width", 0, 1, 0],
  ["of unknown width", 0, 1, Number.NaN],
])("a range that is %s has no ticks", (_, start, stop, widthPx) => {
  expect(timeTicks(start, stop, widthPx)).toEqual([]);
});

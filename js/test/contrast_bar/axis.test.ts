import { expect, test } from "vitest";
import type { ContrastState, HistogramState } from "../../src/contract";
import { axisOf, clippedShares, curveAt, gammaAt, keyStep, moved, toDistance, toX } from "../../src/contrast_bar/axis";
import { gripAt, pressed } from "../../src/contrast_bar/histogram";

const look: ContrastState = { value_min: 140, value_max: 340, color_lut: "Gray", gamma: 1 };
const histogram: HistogramState = { start: 100, step: 1, counts: Array<number>(300).fill(10), below: 0, above: 0, is_whole: true };
const axis = axisOf(histogram, look, 316, 8);

test("the axis holds all counts and both limits", () => {
  expect([axis.low, axis.high, toX(axis, 100), toX(axis, 400), toDistance(axis, 30)]).toEqual([100, 400, 8, 308, 30]);
  const wider = axisOf(histogram, { ...look, value_min: 0, value_max: 65_535 }, 316, 8);
  expect([wider.low, wider.high]).toEqual([0, 65_535]);
  expect(axisOf(null, { ...look, value_max: 140 }, 316, 8)).toMatchObject({ low: 140, high: 141 });
});

test("limits move by whole numbers, stay on the axis and never cross", () => {
  expect(moved(axis, look, "min", 10.4).value_min).toBe(150);
  expect(moved(axis, look, "min", -999).value_min).toBe(100);
  expect(moved(axis, look, "min", 999).value_min).toBe(339);
  expect(moved(axis, look, "max", -999).value_max).toBe(141);
  expect(moved(axis, look, "max", 999).value_max).toBe(400);
  expect(moved(axis, look, "both", 999)).toMatchObject({ value_min: 200, value_max: 400 });
  expect(moved(axis, look, "both", -999)).toMatchObject({ value_min: 100, value_max: 300 });
});

test("of an image of one value the limits may stay equal", () => {
  const flat = { ...look, value_min: 140, value_max: 140 };
  const there = axisOf(null, flat, 316, 8);
  expect(moved(there, flat, "min", 5)).toMatchObject({ value_min: 140, value_max: 140 });
  expect(moved(there, flat, "max", 5)).toMatchObject({ value_min: 140, value_max: 141 });
});

test("fractions are allowed where the pixels have some", () => {
  const fine = axisOf({ ...histogram, start: 0, step: 1 / 300, is_whole: false }, { ...look, value_min: 0.2, value_max: 0.8 }, 316, 8);
  expect(moved(fine, { ...look, value_min: 0.2, value_max: 0.8 }, "min", 0.0321).value_min).toBeCloseTo(0.2321, 6);
  expect([keyStep(fine, false), keyStep(fine, true)]).toEqual([0.01, 0.001]);
  expect([keyStep(axis, false), keyStep(axis, true)]).toEqual([3, 1]);
});

test("the dot is where the curve passes half way", () => {
  for (const gamma of [0.25, 0.5, 1, 2]) expect(gammaAt(curveAt(0.5, gamma))).toBeCloseTo(gamma, 2);
  expect([gammaAt(1), gammaAt(0)]).toEqual([0.1, 10]);
});

test("what lies beyond the limits is told in shares of all pixels", () => {
  expect(clippedShares(histogram, look)).toEqual({ dark: 400 / 3000, bright: 590 / 3000 });
  const tails = { ...histogram, below: 500, above: 500 };
  expect(clippedShares(tails, { ...look, value_min: 50, value_max: 400 })).toEqual({ dark: 0, bright: 0 });
  expect(clippedShares(tails, { ...look, value_min: 100, value_max: 399 })).toEqual({ dark: 500 / 4000, bright: 500 / 4000 });
  expect(clippedShares({ ...histogram, counts: [] }, look)).toEqual({ dark: 0, bright: 0 });
});

test("a press takes hold of what is nearest", () => {
  const dot = { x: 150, y: 40 };
  const at = (x: number, y = 70) => gripAt({ x, y }, 50, 250, dot);
  expect([at(44), at(57), at(243), at(150), at(150, 45), at(20), at(290)]).toEqual(["min", "min", "max", "both", "gamma", null, null]);
  expect([gripAt({ x: 98, y: 0 }, 100, 100, dot), gripAt({ x: 102, y: 0 }, 100, 100, dot)]).toEqual(["min", "max"]);
});

test("keys move a handle; other keys mean nothing there", () => {
  expect(pressed(axis, look, "min", "ArrowRight", false)?.value_min).toBe(143);
  expect(pressed(axis, look, "min", "ArrowRight", true)?.value_min).toBe(141);
  expect(pressed(axis, look, "max", "PageDown", false)?.value_max).toBe(310);
  expect(pressed(axis, look, "min", "Home", false)?.value_min).toBe(100);
  expect(pressed(axis, look, "min", "End", false)?.value_min).toBe(339);
  expect(pressed(axis, look, "gamma", "ArrowUp", false)?.gamma).toBe(1.05);
  expect(pressed(axis, look, "gamma", "Home", false)?.gamma).toBe(0.1);
  expect(pressed(axis, look, "min", "a", false)).toBeNull();
});

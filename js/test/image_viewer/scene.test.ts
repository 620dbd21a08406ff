import { expect, test } from "vitest";
import { brightness } from "../../src/image_viewer/plain";
import { placed, taps } from "../../src/image_viewer/scene";
import { LUT_NAMES, lutBytes } from "../../src/image_viewer/luts";
import { image, plot } from "./fixtures";

const tile = { rows: 125, columns: 20, values: new Uint16Array(125 * 20), isRough: false };

test("a tile in view is where its lines are", () => {
  const found = placed(tile, { level: 3, index: 0 }, image, plot);
  expect(found?.place).toEqual({ left: 0, right: 1, top: 0, bottom: 1 });
  expect([found?.rows, found?.columns]).toEqual([[0, 125], [0, 20]]);
});

test("of a tile that is partly in view only that part is drawn", () => {
  const view = { ...plot, time: { start: 1, stop: 2 }, position: { start: 5, stop: 15 } };
  const found = placed(tile, { level: 0, index: 1 }, image, view);
  expect(found?.rows[0]).toBe(0);
  expect(found?.rows[1]).toBeCloseTo(72, 9);
  expect(found?.place.left).toBeCloseTo(0.28, 9);
  expect(found?.place.top).toBeCloseTo(0.5, 9); // the image ends at 10 µm
  expect(placed(tile, { level: 0, index: 3 }, image, view)).toBeNull();
});

test("values larger than a pixel are not smoothed", () => {
  expect([taps(0.1, 4), taps(1, 4), taps(1.5, 4), taps(90, 4)]).toEqual([1, 1, 2, 4]);
});

test("brightness follows limits and gamma, also where the limits are the same", () => {
  const contrast = { value_min: 100, value_max: 200, color_lut: "Gray", gamma: 2 };
  expect([50, 100, 150, 250].map((value) => brightness(value, contrast))).toEqual([0, 0, 0.25, 1]);
  const flat = { ...contrast, value_max: 100 };
  expect([99, 100, 101].map((value) => brightness(value, flat))).toEqual([0, 0, 1]);
});

test("there are eleven colour tables of 256 colours, the gray one being gray", () => {
  expect(LUT_NAMES).toHaveLength(11);
  for (const name of LUT_NAMES) expect(lutBytes(name)).toHaveLength(1024);
  expect([...lutBytes("Gray").slice(400, 404)]).toEqual([100, 100, 100, 255]);
  expect([...lutBytes("Inverted Gray").slice(0, 4)]).toEqual([255, 255, 255, 255]);
});

import { expect, test } from "vitest";
import { add, brightness, colourTable, paintColours, ValuePlane } from "../../src/image_viewer/plain";
import { addedTiles, placed, type Scene, taps } from "../../src/image_viewer/scene";
import { CLIPPED_COLOURS, LUT_NAMES, lutBytes } from "../../src/shared/luts";
import type { ContrastState } from "../../src/contract";
import type { Values } from "../../src/image_viewer/tile_store";
import { image, plot } from "./fixtures";

const tile = { rows: 125, columns: 20, values: new Uint16Array(125 * 20), isRough: false };

function paint(out: Uint32Array, scene: Scene, hasMarks = false): void {
  const values = scene.tiles[0]?.tile.values ?? new Uint8Array(0);
  paintColours(out, new ValuePlane().valuesOf(scene), colourTable(values, scene.contrast, hasMarks));
}

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
  expect([0.1, 1, 1.04, 1.5, 90].map((perPixel) => taps(perPixel, 4, {}))).toEqual([1, 1, 1, 2, 4]);
});

test("no value is left out where the brightest one counts, also where two tiles meet", () => {
  expect([0.1, 1, 1.04, 1.5].map((perPixel) => taps(perPixel, 4, { isBrightest: true }))).toEqual([1, 1, 3, 3]);
  const contrast = { value_min: 0, value_max: 200, color_lut: "Gray", gamma: 1 };
  const rows = 128;
  for (const width of [180, 201, 233, 256, 300]) {
    for (let streak = 0; streak < 2 * rows; streak += 1) {
      const tiles = [0, 1].map((index) => {
        const values = Uint8Array.from({ length: rows }, (_, row) => (index * rows + row === streak ? 200 : 0));
        const place = { left: index / 2, right: (index + 1) / 2, top: 0, bottom: 1 };
        return { tile: { rows, columns: 1, values, isRough: false }, place, rows: [0, rows] as const, columns: [0, 1] as const };
      });
      const out = new Uint32Array(width);
      paint(out, { width, height: 1, tiles, contrast, isBrightest: true });
      const bright = out.filter((colour) => (colour & 255) === 255).length;
      expect([width, streak, bright > 0 && bright <= 2]).toEqual([width, streak, true]);
    }
  }
});

test("of several values that a pixel covers the largest is shown, missing ones do not count", () => {
  const contrast = { value_min: 0, value_max: 200, color_lut: "Gray", gamma: 1 };
  const values = Float32Array.of(Number.NaN, 200, 0, 100, Number.NaN, Number.NaN);
  const whole = { rows: [0, 6] as const, columns: [0, 1] as const, place: { left: 0, right: 1, top: 0, bottom: 1 } };
  const tiles = [{ ...whole, tile: { rows: 6, columns: 1, values, isRough: false } }];
  const out = new Uint32Array(3);
  paint(out, { width: 3, height: 1, tiles, contrast, isBrightest: true });
  expect([...new Uint8Array(out.buffer)].filter((_, at) => at % 4 === 0 || at % 4 === 3)).toEqual([255, 255, 128, 255, 0, 0]);
});

test("brightness follows limits and gamma, also where the limits are the same", () => {
  const contrast = { value_min: 100, value_max: 200, color_lut: "Gray", gamma: 2 };
  expect([50, 100, 150, 250].map((value) => brightness(value, contrast))).toEqual([0, 0, 0.25, 1]);
  const flat = { ...contrast, value_max: 100 };
  expect([99, 100, 101].map((value) => brightness(value, flat))).toEqual([0, 0, 1]);
});

test("there are twelve colour tables of 256 colours, the gray one being gray", () => {
  expect(LUT_NAMES).toHaveLength(12);
  for (const name of LUT_NAMES) expect(lutBytes(name)).toHaveLength(1024);
  expect([...lutBytes("Gray").slice(400, 404)]).toEqual([100, 100, 100, 255]);
  expect([...lutBytes("Inverted Gray").slice(0, 4)]).toEqual([255, 255, 255, 255]);
});

test("Fire begins black and ends white, and the format's tables keep their colours", () => {
  const bytes = lutBytes("Fire");
  expect([[...bytes.slice(0, 3)], [...bytes.slice(1020, 1023)]]).toEqual([[0, 0, 0], [255, 255, 255]]);
  expect([...lutBytes("Green").slice(400, 403)]).toEqual([0, 100, 0]);
});

const [DARK, BRIGHT] = [[...CLIPPED_COLOURS.dark, 255], [...CLIPPED_COLOURS.bright, 255]];

/** Colours of values, four bytes each, painted without a graphics card. */
function painted(values: Values, contrast: ContrastState, hasMarks: boolean): number[][] {
  const out = new Uint32Array(values.length);
  const whole = { rows: [0, values.length] as const, columns: [0, 1] as const, place: { left: 0, right: 1, top: 0, bottom: 1 } };
  const made = { rows: values.length, columns: 1, values, isRough: false };
  const scene = { width: values.length, height: 1, tiles: [{ ...whole, tile: made }], contrast };
  paint(out, scene, hasMarks);
  const bytes = new Uint8Array(out.buffer);
  return Array.from(out, (_, at) => [...bytes.slice(4 * at, 4 * at + 4)]);
}

test.each([
  ["uint16", Uint16Array.of(50, 51, 204, 205)],
  ["int8", Int8Array.of(-103, -102, 51, 52)],
  ["float32", Float32Array.of(50.9, 51, 204, 204.1)],
])("values of type %s beyond the limits are marked, those on them are not", (_, values) => {
  const contrast = { value_min: values[1] ?? 0, value_max: values[2] ?? 0, color_lut: "Gray", gamma: 1 };
  const [black, white] = [[0, 0, 0, 255], [255, 255, 255, 255]];
  expect(painted(values, contrast, true)).toEqual([DARK, black, white, BRIGHT]);
  expect(painted(values, contrast, false)).toEqual([black, black, white, white]);
});

test("a missing value shows the ground, also over a coarser tile", () => {
  const contrast = { value_min: 0, value_max: 1, color_lut: "Gray", gamma: 1 };
  const [below, hole] = [Float32Array.of(1, 1), Float32Array.of(1, Number.NaN)];
  const tiles = [below, hole].map((values) => ({
    tile: { rows: 2, columns: 1, values, isRough: false },
    rows: [0, 2] as const,
    columns: [0, 1] as const,
    place: { left: 0, right: 1, top: 0, bottom: 1 },
  }));
  const out = new Uint32Array(2);
  paint(out, { width: 2, height: 1, tiles, contrast });
  expect([...out]).toEqual([0xffffffff, 0]);
});

test("another contrast shows the same values, another part of the image others", () => {
  const contrast = { value_min: 0, value_max: 2, color_lut: "Gray", gamma: 1 };
  const whole = { rows: [0, 2] as const, columns: [0, 1] as const, place: { left: 0, right: 1, top: 0, bottom: 1 } };
  const first = { ...whole, tile: { rows: 2, columns: 1, values: Uint8Array.of(1, 2), isRough: false } };
  const scene = { width: 2, height: 1, tiles: [first], contrast };
  const plane = new ValuePlane();
  const before = plane.valuesOf(scene);
  before[0] = 9; // told apart from values that are found again
  expect([...plane.valuesOf({ ...scene, contrast: { ...contrast, value_max: 5 }, hasClippedMarks: true })]).toEqual([9, 2]);
  expect([...plane.valuesOf({ ...scene, tiles: [{ ...first, rows: [1, 2] }] })]).toEqual([2, 2]);
  expect([...plane.valuesOf({ ...scene, width: 3, tiles: [] })]).toEqual([Number.NaN, Number.NaN, Number.NaN]);
});

test("the values of a tile that has come are found, those of the others are kept", () => {
  const half = (left: number, ...values: number[]) => ({
    tile: { rows: 2, columns: 1, values: Uint8Array.from(values), isRough: false },
    rows: [0, 2] as const,
    columns: [0, 1] as const,
    place: { left, right: left + 0.5, top: 0, bottom: 1 },
  });
  const [first, second] = [half(0, 1, 2), half(0.5, 3, 4)];
  const scene = { width: 4, height: 1, tiles: [second], contrast: { value_min: 0, value_max: 9, color_lut: "Gray", gamma: 1 } };
  const plane = new ValuePlane();
  const before = plane.valuesOf(scene);
  expect([...before]).toEqual([Number.NaN, Number.NaN, 3, 4]);
  before[3] = 9; // told apart from values that are found again
  expect([...plane.valuesOf({ ...scene, tiles: [first, second] })]).toEqual([1, 2, 3, 9]);
  expect([...plane.valuesOf({ ...scene, tiles: [first] })]).toEqual([1, 2, Number.NaN, Number.NaN]);
});

test("tiles that are added may lie over those that were there, not under them", () => {
  const tile = (left: number, right: number) => ({
    tile: { rows: 1, columns: 1, values: Uint8Array.of(1), isRough: false },
    rows: [0, 1] as const,
    columns: [0, 1] as const,
    place: { left, right, top: 0, bottom: 1 },
  });
  const contrast = { value_min: 0, value_max: 9, color_lut: "Gray", gamma: 1 };
  const scene = (...tiles: ReturnType<typeof tile>[]) => ({ width: 4, height: 1, tiles, contrast });
  const [coarse, fine, beside] = [tile(0, 1), tile(0, 0.5), tile(0.5, 1)];
  expect(addedTiles(scene(coarse), scene(coarse, fine))).toEqual([fine]);
  expect(addedTiles(scene(fine), scene(coarse, fine))).toBeNull();
  expect(addedTiles(scene(beside), scene(fine, beside))).toEqual([fine]);
  expect(addedTiles(scene(coarse), scene(coarse))).toEqual([]);
  expect(addedTiles(scene(coarse, fine), scene(fine))).toBeNull();
  expect(addedTiles(scene(coarse), { ...scene(coarse, fine), isBrightest: true })).toBeNull();
  expect(addedTiles(scene(coarse), scene(tile(0, 0.9)))).toBeNull();
});

test("pictures of channels are added, and stay white where that is too bright", () => {
  const sum = Uint8ClampedArray.of(100, 0, 200, 255);
  add(sum, Uint8ClampedArray.of(0, 50, 100, 255));
  expect([...sum]).toEqual([100, 50, 255, 255]);
});

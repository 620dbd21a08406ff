import { expect, test } from "vitest";
import { seenValue } from "../../src/image_viewer/pixel_value";
import { valueText } from "../../src/image_viewer/readout";
import type { Tile } from "../../src/image_viewer/tile_store";
import { image as small } from "./fixtures";

const image = { ...small, levels: 4, top_block: 10 };

const finest: Tile = { rows: 128, columns: 20, isRough: false, values: Uint16Array.from({ length: 128 * 20 }, (_, i) => i) };
/** The whole recording, ten lines in a row. */
const coarse: Tile = { rows: 100, columns: 20, isRough: false, values: Uint16Array.from({ length: 100 * 20 }, (_, i) => Math.floor(i / 20)) };

test("the finest tile that is here tells the value", () => {
  const both = ({ level, index }: { level: number; index: number }) => (level === 0 && index === 1 ? finest : level === 3 ? coarse : undefined);
  expect(seenValue(image, { line: 130, column: 4 }, both)).toEqual({ value: 44, level: 0, isExact: true });
  expect(seenValue(image, { line: 300, column: 4 }, both)).toEqual({ value: 30, level: 3, isExact: false });
  expect(seenValue(image, { line: 300, column: 4 }, () => undefined)).toBeNull();
});

test("a mean along the line, and a type that was made smaller, are not exact", () => {
  const halved = { ...image, columns: 40 };
  expect(seenValue(halved, { line: 0, column: 9 }, () => finest)).toEqual({ value: 4, level: 0, isExact: false });
  expect(seenValue({ ...image, value_kind: "float32" as const }, { line: 0, column: 9 }, () => finest)?.isExact).toBe(false);
});

test("what was taken from the values of a tile is added again", () => {
  const far: Tile = { rows: 1, columns: 20, isRough: false, values: Float32Array.from({ length: 20 }, (_, i) => i), offset: 4_000_000_000 };
  expect(seenValue(image, { line: 0, column: 7 }, () => far)?.value).toBe(4_000_000_007);
});

test("a number with more digits than a page can hold is written as it came", () => {
  expect(valueText({ value: "9007199254740993", level: null, isExact: true })).toBe("9007199254740993");
});

test("a missing value is missing", () => {
  const missing: Tile = { rows: 1, columns: 20, isRough: false, values: new Float32Array(20).fill(Number.NaN) };
  expect(seenValue(image, { line: 0, column: 0 }, () => missing)?.value).toBeNull();
});

test.each([
  [153, true, "153"],
  [153, false, "≈ 153"],
  [0.25, true, "0.2500"],
  [-12.3456, true, "−12.35"],
  [0.000123456, true, "0.0001235"],
  [0, true, "0"],
  [null, true, "–"],
])("%s, exact %s, is written %s", (value, isExact, text) => {
  expect(valueText({ value, level: 0, isExact }).replaceAll("\u2009", " ")).toBe(text);
});

test("nothing known is a dash", () => {
  expect(valueText(null)).toBe("–");
});

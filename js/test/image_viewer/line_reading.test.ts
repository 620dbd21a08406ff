import { expect, test } from "vitest";
import { lineFrom } from "../../src/image_viewer/drags";
import { alongDirection, lineReading } from "../../src/image_viewer/line_reading";
import { image, plot } from "./fixtures";

const ends = { row0: 100, col0: 18, row1: 200, col1: 2 };

test("a line tells duration, length and speed with its sign", () => {
  expect(lineReading(ends, { ...image, seconds_per_line: 0.001 })).toEqual(["Δt 100.0 ms", "Δx −8.00 µm", "−0.080 mm/s"]);
});

test.each([
  [false, false, ["Δt 100 lines", "Δx −16 px", "−0.160 px/line"]],
  [true, false, ["Δt 100 000.0 ms", "Δx −16 px", "−0.160 px/s"]],
  [false, true, ["Δt 100 lines", "Δx −16.00 µm", "−0.160 µm/line"]],
])("units are those that are known (time %s, position %s)", (is_time_known, is_space_known, words) => {
  const found = lineReading(ends, { seconds_per_line: 1, um_per_pixel: 1, is_time_known, is_space_known });
  expect(found.map((text) => text.replaceAll("\u2009", " "))).toEqual(words);
});

test("a line within one line of time has no speed", () => {
  expect(lineReading({ ...ends, row1: 100 }, image)[2]).toBe("– mm/s");
});

test("a place is moved onto the direction in which a line is held", () => {
  expect(alongDirection({ x: 10, y: 10 }, { x: 3, y: 0 }, { x: 50, y: 80 })).toEqual({ x: 50, y: 10 });
  expect(alongDirection({ x: 0, y: 0 }, { x: 1, y: 1 }, { x: 10, y: 0 })).toEqual({ x: 5, y: 5 });
  expect(alongDirection({ x: 0, y: 0 }, { x: 0, y: 0 }, { x: 7, y: 1 })).toEqual({ x: 7, y: 1 });
});

test("a line ends at the edge of the image and keeps its direction", () => {
  const start = { plot, at: { x: 500, y: 100 } };
  expect(lineFrom(start, { x: 600, y: 50 }, image)).toEqual({ row0: 500, col0: 10, row1: 600, col1: 15 });
  expect(lineFrom(start, { x: 700, y: -100 }, image)).toEqual({ row0: 500, col0: 10, row1: 600, col1: 19 });
  expect(lineFrom(start, { x: -500, y: 100 }, image)).toEqual({ row0: 500, col0: 10, row1: 0, col1: 10 });
});

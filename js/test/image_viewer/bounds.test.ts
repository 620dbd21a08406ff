import { expect, test } from "vitest";
import { drawnBounds, movedBounds, resizedBounds } from "../../src/image_viewer/bounds";

const size = { lines: 100, columns: 20 };
const bounds = { row_start: 10, row_stop: 30, col_start: 2, col_stop: 8 };

test("a rectangle is moved by whole samples", () => {
  expect(movedBounds(bounds, 4.6, -1.2, size)).toEqual({ row_start: 15, row_stop: 35, col_start: 1, col_stop: 7 });
});

test("a rectangle stops at the edge of the image and keeps its size", () => {
  expect(movedBounds(bounds, 900, -900, size)).toEqual({ row_start: 80, row_stop: 100, col_start: 0, col_stop: 6 });
});

test("a handle moves its own edges only", () => {
  expect(resizedBounds(bounds, { row: 1, col: 0 }, 5, 5, false, size)).toEqual({ ...bounds, row_stop: 35 });
  expect(resizedBounds(bounds, { row: -1, col: 1 }, 5, 5, false, size)).toEqual({ ...bounds, row_start: 15, col_stop: 13 });
});

test("with Shift the centre stays", () => {
  expect(resizedBounds(bounds, { row: 1, col: 0 }, 5, 0, true, size)).toEqual({ ...bounds, row_start: 5, row_stop: 35 });
});

test("a handle that passes the opposite edge turns the rectangle over", () => {
  expect(resizedBounds(bounds, { row: 1, col: 0 }, -25, 0, false, size)).toEqual({ ...bounds, row_start: 5, row_stop: 10 });
});

test("a rectangle never gets empty and never leaves the image", () => {
  expect(resizedBounds(bounds, { row: 1, col: 0 }, -20, 0, false, size)).toEqual({ ...bounds, row_stop: 11 });
  expect(drawnBounds({ start: -5, stop: 500 }, { start: 3.2, stop: 3.3 }, size)).toEqual({
    row_start: 0,
    row_stop: 100,
    col_start: 3,
    col_stop: 4,
  });
});

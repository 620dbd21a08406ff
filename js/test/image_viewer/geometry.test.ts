import { describe, expect, test } from "vitest";
import { fitted, type Plot, positionAt, timeAt, toX, toY, zoomed } from "../../src/image_viewer/geometry";

const plot: Plot = {
  box: { left: 56, top: 6, right: 1056, bottom: 196 },
  time: { start: 10, stop: 20 },
  position: { start: 0, stop: 38 },
};

test("time runs to the right and position upwards", () => {
  expect([toX(plot, 10), toX(plot, 20)]).toEqual([56, 1056]);
  expect([toY(plot, 0), toY(plot, 38)]).toEqual([196, 6]);
});

test("a place on the screen and back is the same", () => {
  expect(timeAt(plot, toX(plot, 13.37))).toBeCloseTo(13.37, 12);
  expect(positionAt(plot, toY(plot, 5.5))).toBeCloseTo(5.5, 12);
});

test("zooming keeps what is under the pointer", () => {
  const range = zoomed({ start: 10, stop: 20 }, 12, 0.5);
  expect(range).toEqual({ start: 11, stop: 16 });
});

describe("a range in a recording", () => {
  const whole = { start: 0, stop: 35 };

  test.each([
    ["inside stays", { start: 3, stop: 5 }, { start: 3, stop: 5 }],
    ["before the start is moved", { start: -3, stop: 1 }, { start: 0, stop: 4 }],
    ["past the end is moved", { start: 34, stop: 40 }, { start: 29, stop: 35 }],
    ["longer than the whole becomes the whole", { start: -50, stop: 60 }, whole],
    ["too short grows around its centre", { start: 10, stop: 10.01 }, { start: 9.505, stop: 10.505 }],
  ])("%s", (_, range, expected) => {
    const found = fitted(range, whole, 1);
    expect(found.start).toBeCloseTo(expected.start, 9);
    expect(found.stop).toBeCloseTo(expected.stop, 9);
  });
});

import { expect, test } from "vitest";
import { pinched } from "../../src/image_viewer/pinch";
import { plot } from "./fixtures";

test("fingers that move apart along time zoom time only, around what is between them", () => {
  const { time, position } = pinched(plot, [{ x: 400, y: 100 }, { x: 600, y: 110 }], [{ x: 300, y: 100 }, { x: 700, y: 110 }]);
  expect((time.start + time.stop) / 2).toBeCloseTo(5);
  expect(time.stop - time.start).toBeCloseTo(10 / 2, 2);
  expect(position).toEqual(plot.position);
});

test("clearly diagonal fingers zoom both directions, each by itself", () => {
  const { time, position } = pinched(plot, [{ x: 450, y: 50 }, { x: 550, y: 150 }], [{ x: 400, y: 0 }, { x: 600, y: 200 }]);
  expect(time).toEqual({ start: 2.5, stop: 7.5 });
  expect(position).toEqual({ start: 2.5, stop: 7.5 });
});

test("fingers that move together pan", () => {
  const { time, position } = pinched(plot, [{ x: 400, y: 100 }, { x: 600, y: 100 }], [{ x: 500, y: 120 }, { x: 700, y: 120 }]);
  expect(time).toEqual({ start: -1, stop: 9 });
  expect(position).toEqual({ start: 1, stop: 11 });
});

import { expect, test } from "vitest";
import { notchesOf } from "../../src/image_viewer/drags";

test("turns of the wheel that a slow page gets as one event all count", () => {
  expect(notchesOf({ deltaX: 0, deltaY: -100, deltaMode: 0 })).toBe(-1);
  expect(notchesOf({ deltaX: 0, deltaY: -800, deltaMode: 0 })).toBe(-8);
});

test("an event that no hand can make is limited", () => {
  expect(notchesOf({ deltaX: 0, deltaY: 1e6, deltaMode: 0 })).toBe(12);
});

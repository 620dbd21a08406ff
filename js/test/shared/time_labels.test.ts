import { expect, test } from "vitest";
import { placedTicks } from "../../src/shared/time_labels";

test("all labels of an axis have the same number of decimals", () => {
  const labels = placedTicks(20.9, 22.3, 56, 700).map(({ label }) => label);
  expect(labels).toContain("21.0");
  expect(new Set(labels.map((label) => label.split(".")[1]?.length))).toEqual(new Set([1]));
});

test("a label that would reach into the name of the axis has no room", () => {
  const [first, second] = placedTicks(20, 22, 56, 700);
  expect([first?.x, first?.hasRoom, second?.hasRoom]).toEqual([56, false, true]);
});

import { expect, test } from "vitest";
import { saveAllLabel, stepTitle } from "../../src/save_bar/words";

test("a tooltip names the step and its key", () => {
  expect(stepTitle("Undo", "Move ROI 1", "Ctrl Z")).toBe("Undo: Move ROI 1 (Ctrl Z)");
  expect(stepTitle("Redo", "", "Ctrl Shift Z")).toBe("Redo (Ctrl Shift Z)");
});

test("save all counts what is unsaved", () => {
  expect([saveAllLabel(0), saveAllLabel(3)]).toEqual(["Save all", "Save all 3"]);
});

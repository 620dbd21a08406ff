import { expect, test } from "vitest";
import { calibrationHint } from "../../src/image_viewer/calibration";

test("a hint names what is not known, and how to set just that", () => {
  expect(calibrationHint({ is_time_known: true, is_space_known: true })).toBe("");
  expect(calibrationHint({ is_time_known: true, is_space_known: false })).toMatch(/^No size .*update_calibration\(um_per_pixel=0.25\)\.$/);
  expect(calibrationHint({ is_time_known: false, is_space_known: false })).toContain("Axes count lines and pixels");
});

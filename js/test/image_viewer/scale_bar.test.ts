import { expect, test } from "vitest";
import { scaleBar } from "../../src/image_viewer/scale_bar";
import { image, plot } from "./fixtures";

const uncalibrated = { ...image, seconds_per_line: 1, um_per_pixel: 1, is_time_known: false, is_space_known: false };

test("the arms are the longest round lengths that fit", () => {
  expect(scaleBar(image, plot)).toMatchObject({ time: { px: 50, label: "500 ms" }, position: { px: 40, label: "2 µm" } });
});

test.each([
  [{ start: 0, stop: 1000 }, "50 s"],
  [{ start: 0, stop: 0.1 }, "5 ms"],
  [{ start: 0, stop: 0.001 }, "50 µs"],
])("time %o is measured in %s", (time, label) => {
  expect(scaleBar(image, { ...plot, time })?.time.label).toBe(label);
});

test.each([
  [{ start: 0, stop: 20_000 }, "5 mm"],
  [{ start: 0, stop: 1 }, "200 nm"],
])("position %o is measured in %s", (position, label) => {
  expect(scaleBar(image, { ...plot, position })?.position.label).toBe(label);
});

test("without calibration lines and pixels are counted", () => {
  const bar = scaleBar(uncalibrated, { ...plot, time: { start: 0, stop: 1000 }, position: { start: 0, stop: 20 } });
  expect([bar?.time.label, bar?.position.label]).toEqual(["50 lines", "5 px"]);
});

test("there is none where less than one line fits, or no room is", () => {
  expect(scaleBar(uncalibrated, { ...plot, time: { start: 0, stop: 4 } })).toBeNull();
  expect(scaleBar(image, { ...plot, box: { ...plot.box, right: 200 } })).toBeNull();
  expect(scaleBar(image, { ...plot, box: { ...plot.box, bottom: 90 } })).toBeNull();
});

import { expect, test } from "vitest";
import type { OverlayState } from "../../src/contract";
import { overlayPath } from "../../src/image_viewer/result_overlays";
import { image, plot } from "./fixtures";

const edge: OverlayState = { name: "left edge", rows: [0, 10, 20, 30], cols: [4, null, 5, 6], style: "line", is_stale: false };

test("a line goes through the middles of its pixels and breaks where there is no point", () => {
  expect(overlayPath(edge, image, plot)).toBe("M0.0 155.0M20.0 145.0L30.0 135.0");
});

test("points stand alone", () => {
  expect(overlayPath({ ...edge, style: "points" }, image, plot)).toBe("M0.0 155.0h2M20.0 145.0h2M30.0 135.0h2");
});

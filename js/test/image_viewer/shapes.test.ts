import { describe, expect, test } from "vitest";
import type { RoiState } from "../../src/contract";
import type { Plot } from "../../src/image_viewer/geometry";
import { type Draft, hitOf, type RectShape, type RoiShape, shapesOf } from "../../src/image_viewer/shapes";
import { image, plot, rect } from "./fixtures";

const NONE: ReadonlyMap<number, Draft> = new Map();
const small = rect(2, [400, 600, 5, 15], "stall");
const whole = rect(1, [0, 1000, 0, 20], "vessel");
const line: RoiState = { roi_id: 3, kind: "line", bounds: [100, 2, 200, 18], name: "", is_locked: false };

function shapes(rois: RoiState[], selected: number | null, at: Plot = plot, drafts = NONE): RoiShape[] {
  return shapesOf(rois, selected, drafts, image, at, (text) => text.length * 6);
}

function rectShape(roi: RoiState, selected: number | null, at: Plot = plot): RectShape {
  const found = shapes([roi], selected, at)[0];
  if (found?.kind !== "rect") throw new Error("no rectangle");
  return found;
}

const zoomedIn: Plot = { ...plot, time: { start: 4.5, stop: 5.5 }, position: { start: 4, stop: 6 } };

describe("a rectangle", () => {
  test("is where its samples are", () => {
    expect(rectShape(small, null).rect).toEqual({ left: 400, right: 600, top: 50, bottom: 150 });
  });

  test("has eight handles when it is selected, and none when it is not or is locked", () => {
    expect(rectShape(small, 2).handles).toHaveLength(8);
    expect(rectShape(small, 1).handles).toHaveLength(0);
    expect(rectShape({ ...small, is_locked: true }, 2).handles).toHaveLength(0);
  });

  test("has a chevron for each edge beyond the view, and no handles there", () => {
    const shape = rectShape(small, 2, { ...plot, time: { start: 5, stop: 7 } });
    expect(shape.chevrons.map(({ grip }) => grip)).toEqual([{ row: -1, col: 0 }]);
    expect(shape.handles.every(({ grip }) => grip.row >= 0)).toBe(true);
    expect(rectShape(small, 2, zoomedIn).chevrons).toHaveLength(4);
  });

  test("out of view has only the chevron towards it", () => {
    const shape = rectShape(small, 2, { ...plot, time: { start: 7, stop: 9 } });
    expect(shape.chevrons.map(({ grip }) => grip)).toEqual([{ row: -1, col: 0 }]);
    expect([shape.handles.length, shape.label]).toEqual([0, null]);
  });

  test("is drawn where the user has dragged it, before Python has answered", () => {
    const bounds = { row_start: 0, row_stop: 100, col_start: 0, col_stop: 10 };
    const drafts = new Map<number, Draft>([
      [2, { kind: "rect", roi_id: 2, bounds, isWaiting: true }],
      [-1, { kind: "rect", roi_id: -1, bounds, isWaiting: false }],
    ]);
    const found = shapes([small], 2, plot, drafts);
    expect(found.map((shape) => [shape.roi_id, shape.isWaiting])).toEqual([[2, true], [-1, false]]);
  });
});

describe("labels", () => {
  test("have number and name, and do not cover each other", () => {
    const [first, second] = shapes([rect(1, [0, 500, 0, 20], "a"), rect(2, [0, 300, 0, 20], "b")], null);
    expect([first?.label?.text, second?.label?.text]).toEqual(["1 a", "2 b"]);
    expect(second?.label?.top).toBeGreaterThanOrEqual(first?.label?.bottom ?? 0);
  });
});

describe("what is under the pointer", () => {
  const all = shapes([whole, small, line], 2);

  test.each([
    ["a handle of the selected rectangle", { x: 600, y: 100 }, { kind: "handle", roi_id: 2, grip: { row: 1, col: 0 } }],
    ["an edge", { x: 450, y: 51 }, { kind: "edge", roi_id: 2 }],
    ["a label", { x: 410, y: 60 }, { kind: "edge", roi_id: 2 }],
    ["the smallest interior", { x: 500, y: 100 }, { kind: "inside", roi_id: 2 }],
    ["the interior around it", { x: 800, y: 100 }, { kind: "inside", roi_id: 1 }],
    ["a line", { x: 150, y: 95 }, { kind: "edge", roi_id: 3 }],
  ])("is %s", (_, at, expected) => {
    expect(hitOf(all, at)).toEqual(expected);
  });

  test("is the ground where there is no region", () => {
    expect(hitOf(shapes([small], null), { x: 100, y: 100 })).toEqual({ kind: "ground" });
  });

  test("is a chevron to an edge beyond the view", () => {
    const found = shapes([small], 2, { ...plot, time: { start: 5, stop: 7 } });
    expect(hitOf(found, { x: 11, y: 100 })).toEqual({ kind: "chevron", roi_id: 2, grip: { row: -1, col: 0 } });
  });
});

import { describe, expect, test } from "vitest";
import type { EventMark } from "../../src/contract";
import type { Range } from "../../src/image_viewer/geometry";
import { draggedWindow, eventX, overviewHit, wholePlot, windowOn } from "../../src/image_viewer/overview_shapes";
import { image } from "./fixtures";

const whole = wholePlot(image, 1070); // a thousand pixels between the gutters for ten seconds
const shown: Range = { start: 4, stop: 6 };
const event: EventMark = { roi_id: 1, event_id: 5, start_s: 1, stop_s: 3, shape: "fall", review: "accepted" };
const hit = (x: number, y: number, time = shown) => overviewHit({ x, y }, whole, time, [event]);

test("the strip has the gutters of all plots of time", () => {
  expect([whole.box.left, whole.box.right]).toEqual([56, 1056]);
  expect(windowOn(whole, shown)).toEqual({ left: 456, right: 656 });
});

test("a short window is wide enough to be taken, also at the end", () => {
  expect(windowOn(whole, { start: 5, stop: 5.01 })).toEqual({ left: 556, right: 564 });
  expect(windowOn(whole, { start: 9.99, stop: 10 })).toEqual({ left: 1048, right: 1056 });
});

describe("under the pointer is", () => {
  test.each([
    ["the window", 556, 28, { kind: "window" }],
    ["its first grip", 453, 28, { kind: "grip", edge: "start" }],
    ["its last grip", 657, 28, { kind: "grip", edge: "stop" }],
    ["the strip", 300, 28, { kind: "strip" }],
    ["nothing in the gutter", 20, 28, { kind: "nothing" }],
    ["nothing below", 300, 60, { kind: "nothing" }],
    ["an event above its middle", 259, 6, { kind: "event", event }],
    ["nothing beside the events", 500, 6, { kind: "nothing" }],
  ])("%s", (_, x, y, expected) => {
    expect(hit(x, y)).toEqual(expected);
  });

  test("the middle of a short window is still the window", () => {
    expect(hit(560, 28, { start: 5, stop: 5.01 })).toEqual({ kind: "window" });
  });
});

test("an event stands over its middle", () => {
  expect(eventX(whole, event)).toBe(256);
});

test.each([
  ["the window moves", { kind: "window" }, 5, 7, { start: 6, stop: 8 }],
  ["a grip moves its edge", { kind: "grip", edge: "start" }, 4, 3, { start: 3, stop: 6 }],
  ["a grip that is drawn past the other edge turns the window over", { kind: "grip", edge: "start" }, 4, 8, { start: 6, stop: 8 }],
  ["a drag beside the window makes a new one", { kind: "strip" }, 9, 7, { start: 7, stop: 9 }],
] as const)("%s", (_, held, from, to, expected) => {
  expect(draggedWindow(held, shown, from, to)).toEqual(expected);
});

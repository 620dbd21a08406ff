import type { EventMark, ImageState } from "../contract";
import { between, type Plot, type Point, type Range, shifted, toX } from "./geometry";
import { wholePosition, wholeTime } from "./recording";

export const GUTTER_LEFT = 56;
export const GUTTER_RIGHT = 14;
export const OVERVIEW_HEIGHT = 64;
/** Height of the marks of events above the strip. */
export const EVENT_Y = 6;

const STRIP = { top: 14, bottom: 42 } as const;
const LEAST_WINDOW_PX = 8;
const GRIP_PX = 6;
const EVENT_REACH_PX = 7;
const EVENT_BAND_PX = 12;
const STRIP_MARGIN_PX = 2;
const REGIONS_PX = 9;

/** Place of the window on the strip; a short one is wide enough to be seen and taken. */
export interface Window {
  readonly left: number;
  readonly right: number;
}

export type OverviewHit =
  | { readonly kind: "event"; readonly event: EventMark }
  | { readonly kind: "grip"; readonly edge: "start" | "stop" }
  | { readonly kind: "window" }
  | { readonly kind: "strip" }
  | { readonly kind: "nothing" };

/** Part of the overview that can be dragged. */
export type Held = Extract<OverviewHit, { kind: "grip" | "window" | "strip" }>;

/** The whole recording on a strip of a width that holds the same gutters as all plots of time. */
export function wholePlot(image: ImageState, width: number): Plot {
  const box = { left: GUTTER_LEFT, right: Math.max(width - GUTTER_RIGHT, GUTTER_LEFT), ...STRIP };
  return { box, time: wholeTime(image), position: wholePosition(image) };
}

export function windowOn(whole: Plot, time: Range): Window {
  const { left: first, right: last } = whole.box;
  const left = Math.max(toX(whole, time.start), first);
  const right = Math.min(Math.max(toX(whole, time.stop), left + LEAST_WINDOW_PX), last);
  return { left: Math.min(left, Math.max(right - LEAST_WINDOW_PX, first)), right };
}

export function eventX(whole: Plot, { start_s, stop_s }: Pick<EventMark, "start_s" | "stop_s">): number {
  return toX(whole, (start_s + stop_s) / 2);
}

/** What is under the pointer. */
export function overviewHit(at: Point, whole: Plot, time: Range, events: readonly EventMark[]): OverviewHit {
  const { box } = whole;
  if (at.y < EVENT_BAND_PX) {
    const event = nearest(at.x, whole, events);
    return event ? { kind: "event", event } : { kind: "nothing" };
  }
  const isOnStrip = at.y <= box.bottom + REGIONS_PX && at.x >= box.left - GRIP_PX && at.x <= box.right + GRIP_PX;
  if (!isOnStrip) return { kind: "nothing" };
  const { left, right } = windowOn(whole, time);
  const inside = Math.min(GRIP_PX, (right - left) / 4);
  if (at.x >= left - GRIP_PX && at.x <= left + inside) return { kind: "grip", edge: "start" };
  if (at.x >= right - inside && at.x <= right + GRIP_PX) return { kind: "grip", edge: "stop" };
  if (at.x < box.left - STRIP_MARGIN_PX || at.x > box.right + STRIP_MARGIN_PX) return { kind: "nothing" };
  return { kind: at.x > left && at.x < right ? "window" : "strip" };
}

function nearest(x: number, whole: Plot, events: readonly EventMark[]): EventMark | null {
  const distance = (event: EventMark) => Math.abs(eventX(whole, event) - x);
  const found = events.reduce<EventMark | null>((best, event) => (best && distance(best) <= distance(event) ? best : event), null);
  return found && distance(found) <= EVENT_REACH_PX ? found : null;
}

/** The window after something was dragged from one time to another; `before` is the window when the drag began. */
export function draggedWindow(held: Held, before: Range, from: number, to: number): Range {
  switch (held.kind) {
    case "window":
      return shifted(before, to - from);
    case "grip":
      return held.edge === "start" ? between(before.start + to - from, before.stop) : between(before.start, before.stop + to - from);
    case "strip":
      return between(from, to);
  }
}

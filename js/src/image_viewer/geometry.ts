/** Where times and positions are on the screen: time runs to the right, position upwards. */

/** A range of times, positions or lines; it goes upwards. */
export interface Range {
  readonly start: number;
  readonly stop: number;
}

/** Place of the image inside the plot, in CSS pixels. */
export interface Box {
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

/** What is shown where. */
export interface Plot {
  readonly box: Box;
  readonly time: Range;
  readonly position: Range;
}

export interface Point {
  readonly x: number;
  readonly y: number;
}

export const span = (range: Range): number => range.stop - range.start;
export const widthOf = (box: Box): number => box.right - box.left;
export const heightOf = (box: Box): number => box.bottom - box.top;

/** Whether there is room for a pixel. */
export const hasRoom = (box: Box): boolean => widthOf(box) >= 1 && heightOf(box) >= 1;

export function toX({ box, time }: Plot, seconds: number): number {
  return box.left + ((seconds - time.start) / span(time)) * widthOf(box);
}

export function toY({ box, position }: Plot, at: number): number {
  return box.bottom - ((at - position.start) / span(position)) * heightOf(box);
}

export function timeAt({ box, time }: Plot, x: number): number {
  return time.start + ((x - box.left) / widthOf(box)) * span(time);
}

export function positionAt({ box, position }: Plot, y: number): number {
  return position.start + ((box.bottom - y) / heightOf(box)) * span(position);
}

export function isInside(box: Box, { x, y }: Point): boolean {
  return x >= box.left && x <= box.right && y >= box.top && y <= box.bottom;
}

/** Shrink or grow a range by a factor; what is `at` stays where it is. */
export function zoomed(range: Range, at: number, factor: number): Range {
  return { start: at - (at - range.start) * factor, stop: at + (range.stop - at) * factor };
}

export function shifted(range: Range, by: number): Range {
  return { start: range.start + by, stop: range.stop + by };
}

/** Move a range into a whole, shrunk or grown around its centre where it is longer than the whole or shorter than allowed. */
export function fitted(range: Range, whole: Range, least: number): Range {
  const length = Math.min(Math.max(span(range), least), span(whole));
  const start = (range.start + range.stop - length) / 2;
  const inside = Math.min(Math.max(start, whole.start), whole.stop - length);
  return { start: inside, stop: inside + length };
}

/** The range between two places, whichever comes first. */
export function between(a: number, b: number): Range {
  return { start: Math.min(a, b), stop: Math.max(a, b) };
}

export function isSame(a: Range, b: Range): boolean {
  return a.start === b.start && a.stop === b.stop;
}

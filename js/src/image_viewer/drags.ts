import type { ImageState } from "../contract";
import { type Bounds, drawnBounds } from "./bounds";
import { between, type Box, heightOf, type Plot, type Point, positionAt, span, timeAt, widthOf } from "./geometry";
import type { Ends } from "./line_reading";

/** A slow page gets several turns of the wheel as one event; more than so many come from no hand. */
const MOST_NOTCHES = 12;
const GRAB_OUTSIDE_PX = 6;

/** Place at which a drag began, and what was on the screen then. */
export interface Beginning {
  readonly at: Point;
  readonly plot: Plot;
}

/** Notches of a wheel, forwards negative; touch pads give parts of one. */
export function notchesOf(event: Pick<WheelEvent, "deltaX" | "deltaY" | "deltaMode">): number {
  const delta = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
  const perNotch = event.deltaMode === 0 ? 100 : event.deltaMode === 1 ? 3 : 1;
  return Math.min(Math.max(delta / perNotch, -MOST_NOTCHES), MOST_NOTCHES);
}

/** Lines and pixels from where a drag began. */
export function samplesBetween({ at: from, plot }: Beginning, to: Point, image: ImageState): [rows: number, cols: number] {
  const seconds = ((to.x - from.x) / widthOf(plot.box)) * span(plot.time);
  const along = ((from.y - to.y) / heightOf(plot.box)) * span(plot.position);
  return [seconds / image.seconds_per_line, along / image.um_per_pixel];
}

/** The rectangle between where a drag began and a place. */
export function drawnFrom({ at: from, plot }: Beginning, to: Point, image: ImageState): Bounds {
  const row = (x: number) => timeAt(plot, x) / image.seconds_per_line;
  const col = (y: number) => positionAt(plot, y) / image.um_per_pixel;
  return drawnBounds(between(row(from.x), row(to.x)), between(col(from.y), col(to.y)), image);
}

/** Box between two places on the screen. */
export function boxBetween(a: Point, b: Point): Box {
  const x = between(a.x, b.x);
  const y = between(a.y, b.y);
  return { left: x.start, right: x.stop, top: y.start, bottom: y.stop };
}

/** A box with what lies so close around it that it can be taken. */
export function outset({ left, right, top, bottom }: Box): Box {
  const by = GRAB_OUTSIDE_PX;
  return { left: left - by, right: right + by, top: top - by, bottom: bottom + by };
}

export function distance(a: Point, b: Point): number {
  return Math.max(Math.abs(a.x - b.x), Math.abs(a.y - b.y));
}

/** All positions between where a drag began and a place. */
export function rangeFrom(start: Beginning, to: Point, image: ImageState): Bounds {
  return { ...drawnFrom(start, to, image), col_start: 0, col_stop: image.columns };
}

/** The line from where a drag began to a place; it ends at the edge of the image, in the same direction. */
export function lineFrom({ at: from, plot }: Beginning, to: Point, image: ImageState): Ends {
  const place = ({ x, y }: Point) => ({ row: timeAt(plot, x) / image.seconds_per_line, col: positionAt(plot, y) / image.um_per_pixel });
  const [a, b] = [place(from), place(to)];
  const share = Math.min(shareInside(a.row, b.row, image.lines), shareInside(a.col, b.col, image.columns));
  const sample = (start: number, stop: number, along: number, count: number) =>
    Math.min(Math.max(Math.floor(start + (stop - start) * along), 0), count - 1);
  return {
    row0: sample(a.row, b.row, 0, image.lines),
    col0: sample(a.col, b.col, 0, image.columns),
    row1: sample(a.row, b.row, share, image.lines),
    col1: sample(a.col, b.col, share, image.columns),
  };
}

/** Share of the way from `start` to `stop` that lies between 0 and `most`. */
function shareInside(start: number, stop: number, most: number): number {
  if (stop > most) return Math.max((most - start) / (stop - start), 0);
  return stop < 0 ? Math.max(start / (start - stop), 0) : 1;
}

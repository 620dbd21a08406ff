import type { ImageState } from "../contract";
import type { Range } from "./geometry";

/** Edges of a rectangle in lines and pixels, half open. */
export interface Bounds {
  readonly row_start: number;
  readonly row_stop: number;
  readonly col_start: number;
  readonly col_stop: number;
}

/** Which edges a handle moves: -1 the first, 1 the last, 0 neither. */
export interface Grip {
  readonly row: -1 | 0 | 1;
  readonly col: -1 | 0 | 1;
}

export type Size = Pick<ImageState, "lines" | "columns">;

export function wholeBounds({ lines, columns }: Size): Bounds {
  return { row_start: 0, row_stop: lines, col_start: 0, col_stop: columns };
}

/** Move a rectangle, at most to the edge of the image; its size stays. */
export function movedBounds(bounds: Bounds, rows: number, cols: number, size: Size): Bounds {
  const row = limited(Math.round(rows), -bounds.row_start, size.lines - bounds.row_stop);
  const col = limited(Math.round(cols), -bounds.col_start, size.columns - bounds.col_stop);
  return {
    row_start: bounds.row_start + row,
    row_stop: bounds.row_stop + row,
    col_start: bounds.col_start + col,
    col_stop: bounds.col_stop + col,
  };
}

/** Move the edges of one handle; with `keepsCentre` the opposite ones move the other way. */
export function resizedBounds(
  bounds: Bounds,
  grip: Grip,
  rows: number,
  cols: number,
  keepsCentre: boolean,
  size: Size,
): Bounds {
  const row = resized(bounds.row_start, bounds.row_stop, grip.row, Math.round(rows), keepsCentre, size.lines);
  const col = resized(bounds.col_start, bounds.col_stop, grip.col, Math.round(cols), keepsCentre, size.columns);
  return { row_start: row.start, row_stop: row.stop, col_start: col.start, col_stop: col.stop };
}

/** The rectangle between two corners, given as fractional rows and columns. */
export function drawnBounds(row: Range, col: Range, size: Size): Bounds {
  const rows = whole(row.start, row.stop, size.lines);
  const cols = whole(col.start, col.stop, size.columns);
  return { row_start: rows.start, row_stop: rows.stop, col_start: cols.start, col_stop: cols.stop };
}

export function isSameBounds(a: Bounds, b: Bounds): boolean {
  return (
    a.row_start === b.row_start && a.row_stop === b.row_stop && a.col_start === b.col_start && a.col_stop === b.col_stop
  );
}

function resized(start: number, stop: number, edge: -1 | 0 | 1, by: number, keepsCentre: boolean, most: number): Range {
  if (edge === 0) return { start, stop };
  const opposite = keepsCentre ? -by : 0;
  return edge > 0 ? whole(start + opposite, stop + by, most) : whole(start + by, stop + opposite, most);
}

/** Whole numbers inside the image, at least one apart, whichever comes first. */
function whole(a: number, b: number, most: number): Range {
  const low = limited(Math.round(Math.min(a, b)), 0, most - 1);
  return { start: low, stop: limited(Math.round(Math.max(a, b)), low + 1, most) };
}

function limited(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

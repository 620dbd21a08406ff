import type { ImageState } from "../contract";
import type { Range } from "./geometry";

const LEAST_LINES = 4;
const LEAST_COLUMNS = 2;

/** Whole duration of a recording. */
export function wholeTime(image: ImageState): Range {
  return { start: 0, stop: image.lines * image.seconds_per_line };
}

/** Whole length of the scanned line. */
export function wholePosition(image: ImageState): Range {
  return { start: 0, stop: image.columns * image.um_per_pixel };
}

/** Shortest stretch of time that can be shown. */
export function leastTime(image: ImageState): number {
  return Math.min(LEAST_LINES, image.lines) * image.seconds_per_line;
}

/** Shortest stretch of the line that can be shown. */
export function leastPosition(image: ImageState): number {
  return Math.min(LEAST_COLUMNS, image.columns) * image.um_per_pixel;
}

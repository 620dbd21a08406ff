/** Where the ticks of a time axis stand under a plot, and which of them have room for their label. */

import { timeTicks } from "./ticks";

const SPACING_PX = 78;
/** About half the width of a digit. */
const HALF_DIGIT_PX = 3.2;
/** How far a label may reach beyond the plot: not into the name of the axis, nor out of the page. */
const BEYOND_LEFT_PX = 4;
const BEYOND_RIGHT_PX = 13;

export interface PlacedTick {
  readonly x: number;
  readonly label: string;
  readonly hasRoom: boolean;
}

/** Ticks from `start` to `stop`, drawn between the pixels `left` and `right`. */
export function placedTicks(start: number, stop: number, left: number, right: number): PlacedTick[] {
  return timeTicks(start, stop, right - left, SPACING_PX).map(({ seconds, label }) => {
    const x = left + ((seconds - start) / (stop - start)) * (right - left);
    const half = label.length * HALF_DIGIT_PX;
    return { x, label, hasRoom: x - half >= left - BEYOND_LEFT_PX && x + half <= right + BEYOND_RIGHT_PX };
  });
}

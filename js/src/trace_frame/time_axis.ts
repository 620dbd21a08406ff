/** Where a time stands in a plot, whose gutters are the same in all plots of one time axis. */
export const GUTTER_LEFT = 56;
export const GUTTER_RIGHT = 14;

export interface TimeRange {
  readonly start: number;
  readonly stop: number;
}

/** Distance from the left edge of the plot; null when the time is out of sight. */
export function toPixels(seconds: number, range: TimeRange, width: number): number | null {
  const share = (seconds - range.start) / (range.stop - range.start);
  return share >= 0 && share <= 1 ? GUTTER_LEFT + share * (width - GUTTER_LEFT - GUTTER_RIGHT) : null;
}

/** Time at a distance from the left edge of the plot; null in the gutters. */
export function fromPixels(x: number, range: TimeRange, width: number): number | null {
  const share = (x - GUTTER_LEFT) / (width - GUTTER_LEFT - GUTTER_RIGHT);
  return share >= 0 && share <= 1 ? range.start + share * (range.stop - range.start) : null;
}

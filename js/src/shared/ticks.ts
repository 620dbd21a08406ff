/** Places and labels of the ticks on a time axis. */

import { formatNumber } from "./format";

/** One tick: where it stands, and what is written under it. */
export interface Tick {
  readonly seconds: number;
  readonly label: string;
}

/** Room for a label such as "1 234.56" and the gap to the next one. */
const LEAST_SPACING_PX = 60;
/** Shorter than anything a recording resolves. */
const SHORTEST_SPAN_S = 1e-9;
/** Share of a step by which an end of the range may miss a tick through rounding alone. */
const SLACK = 1e-6;

/**
 * Choose ticks for the range from `startSeconds` to `stopSeconds`, drawn over `widthPx` pixels.
 *
 * The step is the smallest of 1, 2, 5 times a power of ten that keeps ticks `leastSpacingPx` apart; ticks stand at whole
 * multiples of it, labelled with as many decimals as the step needs. A range or width that cannot be drawn has no ticks.
 */
export function timeTicks(
  startSeconds: number,
  stopSeconds: number,
  widthPx: number,
  leastSpacingPx: number = LEAST_SPACING_PX,
): Tick[] {
  const span = stopSeconds - startSeconds;
  if (!(span >= SHORTEST_SPAN_S && widthPx > 0) || !Number.isFinite(span)) {
    return [];
  }
  const { mantissa, exponent } = niceStep((span * leastSpacingPx) / widthPx);
  // A division by a whole power of ten gives the number nearest to the decimal one; 3 * 0.1 does not.
  const scale = 10 ** Math.abs(exponent);
  const atMultiple = (k: number): number => (exponent < 0 ? (k * mantissa) / scale : k * mantissa * scale);
  const step = atMultiple(1);
  const first = Math.ceil(startSeconds / step - SLACK);
  const count = Math.floor(stopSeconds / step + SLACK) - first + 1;
  return Array.from({ length: Math.max(0, count) }, (_, index) => {
    const seconds = atMultiple(first + index);
    return { seconds, label: formatNumber(seconds, Math.max(0, -exponent)) };
  });
}

/** The smallest 1, 2 or 5 times a power of ten that is not below `least`. */
function niceStep(least: number): { mantissa: number; exponent: number } {
  const exponent = Math.floor(Math.log10(least));
  const ratio = least / 10 ** exponent;
  const mantissa = [1, 2, 5].find((candidate) => candidate >= ratio * (1 - SLACK));
  return mantissa === undefined ? { mantissa: 1, exponent: exponent + 1 } : { mantissa, exponent };
}

import type { ContrastState, HistogramState } from "../contract";

/** Pixel values along the histogram, and where they are on the screen. */
export interface Axis {
  readonly low: number;
  readonly high: number;
  readonly left: number;
  readonly right: number;
  /** Whether pixels hold whole numbers only. */
  readonly isWhole: boolean;
}

export const LEAST_GAMMA = 0.1;
export const MOST_GAMMA = 10;
const KEY_STEPS = 100;

/** Axis that holds the histogram and both limits. */
export function axisOf(histogram: HistogramState | null, limits: ContrastState, width: number, margin: number): Axis {
  const { value_min, value_max } = limits;
  const from = histogram ? Math.min(histogram.start, value_min) : value_min;
  const to = histogram ? Math.max(histogram.start + histogram.step * histogram.counts.length, value_max) : value_max;
  const isWhole = histogram?.is_whole ?? (Number.isInteger(value_min) && Number.isInteger(value_max));
  return { low: from, high: to > from ? to : from + 1, left: margin, right: Math.max(width - margin, margin + 1), isWhole };
}

export function toX(axis: Axis, value: number): number {
  return axis.left + ((value - axis.low) / (axis.high - axis.low)) * (axis.right - axis.left);
}

/** Values for a distance on the screen. */
export function toDistance(axis: Axis, pixels: number): number {
  return (pixels / (axis.right - axis.left)) * (axis.high - axis.low);
}

/** How far an arrow key moves a limit; a fine step is the smallest that makes sense. */
export function keyStep(axis: Axis, isFine: boolean): number {
  const span = axis.high - axis.low;
  if (!axis.isWhole) return span / (isFine ? KEY_STEPS * 10 : KEY_STEPS);
  return isFine ? 1 : Math.max(Math.round(span / KEY_STEPS), 1);
}

/** Limits with one or both moved by a distance; they stay on the axis and never cross. */
export function moved(axis: Axis, from: ContrastState, grip: "min" | "max" | "both", by: number): ContrastState {
  const { value_min, value_max } = from;
  if (grip === "both") {
    const shift = clamp(snapped(axis, by), axis.low - value_min, axis.high - value_max);
    return { ...from, value_min: value_min + shift, value_max: value_max + shift };
  }
  const gap = axis.isWhole ? 1 : (axis.high - axis.low) / 1e4;
  if (grip === "min") {
    const most = Math.max(value_max - gap, axis.low);
    return { ...from, value_min: Math.min(clamp(snapped(axis, value_min + by), axis.low, most), value_max) };
  }
  const least = Math.min(value_min + gap, axis.high);
  return { ...from, value_max: Math.max(clamp(snapped(axis, value_max + by), least, axis.high), value_min) };
}

function snapped(axis: Axis, value: number): number {
  return axis.isWhole ? Math.round(value) : Number(value.toPrecision(6));
}

/** Gamma whose curve passes half way between the limits at a height from 0 to 1. */
export function gammaAt(height: number): number {
  return roundedGamma(Math.log(clamp(height, 1e-4, 1 - 1e-4)) / Math.log(0.5));
}

export function roundedGamma(gamma: number): number {
  return clamp(Number(gamma.toFixed(2)), LEAST_GAMMA, MOST_GAMMA);
}

/** Height of the curve at a share of the way from the darkest to the brightest value. */
export function curveAt(share: number, gamma: number): number {
  return clamp(share, 0, 1) ** gamma;
}

/** Shares of the pixels below the lower and above the upper limit; inside a step they are taken to be even. */
export function clippedShares(histogram: HistogramState, { value_min, value_max }: ContrastState): { dark: number; bright: number } {
  const total = histogram.counts.reduce((sum, count) => sum + count, histogram.below + histogram.above);
  if (total === 0) return { dark: 0, bright: 0 };
  const upTo = histogram.is_whole ? value_max + 1 : value_max; // whole numbers are counted at the beginning of their step
  return { dark: countBelow(histogram, value_min) / total, bright: 1 - countBelow(histogram, upTo) / total };
}

function countBelow({ start, step, counts, below, above }: HistogramState, value: number): number {
  const place = (value - start) / step;
  if (place < 0) return 0;
  if (place > counts.length) return counts.reduce((sum, count) => sum + count, below + above);
  const whole = Math.floor(place);
  const before = counts.slice(0, whole).reduce((sum, count) => sum + count, below);
  return before + (counts[whole] ?? 0) * (place - whole);
}

export function clamp(value: number, least: number, most: number): number {
  return Math.min(Math.max(value, least), most);
}

import type { ComparedNumbers, QualityNumbers } from "../contract";
import { formatCount, formatShare, formatSpeed } from "../shared/format";

/** One part of the quality line: text, with the value to stand out in the middle. */
export interface Part {
  before: string;
  value: string;
  after: string;
  title: string;
}

/** Numbers of a velocity as parts of one line. */
export function qualityParts(numbers: QualityNumbers): Part[] {
  const { kept, windows } = numbers;
  const share = windows > 0 ? kept / windows : null;
  const counted = ` of ${formatCount(windows)} windows kept (${formatShare(share)})`;
  const n = `n = ${formatCount(kept)} windows`;
  return [
    part("", formatCount(kept), counted, "Windows that passed the quality limits"),
    part("median ", `${formatSpeed(numbers.median)} ${numbers.unit}`, "", `Median speed, ${n}`),
    part(`IQR ${rangeText(numbers.lower, numbers.upper)}`, "", "", `First to third quartile, ${n}`),
    part(`CV ${formatShare(numbers.variation)}`, "", "", `Standard deviation / mean, ${n}`),
    ...directionParts(numbers.direction),
  ];
}

/** Numbers of a velocity by another method, and in how many windows it differs, as parts of one line. */
export function comparedParts({ numbers, different, both }: ComparedNumbers): Part[] {
  const share = both > 0 ? different / both : null;
  const counted = ` of ${formatCount(both)} windows (${formatShare(share)})`;
  const rule = "Off by more than a fifth, and by more than a pixel per window; of the windows that both have kept";
  const [, median, range] = qualityParts(numbers);
  return [part("differs in ", formatCount(different), counted, rule), ...[median, range].filter((one) => one !== undefined)];
}

function rangeText(lower: number | null, upper: number | null): string {
  return lower === null || upper === null ? formatSpeed(null) : `${formatSpeed(lower)}–${formatSpeed(upper)}`;
}

function directionParts(direction: number): Part[] {
  if (direction === 0) return [];
  return [part(direction < 0 ? "towards pixel 0" : "away from pixel 0", "", "", "Main direction of flow")];
}

function part(before: string, value: string, after: string, title: string): Part {
  return { before, value, after, title };
}

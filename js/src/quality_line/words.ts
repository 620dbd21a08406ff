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
  return [...windowParts(numbers), ...distributionParts(numbers), ...directionParts(numbers.direction)];
}

/** Median, quartiles and variation of a velocity. */
function distributionParts(numbers: QualityNumbers): [Part, Part, Part] {
  const n = `n = ${formatCount(numbers.kept)} windows`;
  return [
    part("median ", `${formatSpeed(numbers.median)} ${numbers.unit}`, "", `Median speed, ${n}`),
    part(`IQR ${rangeText(numbers.lower, numbers.upper)}`, "", "", `First to third quartile, ${n}`),
    part(`CV ${formatShare(numbers.variation)}`, "", "", `Standard deviation / mean, ${n}`),
  ];
}

/** How many windows were kept; where none was judged, that nobody knows, and how many stand at exactly 0. */
function windowParts({ kept, windows, is_judged, standing }: QualityNumbers): Part[] {
  const share = (count: number) => formatShare(windows > 0 ? count / windows : null);
  if (is_judged) {
    const counted = ` of ${formatCount(windows)} windows kept (${share(kept)})`;
    return [part("", formatCount(kept), counted, "Windows that passed the quality limits")];
  }
  const unknown = "Windows were not judged: measured by the Radon method or by another program";
  const zero = `${formatCount(standing)} of ${formatCount(windows)} windows; standing stripes or a stall, crosses in the trace`;
  return [part("quality ", "not known", "", unknown), part("", share(standing), " at exactly 0", zero)];
}

/** Numbers of a velocity by another method, and in how many windows it differs, as parts of one line. */
export function comparedParts({ numbers, different, both }: ComparedNumbers): Part[] {
  const share = both > 0 ? different / both : null;
  const counted = ` of ${formatCount(both)} windows (${formatShare(share)})`;
  const rule = "Off by more than a fifth, and by more than a pixel per window; of the windows in which both have a speed";
  const [median, range] = distributionParts(numbers);
  const zero = numbers.is_judged ? [] : windowParts(numbers).slice(1);
  return [part("differs in ", formatCount(different), counted, rule), ...zero, median, range];
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

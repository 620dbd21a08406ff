import type { ImageState } from "../contract";
import { formatMicrometres, formatNumber, type Measured } from "../shared/format";
import type { Point } from "./geometry";

/** First and last pixel of a line. */
export interface Ends {
  readonly row0: number;
  readonly col0: number;
  readonly row1: number;
  readonly col1: number;
}

type Calibration = Pick<ImageState, "seconds_per_line" | "um_per_pixel" | "is_time_known" | "is_space_known">;

/** Duration, length and speed of a line as three short texts. */
export function lineReading({ row0, col0, row1, col1 }: Ends, image: Calibration): readonly [string, string, string] {
  const time = (row1 - row0) * image.seconds_per_line;
  const length = (col1 - col0) * image.um_per_pixel;
  const duration = image.is_time_known ? `${formatNumber(time * 1000, 1)} ms` : `${formatNumber(time, 0)} lines`;
  const distance = image.is_space_known ? `${formatMicrometres(length)} µm` : `${formatNumber(length, 0)} px`;
  const speed: Measured = time === 0 ? null : length / time;
  return [`Δt ${duration}`, `Δx ${distance}`, speedText(speed, image)];
}

function speedText(speed: Measured, { is_time_known: hasTime, is_space_known: hasSpace }: Calibration): string {
  if (hasTime && hasSpace) return `${formatNumber(speed === null || speed === undefined ? null : speed / 1000, 3)} mm/s`;
  return `${formatNumber(speed, 3)} ${hasSpace ? "µm" : "px"}/${hasTime ? "s" : "line"}`;
}

/** The point nearest to `at` on the straight line from `from` in a direction. */
export function alongDirection(from: Point, direction: Point, at: Point): Point {
  const length2 = direction.x ** 2 + direction.y ** 2;
  if (length2 === 0) return at;
  const share = ((at.x - from.x) * direction.x + (at.y - from.y) * direction.y) / length2;
  return { x: from.x + share * direction.x, y: from.y + share * direction.y };
}

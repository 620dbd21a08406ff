import type { ImageState } from "../contract";
import { formatNumber } from "../shared/format";
import { s } from "../shared/svg";
import { heightOf, type Plot, span, widthOf } from "./geometry";

const LONGEST_PX = { time: 70, position: 60 } as const;
const INSET_PX = 16;
const LABEL_ABOVE_PX = 16;
/** About the width of a small letter. */
const LETTER_PX = 5.6;
const LEAST_WIDTH_PX = 220;
const LEAST_HEIGHT_PX = 110;

/** One arm of the scale bar. */
export interface Arm {
  readonly px: number;
  readonly label: string;
}

/** Both arms for what is in view; null where there is no room, or not a single line or pixel fits. */
export function scaleBar(image: ImageState, plot: Plot): { time: Arm; position: Arm } | null {
  const [width, height] = [widthOf(plot.box), heightOf(plot.box)];
  if (width < LEAST_WIDTH_PX || height < LEAST_HEIGHT_PX) return null;
  const time = arm(span(plot.time) / width, LONGEST_PX.time, image.is_time_known ? durationLabel : countLabel("line", "lines"));
  const position = arm(span(plot.position) / height, LONGEST_PX.position, image.is_space_known ? lengthLabel : countLabel("px", "px"));
  const hasWholeSamples = (image.is_time_known || time.value >= 1) && (image.is_space_known || position.value >= 1);
  return hasWholeSamples ? { time, position } : null;
}

/** The longest length of 1, 2 or 5 times a power of ten that is not longer than `mostPx`. */
function arm(perPx: number, mostPx: number, label: (value: number) => string): Arm & { value: number } {
  const value = niceBelow(perPx * mostPx);
  return { value, px: value / perPx, label: label(value) };
}

function niceBelow(most: number): number {
  const exponent = Math.floor(Math.log10(most) + 1e-9);
  const mantissa = [5, 2].find((candidate) => candidate * 10 ** exponent <= most * (1 + 1e-9)) ?? 1;
  return exponent < 0 ? mantissa / 10 ** -exponent : mantissa * 10 ** exponent;
}

function durationLabel(seconds: number): string {
  if (seconds >= 1) return `${plain(seconds)} s`;
  return seconds >= 1e-3 ? `${plain(seconds * 1e3)} ms` : `${plain(seconds * 1e6)} µs`;
}

function lengthLabel(micrometres: number): string {
  if (micrometres >= 1000) return `${plain(micrometres / 1000)} mm`;
  return micrometres >= 1 ? `${plain(micrometres)} µm` : `${plain(micrometres * 1000)} nm`;
}

function countLabel(one: string, many: string): (count: number) => string {
  return (count) => `${plain(count)} ${count === 1 ? one : many}`;
}

function plain(value: number): string {
  return formatNumber(value, 0);
}

/** The scale bar in the lower right corner of the image, on a plate that is dark in both themes. */
export function drawnScaleBar(image: ImageState, plot: Plot): SVGElement[] {
  const bar = scaleBar(image, plot);
  if (!bar) return [];
  const x = plot.box.right - INSET_PX;
  const y = plot.box.bottom - INSET_PX;
  const [across, up] = [Math.round(bar.time.px), Math.round(bar.position.px)];
  const words = bar.time.label.length * LETTER_PX;
  const width = Math.max(across + 18, words + 22);
  const plate = { x: x + 9 - width, y: y - up - 22, width, height: up + 30, rx: 3 };
  const isCentred = words <= across - 8;
  const path = `M${x - across} ${y}H${x}V${y - up}`;
  const label = (text: string, at: { x: number; y: number }, anchor: string) =>
    s("text", { class: "cs-scale-label", ...at, "text-anchor": anchor }, text);
  return [
    s(
      "g",
      { class: "cs-scale-bar" },
      s("rect", { class: "cs-scale-plate", ...plate }),
      s("path", { class: "cs-halo", d: path, "stroke-width": 4 }),
      s("path", { class: "cs-outline", d: path, "stroke-width": 2, "stroke-linejoin": "miter" }),
      label(bar.time.label, { x: isCentred ? x - across / 2 - 2 : x - 5, y: y - 5 }, isCentred ? "middle" : "end"),
      label(bar.position.label, { x: x + 1, y: y - up - LABEL_ABOVE_PX + 10 }, "end"),
    ),
  ];
}

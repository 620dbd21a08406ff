import type { ImageState } from "../contract";
import { h } from "../shared/dom";
import { formatCount, formatMicrometres, formatNumber, formatTimeReadout } from "../shared/format";
import type { SeenValue } from "./pixel_value";

/** What is under the pointer; null where there is none. */
export interface Reading {
  readonly seconds: number | null;
  readonly position: number | null;
  readonly value: SeenValue | null;
  /** Level of the finest tile that is here of it. */
  readonly level: number | null;
}

const PLACES = ["time", "position", "line", "pixel", "value"] as const;

type Place = (typeof PLACES)[number];

/** The line that tells time, position, line, pixel and value under the pointer; its numbers keep their places. */
export class Readout {
  readonly el = h("div", { class: "cs-readout" });
  readonly #numbers: Readonly<Record<Place, HTMLElement>>;

  constructor() {
    const number = (place: Place) => h("b", { class: `cs-reading cs-reading-${place}` });
    const numbers = { time: number("time"), position: number("position"), line: number("line"), pixel: number("pixel"), value: number("value") };
    this.#numbers = numbers;
    this.el.append(
      h("span", { class: "cs-calibrated-time" }, numbers.time, " s"),
      h("span", { class: "cs-calibrated-position" }, numbers.position, " µm"),
      h("span", {}, "line ", numbers.line),
      h("span", {}, "px ", numbers.pixel),
      h("span", {}, "value ", numbers.value),
    );
  }

  show(image: ImageState, reading: Reading): void {
    this.el.classList.toggle("cs-no-time", !image.is_time_known);
    this.el.classList.toggle("cs-no-position", !image.is_space_known);
    const { seconds, position, value, level } = reading;
    this.#write("time", formatTimeReadout(seconds));
    this.#write("position", formatMicrometres(position));
    this.#write("line", formatCount(sample(seconds, image.seconds_per_line, image.lines)));
    this.#write("pixel", formatCount(sample(position, image.um_per_pixel, image.columns)));
    this.#write("value", valueText(value));
    this.#numbers.value.dataset["level"] = String(level ?? "");
  }

  #write(place: Place, text: string): void {
    const el = this.#numbers[place];
    if (el.textContent !== text) el.textContent = text;
  }
}

const DIGITS = 4;
const MOST_DECIMALS = 9;

/** A value with as many decimals as tell four digits of it; one that is the mean of several is marked. */
export function valueText(seen: SeenValue | null): string {
  const value = seen?.value ?? null;
  if (value === null) return formatNumber(null, 0);
  if (typeof value === "string") return value;
  const before = value === 0 ? 1 : Math.floor(Math.log10(Math.abs(value))) + 1;
  const decimals = Number.isInteger(value) ? 0 : Math.min(Math.max(DIGITS - before, 0), MOST_DECIMALS);
  const text = formatNumber(value, decimals);
  return seen?.isExact ? text : `\u2248\u2009${text}`;
}

/** Number of the line or pixel at a place. */
export function sample(place: number | null, size: number, count: number): number | null {
  return place === null ? null : Math.min(Math.max(Math.floor(place / size), 0), count - 1);
}

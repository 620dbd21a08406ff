import type { ImageState } from "../contract";
import type { Bounds } from "./bounds";
import { fitted, isSame, type Plot, type Range, shifted, span, zoomed } from "./geometry";
import type { PositionView } from "./position_view";
import { leastPosition, leastTime, wholePosition, wholeTime } from "./recording";
import type { TimeView } from "./time_view";

/** Share of a region's length that is shown around it. */
const AROUND_ROI = 0.04;

/** Moves the view, and keeps it inside the recording. */
export class Navigator {
  readonly #image: () => ImageState | null;
  readonly #time: TimeView;
  readonly #position: PositionView;
  readonly #jumping: () => void;

  /** `jumping` is called before another place is shown at once. */
  constructor(image: () => ImageState | null, time: TimeView, position: PositionView, jumping: () => void) {
    this.#image = image;
    this.#time = time;
    this.#position = position;
    this.#jumping = jumping;
  }

  get time(): Range {
    return this.#time.range;
  }

  get position(): Range {
    return this.#position.range;
  }

  showTime(range: Range): void {
    const image = this.#image();
    if (image) this.#time.show(fitted(range, wholeTime(image), leastTime(image)));
  }

  showPosition(range: Range): void {
    const image = this.#image();
    if (image) this.#position.show(fitted(range, wholePosition(image), leastPosition(image)));
  }

  show(time: Range, position: Range): void {
    this.showTime(time);
    this.showPosition(position);
  }

  zoomTime(at: number, factor: number): void {
    this.showTime(this.timeZoomed(at, factor));
  }

  /** What `zoomTime` shows, or a little outside the recording. */
  timeZoomed(at: number, factor: number): Range {
    return zoomed(this.time, at, this.#allowed(factor));
  }

  zoomPosition(at: number, factor: number): void {
    const image = this.#image();
    if (!image) return;
    const least = leastPosition(image) / span(this.position);
    this.showPosition(zoomed(this.position, at, Math.max(factor, least)));
  }

  /** Zoom around the middle. */
  zoomMiddle(factor: number): void {
    this.zoomTime((this.time.start + this.time.stop) / 2, factor);
  }

  /** Move by shares of what is in view. */
  pan(share: number): void {
    this.showTime(shifted(this.time, share * span(this.time)));
  }

  /** Show what `from` showed, moved by pixels of the screen. */
  panFrom(from: Plot, dx: number, dy: number): void {
    const { box, time, position } = from;
    this.showTime(shifted(time, (-dx / (box.right - box.left)) * span(time)));
    this.showPosition(shifted(position, (dy / (box.bottom - box.top)) * span(position)));
  }

  /** Show the first or the last stretch of the recording. */
  goTo(end: "start" | "stop"): void {
    const image = this.#image();
    if (!image) return;
    this.#jumping();
    const whole = wholeTime(image);
    this.showTime(shifted(this.time, whole[end] - this.time[end]));
  }

  /** Show a place in the middle. */
  centreTime(seconds: number): void {
    this.#jumping();
    this.showTime(shifted(this.time, seconds - (this.time.start + this.time.stop) / 2));
  }

  centrePosition(at: number): void {
    this.#jumping();
    this.showPosition(shifted(this.position, at - (this.position.start + this.position.stop) / 2));
  }

  showWhole(): void {
    const image = this.#image();
    if (!image) return;
    this.#jumping();
    this.show(wholeTime(image), wholePosition(image));
  }

  /** Show one region with a little around it; when it is shown like that already, show everything. */
  showRoi(bounds: Bounds): void {
    const image = this.#image();
    if (!image) return;
    const time = around(bounds.row_start, bounds.row_stop, image.seconds_per_line, wholeTime(image), leastTime(image));
    const position = around(bounds.col_start, bounds.col_stop, image.um_per_pixel, wholePosition(image), leastPosition(image));
    if (isSame(time, this.time) && isSame(position, this.position)) {
      this.showWhole();
      return;
    }
    this.#jumping();
    this.show(time, position);
  }

  /** A factor that does not zoom in further than allowed, so that the place under the pointer stays. */
  #allowed(factor: number): number {
    const image = this.#image();
    return image ? Math.max(factor, leastTime(image) / span(this.time)) : factor;
  }
}

function around(start: number, stop: number, unit: number, whole: Range, least: number): Range {
  const margin = (stop - start) * AROUND_ROI;
  const wanted = { start: Math.max((start - margin) * unit, whole.start), stop: Math.min((stop + margin) * unit, whole.stop) };
  return fitted(wanted, whole, least);
}

import type { ImageState, ImageViewerCommand, ImageViewerTraits } from "../contract";
import { formatCount, formatTimeReadout } from "../shared/format";
import { LinkedCursor } from "../shared/linked_cursor";
import type { View } from "../shared/widget";
import { type Plot, type Point, positionAt, timeAt } from "./geometry";
import { type Cursor, cursorMark } from "./overlay";
import type { Picture } from "./picture";
import { seenValue } from "./pixel_value";
import { Readout, sample } from "./readout";
import { ValueProbe } from "./value_probe";

/** The pointer on the image: the cursor that is linked with other plots, and what is read there. */
export class Pointing {
  readonly readout = new Readout();
  readonly #view: View<ImageViewerTraits, ImageViewerCommand>;
  readonly #picture: Picture;
  readonly #redraw: () => void;
  readonly #isDragging: () => boolean;
  #linked: LinkedCursor | null = null;
  readonly #probe: ValueProbe;
  #at: Point | null = null;
  #linkedTime: number | null = null;

  constructor(
    view: View<ImageViewerTraits, ImageViewerCommand>,
    picture: Picture,
    redraw: () => void,
    isDragging: () => boolean,
  ) {
    const { model, signal } = view;
    this.#view = view;
    this.#picture = picture;
    this.#redraw = redraw;
    this.#isDragging = isDragging;
    this.#probe = new ValueProbe(model, redraw, signal);
    view.on("time_axis", () => this.#link(model.get("time_axis")));
    signal.addEventListener("abort", () => this.#linked?.set(null), { once: true });
  }

  /** Where the pointer is on the image. */
  get at(): Point | null {
    return this.#at;
  }

  /** The pointer is here, or has left the image. */
  pointAt(at: Point | null): void {
    this.#at = at;
    if (!at) this.#linked?.set(null);
    this.#redraw();
  }

  /** Tell the other plots that the cursor is not shown any more. */
  hideCursor(): void {
    this.#linked?.set(null);
  }

  /** Show what is read, tell the other plots, and return the drawing of the cursor. */
  draw(image: ImageState, plot: Plot, hasCursor: boolean): SVGElement[] {
    const at = this.#at ? { seconds: timeAt(plot, this.#at.x), position: positionAt(plot, this.#at.y) } : null;
    if (at && hasCursor) this.#linked?.set(at.seconds);
    this.#read(image, at);
    const linked = this.#linkedTime === null ? null : { seconds: this.#linkedTime, position: null };
    const cursor = at ?? linked;
    return cursor && hasCursor ? cursorMark(cursor, plot, this.#timeTag(image, cursor)) : [];
  }

  #read(image: ImageState, at: { seconds: number; position: number } | null): void {
    const line = sample(at?.seconds ?? null, image.seconds_per_line, image.lines);
    const column = sample(at?.position ?? null, image.um_per_pixel, image.columns);
    const pixel = line === null || column === null ? null : { line, column };
    const seen = pixel ? seenValue(image, pixel, (name) => this.#picture.find(image, name)) : null;
    const place = pixel ? { ...pixel, token: image.token, channel: this.#view.model.get("channel") } : null;
    const value = this.#probe.best(this.#isDragging() ? null : place, seen); // what is dragged does not rest
    const level = seen?.level ?? null;
    this.readout.show(image, { seconds: at?.seconds ?? null, position: at?.position ?? null, value, level });
  }

  #timeTag(image: ImageState, { seconds }: Cursor): string | null {
    if (!this.#view.model.get("has_time_labels")) return null;
    return image.is_time_known ? formatTimeReadout(seconds) : formatCount(sample(seconds, image.seconds_per_line, image.lines));
  }

  #link(axis: string | null): void {
    if (axis) this.#linked ??= new LinkedCursor(axis, (seconds) => this.#showLinked(seconds), this.#view.signal);
  }

  #showLinked(seconds: number | null): void {
    this.#linkedTime = seconds;
    this.#redraw();
  }
}

import type { ImageViewerTraits } from "../contract";
import type { Model } from "../shared/model";
import type { Pixel, SeenValue } from "./pixel_value";
import type { Source } from "./tile_store";

const RESTS_AFTER_MS = 150;

type Asked = Pick<Source, "token" | "channel"> & Pixel;

interface PixelMessage extends Asked {
  kind: "pixel";
  value: number | string | null;
}

/** Asks Python for the exact value of the pixel on which the pointer rests; an answer for another pixel is dropped. */
export class ValueProbe {
  readonly #model: Model<ImageViewerTraits>;
  readonly #redraw: () => void;
  readonly #client = Math.random().toString(36).slice(2);
  #pixel: Asked | null = null;
  #exact: SeenValue | null = null;
  #timer = 0;

  constructor(model: Model<ImageViewerTraits>, redraw: () => void, signal: AbortSignal) {
    this.#model = model;
    this.#redraw = redraw;
    const receive = (message: PixelMessage) => this.#receive(message);
    model.on("msg:custom", receive);
    signal.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      model.off("msg:custom", receive);
    }, { once: true });
  }

  /** What is known of the pixel under the pointer, given what is seen of it; null pixel where there is no pointer. */
  best(pixel: Asked | null, seen: SeenValue | null): SeenValue | null {
    if (!isSamePixel(pixel, this.#pixel)) this.#pointAt(pixel);
    if (seen?.isExact) {
      clearTimeout(this.#timer);
      return seen;
    }
    return this.#exact ?? seen;
  }

  #pointAt(pixel: Asked | null): void {
    clearTimeout(this.#timer);
    this.#pixel = pixel;
    this.#exact = null;
    if (pixel) this.#timer = window.setTimeout(() => this.#ask(pixel), RESTS_AFTER_MS);
  }

  /** Ask beside the commands: nobody waits for the answer, and a busy Python is no news because of it. */
  #ask({ token, channel, line, column }: Asked): void {
    this.#model.send({ kind: "pixel.read", client: this.#client, token, channel, line, column });
  }

  #receive(message: PixelMessage): void {
    if (message?.kind !== "pixel" || !isSamePixel(message, this.#pixel)) return;
    this.#exact = { value: message.value, level: null, isExact: true };
    this.#redraw();
  }
}

function isSamePixel(a: Asked | null, b: Asked | null): boolean {
  if (!a || !b) return a === b;
  return a.token === b.token && a.channel === b.channel && a.line === b.line && a.column === b.column;
}

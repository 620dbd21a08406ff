import { isSame, type Range } from "./geometry";

const SEND_AFTER_MS = 200;

/** The visible range of positions: moves at once, and Python hears of it after the gesture. */
export class PositionView {
  #range: Range = { start: 0, stop: 1 };
  #timer = 0;
  readonly #redraw: () => void;
  readonly #send: (range: Range) => void;

  constructor(redraw: () => void, send: (range: Range) => void, signal: AbortSignal) {
    this.#redraw = redraw;
    this.#send = send;
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  get range(): Range {
    return this.#range;
  }

  show(range: Range): void {
    if (isSame(range, this.#range)) return;
    this.#range = range;
    this.#redraw();
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => {
      this.#timer = 0;
      this.#send(range);
    }, SEND_AFTER_MS);
  }

  /** Take over what Python says, unless the user is moving it right now. */
  follow([start, stop]: readonly [number, number]): void {
    if (this.#timer !== 0 || !(start < stop)) return;
    this.#range = { start, stop };
    this.#redraw();
  }
}

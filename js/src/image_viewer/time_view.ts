import type { ForeignModel, Host } from "../shared/model";
import { isSame, type Range } from "./geometry";

const SAVE_AFTER_MS = 200;

/**
 * The visible range of times, which is that of a bqplot scale as soon as there is one.
 *
 * The scale is moved at once, in the handler of the event, and the image drawn in the next animation frame: that is the
 * frame in which bqplot draws its traces, so that image and traces never show different times. Python hears of it at rest,
 * unless it has shown another part by then: the latest counts.
 */
export class TimeView {
  #range: Range = { start: 0, stop: 1 };
  #isKnown = false;
  #chosen: Range | null = null;
  #sent: Range | null = null;
  #scale: ForeignModel | null = null;
  #timer = 0;
  readonly #redraw: () => void;
  readonly #signal: AbortSignal;

  constructor(redraw: () => void, signal: AbortSignal) {
    this.#redraw = redraw;
    this.#signal = signal;
    signal.addEventListener("abort", () => this.#save(), { once: true });
  }

  get range(): Range {
    return this.#range;
  }

  /** False until Python or a scale has told the range. */
  get isKnown(): boolean {
    return this.#isKnown;
  }

  show(range: Range): void {
    if (isSame(range, this.#range)) return;
    this.#range = this.#chosen = range;
    this.#move();
    this.#redraw();
  }

  /** Take over what Python shows while there is no scale. */
  follow(range: readonly [number, number]): void {
    if (!this.#scale) this.#take({ start: range[0], stop: range[1] });
  }

  /** Be the range of a scale from now on; one that was chosen here before is that of the scale, too. */
  async link(reference: string | null, host: Host): Promise<void> {
    if (reference === null) return;
    const scale = await host.getModel(reference);
    if (this.#signal.aborted || this.#scale) return;
    this.#scale = scale;
    const follow = () => this.#followScale();
    scale.on("change", follow);
    this.#signal.addEventListener("abort", () => scale.off("change", follow), { once: true });
    if (this.#chosen && isSame(this.#chosen, this.#range)) this.#move();
    else follow();
  }

  #move(): void {
    this.#scale?.set({ min: this.#range.start, max: this.#range.stop });
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.#save(), SAVE_AFTER_MS);
  }

  #save(): void {
    clearTimeout(this.#timer);
    const isWaiting = this.#timer !== 0;
    this.#timer = 0;
    const { start, stop } = this.#range;
    if (!isWaiting || !this.#scale || !this.#chosen || !isSame(this.#chosen, this.#range)) return;
    // an end that was moved, then overtaken, would otherwise be sent along with the other end, as it was moved
    this.#scale.set({ min: start - 1, max: stop + 1 }, { silent: true });
    this.#scale.set({ min: start, max: stop }, { silent: true });
    this.#sent = this.#range;
    this.#scale.save_changes();
  }

  /** Take over what a trace or Python has done to the scale; an answer of Python to an earlier move is no news. */
  #followScale(): void {
    const range = { start: Number(this.#scale?.get("min")), stop: Number(this.#scale?.get("max")) };
    const isEarlier = !isSame(range, this.#range) && this.#sent !== null && isSame(range, this.#sent);
    if (this.#timer !== 0 && isEarlier) {
      this.#scale?.set({ min: this.#range.start, max: this.#range.stop });
      return;
    }
    this.#take(range);
  }

  #take(range: Range): void {
    if (!(range.start < range.stop) || (this.#isKnown && isSame(range, this.#range))) return;
    this.#isKnown = true;
    this.#range = range;
    this.#redraw();
  }
}

import type { ForeignModel, Host } from "../shared/model";
import { isSame, type Range } from "./geometry";

const SAVE_AFTER_MS = 200;

/**
 * The visible range of times, which is that of a bqplot scale.
 *
 * The scale is moved at once, in the handler of the event, and the image drawn in the next animation frame: that is the
 * frame in which bqplot draws its traces, so that image and traces never show different times. Python hears of it at rest,
 * unless it has shown another part by then: the latest counts.
 */
export class TimeView {
  #range: Range = { start: 0, stop: 1 };
  #chosen: Range | null = null;
  #sent: Range | null = null;
  #scale: ForeignModel | null = null;
  #timer = 0;
  readonly #redraw: () => void;

  constructor(reference: string, host: Host, redraw: () => void, signal: AbortSignal) {
    this.#redraw = redraw;
    void this.#connect(reference, host, signal);
    signal.addEventListener("abort", () => this.#save(), { once: true });
  }

  get range(): Range {
    return this.#range;
  }

  /** False until the scale has been found. */
  get isKnown(): boolean {
    return this.#scale !== null;
  }

  show(range: Range): void {
    if (isSame(range, this.#range)) return;
    this.#range = this.#chosen = range;
    this.#scale?.set({ min: range.start, max: range.stop });
    this.#redraw();
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

  async #connect(reference: string, host: Host, signal: AbortSignal): Promise<void> {
    const scale = await host.getModel(reference);
    if (signal.aborted) return;
    this.#scale = scale;
    const follow = () => this.#follow();
    scale.on("change", follow);
    signal.addEventListener("abort", () => scale.off("change", follow), { once: true });
    follow();
  }

  /** Take over what a trace or Python has done to the scale; an answer of Python to an earlier move is no news. */
  #follow(): void {
    const range = { start: Number(this.#scale?.get("min")), stop: Number(this.#scale?.get("max")) };
    if (!(range.start < range.stop) || isSame(range, this.#range)) return;
    if (this.#timer !== 0 && this.#sent && isSame(range, this.#sent)) {
      this.#scale?.set({ min: this.#range.start, max: this.#range.stop });
      return;
    }
    this.#range = range;
    this.#redraw();
  }
}

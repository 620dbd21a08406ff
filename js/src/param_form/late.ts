/** Tells that something goes on only when it has gone on for a while, so that what is over at once does not flicker. */
export class Late {
  readonly #show: (isOn: boolean) => void;
  readonly #afterMs: number;
  #timer = 0;
  #isShown = false;

  constructor(show: (isOn: boolean) => void, afterMs: number, signal: AbortSignal) {
    this.#show = show;
    this.#afterMs = afterMs;
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  set(isOn: boolean): void {
    if (isOn) {
      if (!this.#isShown && this.#timer === 0) this.#timer = window.setTimeout(() => this.#tell(true), this.#afterMs);
      return;
    }
    clearTimeout(this.#timer);
    this.#timer = 0;
    if (this.#isShown) this.#tell(false);
  }

  #tell(isOn: boolean): void {
    this.#timer = 0;
    this.#isShown = isOn;
    this.#show(isOn);
  }
}

/** How long tools and axes wait for the first picture, and that for all of its tiles. */
const LONGEST_WAIT_MS = 1000;

/** Keeps all but the first picture of a view hidden until it is seen: each frame that shows more makes it later. */
export class FirstPicture {
  readonly #root: HTMLElement;
  readonly #redraw: () => void;
  #timer = 0;
  #frame = 0;

  /** `hasImage` is false where there is no picture to wait for. */
  constructor(root: HTMLElement, hasImage: boolean, redraw: () => void, signal: AbortSignal) {
    this.#root = root;
    this.#redraw = redraw;
    root.classList.toggle("cs-is-waiting", hasImage);
    if (hasImage) this.#timer = window.setTimeout(() => this.#showAll(), LONGEST_WAIT_MS);
    signal.addEventListener("abort", () => {
      clearTimeout(this.#timer);
      cancelAnimationFrame(this.#frame);
    }, { once: true });
  }

  get isAwaited(): boolean {
    return this.#root.classList.contains("cs-is-waiting");
  }

  /** The picture is painted; tools and axes are shown in the frame after it, which would come later with them. */
  seen(): void {
    if (!this.isAwaited || this.#frame !== 0) return;
    this.#root.classList.add("cs-has-picture");
    clearTimeout(this.#timer);
    this.#frame = requestAnimationFrame(() => {
      this.#timer = window.setTimeout(() => this.#showAll(), 0);
    });
  }

  #showAll(): void {
    this.#root.classList.remove("cs-is-waiting");
    this.#redraw();
  }
}

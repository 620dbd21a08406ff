import { type Range, span } from "./geometry";

/** What was in view. */
export interface Seen {
  readonly time: Range;
  readonly position: Range;
}

const SETTLED_AFTER_MS = 400;
const MOST_VIEWS = 100;
/** Share of a range by which two views may differ and still be the same one. */
const SLACK = 1e-6;

/** The views of one recording that the user has rested at; a whole gesture leaves one. */
export class ViewHistory {
  readonly #isMoving: () => boolean;
  readonly #changed: () => void;
  #recording = "";
  #views: readonly Seen[] = [];
  #at = -1;
  #last: Seen | null = null;
  #timer = 0;

  /** `isMoving` tells whether a gesture goes on, `changed` is called when another view can be gone to. */
  constructor(isMoving: () => boolean, changed: () => void, signal: AbortSignal) {
    this.#isMoving = isMoving;
    this.#changed = changed;
    signal.addEventListener("abort", () => clearTimeout(this.#timer), { once: true });
  }

  get hasPrevious(): boolean {
    return this.#at > 0;
  }

  get hasNext(): boolean {
    return this.#at < this.#views.length - 1;
  }

  /** Take note of what is in view, in any frame. */
  see(recording: string, view: Seen): void {
    if (recording !== this.#recording) {
      this.#recording = recording;
      this.#views = [];
      this.#at = -1;
      this.#last = null;
    }
    if (this.#last && isSameView(this.#last, view)) return;
    this.#last = view;
    this.#wait();
  }

  /** Keep the present view now, because something else begins. */
  settle(): void {
    clearTimeout(this.#timer);
    const present = this.#views[this.#at];
    if (!this.#last || (present && isSameView(present, this.#last))) return;
    this.#views = [...this.#views.slice(0, this.#at + 1), this.#last].slice(-MOST_VIEWS);
    this.#at = this.#views.length - 1;
    this.#changed();
  }

  /** Go to the previous or the next view; null when there is none. */
  step(by: -1 | 1): Seen | null {
    this.settle();
    const view = this.#views[this.#at + by];
    if (!view) return null;
    this.#at += by;
    this.#last = view;
    this.#changed();
    return view;
  }

  #wait(): void {
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => (this.#isMoving() ? this.#wait() : this.settle()), SETTLED_AFTER_MS);
  }
}

function isSameView(a: Seen, b: Seen): boolean {
  return isNear(a.time, b.time) && isNear(a.position, b.position);
}

function isNear(a: Range, b: Range): boolean {
  const slack = SLACK * span(a);
  return Math.abs(a.start - b.start) <= slack && Math.abs(a.stop - b.stop) <= slack;
}

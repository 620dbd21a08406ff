/**
 * The time under the pointer, shared by all plots of one time scale on a page; Python never hears of it.
 *
 * Each plot makes a `LinkedCursor` under the reference of its scale (the value of a trait that holds the scale, such as
 * "anywidget:1a2b"), calls `set` when the pointer moves over it and when it leaves, and draws what the others tell. Widgets
 * are separate modules, so what they share lives on `globalThis` under a versioned name.
 */
const KEY = Symbol.for("cloudscope.cursor.v1");

type Draw = (seconds: number | null) => void;

export class LinkedCursor {
  readonly #plots: Set<Draw>;
  readonly #draw: Draw;

  constructor(scale: string, draw: Draw, signal: AbortSignal) {
    this.#draw = draw;
    this.#plots = plotsOf(scale);
    this.#plots.add(draw);
    signal.addEventListener("abort", () => this.#plots.delete(draw), { once: true });
  }

  /** Tell the other plots; null when the pointer is elsewhere. */
  set(seconds: number | null): void {
    for (const draw of this.#plots) if (draw !== this.#draw) draw(seconds);
  }
}

function plotsOf(scale: string): Set<Draw> {
  const page = globalThis as { [KEY]?: Map<string, Set<Draw>> };
  const scales = (page[KEY] ??= new Map<string, Set<Draw>>());
  const plots = scales.get(scale) ?? new Set<Draw>();
  scales.set(scale, plots);
  return plots;
}

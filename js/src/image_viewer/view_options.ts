/** What of the picture can be shown or left out. */
export const PARTS = ["rois", "labels", "overlays", "axes", "scaleBar", "readout", "cursor", "brightest"] as const;

export type Part = (typeof PARTS)[number];

/** Which parts are shown. */
export type Shown = Readonly<Record<Part, boolean>>;

const KEY = Symbol.for("cloudscope.view.v1");
const FIRST: Shown = {
  ...{ rois: true, labels: true, overlays: true, axes: true, scaleBar: true, readout: true, cursor: true },
  brightest: false,
};

/** What the user has chosen to see of one widget; a view that is drawn anew on this page shows the same parts. */
export class ViewOptions {
  readonly #name: string;
  readonly #kept: Map<string, Shown>;
  readonly #changed: () => void;
  #shown: Shown;

  constructor(name: string, changed: () => void) {
    const page = globalThis as { [KEY]?: Map<string, Shown> };
    this.#name = name;
    this.#kept = page[KEY] ??= new Map<string, Shown>();
    this.#changed = changed;
    this.#shown = { ...FIRST, ...this.#kept.get(name) };
  }

  get shown(): Shown {
    return this.#shown;
  }

  set(part: Part, isShown: boolean): void {
    if (this.#shown[part] === isShown) return;
    this.#shown = { ...this.#shown, [part]: isShown };
    this.#kept.set(this.#name, this.#shown);
    this.#changed();
  }

  toggle(part: Part): void {
    this.set(part, !this.#shown[part]);
  }
}

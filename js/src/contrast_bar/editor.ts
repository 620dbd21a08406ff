import type { ContrastBarCommand, ContrastBarTraits, ContrastState, ShownContrast } from "../contract";
import { ContrastDrafts } from "../shared/contrast_draft";
import type { View } from "../shared/widget";

export type BarView = View<ContrastBarTraits, ContrastBarCommand>;

const NAMES = ["value_min", "value_max", "color_lut", "gamma"] as const;

/** A change that is shown on the page and not yet known to Python. */
interface Pending {
  readonly recording: string;
  readonly channel: number;
  readonly contrast: ContrastState;
  readonly number: number;
}

/** The contrast of the shown channel: changes are seen at once on the whole page, and Python hears of finished ones. */
export class ContrastEditor {
  readonly #view: BarView;
  readonly #drafts: ContrastDrafts;
  #pending: Pending | null = null;

  constructor(view: BarView, redraw: () => void) {
    this.#view = view;
    this.#drafts = new ContrastDrafts(() => view.model.get("contrast"), redraw, view.signal);
  }

  get shown(): ShownContrast {
    return this.#drafts.shown;
  }

  /** Contrast of the selected channel; null when it is not known yet. */
  get contrast(): ContrastState | null {
    return this.shown.channels[this.shown.channel] ?? null;
  }

  /** Show a change while it is being made. */
  draft(contrast: ContrastState): void {
    const { recording, channel } = this.shown;
    const number = this.#drafts.set({ channels: { [channel]: contrast } });
    this.#pending = { recording, channel, contrast, number };
  }

  /** Give up a change that is being made. */
  cancel(): void {
    const pending = this.#pending;
    this.#pending = null;
    if (pending) this.#drafts.drop(pending.recording, pending.number);
  }

  /** Tell Python of the change, as one step. */
  commit(): void {
    const pending = this.#pending;
    if (!pending) return;
    const { recording, channel, contrast, number } = pending;
    if (this.#isKnown(pending)) {
      this.cancel();
      return;
    }
    this.#pending = null;
    const { value_min, value_max, gamma, color_lut } = contrast;
    const command = { kind: "contrast.set", recording, channel, value_min, value_max, gamma, color_lut } as const;
    void this.#send(command, recording, number);
  }

  /** Make and tell a change that needs no gesture. */
  set(change: Partial<ContrastState>): void {
    const { contrast } = this;
    if (!contrast) return;
    this.draft({ ...contrast, ...change });
    this.commit();
  }

  setDisplay(change: { has_clipped_marks?: boolean; is_composite?: boolean }): void {
    const { recording } = this.shown;
    const number = this.#drafts.set(change);
    const { has_clipped_marks, is_composite } = this.shown;
    void this.#send({ kind: "display.set", has_clipped_marks, is_composite }, recording, number);
  }

  findAutomatically(side: "both" | "min" | "max"): void {
    this.cancel();
    void this.#view.commands.send({ kind: "contrast.auto", side });
  }

  #isKnown({ recording, channel, contrast }: Pending): boolean {
    const known = this.#view.model.get("contrast");
    const before = recording === known.recording ? known.channels[channel] : null;
    return before !== null && before !== undefined && NAMES.every((name) => before[name] === contrast[name]);
  }

  async #send(command: ContrastBarCommand, recording: string, number: number): Promise<void> {
    await this.#view.commands.send(command);
    this.#drafts.drop(recording, number);
  }
}

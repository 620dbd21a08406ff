import type { ContrastState, ShownContrast } from "../contract";

/**
 * Contrast that is being changed on this page and that Python has not heard of yet.
 *
 * Every bar and every viewer of a recording makes a `ContrastDrafts`; what one of them sets, all of them show in the next
 * frame. Widgets are separate modules, so what they share lives on `globalThis` under a versioned name.
 */
const KEY = Symbol.for("cloudscope.contrast.v1");

/** What differs from the state that Python knows. */
export interface Draft {
  readonly channels?: Readonly<Record<number, ContrastState>>;
  readonly has_clipped_marks?: boolean;
  readonly is_composite?: boolean;
}

type Hear = (recording: string) => void;

interface Page {
  readonly drafts: Map<string, { draft: Draft; number: number }>;
  readonly listeners: Set<Hear>;
  last: number;
}

function page(): Page {
  const shared = globalThis as { [KEY]?: Page };
  return (shared[KEY] ??= { drafts: new Map(), listeners: new Set(), last: 0 });
}

/** The drafts of whichever recording one view shows. */
export class ContrastDrafts {
  readonly #state: () => ShownContrast;

  /** Take part until the signal ends; `redraw` is called when the shown recording is to be coloured anew. */
  constructor(state: () => ShownContrast, redraw: () => void, signal: AbortSignal) {
    this.#state = state;
    const hear = (recording: string) => {
      if (recording === state().recording) redraw();
    };
    page().listeners.add(hear);
    signal.addEventListener("abort", () => page().listeners.delete(hear), { once: true });
  }

  /** The contrast as it is shown now. */
  get shown(): ShownContrast {
    const state = this.#state();
    const found = page().drafts.get(state.recording);
    return found ? withDraft(state, found.draft) : state;
  }

  /** Show a change on all views of the recording; returns the number under which it is dropped. */
  set(change: Draft): number {
    const { recording } = this.#state();
    const before = page().drafts.get(recording)?.draft;
    const channels = { ...before?.channels, ...change.channels };
    const number = (page().last += 1);
    page().drafts.set(recording, { draft: { ...before, ...change, channels }, number });
    tell(recording);
    return number;
  }

  /** Show what Python knows again, unless something newer than the numbered change is being shown. */
  drop(recording: string, number: number): void {
    if (page().drafts.get(recording)?.number !== number) return;
    page().drafts.delete(recording);
    tell(recording);
  }
}

function tell(recording: string): void {
  for (const hear of [...page().listeners]) hear(recording);
}

export function withDraft(state: ShownContrast, draft: Draft): ShownContrast {
  return {
    ...state,
    channels: state.channels.map((contrast, channel) => draft.channels?.[channel] ?? contrast),
    has_clipped_marks: draft.has_clipped_marks ?? state.has_clipped_marks,
    is_composite: draft.is_composite ?? state.is_composite,
  };
}

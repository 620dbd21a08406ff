import type { ImageViewerCommand, ImageViewerTraits, RoiState } from "../contract";
import type { Commands } from "../shared/commands";
import type { Model } from "../shared/model";
import { type Bounds, isSameBounds } from "./bounds";
import type { Ends } from "./line_reading";
import { boundsOf, type Draft } from "./shapes";

const REST_MS = 300;

/** Regions of interest as the user has just made them; Python hears of each change once, when it is finished. */
export class RoiEditor {
  readonly #model: Model<ImageViewerTraits>;
  readonly #commands: Commands<ImageViewerCommand>;
  readonly #redraw: () => void;
  readonly #drawing: () => void;
  readonly #drafts = new Map<number, Draft>();
  #selected: number | null | undefined;
  #lastNew = 0;
  #timer = 0;
  #nudged: number | null = null;

  /** `drawing` is called when a new region begins. */
  constructor(
    model: Model<ImageViewerTraits>,
    commands: Commands<ImageViewerCommand>,
    redraw: () => void,
    drawing: () => void,
    signal: AbortSignal,
  ) {
    this.#model = model;
    this.#commands = commands;
    this.#redraw = redraw;
    this.#drawing = drawing;
    signal.addEventListener("abort", () => this.flush(), { once: true });
  }

  get drafts(): ReadonlyMap<number, Draft> {
    return this.#drafts;
  }

  /** Selected region as the user last said, before Python has answered. */
  get selectedId(): number | null {
    return this.#selected === undefined ? this.#model.get("selected_roi") : this.#selected;
  }

  /** Selected region, null when there is none. */
  get selected(): RoiState | null {
    return this.find(this.selectedId);
  }

  find(roi_id: number | null): RoiState | null {
    return this.#model.get("rois").find((roi) => roi.roi_id === roi_id) ?? null;
  }

  /** Edges of a rectangle, with a change that waits for Python. */
  bounds(roi: RoiState): Bounds {
    const draft = this.#drafts.get(roi.roi_id);
    return draft?.kind === "rect" ? draft.bounds : boundsOf(roi);
  }

  select(roi_id: number | null): void {
    this.flush();
    if (roi_id === this.selectedId) return;
    this.#selected = roi_id;
    this.#redraw();
    void this.#commands.send({ kind: "selection.set", roi_id }).then(() => {
      if (this.#selected === roi_id) this.#selected = undefined;
      this.#redraw();
    });
  }

  /** Id under which a new region is drawn until Python has given it one. */
  newId(): number {
    this.#drawing();
    this.#lastNew -= 1;
    return this.#lastNew;
  }

  /** Show a change while it is being made. */
  preview(roi_id: number, bounds: Bounds): void {
    this.#drafts.set(roi_id, { kind: "rect", roi_id, bounds, isWaiting: false });
    this.#redraw();
  }

  /** Show a new line while it is being drawn. */
  previewLine(roi_id: number, ends: Ends): void {
    this.#drafts.set(roi_id, { kind: "line", roi_id, ends, isWaiting: false });
    this.#redraw();
  }

  /** Forget a change that is being made. */
  drop(roi_id: number): void {
    this.#drafts.delete(roi_id);
    this.#redraw();
  }

  /** Send a change that is finished; it stays as a draft until Python has taken or refused it. */
  finish(roi_id: number): void {
    const made = this.#drafts.get(roi_id);
    const present = this.find(roi_id);
    if (!made || (made.kind === "rect" && present && isSameBounds(made.bounds, boundsOf(present)))) {
      this.drop(roi_id);
      return;
    }
    const sent = { ...made, isWaiting: true };
    this.#drafts.set(roi_id, sent);
    this.#redraw();
    void this.#commands.send(commandFor(made)).then(() => {
      if (this.#drafts.get(roi_id) === sent) this.drop(roi_id);
    });
  }

  /** Add a region at once. */
  add(bounds: Bounds): void {
    const roi_id = this.newId();
    this.preview(roi_id, bounds);
    this.finish(roi_id);
  }

  /** Change a region by a key; keys that follow each other are one step. */
  nudge(roi_id: number, bounds: Bounds): void {
    if (this.#nudged !== null && this.#nudged !== roi_id) this.flush();
    this.#nudged = roi_id;
    this.preview(roi_id, bounds);
    clearTimeout(this.#timer);
    this.#timer = window.setTimeout(() => this.flush(), REST_MS);
  }

  /** Send what keys have changed, because something else is done now. */
  flush(): void {
    clearTimeout(this.#timer);
    const roi_id = this.#nudged;
    this.#nudged = null;
    if (roi_id !== null) this.finish(roi_id);
  }

  remove(roi_id: number): void {
    this.flush();
    void this.#commands.send({ kind: "roi.delete", roi_id });
  }
}

function commandFor(made: Draft): ImageViewerCommand {
  if (made.kind === "line") return { kind: "line.add", ...made.ends };
  const { roi_id, bounds } = made;
  return roi_id < 0 ? { kind: "roi.add", ...bounds } : { kind: "roi.update", roi_id, ...bounds };
}

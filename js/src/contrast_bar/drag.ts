import type { ContrastState } from "../contract";
import { type Axis, moved, toDistance } from "./axis";

export type Grip = "min" | "max" | "both" | "gamma";

const FINE = 0.1;

/** What a drag works on. */
export interface DragTarget {
  /** What a press at a point takes hold of. */
  begin(x: number, y: number): Grip | null;
  state(): { axis: Axis; contrast: ContrastState } | null;
  recording(): string;
  gammaAt(y: number): number;
  draft(contrast: ContrastState): void;
  commit(): void;
  cancel(): void;
  automatic(side: "min" | "max"): void;
}

interface Hold {
  readonly grip: Grip;
  readonly axis: Axis;
  readonly from: ContrastState;
  readonly recording: string;
  readonly pointer: number;
  x: number;
  y: number;
  /** Way since the beginning in pixels, less of it where Shift was held. */
  dx: number;
  dy: number;
  /** Height of the dot at the beginning. */
  readonly at: number;
}

/** Drags of handles, of both limits, and of the curve's dot; Shift makes them fine. */
export class Drag {
  readonly #el: HTMLElement;
  readonly #target: DragTarget;
  #hold: Hold | null = null;

  constructor(el: HTMLElement, target: DragTarget, signal: AbortSignal) {
    this.#el = el;
    this.#target = target;
    el.addEventListener("pointerdown", (event) => this.#begin(event), { signal });
    el.addEventListener("mousedown", (event) => event.preventDefault(), { signal }); // what is held has the focus
    el.addEventListener("pointermove", (event) => this.#move(event), { signal });
    el.addEventListener("pointerup", () => this.#end(true), { signal });
    el.addEventListener("pointercancel", () => this.#end(false), { signal });
    el.addEventListener("dblclick", (event) => this.#double(event), { signal });
    signal.addEventListener("abort", () => this.#end(false), { once: true });
  }

  get isActive(): boolean {
    return this.#hold !== null;
  }

  /** End a drag as if it had not begun; false when there is none. */
  giveUp(): boolean {
    const wasActive = this.isActive;
    this.#end(false);
    return wasActive;
  }

  #begin(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { x, y } = this.#place(event);
    const grip = this.#target.begin(x, y);
    const state = this.#target.state();
    if (!grip || !state) return;
    event.preventDefault();
    this.#el.setPointerCapture(event.pointerId);
    this.#hold = {
      grip,
      axis: state.axis,
      from: state.contrast,
      recording: this.#target.recording(),
      pointer: event.pointerId,
      x,
      y,
      dx: 0,
      dy: 0,
      at: y,
    };
  }

  #move(event: PointerEvent): void {
    const hold = this.#hold;
    if (!hold || event.pointerId !== hold.pointer) return;
    if (hold.recording !== this.#target.recording()) {
      this.#hold = null; // another recording is shown by now
      return;
    }
    const { x, y } = this.#place(event);
    const weight = event.shiftKey ? FINE : 1;
    hold.dx += (x - hold.x) * weight;
    hold.dy += (y - hold.y) * weight;
    Object.assign(hold, { x, y });
    this.#target.draft(this.#dragged(hold));
  }

  #dragged({ grip, axis, from, dx, dy, at }: Hold): ContrastState {
    if (grip === "gamma") return { ...from, gamma: this.#target.gammaAt(at + dy) };
    return moved(axis, from, grip, toDistance(axis, dx));
  }

  #end(isDone: boolean): void {
    const hold = this.#hold;
    this.#hold = null;
    if (!hold || (hold.dx === 0 && hold.dy === 0)) return;
    if (isDone) this.#target.commit();
    else this.#target.cancel();
  }

  #double(event: MouseEvent): void {
    const { x, y } = this.#place(event);
    const grip = this.#target.begin(x, y);
    if (grip === "min" || grip === "max") this.#target.automatic(grip);
  }

  #place(event: MouseEvent): { x: number; y: number } {
    const { left, top } = this.#el.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }
}

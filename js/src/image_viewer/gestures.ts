import type { ImageState } from "../contract";
import { type Bounds, type Grip, movedBounds, resizedBounds } from "./bounds";
import { cursorFor } from "./cursors";
import { type Beginning, boxBetween, distance, drawnFrom, lineFrom, notchesOf, outset, rangeFrom, samplesBetween } from "./drags";
import type { RoiEditor } from "./editor";
import { between, type Box, isInside, type Plot, type Point, positionAt, timeAt } from "./geometry";
import { alongDirection } from "./line_reading";
import type { Navigator } from "./navigator";
import { pinched } from "./pinch";
import { type Hit, hitOf, type RoiShape } from "./shapes";
import type { Toolbox } from "./tools";

const CLICK_PX = 4;
export const ZOOM_PER_NOTCH = 1.2;

/** What was on the screen when the pointer went down; all changes are counted from there. */
interface Start extends Beginning {
  readonly hit: Hit;
  readonly pointer: number;
}

type Drag =
  | { readonly kind: "pan"; readonly start: Start }
  | { readonly kind: "zoom"; readonly start: Start }
  | { readonly kind: "rectangle" | "range" | "line"; readonly start: Start; readonly roi_id: number }
  | { readonly kind: "move"; readonly start: Start; readonly roi_id: number; readonly bounds: Bounds }
  | { readonly kind: "resize"; readonly start: Start; readonly roi_id: number; readonly bounds: Bounds; readonly grip: Grip };

/** What the gestures work on. */
export interface Stage {
  readonly el: HTMLElement;
  readonly root: HTMLElement;
  image(): ImageState | null;
  plot(): Plot;
  shapes(): readonly RoiShape[];
  /** Something else begins. */
  began(): void;
  showZoomBox(box: Box | null): void;
  /** The pointer is here, or has left the image. */
  pointAt(at: Point | null): void;
}

/** Two fingers on the image, where they were put down and where they are. */
interface Pinch {
  readonly plot: Plot;
  readonly before: ReadonlyMap<number, Point>;
  readonly now: Map<number, Point>;
}

/** Pointer and wheel on the image. */
export class Gestures {
  readonly #stage: Stage;
  readonly #navigator: Navigator;
  readonly #editor: RoiEditor;
  readonly #tools: Toolbox;
  #drag: Drag | null = null;
  #isFar = false;
  #isSpaceHeld = false;
  #pinch: Pinch | null = null;
  /** Direction in which a line stays while Shift is held. */
  #direction: Point | null = null;

  constructor(stage: Stage, navigator: Navigator, editor: RoiEditor, tools: Toolbox, signal: AbortSignal) {
    this.#stage = stage;
    this.#navigator = navigator;
    this.#editor = editor;
    this.#tools = tools;
    const { el } = stage;
    el.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    el.addEventListener("pointermove", (event) => this.#move(event), { signal });
    el.addEventListener("pointerup", (event) => this.#up(event), { signal });
    el.addEventListener("pointercancel", () => this.cancel(), { signal });
    el.addEventListener("pointerleave", () => this.#drag || stage.pointAt(null), { signal });
    el.addEventListener("dblclick", (event) => this.#doubleClick(event), { signal });
    el.addEventListener("wheel", (event) => this.#wheel(event), { signal, passive: false });
    document.addEventListener("keyup", (event) => event.key === " " && this.holdSpace(false), { signal, capture: true });
    window.addEventListener("blur", () => this.holdSpace(false), { signal });
  }

  get isDragging(): boolean {
    return this.#drag !== null || this.#pinch !== null;
  }

  holdSpace(isHeld: boolean): void {
    this.#isSpaceHeld = isHeld;
    if (!this.#drag) this.#stage.el.style.cursor = isHeld ? "grab" : "";
  }

  /** End a drag as if it had not begun. */
  cancel(): void {
    if (this.#pinch) this.#navigator.show(this.#pinch.plot.time, this.#pinch.plot.position);
    this.#pinch = null;
    const drag = this.#drag;
    if (!drag) return;
    this.#drag = null;
    this.#stage.showZoomBox(null);
    switch (drag.kind) {
      case "pan":
        this.#navigator.panFrom(drag.start.plot, 0, 0);
        return;
      case "zoom":
        return;
      case "rectangle":
      case "range":
      case "line":
      case "move":
      case "resize":
        this.#editor.drop(drag.roi_id);
    }
  }

  #at(event: MouseEvent): Point {
    const { left, top } = this.#stage.el.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #down(event: PointerEvent): void {
    const image = this.#stage.image();
    const at = this.#at(event);
    const plot = this.#stage.plot();
    const isOnImage = isInside(outset(plot.box), at);
    if (image && isOnImage && this.#drag && event.pointerType === "touch") this.#beginPinch(this.#drag, event);
    if (!image || !isOnImage || this.isDragging || event.button > 1) return;
    event.preventDefault(); // no selection of text, no scrolling with the middle button
    this.#stage.root.focus({ preventScroll: true });
    this.#stage.began();
    this.#editor.flush();
    const start = { at, plot, hit: hitOf(this.#stage.shapes(), at), pointer: event.pointerId };
    this.#drag = this.#begin(start, event.button === 1 || this.#isSpaceHeld);
    this.#isFar = false;
    this.#direction = null;
    this.#stage.el.setPointerCapture(event.pointerId);
    this.#showCursor(start.hit);
  }

  /** A second finger makes a pinch of what the first has begun, as if it had not. */
  #beginPinch(drag: Drag, event: PointerEvent): void {
    const { at, pointer } = drag.start;
    this.cancel();
    const before = new Map([[pointer, at], [event.pointerId, this.#at(event)]]);
    this.#pinch = { plot: this.#stage.plot(), before, now: new Map(before) };
    this.#stage.el.setPointerCapture(event.pointerId);
  }

  #movePinch({ plot, before, now }: Pinch, event: PointerEvent): void {
    if (!now.has(event.pointerId)) return;
    now.set(event.pointerId, this.#at(event));
    const [a, b] = [...before.values()];
    const [c, d] = [...now.values()];
    if (!a || !b || !c || !d) return;
    const { time, position } = pinched(plot, [a, b], [c, d]);
    this.#navigator.show(time, position);
  }

  #begin(start: Start, isPanForced: boolean): Drag {
    if (isPanForced) return { kind: "pan", start };
    switch (this.#tools.tool) {
      case "pan":
        return { kind: "pan", start };
      case "zoom":
        return { kind: "zoom", start };
      case "rectangle":
      case "range":
      case "line":
        return { kind: this.#tools.tool, start, roi_id: this.#editor.newId() };
      case "select":
        return this.#beginOnRoi(start) ?? { kind: "pan", start };
    }
  }

  /** Move or resize the region under the pointer; null where there is none that can be changed. */
  #beginOnRoi(start: Start): Drag | null {
    const { hit } = start;
    if (hit.kind !== "handle" && hit.kind !== "edge") return null;
    const roi = this.#editor.find(hit.roi_id);
    if (!roi || roi.kind === "line" || roi.is_locked) return null;
    const common = { start, roi_id: roi.roi_id, bounds: this.#editor.bounds(roi) };
    return hit.kind === "handle" ? { kind: "resize", ...common, grip: hit.grip } : { kind: "move", ...common };
  }

  #move(event: PointerEvent): void {
    if (this.#pinch) {
      this.#movePinch(this.#pinch, event);
      return;
    }
    const at = this.#at(event);
    this.#stage.pointAt(this.#stage.image() && isInside(this.#stage.plot().box, at) ? at : null);
    const drag = this.#drag;
    if (!drag) {
      this.#showCursor(hitOf(this.#stage.shapes(), at));
      return;
    }
    if (event.pointerId !== drag.start.pointer) return;
    this.#isFar ||= distance(at, drag.start.at) >= CLICK_PX;
    if (this.#isFar) this.#dragTo(drag, at, event.shiftKey);
  }

  #dragTo(drag: Drag, at: Point, isShift: boolean): void {
    const image = this.#stage.image();
    if (!image) return;
    const { start } = drag;
    const [rows, cols] = samplesBetween(start, at, image);
    switch (drag.kind) {
      case "pan":
        this.#navigator.panFrom(start.plot, at.x - start.at.x, at.y - start.at.y);
        return;
      case "zoom":
        this.#stage.showZoomBox(boxBetween(start.at, at));
        return;
      case "rectangle":
        this.#editor.preview(drag.roi_id, drawnFrom(start, at, image));
        return;
      case "range":
        this.#editor.preview(drag.roi_id, rangeFrom(start, at, image));
        return;
      case "line":
        this.#editor.previewLine(drag.roi_id, lineFrom(start, this.#locked(start, at, isShift), image));
        return;
      case "move":
        this.#editor.preview(drag.roi_id, movedBounds(drag.bounds, rows, cols, image));
        return;
      case "resize":
        this.#editor.preview(drag.roi_id, resizedBounds(drag.bounds, drag.grip, rows, cols, isShift, image));
    }
  }

  /** The place, or while Shift is held the one nearest to it in the direction that the line had before. */
  #locked({ at: from }: Start, at: Point, isShift: boolean): Point {
    if (isShift && this.#direction) return alongDirection(from, this.#direction, at);
    this.#direction = { x: at.x - from.x, y: at.y - from.y };
    return at;
  }

  #up(event: PointerEvent): void {
    if (this.#pinch?.now.has(event.pointerId)) this.#pinch = null;
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.start.pointer) return;
    this.#drag = null;
    this.#stage.showZoomBox(null);
    if (this.#isFar) this.#finish(drag, this.#at(event));
    else this.#click(drag);
    this.#showCursor(hitOf(this.#stage.shapes(), this.#at(event)));
  }

  #finish(drag: Drag, at: Point): void {
    switch (drag.kind) {
      case "pan":
        return;
      case "zoom":
        this.#zoomTo(drag.start, at);
        this.#tools.used();
        return;
      case "rectangle":
      case "range":
      case "line":
        this.#editor.finish(drag.roi_id);
        this.#tools.used();
        return;
      case "move":
      case "resize":
        if (drag.roi_id !== this.#editor.selectedId) this.#editor.select(drag.roi_id);
        this.#editor.finish(drag.roi_id);
    }
  }

  #zoomTo({ at: from, plot }: Start, to: Point): void {
    if (Math.abs(to.x - from.x) >= CLICK_PX) this.#navigator.showTime(between(timeAt(plot, from.x), timeAt(plot, to.x)));
    if (Math.abs(to.y - from.y) >= CLICK_PX) {
      this.#navigator.showPosition(between(positionAt(plot, from.y), positionAt(plot, to.y)));
    }
  }

  #click({ start: { hit } }: Drag): void {
    switch (hit.kind) {
      case "handle":
        return;
      case "chevron":
        this.#goToEdge(hit.roi_id, hit.grip);
        return;
      case "edge":
      case "inside":
        this.#editor.select(hit.roi_id);
        return;
      case "ground":
        this.#editor.select(null);
    }
  }

  #goToEdge(roi_id: number, grip: Grip): void {
    const roi = this.#editor.find(roi_id);
    const image = this.#stage.image();
    if (!roi || !image) return;
    const bounds = this.#editor.bounds(roi);
    if (grip.row !== 0) {
      this.#navigator.centreTime((grip.row < 0 ? bounds.row_start : bounds.row_stop) * image.seconds_per_line);
    } else {
      this.#navigator.centrePosition((grip.col < 0 ? bounds.col_start : bounds.col_stop) * image.um_per_pixel);
    }
  }

  #doubleClick(event: MouseEvent): void {
    const at = this.#at(event);
    if (!isInside(this.#stage.plot().box, at)) return;
    const hit = hitOf(this.#stage.shapes(), at);
    const roi = hit.kind === "edge" || hit.kind === "inside" ? this.#editor.find(hit.roi_id) : null;
    if (roi) this.#navigator.showRoi(this.#editor.bounds(roi));
    else if (hit.kind === "ground") this.#navigator.showWhole();
  }

  #wheel(event: WheelEvent): void {
    const plot = this.#stage.plot();
    const at = this.#at(event);
    if (!this.#stage.root.matches(":focus-within") || !isInside(plot.box, at)) return; // the page scrolls
    event.preventDefault();
    const notches = notchesOf(event);
    const factor = ZOOM_PER_NOTCH ** notches;
    if (event.altKey) this.#navigator.zoomPosition(positionAt(plot, at.y), factor);
    else if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) this.#navigator.pan(notches / 10);
    else this.#navigator.zoomTime(timeAt(plot, at.x), factor);
  }

  #showCursor(hit: Hit): void {
    this.#stage.el.style.cursor = this.#isSpaceHeld ? "grab" : cursorFor(this.#drag?.kind === "pan", hit, this.#tools.tool);
  }
}

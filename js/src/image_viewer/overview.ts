import type { EventMark, ImageState } from "../contract";
import { h } from "../shared/dom";
import { redraw, s } from "../shared/svg";
import { type Plot, type Point, type Range, timeAt } from "./geometry";
import type { Navigator } from "./navigator";
import { overviewDrawing, type OverviewMarks } from "./overview_drawing";
import { draggedWindow, type Held, type OverviewHit, overviewHit, wholePlot } from "./overview_shapes";
import type { PartPainter, Picture } from "./picture";

const CLICK_PX = 4;

interface Drag {
  readonly held: Held;
  readonly at: Point;
  readonly whole: Plot;
  readonly window: Range;
  readonly pointer: number;
  readonly isFar: boolean;
}

/** What the overview tells and asks. */
export interface OverviewStage {
  readonly root: HTMLElement;
  readonly navigator: Navigator;
  readonly picture: Picture;
  image(): ImageState | null;
  marks(): OverviewMarks;
  /** Something else begins. */
  began(): void;
  selectEvent(event: EventMark): void;
}

/** The whole recording as a strip, with the part that is in view as a window. */
export class Overview {
  readonly el = h("div", { class: "cs-overview" });
  readonly #canvas = h("canvas", { class: "cs-strip", role: "img", "aria-label": "Whole recording, with the part in view" });
  readonly #marks = s("svg", { class: "cs-drawing", "aria-hidden": "true" });
  readonly #stage: OverviewStage;
  readonly #painter: PartPainter;
  #drag: Drag | null = null;

  constructor(stage: OverviewStage, signal: AbortSignal) {
    this.#stage = stage;
    this.#painter = stage.picture.painterOnto(this.#canvas);
    this.el.append(this.#canvas, this.#marks);
    this.el.addEventListener("pointerdown", (event) => this.#down(event), { signal });
    this.el.addEventListener("pointermove", (event) => this.#move(event), { signal });
    this.el.addEventListener("pointerup", (event) => this.#up(event), { signal });
    this.el.addEventListener("pointercancel", () => this.cancel(), { signal });
  }

  get isDragging(): boolean {
    return this.#drag !== null;
  }

  /** End a drag as if it had not begun. */
  cancel(): void {
    if (this.#drag) this.#stage.navigator.showTime(this.#drag.window);
    this.#drag = null;
  }

  draw(image: ImageState): void {
    const whole = this.#whole(image);
    if (whole.box.right - whole.box.left < 1) return;
    this.#painter.paint(image, whole);
    redraw(this.#marks, overviewDrawing(image, whole, this.#stage.marks()));
  }

  /** Draw the pixels only. */
  paint(image: ImageState): void {
    const whole = this.#whole(image);
    if (whole.box.right - whole.box.left >= 1) this.#painter.paint(image, whole);
  }

  #whole(image: ImageState): Plot {
    return wholePlot(image, this.el.clientWidth);
  }

  #at(event: PointerEvent): Point {
    const { left, top } = this.el.getBoundingClientRect();
    return { x: event.clientX - left, y: event.clientY - top };
  }

  #hit(image: ImageState, at: Point): OverviewHit {
    return overviewHit(at, this.#whole(image), this.#stage.navigator.time, this.#stage.marks().events);
  }

  #down(event: PointerEvent): void {
    const image = this.#stage.image();
    if (!image || this.#drag || event.button !== 0) return;
    const at = this.#at(event);
    const hit = this.#hit(image, at);
    if (hit.kind === "nothing") return;
    event.preventDefault(); // no selection of text
    this.#stage.root.focus({ preventScroll: true });
    this.#stage.began();
    if (hit.kind === "event") {
      this.#stage.selectEvent(hit.event);
      return;
    }
    const window = this.#stage.navigator.time;
    this.#drag = { held: hit, at, whole: this.#whole(image), window, pointer: event.pointerId, isFar: false };
    this.el.setPointerCapture(event.pointerId);
    this.el.style.cursor = cursorOn(hit, true);
  }

  #move(event: PointerEvent): void {
    const image = this.#stage.image();
    if (!image) return;
    const at = this.#at(event);
    if (!this.#drag) {
      this.#point(this.#hit(image, at));
      return;
    }
    if (event.pointerId !== this.#drag.pointer) return;
    if (!this.#drag.isFar && Math.abs(at.x - this.#drag.at.x) < CLICK_PX) return;
    this.#drag = { ...this.#drag, isFar: true };
    const { held, whole, window, at: from } = this.#drag;
    this.#stage.navigator.showTime(draggedWindow(held, window, timeAt(whole, from.x), timeAt(whole, at.x)));
  }

  #point(hit: OverviewHit): void {
    this.el.style.cursor = cursorOn(hit, false);
    const title = hit.kind === "event" ? eventTitle(hit.event) : "";
    if (this.el.title !== title) this.el.title = title;
  }

  #up(event: PointerEvent): void {
    const drag = this.#drag;
    if (!drag || event.pointerId !== drag.pointer) return;
    this.#drag = null;
    if (!drag.isFar && drag.held.kind === "strip") this.#stage.navigator.centreTime(timeAt(drag.whole, drag.at.x));
    this.el.style.cursor = "";
  }
}

const SHAPES: Readonly<Record<EventMark["shape"], string>> = { rise: "Rise", fall: "Fall", transient: "Transient", user: "Drawn" };
const REVIEWS: Readonly<Record<EventMark["review"], string>> = { unreviewed: "to review", accepted: "accepted", rejected: "rejected" };

function eventTitle({ event_id, shape, review }: EventMark): string {
  return `${SHAPES[shape]} ${event_id}, ${REVIEWS[review]}`;
}

function cursorOn(hit: OverviewHit, isHeld: boolean): string {
  switch (hit.kind) {
    case "event":
      return "pointer";
    case "grip":
      return "ew-resize";
    case "window":
      return isHeld ? "grabbing" : "grab";
    case "strip":
      return "crosshair";
    case "nothing":
      return "";
  }
}

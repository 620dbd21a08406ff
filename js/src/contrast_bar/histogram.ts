import type { ContrastState, HistogramState } from "../contract";
import { h } from "../shared/dom";
import { crisp, s } from "../shared/svg";
import { type Axis, axisOf, curveAt, gammaAt, keyStep, LEAST_GAMMA, MOST_GAMMA, moved, roundedGamma, toX } from "./axis";
import { Drag, type Grip } from "./drag";
import type { BarView, ContrastEditor } from "./editor";
import { handleText, valueText } from "./words";

const HEIGHT = 92;
const TOP = 6;
const BOTTOM = HEIGHT - 17;
const MARGIN = 8;
const CURVE_STEPS = 40;
const COMMIT_AFTER_MS = 500;

const LABELS = { min: "Darkest value", max: "Brightest value", gamma: "Gamma" } as const;

/** The histogram with its two handles and the curve of gamma. */
export class HistogramPlot {
  readonly el = h("div", { class: "cs-histogram" });
  readonly #view: BarView;
  readonly #editor: ContrastEditor;
  readonly #drawing = s("svg", { "aria-hidden": "true" });
  readonly #drag: Drag;
  readonly #handles: Readonly<Record<"min" | "max" | "gamma", HTMLElement>>;
  #timer = 0;
  #axis: Axis | null = null;

  constructor(view: BarView, editor: ContrastEditor) {
    this.#view = view;
    this.#editor = editor;
    this.#handles = { min: this.#handle("min"), max: this.#handle("max"), gamma: this.#handle("gamma") };
    this.el.append(this.#drawing, this.#handles.min, this.#handles.max, this.#handles.gamma);
    this.#drag = new Drag(this.el, {
      begin: (x, y) => this.#gripAt(x, y),
      state: () => (this.#axis && editor.contrast ? { axis: this.#axis, contrast: editor.contrast } : null),
      recording: () => editor.shown.recording,
      gammaAt: (y) => gammaAt((BOTTOM - y) / (BOTTOM - TOP)),
      draft: (contrast) => editor.draft(contrast),
      commit: () => editor.commit(),
      cancel: () => editor.cancel(),
      automatic: (side) => editor.findAutomatically(side),
    }, view.signal);
    view.signal.addEventListener("abort", () => this.#flush(), { once: true });
  }

  /** Draw the present state into the width there is; during a drag the axis stays. */
  draw(width: number): void {
    const { contrast } = this.#editor;
    const histogram = this.#view.model.get("histogram");
    this.el.classList.toggle("cs-is-empty", !contrast);
    if (!contrast || width < 2 * MARGIN) return;
    const axis = (this.#drag.isActive && this.#axis) || axisOf(histogram, contrast, width, MARGIN);
    this.#axis = axis;
    this.#drawing.setAttribute("viewBox", `0 0 ${width} ${HEIGHT}`);
    this.#drawing.replaceChildren(...picture(axis, histogram, contrast, width));
    this.#placeHandles(axis, contrast);
  }

  /** End a drag as if it had not begun; false when there is none. */
  giveUpDrag(): boolean {
    return this.#drag.giveUp();
  }

  #handle(grip: "min" | "max" | "gamma"): HTMLElement {
    const automatic = grip === "gamma" ? "" : ". Double click, or Enter: automatic";
    const el = h("div", {
      class: `cs-handle cs-handle-${grip}`,
      role: "slider",
      tabindex: 0,
      "aria-label": LABELS[grip],
      title: `${LABELS[grip]}${automatic}`,
    });
    el.addEventListener("keydown", (event) => this.#press(grip, event), { signal: this.#view.signal });
    el.addEventListener("blur", () => this.#flush(), { signal: this.#view.signal });
    return el;
  }

  #placeHandles(axis: Axis, contrast: ContrastState): void {
    const { min, max, gamma } = this.#handles;
    const [low, high] = [toX(axis, contrast.value_min), toX(axis, contrast.value_max)];
    place(min, low, null);
    place(max, high, null);
    place(gamma, (low + high) / 2, BOTTOM - curveAt(0.5, contrast.gamma) * (BOTTOM - TOP));
    slide(min, axis.low, contrast.value_max, contrast.value_min, handleText("min", contrast, axis.isWhole));
    slide(max, contrast.value_min, axis.high, contrast.value_max, handleText("max", contrast, axis.isWhole));
    slide(gamma, LEAST_GAMMA, MOST_GAMMA, contrast.gamma, handleText("gamma", contrast, axis.isWhole));
  }

  #gripAt(x: number, y: number): Grip | null {
    const { contrast } = this.#editor;
    const axis = this.#axis;
    if (!axis || !contrast) return null;
    const [low, high] = [toX(axis, contrast.value_min), toX(axis, contrast.value_max)];
    const dot = { x: (low + high) / 2, y: BOTTOM - curveAt(0.5, contrast.gamma) * (BOTTOM - TOP) };
    const grip = gripAt({ x, y }, low, high, dot);
    const focused = grip && grip !== "both" ? this.#handles[grip] : this.#view.root;
    focused.focus({ preventScroll: true });
    return grip;
  }

  #press(grip: "min" | "max" | "gamma", event: KeyboardEvent): void {
    const { contrast } = this.#editor;
    if (!this.#axis || !contrast || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "Enter" && grip !== "gamma") this.#editor.findAutomatically(grip);
    else {
      const after = pressed(this.#axis, contrast, grip, event.key, event.shiftKey);
      if (!after) return;
      this.#editor.draft(after);
      clearTimeout(this.#timer);
      this.#timer = window.setTimeout(() => this.#flush(), COMMIT_AFTER_MS);
    }
    event.preventDefault();
    event.stopPropagation();
  }

  /** Tell Python of what keys have changed. */
  #flush(): void {
    if (this.#timer === 0) return;
    clearTimeout(this.#timer);
    this.#timer = 0;
    this.#editor.commit();
  }
}

/** What a press at a point takes hold of: the nearest of what is close, otherwise both limits. */
export function gripAt(at: { x: number; y: number }, low: number, high: number, dot: { x: number; y: number }): Grip | null {
  if (Math.hypot(at.x - dot.x, at.y - dot.y) <= 9) return "gamma";
  const near = 10;
  const [toLow, toHigh] = [Math.abs(at.x - low), Math.abs(at.x - high)];
  if (toLow <= near || toHigh <= near) return toLow < toHigh || (toLow === toHigh && at.x < low) ? "min" : "max";
  return at.x > low && at.x < high ? "both" : null;
}

/** Contrast after a key on a handle; null when the key means nothing there. */
export function pressed(axis: Axis, contrast: ContrastState, grip: "min" | "max" | "gamma", key: string, isFine: boolean): ContrastState | null {
  const steps = { ArrowLeft: -1, ArrowDown: -1, ArrowRight: 1, ArrowUp: 1, PageDown: -10, PageUp: 10, Home: -Infinity, End: Infinity }[key];
  if (steps === undefined) return null;
  if (grip === "gamma") {
    if (!Number.isFinite(steps)) return { ...contrast, gamma: steps < 0 ? LEAST_GAMMA : MOST_GAMMA };
    return { ...contrast, gamma: roundedGamma(contrast.gamma + steps * (isFine ? 0.01 : 0.05)) };
  }
  const span = axis.high - axis.low;
  return moved(axis, contrast, grip, Number.isFinite(steps) ? steps * keyStep(axis, isFine) : Math.sign(steps) * span);
}

function place(el: HTMLElement, x: number, y: number | null): void {
  el.style.left = `${x}px`;
  if (y !== null) el.style.top = `${y}px`;
}

function slide(el: HTMLElement, least: number, most: number, now: number, words: string): void {
  el.setAttribute("aria-valuemin", String(least));
  el.setAttribute("aria-valuemax", String(most));
  el.setAttribute("aria-valuenow", String(now));
  el.setAttribute("aria-valuetext", words);
}

function picture(axis: Axis, histogram: HistogramState | null, contrast: ContrastState, width: number): SVGElement[] {
  const [low, high] = [toX(axis, contrast.value_min), toX(axis, contrast.value_max)];
  const [left, right] = [valueText(axis.low, axis.isWhole), valueText(axis.high, axis.isWhole)];
  return [
    s("rect", { class: "cs-ground", width, height: BOTTOM }),
    s("path", { class: "cs-counts", d: histogram ? outline(axis, histogram) : "" }),
    s("rect", { class: "cs-clipped", width: Math.max(low, 0), height: BOTTOM }),
    s("rect", { class: "cs-clipped", x: high, width: Math.max(width - high, 0), height: BOTTOM }),
    s("path", { class: "cs-curve", d: curve(low, high, contrast.gamma) }),
    s("path", { class: "cs-frame", d: `M0 ${crisp(BOTTOM)}H${width}` }),
    s("text", { x: 0, y: HEIGHT - 4 }, left),
    s("text", { x: width, y: HEIGHT - 4, "text-anchor": "end" }, right),
  ];
}

/** Log counts as steps, so that each can be told from its neighbours. */
function outline(axis: Axis, { start, step, counts }: HistogramState): string {
  const most = Math.log1p(Math.max(...counts, 1));
  const heights = counts.map((count, index) => {
    const y = (BOTTOM - (Math.log1p(count) / most) * (BOTTOM - TOP)).toFixed(1);
    return `L${toX(axis, start + index * step).toFixed(1)} ${y}H${toX(axis, start + (index + 1) * step).toFixed(1)}`;
  });
  const end = toX(axis, start + counts.length * step).toFixed(1);
  return `M${toX(axis, start).toFixed(1)} ${BOTTOM}${heights.join("")}L${end} ${BOTTOM}Z`;
}

function curve(low: number, high: number, gamma: number): string {
  const points = Array.from({ length: CURVE_STEPS + 1 }, (_, step) => {
    const share = step / CURVE_STEPS;
    return `${(low + share * (high - low)).toFixed(1)} ${(BOTTOM - curveAt(share, gamma) * (BOTTOM - TOP)).toFixed(1)}`;
  });
  return `M${points.join("L")}`;
}

import type { TraceFrameCommand, TraceFrameTraits } from "../contract";
import { h } from "../shared/dom";
import { LinkedCursor } from "../shared/linked_cursor";
import type { ForeignModel } from "../shared/model";
import { formatCount, formatTimeReadout } from "../shared/format";
import { s } from "../shared/svg";
import { followTheme } from "../shared/style/theme";
import { defineWidget, type View } from "../shared/widget";
import { fromPixels, toPixels, type TimeRange } from "./time_axis";
import { drawTimeGrid } from "./time_grid";
import css from "./trace_frame.css";

type FrameView = View<TraceFrameTraits, TraceFrameCommand>;

export default defineWidget<TraceFrameTraits, TraceFrameCommand>("trace-frame", css, (view) => {
  view.root.removeAttribute("tabindex");
  view.root.append(h("div", { class: "cs-plot-edge" }));
  view.root.append(emptyPlace(view), noteOf(view));
  onceInPage(view, (box) => {
    followTheme(box);
    namePlot(view, box);
    view.on(["is_stale", "empty", "time_unit"], () => {
      box.classList.toggle("cs-stale", view.model.get("is_stale"));
      box.classList.toggle("cs-without-trace", view.model.get("empty") !== null);
      box.classList.toggle("cs-without-times", view.model.get("time_unit") === null);
    });
    void showTimes(view, box);
  });
});

/** Call back with the box around figure and frame, once the frame is in it. */
function onceInPage(view: FrameView, then: (box: HTMLElement) => void): void {
  const observer = new ResizeObserver(() => {
    const box = view.root.closest<HTMLElement>(".cs-trace");
    if (!box) return; // render may be called before the element is in the page
    observer.disconnect();
    then(box);
  });
  observer.observe(view.root);
  view.signal.addEventListener("abort", () => observer.disconnect(), { once: true });
}

/** Give the figure its accessible name, also when it comes later or is drawn anew. */
function namePlot(view: FrameView, box: HTMLElement): void {
  const name = () => {
    const plot = box.querySelector(".bqplot");
    if (!plot || plot.hasAttribute("aria-label")) return;
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", view.model.get("plot_name"));
  };
  const observer = new MutationObserver(name);
  observer.observe(box, { childList: true, subtree: true });
  view.signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  name();
}

/** In the place of the plot: why there is nothing to see, and what to do. */
function emptyPlace(view: FrameView): HTMLElement {
  const el = h("div", { class: "cs-empty" });
  view.on("empty", () => {
    const now = view.model.get("empty");
    el.classList.toggle("cs-hidden", now === null);
    if (now) el.replaceChildren(h("span", {}, h("b", { class: "cs-strong" }, now.title), ` ${now.text}`));
  });
  return el;
}

/** A few words over the corner of the trace, which say how far to trust it. */
function noteOf(view: FrameView): HTMLElement {
  const el = h("span", { class: "cs-trace-note" });
  view.on("note", () => {
    el.textContent = view.model.get("note");
    el.classList.toggle("cs-hidden", el.textContent === "");
  });
  return el;
}

/** The time axis behind the trace, and the time under the pointer, wherever it is in the plots of this axis. */
async function showTimes(view: FrameView, box: HTMLElement): Promise<void> {
  const scale = await view.host.getModel(view.model.get("scale"));
  if (view.signal.aborted) return;
  showGrid(view, box, scale);
  showCursor(view, box, scale);
}

function showGrid(view: FrameView, box: HTMLElement, scale: ForeignModel): void {
  const { signal, model } = view;
  const drawing = s("svg", { class: "cs-time-axis", "aria-hidden": "true" });
  box.prepend(drawing);
  let frame = 0;
  const ask = () => {
    frame ||= requestAnimationFrame(() => {
      frame = 0;
      drawTimeGrid(drawing, rangeOf(scale), model.get("time_unit") !== "line");
    });
  };
  const observer = new ResizeObserver(ask);
  observer.observe(box);
  view.on("time_unit", ask);
  scale.on("change", ask);
  signal.addEventListener("abort", () => {
    observer.disconnect();
    cancelAnimationFrame(frame);
    scale.off("change", ask);
    drawing.remove();
  }, { once: true });
}

function showCursor(view: FrameView, box: HTMLElement, scale: ForeignModel): void {
  const { signal } = view;
  const badge = h("span", { class: "cs-cursor-time" });
  const line = h("div", { class: "cs-cursor cs-hidden", "aria-hidden": "true" }, badge);
  view.root.append(line);
  let shown: number | null = null;
  const draw = (seconds: number | null) => {
    shown = seconds;
    const isEmpty = view.model.get("empty") !== null;
    const x = seconds === null || isEmpty ? null : toPixels(seconds, rangeOf(scale), box.clientWidth);
    line.classList.toggle("cs-hidden", x === null);
    if (x === null) return;
    line.style.transform = `translateX(${x}px)`;
    badge.textContent = view.model.get("time_unit") === "line" ? formatCount(seconds) : formatTimeReadout(seconds);
  };
  const cursor = new LinkedCursor(view.model.get("scale"), draw, signal);
  const move = (seconds: number | null) => {
    draw(seconds);
    cursor.set(seconds);
  };
  const over = (event: PointerEvent) => {
    const x = event.clientX - box.getBoundingClientRect().left;
    move(view.model.get("empty") === null ? fromPixels(x, rangeOf(scale), box.clientWidth) : null);
  };
  box.addEventListener("pointermove", over, { signal });
  box.addEventListener("pointerleave", () => move(null), { signal });
  const follow = () => draw(shown);
  scale.on("change", follow);
  signal.addEventListener("abort", () => scale.off("change", follow), { once: true });
}

function rangeOf(scale: ForeignModel): TimeRange {
  return { start: Number(scale.get("min")), stop: Number(scale.get("max")) };
}

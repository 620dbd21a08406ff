import type { EventMark, ImageState, RoiState } from "../contract";
import { eventMark } from "../shared/event_shape";
import { crisp, s } from "../shared/svg";
import { placedTicks } from "../shared/time_labels";
import { heightOf, type Plot, type Range, toX, widthOf } from "./geometry";
import { EVENT_Y, eventX, windowOn } from "./overview_shapes";
import { boundsOf } from "./shapes";

const EVENT_RADIUS = 3.1;

/** What is drawn over the strip. */
export interface OverviewMarks {
  readonly time: Range;
  readonly rois: readonly RoiState[];
  readonly selectedRoi: number | null;
  readonly events: readonly EventMark[];
  readonly selectedEvent: number | null;
}

/** All that lies on and around the strip of the whole recording. */
export function overviewDrawing(image: ImageState, whole: Plot, marks: OverviewMarks): SVGElement[] {
  const { box } = whole;
  return [
    ...shownWindow(whole, marks.time),
    ...marks.events.flatMap((event) => drawnEvent(event, whole, event.event_id === marks.selectedEvent)),
    ...extents(image, whole, marks),
    ...timeAxis(whole),
    s("text", { x: box.left - 8, y: (box.top + box.bottom) / 2 + 4, "text-anchor": "end" }, "All"),
  ];
}

function shownWindow(whole: Plot, time: Range): SVGElement[] {
  const { box } = whole;
  const { left, right } = windowOn(whole, time);
  const shade = (from: number, to: number) =>
    s("rect", { class: "cs-beyond", x: from, y: box.top, width: Math.max(to - from, 0), height: heightOf(box) });
  const grips = `M${left} ${box.top + 9}v${heightOf(box) - 18}M${right} ${box.top + 9}v${heightOf(box) - 18}`;
  const frame = { x: left - 0.5, y: box.top - 1.5, width: right - left + 1, height: heightOf(box) + 3, rx: 1.5 };
  return [
    shade(box.left, left),
    shade(right, box.right),
    s("rect", { class: "cs-window", ...frame }),
    s("path", { class: "cs-grip-ground", d: grips }),
    s("path", { class: "cs-grip", d: grips }),
  ];
}

function drawnEvent(event: EventMark, whole: Plot, isSelected: boolean): SVGElement[] {
  const x = eventX(whole, event);
  const ring = isSelected ? [s("circle", { class: "cs-selected-event", cx: x, cy: EVENT_Y, r: EVENT_RADIUS + 2.6 })] : [];
  return [...ring, eventMark(event.shape, event.review, x, EVENT_Y, EVENT_RADIUS)];
}

/** Lines under the strip as long as the regions of interest; the selected one lies nearest. */
function extents(image: ImageState, whole: Plot, { rois, selectedRoi }: OverviewMarks): SVGElement[] {
  const line = (roi: RoiState, isSelected: boolean) => {
    const { row_start, row_stop } = boundsOf(roi);
    const left = toX(whole, row_start * image.seconds_per_line);
    const right = Math.max(toX(whole, row_stop * image.seconds_per_line), left + 1);
    const y = whole.box.bottom + (isSelected ? 3.5 : 6.5);
    return s("path", { class: isSelected ? "cs-extent cs-selected" : "cs-extent", d: `M${left} ${y}H${right}` });
  };
  return rois.map((roi) => line(roi, roi.roi_id === selectedRoi));
}

function timeAxis(whole: Plot): SVGElement[] {
  const { box, time } = whole;
  if (widthOf(box) < 1) return [];
  const ticks = placedTicks(time.start, time.stop, box.left, box.right);
  const y = box.bottom + 8;
  return [
    s("path", { class: "cs-ticks", d: ticks.map(({ x }) => `M${crisp(x)} ${y}v3`).join("") }),
    ...ticks
      .filter(({ hasRoom }) => hasRoom)
      .map(({ x, label }) => s("text", { class: "cs-overview-time", x, y: y + 12, "text-anchor": "middle" }, label)),
  ];
}

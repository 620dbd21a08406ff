import { crisp, s } from "../shared/svg";
import { placedTicks } from "../shared/time_labels";
import { GUTTER_LEFT, GUTTER_RIGHT, type TimeRange } from "./time_axis";

const ROOM_BELOW_PX = 25;

/** Draw the time axis behind a trace, with the same ticks as on the image above it. */
export function drawTimeGrid(drawing: SVGSVGElement, range: TimeRange, isTimeKnown: boolean): void {
  const { width, height } = drawing.getBoundingClientRect();
  const bottom = height - ROOM_BELOW_PX;
  const ticks = placedTicks(range.start, range.stop, GUTTER_LEFT, width - GUTTER_RIGHT);
  const y = bottom + 16;
  drawing.replaceChildren(
    s("path", { class: "cs-time-grid", d: ticks.map(({ x }) => `M${crisp(x)} 0V${bottom}`).join("") }),
    ...ticks.filter(({ hasRoom }) => hasRoom).map(({ x, label }) => s("text", { x, y, "text-anchor": "middle" }, label)),
    s("text", { x: GUTTER_LEFT - 8, y, "text-anchor": "end" }, isTimeKnown ? "Time (s)" : "Line"),
  );
}

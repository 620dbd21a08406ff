import type { ImageState } from "../contract";
import { crisp, s } from "../shared/svg";
import { timeTicks } from "../shared/ticks";
import { placedTicks } from "../shared/time_labels";
import { heightOf, type Plot, toY } from "./geometry";

const POSITION_SPACING_PX = 26;
/** Where the foot of a label is at least, so that all of it can be seen above the highest position. */
const HIGHEST_FOOT_PX = 10;

/** Ticks, labels and names of both axes. */
export function axes(image: ImageState, plot: Plot, hasTimeLabels: boolean): SVGElement[] {
  const { box } = plot;
  const frame = s("path", {
    class: "cs-frame",
    d: `M${crisp(box.left) - 1} ${box.top}V${crisp(box.bottom)}H${box.right}`,
  });
  return [frame, ...positionAxis(image, plot), ...timeAxis(image, plot, hasTimeLabels)];
}

function positionAxis(image: ImageState, plot: Plot): SVGElement[] {
  const { box, position } = plot;
  const ticks = timeTicks(position.start, position.stop, heightOf(box), POSITION_SPACING_PX).map(({ seconds, label }) => ({
    y: toY(plot, seconds),
    label,
  }));
  const middle = (box.top + box.bottom) / 2;
  const name = image.is_space_known ? "Position (µm)" : "Position (px)";
  return [
    s("path", { class: "cs-ticks", d: ticks.map(({ y }) => `M${box.left - 4} ${crisp(y)}h4`).join("") }),
    ...ticks.map(({ y, label }) => s("text", { x: box.left - 8, y: Math.max(y + 4, HIGHEST_FOOT_PX), "text-anchor": "end" }, label)),
    s("text", { transform: `translate(14 ${middle}) rotate(-90)`, "text-anchor": "middle" }, name),
  ];
}

function timeAxis(image: ImageState, plot: Plot, hasLabels: boolean): SVGElement[] {
  const { box, time } = plot;
  const ticks = placedTicks(time.start, time.stop, box.left, box.right);
  const marks = s("path", { class: "cs-ticks", d: ticks.map(({ x }) => `M${crisp(x)} ${box.bottom}v4`).join("") });
  if (!hasLabels) return [marks];
  const y = box.bottom + 16;
  return [
    marks,
    ...ticks.filter(({ hasRoom }) => hasRoom).map(({ x, label }) => s("text", { x, y, "text-anchor": "middle" }, label)),
    s("text", { x: box.left - 8, y, "text-anchor": "end" }, image.is_time_known ? "Time (s)" : "Line"),
  ];
}

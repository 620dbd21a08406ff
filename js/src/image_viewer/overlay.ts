import { crisp, s } from "../shared/svg";
import { type Box, heightOf, isInside, type Plot, toX, toY, widthOf } from "./geometry";
import { type Chevron, type Label, type LineShape, outline, type RectShape, type RoiShape, visiblePart } from "./shapes";

const MARGIN_PX = 4;
const HANDLE_PX = 7;
const READING_GAP_PX = 14;
const READING_LINE_PX = 15;
const READING_LETTER_PX = 6;

/** What the pointer points at. */
export interface Cursor {
  readonly seconds: number;
  /** Null where another plot has the pointer. */
  readonly position: number | null;
}

/** Regions of interest over the image; what reaches beyond it is cut off. */
export function overlay(shapes: readonly RoiShape[], box: Box): SVGElement {
  return clipped(box, shapes.flatMap((shape) => (isInView(shape, box) ? drawn(shape, box) : [])));
}

function isInView(shape: RoiShape, box: Box): boolean {
  return visiblePart(outline(shape), box) !== null || (shape.kind === "rect" && shape.chevrons.length > 0);
}

function drawn(shape: RoiShape, box: Box): SVGElement[] {
  switch (shape.kind) {
    case "rect":
      return [...rectangle(shape, box), ...(shape.label ? plate(shape.label, shape.isSelected) : [])];
    case "line":
      return [...line(shape), ...(shape.label ? plate(shape.label, shape.isSelected) : []), ...reading(shape, box)];
  }
}

function rectangle(shape: RectShape, box: Box): SVGElement[] {
  const seen = visiblePart(shape.rect, box);
  const d = seen ? edges(shape.rect, seen) : "";
  return [
    ...haloed(d, shape),
    ...shape.handles.map(({ x, y }) =>
      s("rect", { class: "cs-handle", x: x - HANDLE_PX / 2, y: y - HANDLE_PX / 2, width: HANDLE_PX, height: HANDLE_PX, rx: 1 }),
    ),
    ...shape.chevrons.flatMap(chevron),
  ];
}

/** The edges of a rectangle that are in view, each as long as it is seen. */
function edges(rect: Box, seen: Box): string {
  const parts = [
    rect.top === seen.top ? `M${seen.left} ${rect.top}H${seen.right}` : "",
    rect.bottom === seen.bottom ? `M${seen.left} ${rect.bottom}H${seen.right}` : "",
    rect.left === seen.left ? `M${rect.left} ${seen.top}V${seen.bottom}` : "",
    rect.right === seen.right ? `M${rect.right} ${seen.top}V${seen.bottom}` : "",
  ];
  return parts.join("");
}

function line(shape: LineShape): SVGElement[] {
  const { from, to } = shape;
  const ends = [from, to].map(({ x, y }) => s("circle", { class: "cs-handle", cx: x, cy: y, r: 3.6 }));
  return [...haloed(`M${from.x} ${from.y}L${to.x} ${to.y}`, shape), ...ends];
}

/** What a line measures, beside its last end, where there is room for it. */
function reading({ from, to, reading: words }: LineShape, box: Box): SVGElement[] {
  if (words.length === 0 || !isInside(box, to)) return [];
  const width = Math.max(...words.map((text) => text.length)) * READING_LETTER_PX + 15;
  const height = words.length * READING_LINE_PX + 6;
  const right = to.x + READING_GAP_PX;
  const left = right + width <= box.right ? right : to.x - READING_GAP_PX - width;
  const above = to.y - height - READING_GAP_PX;
  const wanted = above >= box.top ? above : to.y + READING_GAP_PX;
  const top = Math.min(Math.max(wanted, box.top + 2), Math.max(box.bottom - height - 2, box.top));
  const text = (measured: string, index: number) =>
    s("text", { class: "cs-on-plate", x: left + 7, y: top + 14.5 + index * READING_LINE_PX }, measured);
  return [
    s("path", { class: "cs-legs", d: `M${from.x} ${to.y}H${to.x}M${from.x} ${from.y}V${to.y}` }),
    s("rect", { class: "cs-plate cs-reading-plate", x: left, y: top, width, height, rx: 3 }),
    ...words.map(text),
  ];
}

function haloed(d: string, { isSelected, isWaiting }: RoiShape): SVGElement[] {
  const width = isSelected ? 1.6 : 1.1;
  const dash = isWaiting ? "5 3" : null;
  return [
    s("path", { class: "cs-halo", d, "stroke-width": width + 2.2 }),
    s("path", { class: isSelected ? "cs-outline cs-selected" : "cs-outline", d, "stroke-width": width, "stroke-dasharray": dash }),
  ];
}

function chevron({ x, y, grip }: Chevron): SVGElement[] {
  const d = grip.row !== 0 ? `M${x - 3 * grip.row} ${y - 7}l${6 * grip.row} 7l${-6 * grip.row} 7` : `M${x - 7} ${y + 3 * grip.col}l7 ${-6 * grip.col}l7 ${6 * grip.col}`;
  return [
    s("path", { class: "cs-halo", d, "stroke-width": 4 }),
    s("path", { class: "cs-outline cs-selected", d, "stroke-width": 1.6 }),
  ];
}

function plate(label: Label, isSelected: boolean): SVGElement[] {
  return [
    s("rect", {
      class: isSelected ? "cs-plate cs-selected" : "cs-plate",
      x: label.left,
      y: label.top,
      width: widthOf(label),
      height: heightOf(label),
      rx: 2,
    }),
    s("text", { class: "cs-on-plate", x: label.left + 6, y: label.top + 12.5 }, label.text),
  ];
}

/** Box that is drawn in order to zoom into it. */
export function zoomBox(rect: Box, box: Box): SVGElement {
  const place = { x: rect.left, y: rect.top, width: widthOf(rect), height: heightOf(rect) };
  return clipped(box, [s("rect", { class: "cs-zoom-box", ...place })]);
}

/** Time under the pointer in any plot, and the position where this plot has it. */
export function cursorMark({ seconds, position }: Cursor, plot: Plot, tag: string | null): SVGElement[] {
  const { box } = plot;
  const x = crisp(toX(plot, seconds));
  if (x < box.left || x > box.right + 1) return [];
  const y = position === null ? null : toY(plot, position);
  const gap = y === null ? "" : `V${y - 7}M${x} ${y + 7}`;
  const cross = y === null ? "" : `M${x - 6} ${y}h12M${x} ${y - 6}v12`;
  const parts = [
    s("path", { class: "cs-halo", d: `M${x} ${box.top}${gap}V${box.bottom}`, "stroke-width": 3 }),
    s("path", { class: "cs-outline", d: `M${x} ${box.top}${gap}V${box.bottom}`, "stroke-width": 1 }),
    s("path", { class: "cs-halo", d: cross, "stroke-width": 3 }),
    s("path", { class: "cs-outline", d: cross, "stroke-width": 1.2 }),
  ];
  const inside = clipped(box, parts);
  return tag === null ? [inside] : [inside, ...timeTag(tag, x, box.bottom)];
}

function timeTag(text: string, x: number, bottom: number): SVGElement[] {
  const width = text.length * 6.4 + 10;
  return [
    s("rect", { class: "cs-time-tag", x: x - width / 2, y: bottom + 3, width, height: 17, rx: 2 }),
    s("text", { class: "cs-on-time-tag", x, y: bottom + 15.5, "text-anchor": "middle" }, text),
  ];
}

/** A drawing that ends a little outside the image, so that handles on its edge are whole. */
export function clipped(box: Box, children: readonly SVGElement[]): SVGElement {
  const place = {
    x: box.left - MARGIN_PX,
    y: box.top - MARGIN_PX,
    width: Math.max(widthOf(box) + 2 * MARGIN_PX, 0),
    height: Math.max(heightOf(box) + 2 * MARGIN_PX, 0),
  };
  const viewBox = `${place.x} ${place.y} ${place.width} ${place.height}`;
  return s("svg", { ...place, viewBox, overflow: "hidden" }, ...children);
}

import type { ImageState, RoiState } from "../contract";
import type { Bounds, Grip } from "./bounds";
import { between, type Box, isInside, type Plot, type Point, toX, toY } from "./geometry";
import { type Ends, lineReading } from "./line_reading";

const GRAB_PX = 5;
const LABEL_HEIGHT = 17;
const LABEL_INSET = 5;
const CHEVRON_INSET = 11;

export interface Label extends Box {
  readonly text: string;
}

/** Arrow to an edge that is beyond the view. */
export interface Chevron extends Point {
  readonly grip: Grip;
}

interface Shape {
  readonly roi_id: number;
  readonly isSelected: boolean;
  /** True while Python has not answered yet. */
  readonly isWaiting: boolean;
  readonly label: Label | null;
}

/** A rectangle on the screen; its box may reach beyond the view. */
export interface RectShape extends Shape {
  readonly kind: "rect";
  readonly rect: Box;
  readonly handles: readonly (Point & { readonly grip: Grip })[];
  readonly chevrons: readonly Chevron[];
}

export interface LineShape extends Shape {
  readonly kind: "line";
  readonly from: Point;
  readonly to: Point;
  /** Duration, length and speed; empty unless it is selected or being drawn. */
  readonly reading: readonly string[];
}

export type RoiShape = RectShape | LineShape;

export type Hit =
  | { readonly kind: "handle"; readonly roi_id: number; readonly grip: Grip }
  | { readonly kind: "chevron"; readonly roi_id: number; readonly grip: Grip }
  | { readonly kind: "edge"; readonly roi_id: number }
  | { readonly kind: "inside"; readonly roi_id: number }
  | { readonly kind: "ground" };

interface Change {
  /** A new region has a negative id. */
  readonly roi_id: number;
  readonly isWaiting: boolean;
}

export interface RectDraft extends Change {
  readonly kind: "rect";
  readonly bounds: Bounds;
}

export interface LineDraft extends Change {
  readonly kind: "line";
  readonly ends: Ends;
}

/** Change of one region that Python has not taken over yet. */
export type Draft = RectDraft | LineDraft;

const GRIPS: readonly Grip[] = ([-1, 0, 1] as const)
  .flatMap((row) => ([-1, 0, 1] as const).map((col) => ({ row, col })))
  .filter(({ row, col }) => row !== 0 || col !== 0);

/** Edges of a rectangle, or of the rectangle around a line. */
export function boundsOf(roi: RoiState): Bounds {
  const [first, second, third, fourth] = roi.bounds;
  if (roi.kind === "rect") return { row_start: first, row_stop: second, col_start: third, col_stop: fourth };
  const rows = between(first, third);
  const cols = between(second, fourth);
  return { row_start: rows.start, row_stop: rows.stop + 1, col_start: cols.start, col_stop: cols.stop + 1 };
}

export function rectOf(bounds: Bounds, image: ImageState, plot: Plot): Box {
  return {
    left: toX(plot, bounds.row_start * image.seconds_per_line),
    right: toX(plot, bounds.row_stop * image.seconds_per_line),
    top: toY(plot, bounds.col_stop * image.um_per_pixel),
    bottom: toY(plot, bounds.col_start * image.um_per_pixel),
  };
}

/** All regions as they are on the screen, the selected one last, so that it lies on top. */
export function shapesOf(
  rois: readonly RoiState[],
  selected: number | null,
  drafts: ReadonlyMap<number, Draft>,
  image: ImageState,
  plot: Plot,
  textWidth: (text: string) => number,
): RoiShape[] {
  const placed: Label[] = [];
  const inOrder = [...rois].sort((a, b) => Number(a.roi_id === selected) - Number(b.roi_id === selected));
  const shapes = inOrder.map((roi) => {
    const draft = drafts.get(roi.roi_id) ?? null;
    const shape = roi.kind === "rect" ? rectShape(roi, draft, selected, image, plot) : lineShape(roi, selected, image, plot);
    return { ...shape, label: labelOf(roi, shape, plot.box, placed, textWidth) };
  });
  const added = [...drafts.values()].filter(({ roi_id }) => roi_id < 0);
  return [...shapes, ...added.map((draft) => draftShape(draft, image, plot))];
}

function rectShape(roi: RoiState, draft: Draft | null, selected: number | null, image: ImageState, plot: Plot): RectShape {
  const rect = rectOf(draft?.kind === "rect" ? draft.bounds : boundsOf(roi), image, plot);
  const isSelected = roi.roi_id === selected;
  return {
    kind: "rect",
    roi_id: roi.roi_id,
    rect,
    isSelected,
    isWaiting: draft?.isWaiting ?? false,
    label: null,
    handles: isSelected && !roi.is_locked ? handlesOf(rect, plot.box) : [],
    chevrons: isSelected ? chevronsOf(rect, plot.box) : [],
  };
}

function draftShape(draft: Draft, image: ImageState, plot: Plot): RoiShape {
  const { roi_id, isWaiting } = draft;
  const common = { roi_id, isSelected: true, isWaiting, label: null };
  switch (draft.kind) {
    case "rect":
      return { kind: "rect", ...common, rect: rectOf(draft.bounds, image, plot), handles: [], chevrons: [] };
    case "line":
      return { kind: "line", ...common, ...placedEnds(draft.ends, image, plot), reading: lineReading(draft.ends, image) };
  }
}

function lineShape(roi: RoiState, selected: number | null, image: ImageState, plot: Plot): LineShape {
  const [row0, col0, row1, col1] = roi.bounds;
  const ends = { row0, col0, row1, col1 };
  const isSelected = roi.roi_id === selected;
  const reading = isSelected ? lineReading(ends, image) : [];
  return { kind: "line", roi_id: roi.roi_id, ...placedEnds(ends, image, plot), isSelected, isWaiting: false, label: null, reading };
}

/** Middles of the first and the last pixel of a line. */
function placedEnds({ row0, col0, row1, col1 }: Ends, image: ImageState, plot: Plot): { from: Point; to: Point } {
  const at = (row: number, col: number) => ({
    x: toX(plot, (row + 0.5) * image.seconds_per_line),
    y: toY(plot, (col + 0.5) * image.um_per_pixel),
  });
  return { from: at(row0, col0), to: at(row1, col1) };
}

/** Handles of the edges that are in view; those in the middle of an edge stay in its visible part. */
function handlesOf(rect: Box, box: Box): (Point & { grip: Grip })[] {
  const seen = visiblePart(rect, box);
  if (!seen) return [];
  const x = { [-1]: rect.left, 0: (seen.left + seen.right) / 2, 1: rect.right };
  const y = { [-1]: rect.bottom, 0: (seen.top + seen.bottom) / 2, 1: rect.top };
  return GRIPS.map((grip) => ({ grip, x: x[grip.row], y: y[grip.col] })).filter((at) => isInside(grown(box, 1), at));
}

function chevronsOf(rect: Box, box: Box): Chevron[] {
  const middle = (low: number, high: number, least: number, most: number) =>
    (Math.min(Math.max(low, least), most) + Math.min(Math.max(high, least), most)) / 2;
  const inset = Math.min(CHEVRON_INSET * 2, (box.bottom - box.top) / 2);
  const x = middle(rect.left, rect.right, box.left + inset, box.right - inset);
  const y = middle(rect.top, rect.bottom, box.top + inset, box.bottom - inset);
  const found: Chevron[] = [];
  if (rect.left < box.left - 1) found.push({ grip: { row: -1, col: 0 }, x: box.left + CHEVRON_INSET, y });
  if (rect.right > box.right + 1) found.push({ grip: { row: 1, col: 0 }, x: box.right - CHEVRON_INSET, y });
  if (rect.bottom > box.bottom + 1) found.push({ grip: { row: 0, col: -1 }, x, y: box.bottom - CHEVRON_INSET });
  if (rect.top < box.top - 1) found.push({ grip: { row: 0, col: 1 }, x, y: box.top + CHEVRON_INSET });
  return found;
}

/** Plate with number and name at the upper left of the visible part, below the plates that are there already. */
function labelOf(
  roi: RoiState,
  shape: RoiShape,
  box: Box,
  placed: Label[],
  textWidth: (text: string) => number,
): Label | null {
  const seen = visiblePart(outline(shape), box);
  if (!seen) return null;
  const text = roi.name ? `${roi.roi_id} ${roi.name}` : String(roi.roi_id);
  const width = Math.ceil(textWidth(text)) + 12;
  const left = seen.left + LABEL_INSET;
  let top = Math.min(seen.top + LABEL_INSET, box.bottom - LABEL_HEIGHT);
  for (const other of placed) {
    const meets = left < other.right && left + width > other.left && top < other.bottom && top + LABEL_HEIGHT > other.top;
    if (meets) top = other.bottom + 3;
  }
  const label = { text, left, top, right: left + width, bottom: top + LABEL_HEIGHT };
  placed.push(label);
  return label;
}

export function outline(shape: RoiShape): Box {
  if (shape.kind === "rect") return shape.rect;
  const { from, to } = shape;
  return {
    left: Math.min(from.x, to.x),
    right: Math.max(from.x, to.x),
    top: Math.min(from.y, to.y),
    bottom: Math.max(from.y, to.y),
  };
}

/** The part of a rectangle that is in view; null when none is. */
export function visiblePart(rect: Box, box: Box): Box | null {
  const seen = {
    left: Math.max(rect.left, box.left),
    right: Math.min(rect.right, box.right),
    top: Math.max(rect.top, box.top),
    bottom: Math.min(rect.bottom, box.bottom),
  };
  return seen.left <= seen.right && seen.top <= seen.bottom ? seen : null;
}

/** What is under the pointer: handles and arrows first, then labels and edges from the top, then the smallest interior. */
export function hitOf(shapes: readonly RoiShape[], at: Point): Hit {
  const fromTop = [...shapes].reverse().filter((shape) => shape.roi_id >= 0);
  for (const shape of fromTop) {
    const grip = shape.kind === "rect" ? gripAt(shape, at) : null;
    if (grip) return { ...grip, roi_id: shape.roi_id };
  }
  const edge = fromTop.find((shape) => isOnLabel(shape, at)) ?? fromTop.find((shape) => isOnEdge(shape, at));
  if (edge) return { kind: "edge", roi_id: edge.roi_id };
  const inside = fromTop
    .filter((shape) => shape.kind === "rect" && isInside(shape.rect, at))
    .sort((a, b) => area(outline(a)) - area(outline(b)))[0];
  return inside ? { kind: "inside", roi_id: inside.roi_id } : { kind: "ground" };
}

function gripAt(shape: RectShape, at: Point): { kind: "handle" | "chevron"; grip: Grip } | null {
  const isNear = (place: Point, reach: number) => Math.max(Math.abs(place.x - at.x), Math.abs(place.y - at.y)) <= reach;
  const handle = shape.handles.find((place) => isNear(place, GRAB_PX + 1));
  if (handle) return { kind: "handle", grip: handle.grip };
  const chevron = shape.chevrons.find((place) => isNear(place, 10));
  return chevron ? { kind: "chevron", grip: chevron.grip } : null;
}

function isOnLabel(shape: RoiShape, at: Point): boolean {
  return shape.label !== null && isInside(shape.label, at);
}

function isOnEdge(shape: RoiShape, at: Point): boolean {
  if (shape.kind === "line") return distanceToLine(shape, at) <= GRAB_PX;
  const inner = grown(shape.rect, -GRAB_PX);
  return isInside(grown(shape.rect, GRAB_PX), at) && !isInside(inner, at);
}

function distanceToLine({ from, to }: LineShape, at: Point): number {
  const dx = to.x - from.x;
  const dy = to.y - from.y;
  const along = ((at.x - from.x) * dx + (at.y - from.y) * dy) / (dx * dx + dy * dy || 1);
  const share = Math.min(Math.max(along, 0), 1);
  return Math.hypot(at.x - from.x - share * dx, at.y - from.y - share * dy);
}

function grown(box: Box, by: number): Box {
  return { left: box.left - by, right: box.right + by, top: box.top - by, bottom: box.bottom + by };
}

function area(box: Box): number {
  return (box.right - box.left) * (box.bottom - box.top);
}

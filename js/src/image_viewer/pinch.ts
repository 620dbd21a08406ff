import { heightOf, type Plot, type Point, positionAt, type Range, timeAt, widthOf } from "./geometry";

/** Places of two fingers. */
export type Fingers = readonly [Point, Point];

/** A pinch is clearly diagonal when neither direction is more than twice the other. */
const MOST_OBLIQUE = 2;
const LEAST_APART_PX = 8;

/** What two fingers show that were put down on a plot and have moved: what was between them stays between them. */
export function pinched(plot: Plot, before: Fingers, now: Fingers): { time: Range; position: Range } {
  const [from, to] = [apart(before), apart(now)];
  const isDiagonal = Math.max(from.x, from.y) <= MOST_OBLIQUE * Math.min(from.x, from.y);
  const along = isDiagonal ? ratio(from.x, to.x) : ratio(Math.hypot(from.x, from.y), Math.hypot(to.x, to.y));
  const across = isDiagonal ? ratio(from.y, to.y) : 1;
  const [start, end] = [middle(before), middle(now)];
  const { box, time, position } = plot;
  const perX = ((time.stop - time.start) / widthOf(box)) * along;
  const perY = ((position.stop - position.start) / heightOf(box)) * across;
  const left = timeAt(plot, start.x) - (end.x - box.left) * perX;
  const low = positionAt(plot, start.y) - (box.bottom - end.y) * perY;
  return {
    time: { start: left, stop: left + perX * widthOf(box) },
    position: { start: low, stop: low + perY * heightOf(box) },
  };
}

function apart([a, b]: Fingers): Point {
  return { x: Math.abs(a.x - b.x), y: Math.abs(a.y - b.y) };
}

function middle([a, b]: Fingers): Point {
  return { x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 };
}

function ratio(before: number, now: number): number {
  return Math.max(before, LEAST_APART_PX) / Math.max(now, LEAST_APART_PX);
}

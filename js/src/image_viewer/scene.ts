import type { ContrastState, ImageState } from "../contract";
import { type Box, heightOf, type Plot, toX, toY, widthOf } from "./geometry";
import { blockOf, type TileName, tileLines } from "./tile_choice";
import type { Tile } from "./tile_store";

/** A part of a tile, and where it is drawn. */
export interface PlacedTile {
  readonly tile: Tile;
  /** Place from the upper left corner of the image, as shares of its width and height. */
  readonly place: Box;
  /** Rows at the left and right edge, columns at the lower and upper edge; fractions are parts of a row or column. */
  readonly rows: readonly [number, number];
  readonly columns: readonly [number, number];
}

/** All that is needed to paint one image. */
export interface Scene {
  /** Size in pixels of the screen. */
  readonly width: number;
  readonly height: number;
  readonly tiles: readonly PlacedTile[];
  readonly contrast: ContrastState;
  /** Whether values beyond the limits get colours of their own. */
  readonly hasClippedMarks?: boolean;
  /** Whether a pixel shows the largest of the values it covers, and not their mean. */
  readonly isBrightest?: boolean;
}

/** Where the visible part of a tile is; null when none of it is in view. */
export function placed(tile: Tile, name: TileName, image: ImageState, plot: Plot): PlacedTile | null {
  const { time, position, box } = plot;
  const lines = tileLines(image, name);
  const start = Math.max(lines.start, time.start / image.seconds_per_line);
  const stop = Math.min(lines.stop, time.stop / image.seconds_per_line);
  const low = Math.max(0, position.start / image.um_per_pixel);
  const high = Math.min(image.columns, position.stop / image.um_per_pixel);
  if (!(start < stop && low < high)) return null;
  const block = blockOf(image, name.level);
  const step = Math.ceil(image.columns / image.tile_columns);
  return {
    tile,
    rows: [(start - lines.start) / block, (stop - lines.start) / block],
    columns: [low / step, high / step],
    place: {
      left: (toX(plot, start * image.seconds_per_line) - box.left) / widthOf(box),
      right: (toX(plot, stop * image.seconds_per_line) - box.left) / widthOf(box),
      top: (toY(plot, high * image.um_per_pixel) - box.top) / heightOf(box),
      bottom: (toY(plot, low * image.um_per_pixel) - box.top) / heightOf(box),
    },
  };
}

/** What has to be painted over a scene to get another one: its new tiles; null where these alone are not enough. */
export function addedTiles(before: Scene, after: Scene): PlacedTile[] | null {
  const hasOtherSize = before.width !== after.width || before.height !== after.height;
  if (hasOtherSize || before.isBrightest !== after.isBrightest) return null;
  const kept = new Set(after.tiles.filter((tile) => before.tiles.some((other) => isSamePlaced(tile, other))));
  if (kept.size < before.tiles.length) return null;
  const added = after.tiles.filter((tile) => !kept.has(tile));
  const isUnder = (tile: PlacedTile) => [...kept].some((other) => doOverlap(tile, other) && isAfter(other, tile, after));
  return added.some(isUnder) ? null : added;
}

function isSamePlaced(a: PlacedTile, b: PlacedTile): boolean {
  if (a.tile !== b.tile) return false;
  const numbers = ({ place, rows, columns }: PlacedTile) => [place.left, place.right, place.top, place.bottom, ...rows, ...columns];
  const others = numbers(b);
  return numbers(a).every((number, at) => number === others[at]);
}

function isAfter(tile: PlacedTile, other: PlacedTile, { tiles }: Scene): boolean {
  return tiles.indexOf(tile) > tiles.indexOf(other);
}

function doOverlap({ place: a }: PlacedTile, { place: b }: PlacedTile): boolean {
  return a.left < b.right && b.left < a.right;
}

/** Lines in view, as a range that may have fractions. */
export function linesInView(image: ImageState, plot: Plot): { start: number; stop: number } {
  return { start: plot.time.start / image.seconds_per_line, stop: plot.time.stop / image.seconds_per_line };
}

/** Rows and columns of a tile for each pixel of the screen. */
export function texelsPerPixel({ rows, columns, place }: PlacedTile, scene: Scene): readonly [number, number] {
  const width = (place.right - place.left) * scene.width;
  const height = (place.bottom - place.top) * scene.height;
  return [(rows[1] - rows[0]) / Math.max(width, 1e-6), (columns[1] - columns[0]) / Math.max(height, 1e-6)];
}

/**
 * How many values are taken for a pixel: one where a value is larger than a pixel, so that nothing is smoothed. For means
 * a few may be left out so as to stay sharp; where the largest counts, all are taken that a pixel touches.
 */
export function taps(perPixel: number, most: number, { isBrightest = false }: Pick<Scene, "isBrightest">): number {
  if (isBrightest) return perPixel <= 1 ? 1 : Math.min(Math.ceil(perPixel), most) + 1;
  return perPixel <= 1.05 ? 1 : Math.min(Math.ceil(perPixel), most);
}

/** Part of a value at the edge of a pixel that does not count as touched, since numbers are not exact. */
export const EDGE = 0.01;

/** Where the values of a pixel are taken, counted from its middle: from edge to edge where the largest counts. */
export function tapOffset(tap: number, each: number, perPixel: number, { isBrightest = false }: Pick<Scene, "isBrightest">): number {
  if (each === 1) return 0;
  return isBrightest ? (tap / (each - 1) - 0.5) * (perPixel - 2 * EDGE) : ((tap + 0.5) / each - 0.5) * perPixel;
}

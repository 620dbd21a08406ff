import type { ImageState } from "../contract";
import type { Range } from "./geometry";

/** One tile of an image. */
export interface TileName {
  readonly level: number;
  readonly index: number;
}

export type Tiling = Pick<ImageState, "lines" | "tile_rows" | "levels" | "top_block">;

const MOST_VISIBLE = 32;
/** Fewest rows for a pixel of the screen: with fewer, blocks of pixels would be seen. */
const LEAST_ROWS_PER_PIXEL = 0.8;

/** Lines of which a row of a level is the mean. */
export function blockOf({ levels, top_block }: Pick<Tiling, "levels" | "top_block">, level: number): number {
  return level === levels - 1 ? top_block : 2 ** level;
}

/** First line of a tile, and the one after its last. */
export function tileLines(tiling: Tiling, { level, index }: TileName): Range {
  const length = tiling.tile_rows * blockOf(tiling, level);
  return { start: index * length, stop: Math.min((index + 1) * length, tiling.lines) };
}

/** The tiles of the last level, which hold everything. */
export function topTiles(tiling: Tiling): TileName[] {
  return tilesIn(tiling, tiling.levels - 1, { start: 0, stop: tiling.lines });
}

/** The coarsest level that still has enough rows for each pixel of the screen, and not too many tiles in view. */
export function levelFor(tiling: Tiling, lines: Range, widthPx: number): number {
  const most = (lines.stop - lines.start) / Math.max(widthPx, 1) / LEAST_ROWS_PER_PIXEL;
  let level = tiling.levels - 1;
  while (level > 0 && blockOf(tiling, level) > most) level -= 1;
  while (level < tiling.levels - 1 && tilesIn(tiling, level, lines).length > MOST_VISIBLE) level += 1;
  return level;
}

/** Tiles of one level that show a range of lines. */
export function tilesIn(tiling: Tiling, level: number, lines: Range): TileName[] {
  const length = tiling.tile_rows * blockOf(tiling, level);
  const last = Math.ceil(tiling.lines / length) - 1;
  const from = Math.max(Math.floor(lines.start / length), 0);
  const to = Math.min(Math.ceil(lines.stop / length) - 1, last);
  return Array.from({ length: Math.max(to - from + 1, 0) }, (_, step) => ({ level, index: from + step }));
}

/** What to draw, coarse tiles first: where a tile is missing, the finest coarser ones that are there. */
export function tilesToDraw(tiling: Tiling, lines: Range, widthPx: number, has: (tile: TileName) => boolean): TileName[] {
  const chosen = new Map<string, TileName>();
  for (const tile of tilesIn(tiling, levelFor(tiling, lines, widthPx), lines)) {
    for (const found of standIns(tiling, tile, has)) chosen.set(`${found.level}/${found.index}`, found);
  }
  return [...chosen.values()].sort((a, b) => b.level - a.level);
}

/** A tile itself, or what is there of the finest coarser level that has any of its lines. */
function standIns(tiling: Tiling, tile: TileName, has: (tile: TileName) => boolean): TileName[] {
  const lines = tileLines(tiling, tile);
  for (let level = tile.level; level < tiling.levels; level += 1) {
    const found = tilesIn(tiling, level, lines).filter(has);
    if (found.length > 0) return found;
  }
  return [];
}

/**
 * What to ask for, most urgent first: what is in view from the middle outwards, the whole recording, the neighbours, and
 * the lines that may be looked at next.
 */
export function tilesToAsk(tiling: Tiling, lines: Range, widthPx: number, next: Range | null = null): TileName[] {
  const level = levelFor(tiling, lines, widthPx);
  const length = tiling.tile_rows * blockOf(tiling, level);
  const around = { start: lines.start - length, stop: lines.stop + length };
  const inOrder = [
    ...fromMiddle(tiling, level, lines),
    ...topTiles(tiling),
    ...fromMiddle(tiling, level, around),
    ...(next ? fromMiddle(tiling, levelFor(tiling, next, widthPx), next) : []),
  ];
  return [...new Map(inOrder.map((tile) => [`${tile.level}/${tile.index}`, tile])).values()];
}

function fromMiddle(tiling: Tiling, level: number, lines: Range): TileName[] {
  const middle = (lines.start + lines.stop) / 2 / (tiling.tile_rows * blockOf(tiling, level)) - 0.5;
  return tilesIn(tiling, level, lines).sort((a, b) => Math.abs(a.index - middle) - Math.abs(b.index - middle));
}

import type { ImageState } from "../contract";
import type { Range } from "./geometry";

/** One tile of an image. */
export interface TileName {
  readonly level: number;
  readonly index: number;
}

type Tiling = Pick<ImageState, "lines" | "tile_rows" | "levels">;

const MOST_VISIBLE = 32;

/** First line of a tile, and the one after its last. */
export function tileLines({ lines, tile_rows }: Tiling, { level, index }: TileName): Range {
  const length = tile_rows * 2 ** level;
  return { start: index * length, stop: Math.min((index + 1) * length, lines) };
}

/** The tile that holds everything. */
export function topTile({ levels }: Tiling): TileName {
  return { level: levels - 1, index: 0 };
}

/** The finest level that needs no more than two rows for each pixel of the screen, and not too many tiles. */
export function levelFor(tiling: Tiling, lines: Range, widthPx: number): number {
  const perPixel = (lines.stop - lines.start) / Math.max(widthPx, 1);
  let level = Math.min(Math.max(Math.floor(Math.log2(perPixel)), 0), tiling.levels - 1);
  while (level < tiling.levels - 1 && tilesIn(tiling, level, lines).length > MOST_VISIBLE) level += 1;
  return level;
}

/** Tiles of one level that show a range of lines. */
export function tilesIn(tiling: Tiling, level: number, lines: Range): TileName[] {
  const length = tiling.tile_rows * 2 ** level;
  const last = Math.ceil(tiling.lines / length) - 1;
  const from = Math.max(Math.floor(lines.start / length), 0);
  const to = Math.min(Math.ceil(lines.stop / length) - 1, last);
  return Array.from({ length: Math.max(to - from + 1, 0) }, (_, step) => ({ level, index: from + step }));
}

/** What to draw, coarse tiles first: where a tile is missing, the finest coarser one that is there. */
export function tilesToDraw(tiling: Tiling, lines: Range, widthPx: number, has: (tile: TileName) => boolean): TileName[] {
  const chosen = new Map<string, TileName>();
  for (const tile of tilesIn(tiling, levelFor(tiling, lines, widthPx), lines)) {
    for (let { level, index } = tile; level < tiling.levels; level += 1, index = Math.floor(index / 2)) {
      if (!has({ level, index })) continue;
      chosen.set(`${level}/${index}`, { level, index });
      break;
    }
  }
  return [...chosen.values()].sort((a, b) => b.level - a.level);
}

/** What to ask for, most urgent first: the tile of everything, what is in view from the middle outwards, its neighbours. */
export function tilesToAsk(tiling: Tiling, lines: Range, widthPx: number): TileName[] {
  const level = levelFor(tiling, lines, widthPx);
  const length = tiling.tile_rows * 2 ** level;
  const seen = tilesIn(tiling, level, lines);
  const around = tilesIn(tiling, level, { start: lines.start - length, stop: lines.stop + length });
  const middle = (lines.start + lines.stop) / 2 / length - 0.5;
  const fromMiddle = (a: TileName, b: TileName) => Math.abs(a.index - middle) - Math.abs(b.index - middle);
  const isNew = (tile: TileName) => !seen.some((other) => other.index === tile.index);
  const wanted = [...seen.sort(fromMiddle), ...around.filter(isNew).sort(fromMiddle)];
  const top = topTile(tiling);
  return [top, ...wanted.filter((tile) => tile.level !== top.level)];
}

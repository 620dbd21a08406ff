import type { ImageState } from "../contract";
import { blockOf, type TileName, tileLines, type Tiling } from "./tile_choice";
import type { Tile } from "./tile_store";

/** Place of a pixel in its image. */
export interface Pixel {
  readonly line: number;
  readonly column: number;
}

/** A value as it is seen. */
export interface SeenValue {
  /** Null where the value is missing; text where it has more digits than a number of the page. */
  readonly value: number | string | null;
  /** Level of the tile it is from; null when Python has told it. */
  readonly level: number | null;
  /** True when it is that very pixel as it is in the file, and not what stands for several. */
  readonly isExact: boolean;
}

type Grid = Tiling & Pick<ImageState, "columns" | "tile_columns" | "value_kind">;

/** Value at a pixel from the finest tile that is here; null where there is none. */
export function seenValue(image: Grid, { line, column }: Pixel, find: (name: TileName) => Tile | undefined): SeenValue | null {
  const step = Math.ceil(image.columns / image.tile_columns);
  for (let level = 0; level < image.levels; level += 1) {
    const block = blockOf(image, level);
    const name = { level, index: Math.floor(line / (block * image.tile_rows)) };
    const tile = find(name);
    const row = Math.floor((line - tileLines(image, name).start) / block);
    const value = tile?.values[row * tile.columns + Math.floor(column / step)];
    if (!tile || value === undefined) continue;
    const isOne = block === 1 && step === 1 && !tile.isRough;
    const isExact = isOne && image.value_kind !== "float32"; // which stands for any wider type, too
    return { value: Number.isNaN(value) ? null : value + (tile.offset ?? 0), level, isExact };
  }
  return null;
}

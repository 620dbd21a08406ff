import { describe, expect, test } from "vitest";
import { levelFor, tileLines, tilesIn, tilesToAsk, tilesToDraw, topTiles } from "../../src/image_viewer/tile_choice";

/** Blocks of 1, 2, … 512, and at last 977 lines; the whole recording has 1024 rows. */
const tiling = { lines: 1_000_000, tile_rows: 256, levels: 11, top_block: 977 };
const names = (tiles: readonly { level: number; index: number }[]) => tiles.map(({ level, index }) => `${level}/${index}`);

describe("the level", () => {
  test.each([
    [{ start: 0, stop: 1_000_000 }, 10],
    [{ start: 0, stop: 700_000 }, 9],
    [{ start: 0, stop: 2000 }, 1],
    [{ start: 0, stop: 1599 }, 0],
    [{ start: 500, stop: 504 }, 0],
  ])("of %o has at least four rows for five pixels, or is the finest", (lines, level) => {
    expect(levelFor(tiling, lines, 1000)).toBe(level);
  });

  test("is coarser where too many tiles would be in view", () => {
    const wide = { lines: 100_000, tile_rows: 8, levels: 8, top_block: 98 };
    const level = levelFor(wide, { start: 0, stop: 2000 }, 2000);
    expect(tilesIn(wide, level, { start: 0, stop: 2000 }).length).toBeLessThanOrEqual(32);
  });
});

test("tiles of a level follow each other to the last line", () => {
  expect(tileLines(tiling, { level: 9, index: 7 })).toEqual({ start: 917_504, stop: 1_000_000 });
  expect(tileLines(tiling, { level: 10, index: 3 })).toEqual({ start: 750_336, stop: 1_000_000 });
  expect(names(tilesIn(tiling, 0, { start: 255.5, stop: 512.5 }))).toEqual(["0/0", "0/1", "0/2"]);
  expect(names(tilesIn(tiling, 0, { start: -500, stop: 256 }))).toEqual(["0/0"]);
  expect(names(tilesIn(tiling, 10, { start: 0, stop: 9e9 }))).toEqual(["10/0", "10/1", "10/2", "10/3"]);
});

describe("what is drawn", () => {
  const lines = { start: 2000, stop: 4000 };

  test("is the finest coarser tile where one is missing, under those that are here", () => {
    const here = new Set(["1/4", "3/1", "10/0"]);
    const drawn = tilesToDraw(tiling, lines, 1000, ({ level, index }) => here.has(`${level}/${index}`));
    expect(names(drawn)).toEqual(["10/0", "3/1", "1/4"]);
  });

  test("is what there is of the whole recording when there is no other", () => {
    const edge = { start: 249_000, stop: 251_000 };
    const here = topTiles(tiling).slice(0, 2);
    const has = (tile: { level: number; index: number }) => here.some((top) => top.level === tile.level && top.index === tile.index);
    expect(names(tilesToDraw(tiling, edge, 1000, has))).toEqual(["10/0", "10/1"]);
  });

  test("is nothing before any tile is here", () => {
    expect(tilesToDraw(tiling, lines, 1000, () => false)).toEqual([]);
  });
});

describe("what is asked for", () => {
  test("begins with what is in view from its middle, then the whole recording, then the neighbours", () => {
    const asked = names(tilesToAsk(tiling, { start: 2050, stop: 3560 }, 800));
    expect(asked).toEqual(["1/5", "1/4", "1/6", "10/0", "10/1", "10/2", "10/3", "1/3", "1/7"]);
  });

  test("ends with what may be looked at next, once", () => {
    const asked = (stop: number) => names(tilesToAsk(tiling, { start: 2050, stop: 3560 }, 800, { start: 2300, stop }));
    expect(asked(3558)).toEqual(["1/5", "1/4", "1/6", "10/0", "10/1", "10/2", "10/3", "1/3", "1/7", "0/11", "0/10", "0/12", "0/9", "0/13", "0/8"]);
    expect(asked(3600)).toHaveLength(9);
  });

  test("names each tile once", () => {
    const small = { lines: 500, tile_rows: 1024, levels: 1, top_block: 1 };
    expect(names(tilesToAsk(small, { start: 0, stop: 500 }, 1000))).toEqual(["0/0"]);
  });
});

import { describe, expect, test } from "vitest";
import { levelFor, tileLines, tilesIn, tilesToAsk, tilesToDraw, topTile } from "../../src/image_viewer/tile_choice";

const tiling = { lines: 1_000_000, tile_rows: 1024, levels: 11 };
const names = (tiles: readonly { level: number; index: number }[]) => tiles.map(({ level, index }) => `${level}/${index}`);

describe("the level", () => {
  test.each([
    [{ start: 0, stop: 1_000_000 }, 9],
    [{ start: 0, stop: 2000 }, 1],
    [{ start: 0, stop: 1999 }, 0],
    [{ start: 500, stop: 504 }, 0],
  ])("of %o has one to two rows for each pixel, or is the finest", (lines, level) => {
    expect(levelFor(tiling, lines, 1000)).toBe(level);
  });

  test("is coarser where too many tiles would be in view", () => {
    const wide = { lines: 100_000, tile_rows: 8, levels: 15 };
    const level = levelFor(wide, { start: 0, stop: 2000 }, 2000);
    expect(tilesIn(wide, level, { start: 0, stop: 2000 }).length).toBeLessThanOrEqual(32);
  });
});

test("tiles of a level follow each other to the last line", () => {
  expect(tileLines(tiling, { level: 9, index: 1 })).toEqual({ start: 524_288, stop: 1_000_000 });
  expect(names(tilesIn(tiling, 0, { start: 1023.5, stop: 2048.5 }))).toEqual(["0/0", "0/1", "0/2"]);
  expect(names(tilesIn(tiling, 0, { start: -500, stop: 1024 }))).toEqual(["0/0"]);
  expect(names(tilesIn(tiling, 9, { start: 0, stop: 9e9 }))).toEqual(["9/0", "9/1"]);
});

describe("what is drawn", () => {
  const lines = { start: 2000, stop: 4000 };

  test("is the finest coarser tile where one is missing, under those that are here", () => {
    const here = new Set(["1/1", "3/0", "10/0"]);
    const drawn = tilesToDraw(tiling, lines, 1000, ({ level, index }) => here.has(`${level}/${index}`));
    expect(names(drawn)).toEqual(["3/0", "1/1"]);
  });

  test("is the tile of everything when there is no other", () => {
    const top = topTile(tiling);
    expect(tilesToDraw(tiling, lines, 1000, ({ level }) => level === top.level)).toEqual([top]);
  });

  test("is nothing before any tile is here", () => {
    expect(tilesToDraw(tiling, lines, 1000, () => false)).toEqual([]);
  });
});

describe("what is asked for", () => {
  test("begins with the tile of everything, then what is in view from its middle, then the neighbours", () => {
    expect(names(tilesToAsk(tiling, { start: 2000, stop: 6000 }, 2000))).toEqual(["10/0", "1/1", "1/2", "1/0", "1/3"]);
  });

  test("names each tile once", () => {
    const small = { lines: 500, tile_rows: 1024, levels: 1 };
    expect(names(tilesToAsk(small, { start: 0, stop: 500 }, 1000))).toEqual(["0/0"]);
  });
});

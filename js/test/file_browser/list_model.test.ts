import { describe, expect, test } from "vitest";
import type { FileRow } from "../../src/contract";
import { filterCounts, footWords, linesOf, nextSorting, shownRows, stem, stepPlace } from "../../src/file_browser/list_model";
import { row } from "./fixtures";

const ROWS = [
  row("cell2.tif"),
  row("cell10.tif", { review: "accepted", regions: 2 }),
  row("vessel.tif", { folder: "day2", review: "rejected", is_dirty: true, regions: 1 }),
];
const names = (rows: readonly FileRow[]) => rows.map(({ name }) => name);

describe("the list of files", () => {
  test("keeps the order of folders and names until a column is chosen", () => {
    expect(names(shownRows(ROWS, "", "all", []))).toEqual(["cell2.tif", "cell10.tif", "vessel.tif"]);
    expect(names(shownRows(ROWS, "", "all", [{ id: "name", desc: true }]))).toEqual(["vessel.tif", "cell10.tif", "cell2.tif"]);
    expect(names(shownRows(ROWS, "", "all", [{ id: "regions", desc: true }]))).toEqual(["cell10.tif", "vessel.tif", "cell2.tif"]);
  });

  test("finds part of a name or folder in any case", () => {
    expect(names(shownRows(ROWS, " DAY2 ", "all", []))).toEqual(["vessel.tif"]);
    expect(names(shownRows(ROWS, "cell", "all", []))).toEqual(["cell2.tif", "cell10.tif"]);
  });

  test("filters by what is left to do", () => {
    expect(filterCounts(ROWS)).toEqual({ all: 3, to_review: 1, unsaved: 1, rejected: 1 });
    expect(names(shownRows(ROWS, "", "to_review", []))).toEqual(["cell2.tif"]);
    expect(names(shownRows(ROWS, "", "unsaved", []))).toEqual(["vessel.tif"]);
  });

  test("asks nobody to review what cannot be read", () => {
    expect(filterCounts([...ROWS, row("cut off.tif", { problem: "image" })]).to_review).toBe(1);
  });

  test("sorts by a column up, down and not at all", () => {
    const up = nextSorting([], "name");
    const down = nextSorting(up, "name");
    expect([up, down, nextSorting(down, "name"), nextSorting(down, "regions")]).toEqual([
      [{ id: "name", desc: false }], [{ id: "name", desc: true }], [], [{ id: "regions", desc: false }],
    ]);
  });

  test("puts what is not known below every number", () => {
    const rows = [row("a.tif", { duration_s: 3 }), row("b.tif"), row("c.tif", { duration_s: 0.5 })];
    expect(names(shownRows(rows, "", "all", [{ id: "duration_s", desc: true }]))).toEqual(["a.tif", "c.tif", "b.tif"]);
  });

  test("steps on from the gap that a hidden recording has left", () => {
    expect([stepPlace(5, 2, true, 1), stepPlace(5, 2, true, -1)]).toEqual([3, 1]);
    expect([stepPlace(5, 2, false, 1), stepPlace(5, 2, false, -1)]).toEqual([2, 1]);
    expect([stepPlace(5, 4, true, 1), stepPlace(5, -1, false, 1), stepPlace(5, 0, true, -1)]).toEqual([4, 0, 0]);
  });

  test("has a head for each folder when there are several", () => {
    expect(linesOf(ROWS, true).map((line) => (line.kind === "folder" ? `${line.folder}:${line.count}` : line.row.name))).toEqual([
      ":2", "cell2.tif", "cell10.tif", "day2:1", "vessel.tif",
    ]);
    expect(linesOf(ROWS.slice(0, 2), true).map(({ kind }) => kind)).toEqual(["file", "file"]);
    expect(linesOf(ROWS, false)).toHaveLength(3);
  });

  test("says at its foot what is shown and what was done", () => {
    expect(footWords(2, ROWS)).toEqual(["2 of 3 shown", "1 accepted · 1 rejected · 1 unsaved"]);
    expect([stem("a.tif"), stem("b.TIFF"), stem("c")]).toEqual(["a", "b", "c"]);
  });
});

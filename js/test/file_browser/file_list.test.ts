import { describe, expect, test } from "vitest";
import type { FileRow, RowsMessage } from "../../src/contract";
import { FileList } from "../../src/file_browser/file_list";
import { row } from "./fixtures";

function message(names: string[], first: number, count: number, version = 0): RowsMessage {
  return { kind: "rows", version, first, count, rows: names.map((name) => row(name)) };
}
const names = (list: FileList) => list.rows.map(({ name }: FileRow) => name);

describe("the rows told by Python", () => {
  test("are shown as they arrive while there is nothing else to show", () => {
    const list = new FileList();
    expect(list.receive(message(["a", "b"], 0, 3))).toBe(true);
    expect(names(list)).toEqual(["a", "b"]);
    expect(list.receive(message(["c"], 2, 3))).toBe(true);
    expect(list.receive(message(["d"], 3, 4))).toBe(true); // the folder is still searched
    expect(names(list)).toEqual(["a", "b", "c", "d"]);
  });

  test("replace an old list only when the new one is complete", () => {
    const list = new FileList();
    list.receive(message(["a", "b"], 0, 2));
    expect(list.receive(message(["b"], 0, 2, 1))).toBe(false);
    expect(names(list)).toEqual(["a", "b"]);
    expect(list.receive(message(["c"], 1, 2, 1))).toBe(true);
    expect(names(list)).toEqual(["b", "c"]);
  });

  test("change where they stand", () => {
    const list = new FileList();
    list.receive(message(["a", "b"], 0, 2));
    expect(list.receive({ kind: "changes", version: 0, rows: [row("a", { regions: 2 })] })).toBe(true);
    expect(list.rows.map(({ regions }) => regions)).toEqual([2, null]);
  });

  test("of an older list, or without those before them, are left out", () => {
    const list = new FileList();
    list.receive(message(["a"], 0, 1, 2));
    expect(list.receive(message(["x"], 1, 2, 1))).toBe(false);
    expect(list.receive(message(["z"], 5, 6, 2))).toBe(false);
    expect(names(list)).toEqual(["a"]);
  });

  test("may be none", () => {
    const list = new FileList();
    list.receive(message(["a"], 0, 1));
    expect(list.receive(message([], 0, 0, 1))).toBe(true);
    expect(names(list)).toEqual([]);
  });
});

import { expect, test, vi } from "vitest";
import { LinkedCursor } from "../../src/shared/linked_cursor";

test("a plot tells the others of its scale, and nobody else", () => {
  const end = new AbortController();
  const [own, other, foreign] = [vi.fn(), vi.fn(), vi.fn()];
  const cursor = new LinkedCursor("anywidget:1", own, end.signal);
  new LinkedCursor("anywidget:1", other, end.signal);
  new LinkedCursor("anywidget:2", foreign, end.signal);
  cursor.set(1.5);
  cursor.set(null);
  expect(other.mock.calls).toEqual([[1.5], [null]]);
  expect([own.mock.calls.length, foreign.mock.calls.length]).toEqual([0, 0]);
  end.abort();
  cursor.set(2);
  expect(other.mock.calls).toHaveLength(2);
});

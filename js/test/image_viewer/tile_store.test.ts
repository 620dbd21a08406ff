import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ImageViewerTraits } from "../../src/contract";
import { TileStore, valuesOf } from "../../src/image_viewer/tile_store";
import type { Model } from "../../src/shared/model";

const shown = { token: "t", value_kind: "uint8", tile_columns: 2 } as const;
const source = { token: "t", channel: 0, pick: "mean" } as const;
const top = { level: 1, index: 0 };
const fine = { level: 0, index: 0 };

type Listener = (content: unknown, buffers: unknown[]) => void;

interface Sent {
  kind: string;
  client: string;
  channel: number;
  received: number | null;
  tiles: number[][];
}

class FakeModel {
  readonly sent: Sent[] = [];
  #listeners: Listener[] = [];

  on(_event: string, listener: Listener): void {
    this.#listeners.push(listener);
  }

  off(_event: string, listener: Listener): void {
    this.#listeners = this.#listeners.filter((other) => other !== listener);
  }

  send(content: Sent): void {
    this.sent.push(content);
  }

  answer(name: object, changes: object = {}, bytes = [1, 2, 3, 4]): void {
    const content = { kind: "tile", ...source, ...name, rows: 2, is_rough: false, ...changes };
    for (const listener of this.#listeners) listener(content, [new DataView(Uint8Array.from(bytes).buffer)]);
  }
}

let model: FakeModel;
let store: TileStore;
let end: AbortController;

function join(redraw = () => undefined) {
  return store.join(model as unknown as Model<ImageViewerTraits>, () => shown, redraw, end.signal);
}

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  model = new FakeModel();
  store = new TileStore(() => 12);
  end = new AbortController();
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("what is missing is asked for once, in the order of its urgency", () => {
  const want = join();
  want(source, [top, fine]);
  vi.advanceTimersByTime(100);
  want(source, [top, fine]);
  vi.advanceTimersByTime(100);
  expect(model.sent.map(({ kind, tiles }) => [kind, tiles])).toEqual([["tiles.want", [[1, 0, 0], [0, 0, 0]]]]);
});

test("a tile that comes is kept and drawn, and not asked for again", () => {
  const redraw = vi.fn();
  const want = join(redraw);
  want(source, [top]);
  vi.advanceTimersByTime(100);
  model.answer(top);
  want(source, [top]);
  vi.advanceTimersByTime(100);
  expect([...(store.find(source, top)?.values ?? [])]).toEqual([1, 2, 3, 4]);
  expect([redraw.mock.calls.length, model.sent.length]).toEqual([1, 1]);
});

test("a new view asks for what it needs, which withdraws the rest", () => {
  const want = join();
  want(source, [top, fine]);
  vi.advanceTimersByTime(100);
  want(source, [top]);
  vi.advanceTimersByTime(100);
  expect(model.sent.at(-1)?.tiles).toEqual([[1, 0, 0]]);
});

test.each([
  ["of another image", { token: "old" }],
  ["of another size", { rows: 3 }],
])("a tile %s is dropped", (_, changes) => {
  join();
  model.answer(top, changes);
  expect(store.has(source, top) || store.has({ ...source, token: "old" }, top)).toBe(false);
});

test("two views ask together and hear of each tile once", () => {
  const redraws = [vi.fn(), vi.fn()];
  const [first, second] = redraws.map((redraw) => join(redraw));
  first?.(source, [top]);
  second?.(source, [top, fine]);
  vi.advanceTimersByTime(100);
  model.answer(top);
  expect(model.sent.map(({ tiles }) => tiles)).toEqual([[[1, 0, 0], [0, 0, 0]]]);
  expect(redraws.map((redraw) => redraw.mock.calls.length)).toEqual([1, 1]);
  end.abort();
  expect(store.isUnused).toBe(true);
});

test("buffers are taken as any host hands them over", () => {
  const behind = new Uint8Array([9, 9, 9, 1, 2, 3, 4]);
  for (const buffer of [behind.slice(3).buffer, new DataView(behind.buffer, 3), [1, 2, 3, 4]]) {
    expect([...(valuesOf(buffer, "uint16") ?? [])]).toEqual([513, 1027]);
  }
  expect(valuesOf("1234", "uint8")).toBeNull();
});

test("a tile that does not come is asked for again, ever more seldom, until it is here", () => {
  const want = join();
  want(source, [top]);
  vi.advanceTimersByTime(100);
  expect(model.sent.length).toBe(1);
  vi.advanceTimersByTime(2000);
  expect(model.sent.map(({ tiles }) => tiles)).toEqual([[[1, 0, 0]], [[1, 0, 0]]]);
  vi.advanceTimersByTime(3800);
  expect(model.sent.length).toBe(2);
  vi.advanceTimersByTime(200);
  expect(model.sent.length).toBe(3);
  model.answer(top);
  vi.advanceTimersByTime(120_000);
  expect(model.sent.length).toBe(3);
});

test("without a view nothing is asked for again", () => {
  const want = join();
  want(source, [top]);
  vi.advanceTimersByTime(100);
  end.abort();
  vi.advanceTimersByTime(120_000);
  expect(model.sent.length).toBe(1);
});

test("a tile of single lines is drawn at once, and its means are asked for and take its place", () => {
  const redraw = vi.fn();
  const want = join(redraw);
  want(source, [top]);
  vi.advanceTimersByTime(100);
  model.answer(top, { is_rough: true });
  want(source, [top]);
  vi.advanceTimersByTime(100);
  expect(model.sent.at(-1)?.tiles).toEqual([[1, 0, 1]]);
  model.answer(top, {}, [5, 6, 7, 8]);
  model.answer(top, { is_rough: true });
  want(source, [top]);
  vi.advanceTimersByTime(100);
  expect([...(store.find(source, top)?.values ?? [])]).toEqual([5, 6, 7, 8]);
  expect([redraw.mock.calls.length, model.sent.length]).toEqual([2, 2]);
});

test("tiles that were not looked at for longest are forgotten where there is no room for all", () => {
  join();
  const names = [0, 1, 2].map((index) => ({ level: 0, index }));
  for (const name of names) model.answer(name);
  store.find(source, { level: 0, index: 0 });
  model.answer({ level: 0, index: 3 });
  expect([0, 1, 2, 3].map((index) => store.has(source, { level: 0, index }))).toEqual([true, false, true, true]);
});

test("Python is told what has arrived, and that what is asked for again is lost", () => {
  const want = join();
  want(source, [top, fine]);
  vi.advanceTimersByTime(100);
  const client = model.sent[0]?.client;
  model.answer(top, { client, number: 7 });
  model.answer({ level: 0, index: 5 }, { client: "another page", number: 90 });
  want(source, [fine, { level: 0, index: 1 }]);
  vi.advanceTimersByTime(100);
  vi.advanceTimersByTime(2000);
  expect(model.sent.map(({ received }) => received)).toEqual([0, 7, null]);
});

test("channels that are shown together are asked for apart, and a channel that is left is withdrawn", () => {
  const [first, second] = [join(), join()];
  first(source, [top]);
  second({ ...source, channel: 1 }, [top]);
  vi.advanceTimersByTime(100);
  const asked = () => model.sent.map(({ channel, client, tiles }) => [channel, client === model.sent[0]?.client, tiles]);
  expect(asked()).toEqual([[0, true, [[1, 0, 0]]], [1, false, [[1, 0, 0]]]]);
  second({ ...source, channel: 1 }, []);
  first(source, [top, fine]);
  vi.advanceTimersByTime(100);
  expect(asked().slice(2)).toEqual([[0, true, [[1, 0, 0], [0, 0, 0]]], [1, false, []]]);
});

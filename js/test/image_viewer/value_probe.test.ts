import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ValueProbe } from "../../src/image_viewer/value_probe";

type Listener = (message: unknown) => void;

const MEAN = { value: 7, level: 3, isExact: false };
const here = { token: "t", channel: 0, line: 40, column: 2 };
let sent: unknown[] = [];
let tell: Listener = () => undefined;
let probe: ValueProbe;

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  sent = [];
  const model = {
    get: () => undefined as never,
    on: (_: string, listener: Listener) => (tell = listener),
    off: () => undefined,
    send: (content: unknown) => sent.push(content),
  };
  probe = new ValueProbe(model as never, () => undefined, new AbortController().signal);
});

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

test("a pointer that rests asks once for the exact value", () => {
  expect(probe.best(here, MEAN)).toBe(MEAN);
  vi.advanceTimersByTime(149);
  expect(sent).toEqual([]);
  probe.best(here, MEAN); // another frame
  vi.advanceTimersByTime(1);
  expect(sent).toMatchObject([{ kind: "pixel.read", ...here }]);
  tell({ kind: "pixel", ...here, value: 9 });
  expect(probe.best(here, MEAN)).toEqual({ value: 9, level: null, isExact: true });
});

test("a pointer that moves asks nothing", () => {
  for (let line = 0; line < 10; line += 1) {
    probe.best({ ...here, line }, MEAN);
    vi.advanceTimersByTime(100);
  }
  expect(sent).toEqual([]);
});

test("an answer for another pixel, channel or image is dropped", () => {
  probe.best(here, MEAN);
  vi.advanceTimersByTime(150);
  probe.best({ ...here, line: 41 }, MEAN);
  for (const other of [here, { ...here, line: 41, channel: 1 }, { ...here, line: 41, token: "u" }]) tell({ kind: "pixel", ...other, value: 9 });
  expect(probe.best({ ...here, line: 41 }, MEAN)).toBe(MEAN);
});

test("nothing is asked for what is seen exactly, or without a pointer", () => {
  const exact = { value: 9, level: 0, isExact: true };
  expect(probe.best(here, exact)).toBe(exact);
  expect(probe.best(null, null)).toBeNull();
  expect(probe.best(null, MEAN)).toBe(MEAN); // as in a drag
  vi.advanceTimersByTime(1000);
  expect(sent).toEqual([]);
});

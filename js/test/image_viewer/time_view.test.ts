import { expect, test, vi } from "vitest";
import type { ForeignModel, Host } from "../../src/shared/model";
import { TimeView } from "../../src/image_viewer/time_view";

/** A scale as ipywidgets keeps it: what was set here and not sent stays to be sent, whatever comes from Python. */
class Scale implements ForeignModel {
  values: Record<string, unknown> = { min: 0, max: 8 };
  sent: Record<string, unknown>[] = [];
  #toSend: Record<string, unknown> = {};
  readonly #listeners = new Set<() => void>();

  get(name: string): unknown {
    return this.values[name];
  }
  set(values: Record<string, unknown>, options?: { silent: true }): void {
    const changed = Object.entries(values).filter(([name, value]) => this.values[name] !== value);
    Object.assign(this.#toSend, Object.fromEntries(changed));
    this.#take(values, options !== undefined);
  }
  save_changes(): void {
    this.sent.push(this.#toSend);
    this.#toSend = {};
  }
  on(_event: string, listener: () => void): void {
    this.#listeners.add(listener);
  }
  off(_event: string, listener: () => void): void {
    this.#listeners.delete(listener);
  }
  fromPython(min: number, max: number): void {
    this.#take({ min, max }, false);
  }
  #take(values: Record<string, unknown>, isSilent: boolean): void {
    Object.assign(this.values, values);
    if (!isSilent) for (const listener of this.#listeners) listener();
  }
}

function hostOf(scale: Scale): Host {
  return { getModel: () => Promise.resolve(scale) };
}

async function viewOf(scale: Scale): Promise<TimeView> {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  const view = new TimeView(() => undefined, new AbortController().signal);
  await view.link("scale", hostOf(scale));
  return view;
}

test("Python hears of the range at rest, once", async () => {
  const scale = new Scale();
  const view = await viewOf(scale);
  view.show({ start: 1, stop: 3 });
  view.show({ start: 2, stop: 4 });
  expect(scale.sent).toEqual([]);
  vi.runAllTimers();
  expect(scale.sent).toEqual([{ min: 2, max: 4 }]);
});

test("what Python shows meanwhile is not taken back by an earlier move of the page", async () => {
  const scale = new Scale();
  const view = await viewOf(scale);
  view.show({ start: 2, stop: 4 });
  scale.fromPython(5, 6);
  vi.runAllTimers();
  expect(scale.sent).toEqual([]);
  expect(view.range).toEqual({ start: 5, stop: 6 });
});

test("a later move of one end sends the other end as it is seen", async () => {
  const scale = new Scale();
  const view = await viewOf(scale);
  view.show({ start: 2, stop: 4 });
  scale.fromPython(5, 6);
  vi.runAllTimers();
  view.show({ start: 5, stop: 7 });
  vi.runAllTimers();
  expect(scale.sent).toEqual([{ min: 5, max: 7 }]);
});

test("the answer of Python to an earlier move does not take back a later one", async () => {
  const scale = new Scale();
  const view = await viewOf(scale);
  view.show({ start: 1, stop: 3 });
  vi.runAllTimers();
  view.show({ start: 2, stop: 3 });
  scale.fromPython(1, 3);
  expect(view.range).toEqual({ start: 2, stop: 3 });
  vi.runAllTimers();
  expect(scale.sent).toEqual([{ min: 1, max: 3 }, { min: 2, max: 3 }]);
  expect(scale.values).toEqual({ min: 2, max: 3 });
});

test("without a scale the view is what Python shows; a scale found later tells it from then on", async () => {
  const view = new TimeView(() => undefined, new AbortController().signal);
  expect(view.isKnown).toBe(false);
  view.follow([3, 5]);
  expect([view.isKnown, view.range]).toEqual([true, { start: 3, stop: 5 }]);
  const scale = new Scale();
  await view.link("scale", hostOf(scale));
  expect(view.range).toEqual({ start: 0, stop: 8 });
  view.follow([3, 5]);
  expect(view.range).toEqual({ start: 0, stop: 8 });
});

test("what was chosen before there was a scale is told as soon as there is one", async () => {
  vi.useFakeTimers();
  vi.stubGlobal("window", globalThis);
  const view = new TimeView(() => undefined, new AbortController().signal);
  view.follow([0, 8]);
  view.show({ start: 2, stop: 4 });
  vi.runAllTimers();
  const scale = new Scale();
  await view.link("scale", hostOf(scale));
  vi.runAllTimers();
  expect([scale.values, scale.sent]).toEqual([{ min: 2, max: 4 }, [{ min: 2, max: 4 }]]);
  expect(view.range).toEqual({ start: 2, stop: 4 });
});

import { afterEach, beforeEach, expect, test, vi } from "vitest";
import type { ContrastState, ShownContrast } from "../../src/contract";
import { ContrastDrafts } from "../../src/shared/contrast_draft";

const look: ContrastState = { value_min: 100, value_max: 200, color_lut: "Gray", gamma: 1 };
let end: AbortController;

function shown(recording: string): ShownContrast {
  return { recording, channel: 0, channels: [look, null], has_clipped_marks: false, is_composite: false };
}

function view(recording: string, redraw = vi.fn()) {
  return { drafts: new ContrastDrafts(() => shown(recording), redraw, end.signal), redraw };
}

beforeEach(() => {
  end = new AbortController();
});

afterEach(() => end.abort());

test("what one view changes, all views of the recording show, and no others", () => {
  const [bar, viewer, foreign] = [view("a"), view("a"), view("b")];
  bar.drafts.set({ channels: { 0: { ...look, value_min: 150 } } });
  expect(viewer.drafts.shown.channels[0]?.value_min).toBe(150);
  expect(foreign.drafts.shown).toEqual(shown("b"));
  expect([bar, viewer, foreign].map(({ redraw }) => redraw.mock.calls.length)).toEqual([1, 1, 0]);
});

test("changes of different things stand together", () => {
  const { drafts } = view("c");
  drafts.set({ channels: { 0: { ...look, gamma: 2 } } });
  drafts.set({ channels: { 1: look } });
  drafts.set({ has_clipped_marks: true });
  expect(drafts.shown).toEqual({ ...shown("c"), channels: [{ ...look, gamma: 2 }, look], has_clipped_marks: true });
});

test("an answer takes back the change that it answers, and none made since", () => {
  const { drafts } = view("d");
  const first = drafts.set({ channels: { 0: { ...look, gamma: 2 } } });
  const second = drafts.set({ channels: { 0: { ...look, gamma: 3 } } });
  drafts.drop("d", first);
  expect(drafts.shown.channels[0]?.gamma).toBe(3);
  drafts.drop("d", second);
  expect(drafts.shown).toEqual(shown("d"));
});

test("a view that has ended is not drawn", () => {
  const { drafts, redraw } = view("e");
  end.abort();
  drafts.set({ is_composite: true });
  expect(redraw).not.toHaveBeenCalled();
});

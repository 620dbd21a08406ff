import { expect, test } from "vitest";
import type { ContrastState, ShownContrast } from "../../src/contract";
import { layersOf, shownLut } from "../../src/shared/composite";

const look: ContrastState = { value_min: 0, value_max: 1, color_lut: "Gray", gamma: 1 };

function shown(changes: Partial<ShownContrast>): ShownContrast {
  return { recording: "a", channel: 1, channels: [look, look], has_clipped_marks: false, is_composite: false, ...changes };
}

test("alone, only the selected channel is painted, as it is", () => {
  expect(layersOf(shown({}))).toEqual([{ channel: 1, contrast: look }]);
});

test("together, gray channels get colours that can be told apart, and others keep theirs", () => {
  const channels = [look, { ...look, color_lut: "Blue" }, look, look];
  const layers = layersOf(shown({ is_composite: true, channels }));
  expect(layers.map(({ channel, contrast }) => [channel, contrast.color_lut])).toEqual([[0, "Green"], [1, "Blue"], [2, "Blue"]]);
  expect(shownLut(shown({}), 0, "Gray")).toBe("Gray");
});

test("a channel whose limits are not known yet is left out", () => {
  expect(layersOf(shown({ is_composite: true, channels: [null, look] })).map(({ channel }) => channel)).toEqual([1]);
  expect(layersOf(shown({ channels: [look, null] }))).toEqual([]);
});

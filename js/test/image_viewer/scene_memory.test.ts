import { expect, test } from "vitest";
import type { Scene } from "../../src/image_viewer/scene";
import { SceneMemory } from "../../src/image_viewer/scene_memory";

const tile = () => ({ rows: 2, columns: 2, isRough: false, values: new Uint16Array(4) });
const contrast = { value_min: 0, value_max: 100, color_lut: "Gray", gamma: 1 };
const first = tile();

function scene(changes: Partial<Scene> = {}, shown = first, left = 0): Scene {
  const place = { left, right: 1, top: 0, bottom: 1 };
  return { width: 10, height: 5, contrast, tiles: [{ tile: shown, place, rows: [0, 2], columns: [0, 2] }], ...changes };
}

test("a scene that looks the same is not painted again", () => {
  const memory = new SceneMemory();
  expect([scene(), scene(), scene()].map((each) => memory.isNew([each]))).toEqual([true, false, false]);
});

test.each([
  ["another size", scene({ width: 11 })],
  ["another contrast", scene({ contrast: { ...contrast, gamma: 0.5 } })],
  ["other pixels of the same size", scene({}, tile())],
  ["another place", scene({}, first, 0.5)],
  ["nothing", scene({ tiles: [] })],
])("%s is painted", (_, other) => {
  const memory = new SceneMemory();
  memory.isNew([scene()]);
  expect(memory.isNew([other])).toBe(true);
});

test("what was lost is painted again", () => {
  const memory = new SceneMemory();
  memory.isNew([scene()]);
  memory.forget();
  expect(memory.isNew([scene()])).toBe(true);
});

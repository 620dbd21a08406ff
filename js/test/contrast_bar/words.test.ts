import { expect, test } from "vitest";
import { clippedWords, handleText, typedNumber, valueText } from "../../src/contrast_bar/words";

test("limits stand as they would be typed", () => {
  expect([valueText(142, true), valueText(142.25, true), valueText(0.123456, false), valueText(65_535, true)]).toEqual([
    "142", "142.25", "0.12346", "65535",
  ]);
});

test("numbers are read with a point or a comma, and nothing else is a number", () => {
  expect(["142", " 2,5 ", "\u22123", "1e3"].map(typedNumber)).toEqual([142, 2.5, -3, 1000]);
  expect(["", "x", "1 2", "Infinity"].map(typedNumber)).toEqual([null, null, null, null]);
});

test("shares and handles are read out as words", () => {
  expect(clippedWords({ dark: 0.026, bright: 0.017 })).toBe("2.6\u00a0% dark · 1.7\u00a0% bright");
  const contrast = { value_min: 142, value_max: 345, color_lut: "Gray", gamma: 0.85 };
  expect(handleText("min", contrast, true)).toBe("darkest at 142");
  expect(handleText("gamma", contrast, true)).toBe("gamma 0.85");
});

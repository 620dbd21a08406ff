import { expect, test } from "vitest";
import { typedValue } from "../../src/param_form/draft";

test.each([
  ["2.5", 2.5],
  [" 64 ", 64],
  ["\u22120.5", -0.5],
  ["1\u2009000", 1000],
  ["1e-3", 0.001],
])("%j is sent as a number", (text, value) => {
  expect(typedValue(text)).toBe(value);
});

test.each([
  ["2,5", "2,5"],
  ["", ""],
  ["7x", "7x"],
  ["Infinity", "Infinity"],
  [" NaN ", "NaN"],
])("%j is sent as it was typed, for Python to refuse", (text, value) => {
  expect(typedValue(text)).toBe(value);
});

test("what is sent is never longer than Python takes", () => {
  expect(typedValue("x".repeat(10_000))).toHaveLength(200);
});

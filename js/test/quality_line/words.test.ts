import { expect, test } from "vitest";
import type { QualityNumbers } from "../../src/contract";
import { comparedParts, qualityParts, type Part } from "../../src/quality_line/words";

const NUMBERS: QualityNumbers = {
  kept: 1855,
  windows: 1872,
  unit: "mm/s",
  median: 1.1478,
  lower: 1.0623,
  upper: 1.2218,
  variation: 0.1372,
  direction: -1,
  is_judged: true,
  standing: 0,
};

const joined = (parts: Part[]): string => parts.map(({ before, value, after }) => before + value + after).join(" · ");
const line = (numbers: QualityNumbers): string => joined(qualityParts(numbers));

test("the line of a good velocity reads as in the guide", () => {
  expect(line(NUMBERS)).toBe(
    "1\u2009855 of 1\u2009872 windows kept (99.1\u00a0%) · median 1.148 mm/s · IQR 1.062–1.222 · CV 13.7\u00a0% · towards pixel 0",
  );
});

test("every number of a distribution tells of how many windows it is", () => {
  const titles = qualityParts(NUMBERS).map(({ title }) => title);
  expect(titles.slice(1, 4).every((title) => title.endsWith("n = 1\u2009855 windows"))).toBe(true);
});

test("what is missing is a dash and has no direction", () => {
  const none = { ...NUMBERS, kept: 0, median: null, lower: null, upper: null, variation: null, direction: 0 };
  expect(line(none)).toBe("0 of 1\u2009872 windows kept (0.0\u00a0%) · median – mm/s · IQR – · CV –");
});

test("of a velocity that nobody judged no window is kept", () => {
  const foreign = { ...NUMBERS, kept: 1872, is_judged: false, standing: 788 };
  expect(line(foreign)).toBe(
    "quality not known · 42.1\u00a0% at exactly 0 · median 1.148 mm/s · IQR 1.062–1.222 · CV 13.7\u00a0% · towards pixel 0",
  );
});

test("another method tells first in how many windows it differs", () => {
  const found = { label: "Radon", numbers: { ...NUMBERS, kept: 1872, median: 1.2 }, different: 31, both: 1855 };
  expect(joined(comparedParts(found))).toBe(
    "differs in 31 of 1\u2009855 windows (1.7\u00a0%) · median 1.200 mm/s · IQR 1.062–1.222",
  );
});

test("methods that have no window in common differ in none", () => {
  const found = { label: "Radon", numbers: NUMBERS, different: 0, both: 0 };
  expect(joined(comparedParts(found))).toContain("differs in 0 of 0 windows (–)");
});

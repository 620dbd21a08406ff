import { expect, test } from "vitest";
import { middleCut } from "../../src/shared/middle_cut";

test("a name that fits is left alone", () => {
  expect(middleCut("Capillary1_0001", 15)).toBe("Capillary1_0001");
  expect(middleCut("", 5)).toBe("");
});

test("a long name keeps a little of its beginning and most of its end", () => {
  expect(middleCut("20251204_A117_0001", 13)).toBe("202…A117_0001");
});

test("recordings that differ in their running number stay apart", () => {
  expect(middleCut("20251204_A117_0001", 8)).not.toBe(middleCut("20251204_A117_0002", 8));
});

test.each([1, 2, 3, 4, 5, 10, 17])("a cut name has %i characters when so many are allowed", (most) => {
  expect(Array.from(middleCut("20251204_A117_0001", most))).toHaveLength(most);
});

test("with room for nothing else the cut is all that is left", () => {
  expect(middleCut("Capillary1_0001", 1)).toBe("…");
  expect(middleCut("Capillary1_0001", 0)).toBe("…");
});

test("a fraction of a character is no room", () => {
  expect(middleCut("20251204_A117_0001", 13.9)).toBe("202…A117_0001");
});

test("letters with combining accents and signs beyond the basic plane are not torn", () => {
  const accented = "a\u0308"; // ä as macOS writes it
  expect(middleCut(`${accented}bcdef\u{1F9E0}`, 5)).toBe(`${accented}…ef\u{1F9E0}`);
});

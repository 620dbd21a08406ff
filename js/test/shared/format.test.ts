import { describe, expect, test } from "vitest";
import {
  formatCount,
  formatDurationMs,
  formatMicrometres,
  formatNumber,
  formatShare,
  formatSpeed,
  formatTimeCell,
  formatTimeReadout,
} from "../../src/shared/format";

const MISSING = [null, undefined, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];

describe("any number", () => {
  test("thousands are set apart by a thin space, decimals are not", () => {
    expect(formatNumber(1234567.12345, 5)).toBe("1\u2009234\u2009567.12345");
    expect(formatNumber(999, 0)).toBe("999");
    expect(formatNumber(1000, 0)).toBe("1\u2009000");
  });

  test("a number rounded up to a thousand is set apart too", () => {
    expect(formatNumber(999.999, 2)).toBe("1\u2009000.00");
  });

  test("a negative number has a true minus", () => {
    expect(formatNumber(-1.5, 1)).toBe("\u22121.5");
    expect(formatNumber(-123456, 0)).toBe("\u2212123\u2009456");
  });

  test("a number that rounds to zero has no minus", () => {
    expect(formatNumber(-0.0004, 3)).toBe("0.000");
    expect(formatNumber(-0, 0)).toBe("0");
    expect(formatNumber(-0.0006, 3)).toBe("\u22120.001");
  });

  test.each(MISSING)("%s is a dash", (value) => {
    expect(formatNumber(value, 2)).toBe("\u2013");
  });
});

describe("quantities", () => {
  test("a time has three decimals in a read-out and two in a table", () => {
    expect(formatTimeReadout(20.9124)).toBe("20.912");
    expect(formatTimeCell(20.9124)).toBe("20.91");
  });

  test("a duration is whole milliseconds", () => {
    expect(formatDurationMs(0.3904)).toBe("390");
    expect(formatDurationMs(12)).toBe("12\u2009000");
  });

  test("a length in micrometres has two decimals", () => {
    expect(formatMicrometres(6.254)).toBe("6.25");
  });

  test("a speed has three decimals and keeps its direction", () => {
    expect(formatSpeed(-0.7314)).toBe("\u22120.731");
  });

  test("a share has one decimal and a percent sign that stays on the line", () => {
    expect(formatShare(1855 / 1872)).toBe("99.1\u00a0%");
    expect(formatShare(1)).toBe("100.0\u00a0%");
  });

  test("a count has no decimals", () => {
    expect(formatCount(1855)).toBe("1\u2009855");
  });

  test.each(MISSING)("%s is a dash without a sign or a scale", (value) => {
    expect([formatShare(value), formatDurationMs(value), formatTimeCell(value)]).toEqual(["\u2013", "\u2013", "\u2013"]);
  });
});

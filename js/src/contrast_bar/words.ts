import type { ContrastState } from "../contract";
import { formatShare } from "../shared/format";

/** A limit as it stands in its field: plain digits, so that it can be typed over. */
export function valueText(value: number, isWhole: boolean): string {
  return isWhole && Number.isInteger(value) ? String(value) : String(Number(value.toPrecision(5)));
}

export function gammaText(gamma: number): string {
  return String(Number(gamma.toFixed(2)));
}

/** Number that was typed, with a point or a comma; null when it is none. */
export function typedNumber(text: string): number | null {
  const plain = text.trim().replace(",", ".").replace("\u2212", "-");
  const value = Number(plain);
  return plain === "" || !Number.isFinite(value) ? null : value;
}

export function clippedWords(shares: { dark: number; bright: number }): string {
  return `${formatShare(shares.dark)} dark · ${formatShare(shares.bright)} bright`;
}

/** What a screen reader says of a handle. */
export function handleText(grip: "min" | "max" | "gamma", contrast: ContrastState, isWhole: boolean): string {
  switch (grip) {
    case "min":
      return `darkest at ${valueText(contrast.value_min, isWhole)}`;
    case "max":
      return `brightest at ${valueText(contrast.value_max, isWhole)}`;
    case "gamma":
      return `gamma ${gammaText(contrast.gamma)}`;
  }
}

/**
 * Numbers as the user reads them: fixed decimals, a thin space between thousands, a true minus, a dash for what is missing.
 * The unit stands beside the number (in the table's header, behind the read-out), so only a share carries its sign.
 */

const THIN_SPACE = "\u2009";
const NO_BREAK_SPACE = "\u00a0";
const MINUS = "\u2212";
const MISSING = "\u2013";

/** A measured number; null, NaN and the infinities mean that there is none. */
export type Measured = number | null | undefined;

/** Format any number with a fixed number of decimals; a value that rounds to zero has no sign. */
export function formatNumber(value: Measured, decimals: number): string {
  if (value === null || value === undefined || !Number.isFinite(value)) {
    return MISSING;
  }
  const [whole = "", fraction] = Math.abs(value).toFixed(decimals).split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, THIN_SPACE);
  const digits = fraction === undefined ? grouped : `${grouped}.${fraction}`;
  return value < 0 && /[1-9]/.test(digits) ? MINUS + digits : digits;
}

/** Format a count, such as lines, windows or events. */
export function formatCount(count: Measured): string {
  return formatNumber(count, 0);
}

/** Format a time in seconds for a read-out: three decimals, the precision of one scanned line. */
export function formatTimeReadout(seconds: Measured): string {
  return formatNumber(seconds, 3);
}

/** Format a time in seconds for a table: two decimals. */
export function formatTimeCell(seconds: Measured): string {
  return formatNumber(seconds, 2);
}

/** Format a duration given in seconds as whole milliseconds. */
export function formatDurationMs(seconds: Measured): string {
  return formatNumber(scaled(seconds, 1000), 0);
}

/** Format a position or length in micrometres. */
export function formatMicrometres(micrometres: Measured): string {
  return formatNumber(micrometres, 2);
}

/** Format a speed in millimetres per second. */
export function formatSpeed(mmPerSecond: Measured): string {
  return formatNumber(mmPerSecond, 3);
}

/** Format a share between 0 and 1 as a percentage with its sign: 0.991 is "99.1 %". */
export function formatShare(share: Measured): string {
  const percent = formatNumber(scaled(share, 100), 1);
  return percent === MISSING ? MISSING : `${percent}${NO_BREAK_SPACE}%`;
}

function scaled(value: Measured, factor: number): Measured {
  return value === null || value === undefined ? null : value * factor;
}

/** Shortens file names where they differ least: recordings of one day share their beginning and end in a running number. */

const ELLIPSIS = "\u2026";
const CHARACTERS = new Intl.Segmenter("en", { granularity: "grapheme" });

/**
 * Cut a name in the middle so that it has at most `maxCharacters`, the ellipsis included.
 *
 * One quarter of what is kept comes from the beginning, the rest from the end. Characters are what a reader sees: a letter
 * and its combining accents, which file names from macOS keep apart, count as one and stay together.
 */
export function middleCut(name: string, maxCharacters: number): string {
  const characters = Array.from(CHARACTERS.segment(name), ({ segment }) => segment);
  if (characters.length <= maxCharacters) {
    return name;
  }
  const kept = Math.floor(maxCharacters) - ELLIPSIS.length;
  if (kept < 1) {
    return ELLIPSIS;
  }
  const head = Math.floor(kept / 4);
  const tail = kept - head;
  return characters.slice(0, head).join("") + ELLIPSIS + characters.slice(-tail).join("");
}

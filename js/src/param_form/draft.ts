/** What a user has typed into a field of a number, as it is sent to Python, which decides whether it is one. */
export function typedValue(text: string): number | string {
  const plain = text.trim().replace(/[\u2009\u00a0]/g, "").replace(/^\u2212/, "-");
  const value = plain === "" ? Number.NaN : Number(plain);
  return Number.isFinite(value) ? value : text.trim().slice(0, LONGEST);
}

const LONGEST = 200;

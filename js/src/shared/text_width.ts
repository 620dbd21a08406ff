import { middleCut } from "./middle_cut";

const SLACK_PX = 3; // tabular numerals and the weight of the open file's name, which the measure does not know
const LEAST_CHARACTERS = 4;

export type Measure = (text: string) => number;

/** Measure text in the font of an element. */
export function measureIn(el: HTMLElement): Measure {
  const context = document.createElement("canvas").getContext("2d");
  if (!context) return (text) => text.length * 7;
  const { fontWeight, fontSize, fontFamily } = getComputedStyle(el); // "font" is empty where numerals are tabular
  context.font = `${fontWeight} ${fontSize} ${fontFamily}`;
  return (text) => context.measureText(text).width;
}

/** Cut a name in the middle only as far as its column asks for. */
export function fittedName(name: string, roomPx: number, measure: Measure): string {
  const fits = (characters: number) => measure(middleCut(name, characters)) <= roomPx - SLACK_PX;
  if (fits(name.length)) return name;
  let least = LEAST_CHARACTERS;
  let most = name.length;
  while (most - least > 1) {
    const middle = (least + most) >> 1;
    if (fits(middle)) least = middle;
    else most = middle;
  }
  return middleCut(name, least);
}

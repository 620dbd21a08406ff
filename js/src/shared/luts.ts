/** Colour tables, made from a few control points each. */

export type Colour = readonly [red: number, green: number, blue: number];

const BLACK: Colour = [0, 0, 0];
const WHITE: Colour = [255, 255, 255];

/** The table of that name of ImageJ, which is in the public domain. */
const FIRE: readonly Colour[] = [
  [0, 0, 0], [0, 0, 61], [1, 0, 96], [25, 0, 130], [49, 0, 165], [73, 0, 192], [98, 0, 220], [122, 0, 227], [146, 0, 210],
  [162, 0, 181], [173, 0, 151], [184, 0, 122], [195, 0, 93], [207, 14, 64], [217, 35, 35], [229, 57, 5], [240, 79, 0],
  [252, 101, 0], [255, 117, 0], [255, 133, 0], [255, 147, 0], [255, 161, 0], [255, 175, 0], [255, 190, 0], [255, 205, 0],
  [255, 219, 0], [255, 234, 0], [255, 248, 35], [255, 255, 98], [255, 255, 160], [255, 255, 223], [255, 255, 255],
];

const CONTROL_POINTS: Readonly<Record<string, readonly Colour[]>> = {
  Gray: [BLACK, WHITE],
  "Inverted Gray": [WHITE, BLACK],
  Viridis: [
    [68, 1, 84], [71, 44, 122], [59, 81, 139], [44, 113, 142], [33, 144, 141], [39, 173, 129], [92, 200, 99], [170, 220, 50],
    [253, 231, 37],
  ],
  Plasma: [
    [13, 8, 135], [75, 3, 161], [125, 3, 168], [168, 34, 150], [203, 70, 121], [229, 107, 93], [248, 148, 65], [253, 195, 40],
    [240, 249, 33],
  ],
  Hot: [BLACK, [88, 0, 0], [175, 0, 0], [255, 7, 0], [255, 95, 0], [255, 182, 0], [255, 255, 21], [255, 255, 138], WHITE],
  Jet: [
    [0, 0, 128], [0, 0, 255], [0, 128, 255], [0, 255, 255], [128, 255, 128], [255, 255, 0], [255, 128, 0], [255, 0, 0],
    [128, 0, 0],
  ],
  Fire: FIRE,
  Cool: [[0, 255, 255], [255, 0, 255]],
  Rainbow: [
    [128, 0, 255], [64, 96, 251], [0, 180, 236], [64, 236, 212], [128, 255, 180], [192, 236, 142], [255, 180, 98],
    [255, 96, 50], [255, 0, 0],
  ],
  Red: [BLACK, [255, 0, 0]],
  Green: [BLACK, [0, 255, 0]],
  Blue: [BLACK, [0, 0, 255]],
};

export const LUT_NAMES: readonly string[] = Object.keys(CONTROL_POINTS);

/** Colours of pixels below and above the limits, where they are marked. */
export const CLIPPED_COLOURS: Readonly<Record<"dark" | "bright", Colour>> = { dark: [42, 110, 255], bright: [255, 42, 42] };

/** A colour table as a picture for the page, dark at the left. */
export function lutGradient(name: string): string {
  const bytes = lutBytes(name);
  const stops = Array.from({ length: 17 }, (_, step) => Math.round((step * 255) / 16) * 4);
  return `linear-gradient(90deg, ${stops.map((at) => `rgb(${bytes.slice(at, at + 3).join(" ")})`).join(", ")})`;
}

/** 256 colours with full opacity, four bytes each; a table that is not known is gray. */
export function lutBytes(name: string): Uint8Array {
  const points = CONTROL_POINTS[name] ?? [BLACK, WHITE];
  const bytes = new Uint8Array(256 * 4);
  for (let entry = 0; entry < 256; entry += 1) bytes.set([...colourAt(points, entry / 255), 255], entry * 4);
  return bytes;
}

function colourAt(points: readonly Colour[], share: number): Colour {
  const place = share * (points.length - 1);
  const before = Math.min(Math.floor(place), points.length - 2);
  const from = points[before] ?? BLACK;
  const to = points[before + 1] ?? from;
  const mix = (channel: 0 | 1 | 2) => Math.round(from[channel] + (to[channel] - from[channel]) * (place - before));
  return [mix(0), mix(1), mix(2)];
}

import type { ContrastState, ShownContrast } from "../contract";

/** One channel of a picture, and how its values become colours. */
export interface Layer {
  readonly channel: number;
  readonly contrast: ContrastState;
}

/** Colours of the channels that are shown together without a colour of their own. */
const COLOURS = ["Green", "Red", "Blue"] as const;

/** What is painted, one layer over the other: the selected channel, or the first three together. */
export function layersOf(shown: ShownContrast): Layer[] {
  const channels = shown.is_composite ? COLOURS.map((_, channel) => channel) : [shown.channel];
  return channels.flatMap((channel) => {
    const contrast = shown.channels[channel];
    return contrast ? [{ channel, contrast: { ...contrast, color_lut: shownLut(shown, channel, contrast.color_lut) } }] : [];
  });
}

/** Colour table with which a channel is painted; gray has no colour that could be told from the others'. */
export function shownLut({ is_composite }: ShownContrast, channel: number, lut: string): string {
  return is_composite && lut === "Gray" ? (COLOURS[channel] ?? lut) : lut;
}

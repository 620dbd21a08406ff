import type { ImageState, ShownContrast } from "../contract";
import { layersOf } from "../shared/composite";
import type { Plot, Range } from "./geometry";
import { linesInView, placed, type Scene } from "./scene";
import { topTiles, type TileName, tilesToAsk, tilesToDraw } from "./tile_choice";
import type { RowValue, Source, TileStore } from "./tile_store";

type Want = (source: Source, names: readonly TileName[]) => void;

/** How the pixels of a recording become a picture. */
export interface Look {
  readonly contrast: ShownContrast;
  readonly pick: RowValue;
}

/** What one view paints of an image: the selected channel, or several together, and the tiles that they need. */
export class Channels {
  readonly #store: TileStore;
  readonly #join: () => Want;
  readonly #wants = new Map<number, Want>();

  constructor(store: TileStore, join: () => Want) {
    this.#store = store;
    this.#join = join;
  }

  /** Ask for what is missing of the channels that are shown, at last for the time that may be looked at next. */
  want(image: ImageState, look: Look, plot: Plot, next: Range | null, width: number): void {
    const linesNext = next && linesInView(image, { ...plot, time: next });
    this.#want(image, look, tilesToAsk(image, linesInView(image, plot), width, linesNext));
  }

  /** Ask at once for what is missing of the coarsest tiles, which hold all of the recording. */
  wantWhole(image: ImageState, look: Look): void {
    this.#want(image, look, topTiles(image));
    this.#store.askNow();
  }

  /** Whether all of the recording is here, however coarse. */
  hasWhole(image: ImageState, { contrast, pick }: Look): boolean {
    const sources = channelsOf(contrast).map((channel) => ({ token: image.token, channel, pick }));
    return sources.every((source) => topTiles(image).every((name) => this.#store.has(source, name)));
  }

  /** One scene for each channel, painted one over the other. */
  scenes(image: ImageState, { contrast: shown, pick }: Look, plot: Plot, width: number, height: number): Scene[] {
    return layersOf(shown).map(({ channel, contrast }) => ({
      width,
      height,
      contrast,
      hasClippedMarks: shown.has_clipped_marks && !shown.is_composite,
      isBrightest: pick === "max",
      tiles: this.#tiles(image, { token: image.token, channel, pick }, plot, width),
    }));
  }

  #want(image: ImageState, { contrast, pick }: Look, names: readonly TileName[]): void {
    const channels = channelsOf(contrast);
    for (const channel of channels) if (!this.#wants.has(channel)) this.#wants.set(channel, this.#join());
    for (const [channel, want] of this.#wants) {
      want({ token: image.token, channel, pick }, channels.includes(channel) ? names : []);
    }
  }

  /** What is here of a channel; where not even the coarsest tiles of the largest values are, means lie under them. */
  #tiles(image: ImageState, source: Source, plot: Plot, width: number): Scene["tiles"] {
    const whole = topTiles(image).map((name) => this.#store.find(source, name)); // never forgotten while it is shown
    const isWhole = whole.every((tile) => tile !== undefined);
    const under = isWhole || source.pick === "mean" ? [] : this.#tiles(image, { ...source, pick: "mean" }, plot, width);
    const names = tilesToDraw(image, linesInView(image, plot), width, (name) => this.#store.has(source, name));
    const here = names.flatMap((name) => {
      const tile = this.#store.find(source, name);
      const part = tile ? placed(tile, name, image, plot) : null;
      return part ? [part] : [];
    });
    return [...under, ...here];
  }
}

function channelsOf(shown: ShownContrast): number[] {
  const layers = layersOf(shown);
  return layers.length > 1 ? layers.map(({ channel }) => channel) : [layers[0]?.channel ?? shown.channel];
}

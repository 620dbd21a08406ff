import type { ImageState, ShownContrast } from "../contract";
import { layersOf } from "../shared/composite";
import { type Plot } from "./geometry";
import { linesInView, placed, type Scene } from "./scene";
import { topTiles, type TileName, tilesToAsk, tilesToDraw } from "./tile_choice";
import type { Source, TileStore } from "./tile_store";

type Want = (source: Source, names: readonly TileName[]) => void;

/** What one view paints of an image: the selected channel, or several together, and the tiles that they need. */
export class Channels {
  readonly #store: TileStore;
  readonly #join: () => Want;
  readonly #wants = new Map<number, Want>();

  constructor(store: TileStore, join: () => Want) {
    this.#store = store;
    this.#join = join;
  }

  /** Ask for what is missing of the channels that are shown. */
  want(image: ImageState, shown: ShownContrast, plot: Plot, width: number): void {
    const layers = layersOf(shown);
    const first = layers[0]?.channel ?? shown.channel;
    const channels = layers.length > 1 ? layers.map(({ channel }) => channel) : [first];
    this.#want(image, channels, tilesToAsk(image, linesInView(image, plot), width));
  }

  /** One scene for each channel, painted one over the other. */
  scenes(image: ImageState, shown: ShownContrast, plot: Plot, width: number, height: number): Scene[] {
    return layersOf(shown).map(({ channel, contrast }) => ({
      width,
      height,
      contrast,
      hasClippedMarks: shown.has_clipped_marks && !shown.is_composite,
      tiles: this.#tiles(image, channel, plot, width),
    }));
  }

  #want(image: ImageState, channels: readonly number[], names: readonly TileName[]): void {
    for (const channel of channels) if (!this.#wants.has(channel)) this.#wants.set(channel, this.#join());
    for (const [channel, want] of this.#wants) {
      want({ token: image.token, channel }, channels.includes(channel) ? names : []);
    }
  }

  #tiles(image: ImageState, channel: number, plot: Plot, width: number): Scene["tiles"] {
    const source = { token: image.token, channel };
    for (const name of topTiles(image)) this.#store.find(source, name); // never forgotten while their image is shown
    const names = tilesToDraw(image, linesInView(image, plot), width, (name) => this.#store.has(source, name));
    return names.flatMap((name) => {
      const tile = this.#store.find(source, name);
      const part = tile ? placed(tile, name, image, plot) : null;
      return part ? [part] : [];
    });
  }
}

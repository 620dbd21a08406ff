import type { ImageState, ImageViewerCommand, ImageViewerTraits } from "../contract";
import type { View } from "../shared/widget";
import { type Box, heightOf, type Plot, widthOf } from "./geometry";
import { tileStore } from "./page";
import { painterOf } from "./painter";
import { linesInView, placed, type Scene } from "./scene";
import { SceneMemory } from "./scene_memory";
import { topTiles, type TileName, tilesToAsk, tilesToDraw } from "./tile_choice";
import type { Source, Tile, TileStore } from "./tile_store";

/** The pixels of the image that are in this page, painted onto canvases. */
export class Picture {
  readonly #view: View<ImageViewerTraits, ImageViewerCommand>;
  readonly #redraw: () => void;
  readonly #store: TileStore;
  readonly #want: (source: Source, names: readonly TileName[]) => void;

  constructor(view: View<ImageViewerTraits, ImageViewerCommand>, redraw: () => void) {
    const { model, signal } = view;
    this.#view = view;
    this.#redraw = redraw;
    this.#store = tileStore(model.get("tiles_id"), signal);
    this.#want = this.#store.join(model, () => model.get("image"), redraw, signal);
  }

  /** A function that paints a part of the image into the box of a plot, with what is here. */
  painterOnto(canvas: HTMLCanvasElement): (image: ImageState, plot: Plot) => void {
    const memory = new SceneMemory();
    const repaint = () => {
      memory.forget();
      this.#redraw();
    };
    const paint = painterOf(canvas, repaint, this.#view.signal);
    return (image, plot) => {
      placeCanvas(canvas, plot.box);
      const scene = this.#scene(image, plot);
      if (scene && memory.isNew(scene)) paint(scene);
    };
  }

  /** Ask for the pixels that a plot needs to be sharp. */
  want(image: ImageState, plot: Plot): void {
    this.#want(this.#source(image), tilesToAsk(image, linesInView(image, plot), pixels(widthOf(plot.box))));
  }

  /** Tile of the shown channel, undefined while it is not here. */
  find(image: ImageState, name: TileName): Tile | undefined {
    const source = this.#source(image);
    return this.#store.has(source, name) ? this.#store.find(source, name) : undefined;
  }

  #source(image: ImageState): Source {
    return { token: image.token, channel: this.#view.model.get("channel") };
  }

  #scene(image: ImageState, plot: Plot): Scene | null {
    const contrast = this.#view.model.get("contrast");
    if (!contrast) return null;
    const width = pixels(widthOf(plot.box));
    const height = pixels(heightOf(plot.box));
    const source = this.#source(image);
    for (const name of topTiles(image)) this.#store.find(source, name); // never forgotten while their image is shown
    const names = tilesToDraw(image, linesInView(image, plot), width, (name) => this.#store.has(source, name));
    const tiles = names.flatMap((name) => {
      const tile = this.#store.find(source, name);
      const part = tile ? placed(tile, name, image, plot) : null;
      return part ? [part] : [];
    });
    return { width, height, tiles, contrast };
  }
}

function pixels(length: number): number {
  return Math.round(length * devicePixelRatio);
}

function placeCanvas(canvas: HTMLCanvasElement, box: Box): void {
  const place = `left:${box.left}px;top:${box.top}px;width:${widthOf(box)}px;height:${heightOf(box)}px`;
  if (canvas.getAttribute("style") !== place) canvas.setAttribute("style", place);
}

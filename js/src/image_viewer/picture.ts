import type { ImageState, ImageViewerCommand, ImageViewerTraits } from "../contract";
import { ContrastDrafts } from "../shared/contrast_draft";
import type { View } from "../shared/widget";
import { Channels, type Look } from "./channels";
import { type Box, heightOf, type Plot, type Range, widthOf } from "./geometry";
import { tileStore } from "./page";
import { painterOf } from "./painter";
import { SceneMemory } from "./scene_memory";
import type { TileName } from "./tile_choice";
import type { RowValue, Tile, TileStore } from "./tile_store";

/** Paints parts of the image into the box of a plot. */
export interface PartPainter {
  /** Paint what is here; false while nothing is. */
  paint(image: ImageState, plot: Plot): boolean;
  /** Get ready to paint, with what is here; nothing is seen of it. */
  prepare(image: ImageState, plot: Plot): void;
}

/** The pixels of the image that are in this page, painted onto canvases. */
export class Picture {
  readonly #view: View<ImageViewerTraits, ImageViewerCommand>;
  readonly #redraw: () => void;
  readonly #pick: () => RowValue;
  readonly #store: TileStore;
  readonly #channels: Channels;
  readonly #contrast: ContrastDrafts;

  /** `pick` tells what a pixel shows of the lines that it covers. */
  constructor(view: View<ImageViewerTraits, ImageViewerCommand>, pick: () => RowValue, redraw: () => void) {
    const { model, signal } = view;
    this.#view = view;
    this.#redraw = redraw;
    this.#pick = pick;
    this.#store = tileStore(model.get("tiles_id"), signal);
    this.#channels = new Channels(this.#store, () => this.#store.join(model, () => model.get("image"), redraw, signal));
    this.#contrast = new ContrastDrafts(() => model.get("contrast"), redraw, signal);
  }

  get #look(): Look {
    return { contrast: this.#contrast.shown, pick: this.#pick() };
  }

  /** Paints with what is here. */
  painterOnto(canvas: HTMLCanvasElement): PartPainter {
    let shown = canvas;
    const memory = new SceneMemory();
    const repaint = () => {
      memory.forget();
      this.#redraw();
    };
    const painter = painterOf(canvas, (fresh) => (shown = fresh), repaint, this.#view.signal);
    const scenes = (image: ImageState, plot: Plot) => {
      placeCanvas(shown, plot.box);
      shown.classList.toggle("cs-has-gaps", image.value_kind === "float32");
      return this.#channels.scenes(image, this.#look, plot, pixels(widthOf(plot.box)), pixels(heightOf(plot.box)));
    };
    return {
      paint: (image, plot) => {
        const [scene, ...more] = scenes(image, plot);
        if (scene && memory.isNew([scene, ...more])) painter.paint(scene, ...more);
        return scene !== undefined && scene.tiles.length > 0;
      },
      prepare: (image, plot) => {
        const [scene, ...more] = scenes(image, plot);
        if (scene) painter.prepare(scene, ...more);
      },
    };
  }

  /** Ask for the pixels that a plot needs to be sharp, then for those of the time that may be looked at next. */
  want(image: ImageState, plot: Plot, next: Range | null): void {
    this.#channels.want(image, this.#look, plot, next, pixels(widthOf(plot.box)));
  }

  /** Ask for the tiles of the whole recording, which are needed wherever one looks. */
  wantWhole(image: ImageState): void {
    this.#channels.wantWhole(image, this.#look);
  }

  /** Whether all of the recording is here, however coarse. */
  hasWhole(image: ImageState): boolean {
    return this.#channels.hasWhole(image, this.#look);
  }

  /** Tile of the shown channel, undefined while it is not here. */
  find(image: ImageState, name: TileName): Tile | undefined {
    const source = { token: image.token, channel: this.#view.model.get("channel"), pick: this.#pick() };
    return this.#store.has(source, name) ? this.#store.find(source, name) : undefined;
  }
}

function pixels(length: number): number {
  return Math.round(length * devicePixelRatio);
}

function placeCanvas(canvas: HTMLCanvasElement, box: Box): void {
  const place = `left:${box.left}px;top:${box.top}px;width:${widthOf(box)}px;height:${heightOf(box)}px`;
  if (canvas.getAttribute("style") !== place) canvas.setAttribute("style", place);
}

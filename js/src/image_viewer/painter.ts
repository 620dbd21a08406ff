import type { ContrastState } from "../contract";
import { lutBytes } from "./luts";
import { sharedPainting } from "./page";
import type { PlacedTile, Scene } from "./scene";
import type { Tile } from "./tile_store";

/** Paints scenes onto one canvas. */
export type Paint = (scene: Scene) => void;

/** Paint with the graphics card where there is one, otherwise with what every browser has. */
export function painterOf(canvas: HTMLCanvasElement, repaint: () => void, signal: AbortSignal): Paint {
  const painting = sharedPainting();
  const target = painting ? canvas.getContext("bitmaprenderer") : null;
  if (!painting || !target) return plainPainter(canvas);
  painting.onRestored(repaint, signal);
  signal.addEventListener("abort", () => target.transferFromImageBitmap(null), { once: true });
  return (scene) => {
    const bitmap = painting.paint(scene);
    if (bitmap) target.transferFromImageBitmap(bitmap);
  };
}

/** Colours each tile once for each contrast, then draws it like a picture. */
function plainPainter(canvas: HTMLCanvasElement): Paint {
  const context = canvas.getContext("2d");
  const coloured = new Map<Tile, { look: string; picture: HTMLCanvasElement }>();
  return (scene) => {
    if (!context) return;
    canvas.width = scene.width;
    canvas.height = scene.height;
    const look = JSON.stringify(scene.contrast);
    const shown = new Set(scene.tiles.map(({ tile }) => tile));
    for (const tile of coloured.keys()) if (!shown.has(tile)) coloured.delete(tile);
    for (const placed of scene.tiles) {
      const known = coloured.get(placed.tile);
      const picture = known?.look === look ? known.picture : pictureOf(placed.tile, scene.contrast);
      coloured.set(placed.tile, { look, picture });
      drawPicture(context, picture, placed, scene);
    }
  };
}

function drawPicture(context: CanvasRenderingContext2D, picture: HTMLCanvasElement, placed: PlacedTile, scene: Scene): void {
  const { rows, columns, place, tile } = placed;
  context.imageSmoothingEnabled = false;
  context.drawImage(
    picture,
    rows[0],
    tile.columns - columns[1],
    rows[1] - rows[0],
    columns[1] - columns[0],
    place.left * scene.width,
    place.top * scene.height,
    (place.right - place.left) * scene.width,
    (place.bottom - place.top) * scene.height,
  );
}

/** A tile as a picture, time to the right and position upwards. */
function pictureOf(tile: Tile, contrast: ContrastState): HTMLCanvasElement {
  const picture = document.createElement("canvas");
  picture.width = tile.rows;
  picture.height = tile.columns;
  const context = picture.getContext("2d");
  if (!context) return picture;
  const pixels = context.createImageData(tile.rows, tile.columns);
  const lut = new Uint32Array(lutBytes(contrast.color_lut).buffer);
  const colours = new Uint32Array(pixels.data.buffer);
  for (let row = 0; row < tile.rows; row += 1) {
    for (let column = 0; column < tile.columns; column += 1) {
      const value = tile.values[row * tile.columns + column] ?? Number.NaN;
      const colour = Number.isNaN(value) ? 0 : (lut[Math.round(brightness(value, contrast) * 255)] ?? 0);
      colours[(tile.columns - 1 - column) * tile.rows + row] = colour;
    }
  }
  context.putImageData(pixels, 0, 0);
  return picture;
}

/** Share of the way through the colour table, 0 to 1. */
export function brightness(value: number, { value_min, value_max, gamma }: ContrastState): number {
  const share = value_max > value_min ? (value - value_min) / (value_max - value_min) : value > value_min ? 1 : 0;
  return Math.min(Math.max(share, 0), 1) ** gamma;
}

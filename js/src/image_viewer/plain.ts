import type { ContrastState } from "../contract";
import { lutBytes } from "./luts";
import { type PlacedTile, type Scene, taps, texelsPerPixel } from "./scene";
import type { Tile, Values } from "./tile_store";

const MOST_ROWS_AVERAGED = 4;
const MOST_COLUMNS_AVERAGED = 8;
/** Colours of values that are no whole numbers, between the limits. */
const STEPS = 4096;

/** Which values of a tile the pixels along one side of its place show. */
interface Side {
  /** First pixel, and the one after the last. */
  readonly start: number;
  readonly stop: number;
  readonly taps: number;
  /** Rows or columns, `taps` for each pixel. */
  readonly texels: Int32Array;
}

/**
 * Paints scenes without a graphics card, pixel by pixel as the shader does: the picture of a screen takes a few
 * milliseconds, while a graphics card that is only imitated takes a hundred.
 */
export class PlainPainting {
  readonly #context: CanvasRenderingContext2D | null;
  #pixels: ImageData | null = null;
  #colours: { readonly look: string; readonly table: ColourTable } | null = null;

  constructor(canvas: HTMLCanvasElement) {
    this.#context = canvas.getContext("2d", { willReadFrequently: true }); // its pixels stay with the processor
  }

  paint(scene: Scene): void {
    const context = this.#context;
    if (!context || (scene.tiles.length === 0 && !this.#pixels)) return;
    const { canvas } = context;
    if (canvas.width !== scene.width) canvas.width = scene.width;
    if (canvas.height !== scene.height) canvas.height = scene.height;
    if (this.#pixels?.width !== scene.width || this.#pixels.height !== scene.height) {
      this.#pixels = context.createImageData(scene.width, scene.height);
    }
    const out = new Uint32Array(this.#pixels.data.buffer);
    out.fill(0);
    for (const placed of scene.tiles) paintTile(out, placed, scene, this.#tableFor(placed.tile, scene.contrast));
    context.putImageData(this.#pixels, 0, 0);
  }

  #tableFor({ values }: Tile, contrast: ContrastState): ColourTable {
    const look = `${values.constructor.name} ${JSON.stringify(contrast)}`;
    if (this.#colours?.look !== look) this.#colours = { look, table: colourTable(values, contrast) };
    return this.#colours.table;
  }
}

function paintTile(out: Uint32Array, placed: PlacedTile, scene: Scene, { colours, scale, shift }: ColourTable): void {
  const { tile, place, rows, columns } = placed;
  const [rowsPerPixel, columnsPerPixel] = texelsPerPixel(placed, scene);
  const across = side(place.left, place.right, scene.width, rows, rowsPerPixel, MOST_ROWS_AVERAGED, tile.rows);
  const down = side(place.top, place.bottom, scene.height, [columns[1], columns[0]], columnsPerPixel, MOST_COLUMNS_AVERAGED, tile.columns);
  const { values, columns: width } = tile;
  const last = colours.length - 1;
  for (let y = down.start; y < down.stop; y += 1) {
    for (let x = across.start; x < across.stop; x += 1) {
      let sum = 0;
      let count = 0;
      for (let i = 0; i < across.taps; i += 1) {
        const row = (across.texels[(x - across.start) * across.taps + i] ?? 0) * width;
        for (let j = 0; j < down.taps; j += 1) {
          const value = values[row + (down.texels[(y - down.start) * down.taps + j] ?? 0)] ?? Number.NaN;
          if (value !== value) continue; // missing
          sum += value;
          count += 1;
        }
      }
      if (count === 0) continue;
      const at = Math.round((sum / count) * scale + shift);
      out[y * scene.width + x] = colours[at < 0 ? 0 : at > last ? last : at] ?? 0;
    }
  }
}

/** Pixels whose middles lie in the place, as a graphics card counts them, and what each shows. */
function side(
  low: number,
  high: number,
  size: number,
  texels: readonly [number, number],
  perPixel: number,
  mostTaps: number,
  count: number,
): Side {
  const start = Math.max(Math.ceil(low * size - 0.5), 0);
  const stop = Math.min(Math.ceil(high * size - 0.5), size);
  const each = taps(perPixel, mostTaps);
  const slope = (texels[1] - texels[0]) / (high - low);
  const found = new Int32Array(Math.max(stop - start, 0) * each);
  for (let pixel = start; pixel < stop; pixel += 1) {
    const middle = texels[0] + ((pixel + 0.5) / size - low) * slope;
    for (let tap = 0; tap < each; tap += 1) {
      const at = Math.floor(middle + (each > 1 ? ((tap + 0.5) / each - 0.5) * perPixel : 0));
      found[(pixel - start) * each + tap] = Math.min(Math.max(at, 0), count - 1);
    }
  }
  return { start, stop, taps: each, texels: found };
}

// ---------------------------------------------------------------- colours
/** Colour of a value `v` is number `v · scale + shift`, rounded and kept inside the table. */
interface ColourTable {
  readonly colours: Uint32Array;
  readonly scale: number;
  readonly shift: number;
}

function colourTable(values: Values, contrast: ContrastState): ColourTable {
  const lut = new Uint32Array(lutBytes(contrast.color_lut).buffer);
  const colourOf = (value: number) => lut[Math.round(brightness(value, contrast) * 255)] ?? 0;
  if (values instanceof Float32Array) {
    const { value_min, value_max } = contrast;
    const range = value_max > value_min ? value_max - value_min : 1e-30;
    const colours = Uint32Array.from({ length: STEPS }, (_, step) => colourOf(value_min + (step / (STEPS - 1)) * range));
    return { colours, scale: (STEPS - 1) / range, shift: (-value_min * (STEPS - 1)) / range };
  }
  const count = 2 ** (8 * values.BYTES_PER_ELEMENT);
  const isSigned = values instanceof Int8Array || values instanceof Int16Array;
  const shift = isSigned ? count / 2 : 0;
  return { colours: Uint32Array.from({ length: count }, (_, code) => colourOf(code - shift)), scale: 1, shift };
}

/** Share of the way through the colour table, 0 to 1. */
export function brightness(value: number, { value_min, value_max, gamma }: ContrastState): number {
  const share = value_max > value_min ? (value - value_min) / (value_max - value_min) : value > value_min ? 1 : 0;
  const inside = Math.min(Math.max(share, 0), 1);
  return gamma === 1 ? inside : inside ** gamma;
}

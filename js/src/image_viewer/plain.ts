import type { ContrastState } from "../contract";
import { CLIPPED_COLOURS, lutBytes } from "../shared/luts";
import { addedTiles, type PlacedTile, type Scene, tapOffset, taps, texelsPerPixel } from "./scene";
import type { Tile, Values } from "./tile_store";

const MOST_ROWS_TAKEN = 4;
const MOST_COLUMNS_TAKEN = 8;
const STRIP_PIXELS = 64;
/** Colours of values that are no whole numbers: one for all below the limits, one for all above, others between. */
const STEPS = 4096;
const MOST_TABLES = 8;

/** Which values of a tile the pixels along one side of its place show. */
interface Side {
  /** First pixel, and the one after the last. */
  readonly start: number;
  readonly stop: number;
  readonly taps: number;
  /** Where their values begin in a tile, `taps` for each pixel. */
  readonly texels: Int32Array;
}

/**
 * Paints scenes without a graphics card, pixel by pixel as the shader does: the picture of a screen takes a few
 * milliseconds, while a graphics card that is only imitated takes a hundred.
 */
export class PlainPainting {
  readonly #context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D;
  readonly #planes: ValuePlane[] = [];
  #pixels: ImageData | null = null;
  #layer: ImageData | null = null;
  readonly #tables = new Map<string, ColourTable>();

  /** Paint onto the canvas of a context. */
  constructor(context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D) {
    this.#context = context;
  }

  /** Paint one scene, or several of the same size, added to one another. */
  paint(scene: Scene, ...more: readonly Scene[]): void {
    if (scene.tiles.length === 0 && !this.#pixels) return;
    this.#context.putImageData(this.#painted(scene, more), 0, 0);
  }

  /** Do most of the work of painting with the tiles that are here, so that all are painted sooner; nothing is seen of it. */
  prepare(scene: Scene, ...more: readonly Scene[]): void {
    const isNew = this.#pixels === null;
    this.#painted(scene, more);
    if (isNew) this.#context.putImageData(this.#context.createImageData(1, 1), 0, 0); // takes memory, for longer than painting takes
  }

  #painted(scene: Scene, more: readonly Scene[]): ImageData {
    const context = this.#context;
    const { canvas } = context;
    if (canvas.width !== scene.width) canvas.width = scene.width;
    if (canvas.height !== scene.height) canvas.height = scene.height;
    if (this.#pixels?.width !== scene.width || this.#pixels.height !== scene.height) {
      this.#pixels = context.createImageData(scene.width, scene.height);
    }
    this.#paintInto(this.#pixels, scene, 0);
    for (const [number, other] of more.entries()) {
      if (this.#layer?.width !== scene.width || this.#layer.height !== scene.height) {
        this.#layer = context.createImageData(scene.width, scene.height);
      }
      this.#paintInto(this.#layer, other, number + 1);
      add(this.#pixels.data, this.#layer.data);
    }
    return this.#pixels;
  }

  #paintInto(pixels: ImageData, scene: Scene, number: number): void {
    const plane = (this.#planes[number] ??= new ValuePlane());
    const [first] = scene.tiles;
    const out = new Uint32Array(pixels.data.buffer);
    if (first) paintColours(out, plane.valuesOf(scene), this.#tableFor(first.tile, scene));
    else out.fill(0);
  }

  #tableFor({ values, offset = 0 }: Tile, { contrast: chosen, hasClippedMarks = false }: Scene): ColourTable {
    const contrast = { ...chosen, value_min: chosen.value_min - offset, value_max: chosen.value_max - offset };
    const look = `${values.constructor.name} ${hasClippedMarks} ${JSON.stringify(contrast)}`;
    const found = this.#tables.get(look) ?? colourTable(values, contrast, hasClippedMarks);
    if (this.#tables.size >= MOST_TABLES) this.#tables.clear();
    this.#tables.set(look, found);
    return found;
  }
}

/** Add one picture to another; what is too bright stays as bright as can be. */
export function add(sum: Uint8ClampedArray, layer: Uint8ClampedArray): void {
  for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] ?? 0) + (layer[at] ?? 0);
}

/** The value of each pixel of a picture: kept where only the contrast is another, and found for new tiles alone. */
export class ValuePlane {
  #shown: Scene | null = null;
  #values = new Float32Array(0);

  /** Values of a scene, line by line from the top; missing where nothing is. */
  valuesOf(scene: Scene): Float32Array {
    const added = this.#shown && addedTiles(this.#shown, scene);
    this.#shown = scene;
    if (!added) {
      const count = scene.width * scene.height;
      if (this.#values.length !== count) this.#values = new Float32Array(count);
      this.#values.fill(Number.NaN);
    }
    for (const placed of added ?? scene.tiles) takeTile(this.#values, placed, scene);
    return this.#values;
  }
}

/** Give each value its colour; a missing one is transparent. */
export function paintColours(out: Uint32Array, values: Float32Array, { colours, scale, shift }: ColourTable): void {
  const last = colours.length - 1;
  for (let pixel = 0; pixel < out.length; pixel += 1) {
    const value = values[pixel] ?? Number.NaN;
    const at = value * scale + shift;
    out[pixel] = value !== value ? 0 : (colours[at <= 0 ? 0 : at >= last ? last : (at + 0.5) | 0] ?? 0);
  }
}

function takeTile(out: Float32Array, placed: PlacedTile, scene: Scene): void {
  const { tile, place, rows, columns } = placed;
  const [rowsPerPixel, columnsPerPixel] = texelsPerPixel(placed, scene);
  const rowsEach = taps(rowsPerPixel, MOST_ROWS_TAKEN, scene);
  const columnsEach = taps(columnsPerPixel, MOST_COLUMNS_TAKEN, scene);
  const rowOffsets = Array.from({ length: rowsEach }, (_, tap) => tapOffset(tap, rowsEach, rowsPerPixel, scene));
  const columnOffsets = Array.from({ length: columnsEach }, (_, tap) => tapOffset(tap, columnsEach, columnsPerPixel, scene));
  const across = side(place.left, place.right, scene.width, rows, rowOffsets, tile.rows, tile.columns);
  const upwards = [columns[1], columns[0]] as const;
  const down = side(place.top, place.bottom, scene.height, upwards, columnOffsets, tile.columns, 1);
  const take = taking(tile.values, rowsEach, columnsEach, scene);
  for (let first = 0; first < across.stop - across.start; first += STRIP_PIXELS) {
    const end = Math.min(first + STRIP_PIXELS, across.stop - across.start);
    take({ out, width: scene.width, across, down, first, end }, tile.values);
  }
}

/**
 * Pixels `first` to `end` of a tile's place, in all of its lines. A strip is so narrow that the values of one line are
 * still at hand for the next: along a line of the picture they lie far apart.
 */
interface Strip {
  readonly out: Float32Array;
  readonly width: number;
  readonly across: Side;
  readonly down: Side;
  readonly first: number;
  readonly end: number;
}

type Taking = (strip: Strip, values: Values) => void;

function taking(values: Values, rowsEach: number, columnsEach: number, { isBrightest }: Scene): Taking {
  if (rowsEach === 1 && columnsEach === 1) return takeValues;
  if (isBrightest) return takeLargest;
  const mayMiss = values instanceof Float32Array;
  return !mayMiss && rowsEach <= 2 && columnsEach <= 2 ? takeMeansOfFour : takeMeans;
}

/** Each pixel shows one value. */
function takeValues({ out, width, across, down, first, end }: Strip, values: Values): void {
  for (let y = down.start; y < down.stop; y += 1) {
    const column = down.texels[y - down.start] ?? 0;
    const line = y * width + across.start;
    for (let x = first; x < end; x += 1) out[line + x] = values[(across.texels[x] ?? 0) + column] ?? Number.NaN;
  }
}

/** Each pixel shows the mean of at most two values by two, none of which is missing: one alone counts twice. */
function takeMeansOfFour({ out, width, across, down, first, end }: Strip, values: Values): void {
  const { texels, taps: rowsEach } = across;
  for (let y = down.start; y < down.stop; y += 1) {
    const column = down.texels[(y - down.start) * down.taps] ?? 0;
    const otherColumn = down.texels[(y - down.start + 1) * down.taps - 1] ?? 0;
    const line = y * width + across.start;
    for (let x = first, at = first * rowsEach; x < end; x += 1, at += rowsEach) {
      const row = texels[at] ?? 0;
      const otherRow = texels[at + rowsEach - 1] ?? 0;
      const before = (values[row + column] ?? 0) + (values[row + otherColumn] ?? 0);
      const after = (values[otherRow + column] ?? 0) + (values[otherRow + otherColumn] ?? 0);
      out[line + x] = 0.25 * (before + after);
    }
  }
}

/** Each pixel shows the mean of several values. */
function takeMeans({ out, width, across, down, first, end }: Strip, values: Values): void {
  const { texels, taps: rowsEach } = across;
  for (let y = down.start; y < down.stop; y += 1) {
    const columns = down.texels.subarray((y - down.start) * down.taps, (y - down.start + 1) * down.taps);
    const line = y * width + across.start;
    for (let x = first; x < end; x += 1) {
      let sum = 0;
      let count = 0;
      for (let i = x * rowsEach; i < (x + 1) * rowsEach; i += 1) {
        const row = texels[i] ?? 0;
        for (let j = 0; j < columns.length; j += 1) {
          const value = values[row + (columns[j] ?? 0)] ?? Number.NaN;
          if (value !== value) continue; // missing
          sum += value;
          count += 1;
        }
      }
      out[line + x] = sum / count; // missing where all are
    }
  }
}

/** Each pixel shows the largest of several values. */
function takeLargest({ out, width, across, down, first, end }: Strip, values: Values): void {
  const { texels, taps: rowsEach } = across;
  for (let y = down.start; y < down.stop; y += 1) {
    const columns = down.texels.subarray((y - down.start) * down.taps, (y - down.start + 1) * down.taps);
    const line = y * width + across.start;
    for (let x = first; x < end; x += 1) {
      let largest = Number.NEGATIVE_INFINITY;
      for (let i = x * rowsEach; i < (x + 1) * rowsEach; i += 1) {
        const row = texels[i] ?? 0;
        for (let j = 0; j < columns.length; j += 1) {
          const value = values[row + (columns[j] ?? 0)] ?? Number.NaN;
          if (value > largest) largest = value; // false for what is missing
        }
      }
      out[line + x] = largest === Number.NEGATIVE_INFINITY ? Number.NaN : largest;
    }
  }
}

/** Pixels whose middles lie in the place, as a graphics card counts them, and what each shows. */
function side(
  low: number,
  high: number,
  size: number,
  texels: readonly [number, number],
  offsets: readonly number[],
  count: number,
  stride: number,
): Side {
  const start = Math.max(Math.ceil(low * size - 0.5), 0);
  const stop = Math.min(Math.ceil(high * size - 0.5), size);
  const each = offsets.length;
  const slope = (texels[1] - texels[0]) / (high - low);
  const found = new Int32Array(Math.max(stop - start, 0) * each);
  for (let pixel = start; pixel < stop; pixel += 1) {
    const middle = texels[0] + ((pixel + 0.5) / size - low) * slope;
    for (let tap = 0; tap < each; tap += 1) {
      const at = Math.floor(middle + (offsets[tap] ?? 0));
      found[(pixel - start) * each + tap] = Math.min(Math.max(at, 0), count - 1) * stride;
    }
  }
  return { start, stop, taps: each, texels: found };
}

// ---------------------------------------------------------------- colours
/** Colour of a value `v` is number `v · scale + shift`, rounded and kept inside the table. */
export interface ColourTable {
  readonly colours: Uint32Array;
  readonly scale: number;
  readonly shift: number;
}

export function colourTable(values: Values, contrast: ContrastState, hasMarks: boolean): ColourTable {
  const lut = new Uint32Array(lutBytes(contrast.color_lut).buffer);
  const { value_min, value_max } = contrast;
  const isFloat = values instanceof Float32Array;
  const isSigned = values instanceof Int8Array || values instanceof Int16Array;
  const count = isFloat ? STEPS : 2 ** (8 * values.BYTES_PER_ELEMENT);
  const range = value_max > value_min ? value_max - value_min : 1e-30;
  const scale = isFloat ? (count - 3) / range : 1;
  const shift = isFloat ? 1 - value_min * scale : isSigned ? count / 2 : 0;
  const colourAt = (at: number) => lut[Math.round(brightness((at - shift) / scale, contrast) * 255)] ?? 0;
  const low = kept(Math.floor(value_min * scale + shift), count - 1);
  const high = kept(Math.ceil(value_max * scale + shift), count - 1);
  const colours = new Uint32Array(count);
  colours.fill(colourAt(0), 0, low);
  for (let at = low; at <= high; at += 1) colours[at] = colourAt(at);
  colours.fill(colourAt(count - 1), high + 1);
  if (hasMarks) colours.fill(DARK, 0, isFloat ? 1 : kept(Math.ceil(value_min) + shift, count));
  if (hasMarks) colours.fill(BRIGHT, isFloat ? count - 1 : kept(Math.floor(value_max) + shift + 1, count));
  return { colours, scale, shift };
}

const [DARK, BRIGHT] = [colourNumber(CLIPPED_COLOURS.dark), colourNumber(CLIPPED_COLOURS.bright)];

function colourNumber(colour: readonly number[]): number {
  return new Uint32Array(Uint8Array.of(...colour, 255).buffer)[0] ?? 0;
}

function kept(at: number, most: number): number {
  return Math.min(Math.max(at, 0), most);
}

/** Share of the way through the colour table, 0 to 1. */
export function brightness(value: number, { value_min, value_max, gamma }: ContrastState): number {
  const share = value_max > value_min ? (value - value_min) / (value_max - value_min) : value > value_min ? 1 : 0;
  const inside = Math.min(Math.max(share, 0), 1);
  return gamma === 1 ? inside : inside ** gamma;
}

import type { ImageState, ImageViewerTraits } from "../contract";
import type { Model } from "../shared/model";
import type { TileName } from "./tile_choice";

/** Values of one tile, row by row. */
export interface Tile {
  readonly rows: number;
  readonly columns: number;
  readonly values: Values;
  /** What is added to these values to get those of the image; the same for all tiles of a channel, 0 by default. */
  readonly offset?: number;
  /** A few lines of each block, until all that is needed has been read. */
  readonly isRough: boolean;
}

export type Values = Uint8Array | Uint16Array | Int8Array | Int16Array | Float32Array;

/** What a row of a tile holds of its lines: their mean, or the largest value at each position. */
export type RowValue = "mean" | "max";

/** Which channel of which image tiles belong to, and what their rows hold. */
export interface Source {
  readonly token: string;
  readonly channel: number;
  readonly pick: RowValue;
}

export type Shown = Pick<ImageState, "token" | "value_kind" | "tile_columns">;

interface TileMessage extends Source, TileName {
  kind: "tile";
  client: string;
  number: number;
  rows: number;
  is_rough: boolean;
  offset?: number;
}

const PAUSE_MS = 40;
const FIRST_RETRY_MS = 2000;
const LONGEST_RETRY_MS = 30_000;

interface Viewer {
  readonly model: Model<ImageViewerTraits>;
  readonly redraw: () => void;
  wanted: readonly string[];
}

/** The tiles of one widget, shared by all its views: those that are here, and those that were asked for. */
export class TileStore {
  readonly #tiles = new Map<string, Tile>();
  readonly #viewers = new Set<Viewer>();
  readonly #names = new Map<string, Source & TileName>();
  readonly #client = Math.random().toString(36).slice(2);
  #asked: ReadonlySet<string> = new Set();
  /** Number of the last tile that Python has sent here, for each client. */
  readonly #received = new Map<string, number>();
  #sources: ReadonlyMap<string, Source> = new Map();
  #bytes = 0;
  #timer = 0;
  #retryTimer = 0;
  #retryMs = FIRST_RETRY_MS;
  readonly #mostBytes: () => number;

  /** Begin empty; tiles are forgotten when they take more bytes than `mostBytes` says. */
  constructor(mostBytes: () => number) {
    this.#mostBytes = mostBytes;
  }

  /** Take part until the signal ends; returns a function that tells which tiles this view needs, most urgent first. */
  join(
    model: Model<ImageViewerTraits>,
    shown: () => Shown | null,
    redraw: () => void,
    signal: AbortSignal,
  ): (source: Source, names: readonly TileName[]) => void {
    const viewer: Viewer = { model, redraw, wanted: [] };
    const receive = (message: TileMessage, buffers: readonly unknown[]) => this.#receive(message, buffers, shown());
    this.#viewers.add(viewer);
    model.on("msg:custom", receive);
    signal.addEventListener("abort", () => {
      model.off("msg:custom", receive);
      this.#viewers.delete(viewer);
    }, { once: true });
    return (source, names) => this.#want(viewer, source, names);
  }

  get isUnused(): boolean {
    return this.#viewers.size === 0;
  }

  /** A tile that is here; it becomes the last one to be forgotten. */
  find(source: Source, name: TileName): Tile | undefined {
    const key = keyOf(source, name);
    const tile = this.#tiles.get(key);
    if (tile) {
      this.#tiles.delete(key);
      this.#tiles.set(key, tile);
    }
    return tile;
  }

  has(source: Source, name: TileName): boolean {
    return this.#tiles.has(keyOf(source, name));
  }

  #want(viewer: Viewer, source: Source, names: readonly TileName[]): void {
    viewer.wanted = names.map((name) => keyOf(source, name));
    for (const name of names) this.#names.set(keyOf(source, name), { ...source, ...name });
    const missing = this.#missing();
    if (isSameSet(missing, this.#asked)) return;
    if (this.#timer === 0) this.#timer = window.setTimeout(() => this.#ask(viewer), this.#asked.size === 0 ? 0 : PAUSE_MS);
  }

  /** Do not wait for what else is wanted. */
  askNow(): void {
    if (this.#timer === 0) return;
    clearTimeout(this.#timer);
    const [viewer] = this.#viewers;
    if (viewer) this.#ask(viewer);
    else this.#timer = 0;
  }

  #missing(): Set<string> {
    const all = [...this.#viewers].flatMap((viewer) => viewer.wanted);
    return new Set([...all.filter((key) => !this.#tiles.has(key)), ...all.filter((key) => this.#tiles.get(key)?.isRough)]);
  }

  /** Ask for what is missing now; Python forgets what was asked for before and is not needed any more. */
  #ask(viewer: Viewer, isLost = false): void {
    this.#timer = 0;
    this.#asked = this.#missing();
    const found = [...this.#asked].map((key) => this.#names.get(key)).filter((name) => name !== undefined);
    this.#names.clear();
    const first = found[0];
    this.#watch();
    if (!first) return;
    for (const name of found) this.#names.set(keyOf(name, name), name);
    const ofImage = found.filter(({ token }) => token === first.token);
    const sources = new Map(ofImage.map((name) => [this.#clientOf(name), name]));
    for (const [client, source] of new Map([...this.#sources, ...sources])) {
      const tiles = ofImage.filter((name) => this.#clientOf(name) === client).slice(0, 64);
      this.#askFor(viewer, { ...source, token: first.token }, tiles, isLost);
    }
    this.#sources = sources;
  }

  /** Python forgets what a client has asked for before; each source is a client of its own. */
  #askFor(viewer: Viewer, source: Source, tiles: readonly TileName[], isLost: boolean): void {
    const { token, channel, pick } = source;
    const client = this.#clientOf(source);
    viewer.model.send({
      kind: "tiles.want",
      client,
      token,
      channel,
      received: isLost ? null : (this.#received.get(client) ?? 0),
      pick,
      tiles: tiles.map((name) => [name.level, name.index, this.has({ token, channel, pick }, name) ? 1 : 0]),
    });
  }

  #clientOf({ channel, pick }: Pick<Source, "channel" | "pick">): string {
    return `${this.#client} ${channel} ${pick}`;
  }

  /** Ask again for what does not come: on their way messages can get lost, or overtake one another. */
  #watch(): void {
    clearTimeout(this.#retryTimer);
    if (this.#asked.size === 0) return;
    this.#retryTimer = window.setTimeout(() => {
      const [viewer] = this.#viewers;
      if (!viewer) return;
      this.#retryMs = Math.min(2 * this.#retryMs, LONGEST_RETRY_MS);
      this.#ask(viewer, true);
    }, this.#retryMs);
  }

  /** Take a tile that was sent to the views; one of an image that is not shown any more is dropped. */
  #receive(message: TileMessage, buffers: readonly unknown[], shown: Shown | null): void {
    if (message?.kind === "tile" && message.client === this.#clientOf(message)) {
      this.#received.set(message.client, message.number);
    }
    if (message?.kind !== "tile" || shown?.token !== message.token) return;
    const key = keyOf(message, message);
    const present = this.#tiles.get(key);
    if (present && (!present.isRough || message.is_rough)) return;
    const values = valuesOf(buffers[0], shown.value_kind);
    if (values?.length !== message.rows * shown.tile_columns) return;
    const { rows, offset = 0, is_rough: isRough } = message;
    this.#tiles.set(key, { rows, columns: shown.tile_columns, values, offset, isRough });
    this.#bytes += values.byteLength - (present?.values.byteLength ?? 0);
    this.#forget();
    this.#asked = new Set([...this.#asked].filter((asked) => asked !== key));
    this.#retryMs = FIRST_RETRY_MS;
    this.#watch();
    for (const viewer of this.#viewers) viewer.redraw();
  }

  #forget(): void {
    for (const [key, tile] of this.#tiles) {
      if (this.#bytes <= this.#mostBytes()) return;
      this.#tiles.delete(key);
      this.#bytes -= tile.values.byteLength;
    }
  }
}

function keyOf({ token, channel, pick }: Source, { level, index }: TileName): string {
  return `${token}/${channel}/${pick}/${level}/${index}`;
}

function isSameSet(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return a.size === b.size && [...a].every((key) => b.has(key));
}

/** Values in memory of their own, so that the message around them can go. */
export function valuesOf(buffer: unknown, kind: Shown["value_kind"]): Values | null {
  const bytes = bytesOf(buffer);
  if (!bytes) return null;
  switch (kind) {
    case "uint8":
      return new Uint8Array(bytes);
    case "int8":
      return new Int8Array(bytes);
    case "uint16":
      return new Uint16Array(bytes, 0, Math.floor(bytes.byteLength / 2));
    case "int16":
      return new Int16Array(bytes, 0, Math.floor(bytes.byteLength / 2));
    case "float32":
      return new Float32Array(bytes, 0, Math.floor(bytes.byteLength / 4));
  }
}

/** Hosts hand over buffers as views, as buffers or as plain lists of numbers. */
function bytesOf(buffer: unknown): ArrayBuffer | null {
  if (buffer instanceof ArrayBuffer) return buffer.slice(0);
  if (ArrayBuffer.isView(buffer)) {
    return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.byteLength).slice().buffer;
  }
  return Array.isArray(buffer) ? Uint8Array.from(buffer as number[]).buffer : null;
}

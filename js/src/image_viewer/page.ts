import { GlPainting } from "./gl";
import { TileStore } from "./tile_store";

const KEY = Symbol.for("cloudscope.gl.v1");
/** Most bytes of the tiles of all viewers of a page; each has an equal share. */
const MOST_BYTES = 128 * 1024 * 1024;

/**
 * What all viewers of a page share: one WebGL context, since a browser keeps about sixteen, and the tiles of each widget.
 * Widgets are separate modules, so it lives on `globalThis` under a versioned name.
 */
interface Page {
  readonly stores: Map<string, TileStore>;
  readonly painting: GlPainting | null;
}

function page(): Page {
  const shared = globalThis as { [KEY]?: Page };
  const canPaintAside = typeof OffscreenCanvas !== "undefined";
  return (shared[KEY] ??= { stores: new Map(), painting: canPaintAside ? new GlPainting() : null });
}

/** The one WebGL context of this page; null where a browser has none away from the page. */
export function sharedPainting(): GlPainting | null {
  return page().painting;
}

/** The tiles of one widget; forgotten when its last view has ended. */
export function tileStore(name: string, signal: AbortSignal): TileStore {
  const { stores } = page();
  const store = stores.get(name) ?? new TileStore(() => MOST_BYTES / Math.max(stores.size, 1));
  stores.set(name, store);
  signal.addEventListener("abort", () => {
    queueMicrotask(() => {
      if (store.isUnused) stores.delete(name);
    });
  }, { once: true });
  return store;
}

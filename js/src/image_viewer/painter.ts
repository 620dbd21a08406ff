import { sharedPainting } from "./page";
import { PlainPainting } from "./plain";
import type { Scene } from "./scene";

type Paint = (scene: Scene, ...more: readonly Scene[]) => void;

/** Paints a scene onto one canvas, or several of the same size, added to one another. */
export interface Painter {
  paint: Paint;
  /** Get ready to paint scenes of which a part is here; nothing of them is seen yet. */
  prepare: Paint;
}

/** The pixels of such a context stay with the processor, which paints them. */
const PLAIN: CanvasRenderingContext2DSettings = { willReadFrequently: true };

/**
 * Paint with the graphics card where there is a real one, otherwise with the processor: at the beginning, since a card
 * is not looked for before something is seen, and while it is away, such as after the computer has slept.
 *
 * A canvas keeps the kind of its first context, so that another one takes its place when the card is found; `replaced`
 * is told of it.
 */
export function painterOf(
  canvas: HTMLCanvasElement,
  replaced: (fresh: HTMLCanvasElement) => void,
  repaint: () => void,
  signal: AbortSignal,
): Painter {
  const card = sharedPainting();
  let plain: PlainPainting | null = null;
  let target: ImageBitmapRenderingContext | null = null;
  let aside: Paint | null = null;
  card?.onChange(repaint, signal);
  signal.addEventListener("abort", () => target?.transferFromImageBitmap(null), { once: true });
  function paint(scene: Scene, ...more: readonly Scene[]): void {
    const bitmap = card?.paint(scene, ...more);
    if (bitmap) {
      target ??= (plain ? freshCanvas(canvas, replaced) : canvas).getContext("bitmaprenderer");
      plain = null;
      target?.transferFromImageBitmap(bitmap);
      return;
    }
    if (target) (aside ??= painterAside(target))(scene, ...more);
    else (plain ??= plainPainting(canvas))?.paint(scene, ...more);
    if (scene.tiles.length > 0) card?.startSoon();
  }
  function prepare(scene: Scene, ...more: readonly Scene[]): void {
    if (!card?.isHere && !target) (plain ??= plainPainting(canvas))?.prepare(scene, ...more);
  }
  return { paint, prepare };
}

function freshCanvas(canvas: HTMLCanvasElement, replaced: (fresh: HTMLCanvasElement) => void): HTMLCanvasElement {
  const fresh = document.createElement("canvas");
  for (const { name, value } of canvas.attributes) fresh.setAttribute(name, value);
  canvas.replaceWith(fresh);
  replaced(fresh);
  return fresh;
}

/** The processor paints onto a canvas. */
function plainPainting(canvas: HTMLCanvasElement): PlainPainting | null {
  const context = canvas.getContext("2d", PLAIN);
  return context && new PlainPainting(context);
}

/** The processor paints beside the page, for a canvas that shows bitmaps. */
function painterAside(target: ImageBitmapRenderingContext): Paint {
  const context = new OffscreenCanvas(1, 1).getContext("2d", PLAIN);
  const plain = context ? new PlainPainting(context) : null;
  return (scene, ...more) => {
    if (!context || scene.tiles.length === 0) return; // what is seen stays
    plain?.paint(scene, ...more);
    target.transferFromImageBitmap(context.canvas.transferToImageBitmap());
  };
}

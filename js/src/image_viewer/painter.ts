import { sharedPainting } from "./page";
import { PlainPainting } from "./plain";
import type { Scene } from "./scene";

/** Paints a scene onto one canvas, or several of the same size, added to one another. */
export type Paint = (scene: Scene, ...more: readonly Scene[]) => void;

/** The pixels of such a context stay with the processor, which paints them. */
const PLAIN: CanvasRenderingContext2DSettings = { willReadFrequently: true };

/**
 * Paint with the graphics card where there is a real one, otherwise with the processor: at the beginning, since a card
 * is not looked for before something is seen, and while it is away, such as after the computer has slept.
 */
export function painterOf(canvas: HTMLCanvasElement, repaint: () => void, signal: AbortSignal): Paint {
  const card = sharedPainting();
  const target = card ? canvas.getContext("bitmaprenderer") : null;
  if (!card || !target) {
    const context = canvas.getContext("2d", PLAIN);
    const plain = context ? new PlainPainting(context) : null;
    return (scene, ...more) => plain?.paint(scene, ...more);
  }
  const processor = processorPainter(target);
  card.onChange(repaint, signal);
  signal.addEventListener("abort", () => target.transferFromImageBitmap(null), { once: true });
  return (scene, ...more) => {
    const bitmap = card.paint(scene, ...more);
    if (bitmap) target.transferFromImageBitmap(bitmap);
    else processor(scene, ...more);
    if (scene.tiles.length > 0) card.startSoon();
  };
}

/** Paints beside the page, for a canvas that shows bitmaps only. */
function processorPainter(target: ImageBitmapRenderingContext): Paint {
  const context = new OffscreenCanvas(1, 1).getContext("2d", PLAIN);
  if (!context) return () => undefined;
  const plain = new PlainPainting(context);
  return (scene, ...more) => {
    if (scene.tiles.length === 0) return; // what is seen stays
    plain.paint(scene, ...more);
    target.transferFromImageBitmap(context.canvas.transferToImageBitmap());
  };
}

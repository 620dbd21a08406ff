import { sharedPainting } from "./page";
import { PlainPainting } from "./plain";
import type { Scene } from "./scene";

/** Paints a scene onto one canvas, or several of the same size, added to one another. */
export type Paint = (scene: Scene, ...more: readonly Scene[]) => void;

/** Paint with the graphics card where there is a real one, otherwise with what every browser has. */
export function painterOf(canvas: HTMLCanvasElement, repaint: () => void, signal: AbortSignal): Paint {
  const painting = sharedPainting();
  const target = painting ? canvas.getContext("bitmaprenderer") : null;
  if (!painting || !target) {
    const plain = new PlainPainting(canvas);
    return (scene, ...more) => plain.paint(scene, ...more);
  }
  painting.onRestored(repaint, signal);
  signal.addEventListener("abort", () => target.transferFromImageBitmap(null), { once: true });
  return (scene, ...more) => {
    const bitmap = painting.paint(scene, ...more);
    if (bitmap) target.transferFromImageBitmap(bitmap);
  };
}

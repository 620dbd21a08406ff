import { sharedPainting } from "./page";
import { PlainPainting } from "./plain";
import type { Scene } from "./scene";

/** Paints scenes onto one canvas. */
export type Paint = (scene: Scene) => void;

/** Paint with the graphics card where there is a real one, otherwise with what every browser has. */
export function painterOf(canvas: HTMLCanvasElement, repaint: () => void, signal: AbortSignal): Paint {
  const painting = sharedPainting();
  const target = painting ? canvas.getContext("bitmaprenderer") : null;
  if (!painting || !target) {
    const plain = new PlainPainting(canvas);
    return (scene) => plain.paint(scene);
  }
  painting.onRestored(repaint, signal);
  signal.addEventListener("abort", () => target.transferFromImageBitmap(null), { once: true });
  return (scene) => {
    const bitmap = painting.paint(scene);
    if (bitmap) target.transferFromImageBitmap(bitmap);
  };
}

import type { ImageState, OverlayState } from "../contract";
import { s } from "../shared/svg";
import { type Plot, toX, toY } from "./geometry";
import { clipped } from "./overlay";

const POINT_PX = 2;

/** Lines that results draw on the image; a stale result has dashed ones. */
export function resultOverlays(overlays: readonly OverlayState[], image: ImageState, plot: Plot): SVGElement[] {
  if (overlays.length === 0) return [];
  return [clipped(plot.box, overlays.flatMap((overlay) => drawn(overlay, image, plot)))];
}

function drawn(overlay: OverlayState, image: ImageState, plot: Plot): SVGElement[] {
  const d = overlayPath(overlay, image, plot);
  const kind = overlay.is_stale || overlay.style === "dashed" ? "cs-result cs-stale" : "cs-result";
  return [s("path", { class: `cs-halo ${kind}`, d }), s("path", { class: `cs-outline ${kind}`, d })];
}

/** Path through the points of an overlay, broken where there is none; the middle of pixel 0 is half a pixel along. */
export function overlayPath({ rows, cols, style }: OverlayState, image: ImageState, plot: Plot): string {
  let d = "";
  let isBroken = true;
  rows.forEach((row, index) => {
    const col = cols[index] ?? null;
    if (col === null) {
      isBroken = true;
      return;
    }
    const x = toX(plot, row * image.seconds_per_line).toFixed(1);
    const y = toY(plot, (col + 0.5) * image.um_per_pixel).toFixed(1);
    d += style === "points" ? `M${x} ${y}h${POINT_PX}` : `${isBroken ? "M" : "L"}${x} ${y}`;
    isBroken = false;
  });
  return d;
}

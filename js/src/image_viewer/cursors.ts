import type { Hit } from "./shapes";
import type { Tool } from "./tools";

/** Cursor over the image; `isPanning` while it is held. */
export function cursorFor(isPanning: boolean, hit: Hit, tool: Tool): string {
  if (isPanning) return "grabbing";
  switch (tool) {
    case "pan":
      return "grab";
    case "zoom":
      return "zoom-in";
    case "rectangle":
    case "line":
    case "range":
      return "crosshair";
    case "select":
      return cursorOn(hit);
  }
}

function cursorOn(hit: Hit): string {
  switch (hit.kind) {
    case "handle":
      if (hit.grip.row === 0) return "ns-resize";
      if (hit.grip.col === 0) return "ew-resize";
      return hit.grip.row === hit.grip.col ? "nesw-resize" : "nwse-resize";
    case "chevron":
      return "pointer";
    case "edge":
      return "move";
    case "inside":
    case "ground":
      return "";
  }
}

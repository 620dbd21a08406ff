import type { MenuItem } from "../shared/menu";
import type { Part, ViewOptions } from "./view_options";

const LINES: readonly (readonly [Part, string])[] = [
  ["rois", "ROIs"],
  ["labels", "ROI labels"],
  ["overlays", "Overlays"],
  ["axes", "Axes"],
  ["scaleBar", "Scale bar"],
  ["readout", "Read-out"],
  ["brightest", "Brightest line"],
];

/** Lines of the View menu: what is shown of the picture. */
export function viewItems(options: ViewOptions): MenuItem[] {
  return LINES.map(([part, label]) => ({
    label,
    isChecked: options.shown[part],
    run: () => options.toggle(part),
  }));
}

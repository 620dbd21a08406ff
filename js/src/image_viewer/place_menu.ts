import type { ImageState } from "../contract";
import { Menu, type MenuItem } from "../shared/menu";
import { wholeBounds } from "./bounds";
import type { RoiEditor } from "./editor";
import type { ViewHistory } from "./history";
import type { Navigator } from "./navigator";
import { hitOf, type RoiShape } from "./shapes";

/** What the menu of the right button works on. */
export interface Place {
  readonly el: HTMLElement;
  readonly root: HTMLElement;
  readonly editor: RoiEditor;
  readonly navigator: Navigator;
  readonly history: ViewHistory;
  image(): ImageState | null;
  shapes(): readonly RoiShape[];
  /** Show the previous or the next view. */
  step(by: -1 | 1): void;
  autoContrast(): void;
}

/** The short menu of what can be done where the right button was pressed. */
export class PlaceMenu {
  readonly #place: Place;
  readonly #menu: Menu;

  constructor(place: Place, changed: () => void, signal: AbortSignal) {
    this.#place = place;
    this.#menu = new Menu(place.root, "Image", changed, signal);
    place.el.addEventListener("contextmenu", (event) => this.#open(event), { signal });
  }

  /** Open the menu; Shift leaves it to the browser. */
  #open(event: MouseEvent): void {
    const { el, root, editor, shapes, image } = this.#place;
    const shown = image();
    if (event.shiftKey || !shown) return;
    event.preventDefault();
    event.stopPropagation(); // or the notebook would open its own
    const { left, top } = el.getBoundingClientRect();
    const hit = hitOf(shapes(), { x: event.clientX - left, y: event.clientY - top });
    const roi_id = hit.kind === "ground" ? null : hit.roi_id;
    if (roi_id !== null) editor.select(roi_id);
    const corner = root.getBoundingClientRect();
    const at = { x: event.clientX - corner.left, y: event.clientY - corner.top };
    this.#menu.open(() => [...this.#roiItems(roi_id, shown), ...this.#viewItems()], at, root);
  }

  #roiItems(roi_id: number | null, image: ImageState): MenuItem[] {
    const { editor, navigator } = this.#place;
    const roi = editor.find(roi_id);
    if (!roi) return [{ label: "ROI of the whole image", key: "W", run: () => editor.add(wholeBounds(image)) }];
    const isLine = roi.kind === "line";
    return [
      { label: "Zoom to ROI", key: "Shift F", run: () => navigator.showRoi(editor.bounds(roi)) },
      { label: "Duplicate ROI", key: "D", isDisabled: isLine, run: () => editor.add(editor.bounds(roi)) },
      { label: "Delete ROI", key: "Del", isDisabled: roi.is_locked, run: () => editor.remove(roi.roi_id) },
    ];
  }

  #viewItems(): MenuItem[] {
    const { navigator, history, step, autoContrast } = this.#place;
    return [
      { label: "Whole recording", key: "F", run: () => navigator.showWhole() },
      { label: "Previous view", key: "Alt \u2190", isDisabled: !history.hasPrevious, run: () => step(-1) },
      { label: "Next view", key: "Alt \u2192", isDisabled: !history.hasNext, run: () => step(1) },
      { label: "Auto contrast", key: "C", run: () => autoContrast() },
    ];
  }
}

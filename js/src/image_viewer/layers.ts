import type { ImageState, ImageViewerTraits } from "../contract";
import type { Model } from "../shared/model";
import { redraw, s } from "../shared/svg";
import { axes } from "./axes";
import type { RoiEditor } from "./editor";
import type { Box, Plot } from "./geometry";
import { overlay, zoomBox } from "./overlay";
import type { Pointing } from "./pointing";
import { resultOverlays } from "./result_overlays";
import { drawnScaleBar } from "./scale_bar";
import { type RoiShape, shapesOf } from "./shapes";
import type { ViewOptions } from "./view_options";

/** What lies over the pixels and around them. */
export class Layers {
  readonly el: SVGElement;
  readonly #axes = s("g");
  readonly #results = s("g");
  readonly #rois = s("g");
  readonly #above = s("g");
  readonly #model: Model<ImageViewerTraits>;
  readonly #editor: RoiEditor;
  readonly #options: ViewOptions;
  readonly #pointing: Pointing;
  readonly #textWidth = textMeasure();
  #shapes: readonly RoiShape[] = [];
  /** Box that is drawn in order to zoom into it. */
  zoomBox: Box | null = null;

  constructor(model: Model<ImageViewerTraits>, editor: RoiEditor, options: ViewOptions, pointing: Pointing) {
    this.#model = model;
    this.#editor = editor;
    this.#options = options;
    this.#pointing = pointing;
    this.el = s("svg", { class: "cs-drawing", "aria-hidden": "true" }, this.#axes, this.#results, this.#rois, this.#above);
  }

  /** Regions of interest as they were drawn last. */
  get shapes(): readonly RoiShape[] {
    return this.#shapes;
  }

  draw(image: ImageState, plot: Plot): void {
    const { shown } = this.#options;
    redraw(this.#axes, shown.axes ? axes(image, plot, this.#model.get("has_time_labels")) : []);
    redraw(this.#results, shown.overlays ? resultOverlays(this.#model.get("overlays"), image, plot) : []);
    const rois = shown.rois ? this.#model.get("rois") : [];
    const shapes = shapesOf(rois, this.#editor.selectedId, this.#editor.drafts, image, plot, this.#textWidth);
    this.#shapes = shown.labels ? shapes : shapes.map((shape) => ({ ...shape, label: null }));
    redraw(this.#rois, [overlay(this.#shapes, plot.box)]);
    redraw(this.#above, [
      ...(shown.scaleBar ? drawnScaleBar(image, plot) : []),
      ...(this.zoomBox ? [zoomBox(this.zoomBox, plot.box)] : []),
      ...this.#pointing.draw(image, plot, shown.cursor),
    ]);
  }
}

/** Width of small text, for the plates behind it. */
function textMeasure(): (text: string) => number {
  const context = document.createElement("canvas").getContext("2d");
  const known = new Map<string, number>();
  if (context) context.font = "11px system-ui, sans-serif";
  return (text) => {
    const width = known.get(text) ?? context?.measureText(text).width ?? text.length * 6.5;
    known.set(text, width);
    return width;
  };
}

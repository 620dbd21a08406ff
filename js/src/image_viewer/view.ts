import type { ImageState, ImageViewerCommand, ImageViewerTraits } from "../contract";
import { ContrastDrafts } from "../shared/contrast_draft";
import { h } from "../shared/dom";
import { formatCount, formatTimeReadout } from "../shared/format";
import { LinkedCursor } from "../shared/linked_cursor";
import { s } from "../shared/svg";
import type { View } from "../shared/widget";
import { icon } from "../shared/icons";
import { axes } from "./axes";
import { Channels } from "./channels";
import { calibrationHint } from "./calibration";
import { RoiEditor } from "./editor";
import { type Box, heightOf, type Plot, type Point, positionAt, timeAt, widthOf } from "./geometry";
import { Gestures } from "./gestures";
import { pressKey, ZOOM_STEP } from "./keyboard";
import { Navigator } from "./navigator";
import { type Cursor, cursorMark, overlay, zoomBox } from "./overlay";
import { tileStore } from "./page";
import { type Paint, painterOf } from "./painter";
import { PositionView } from "./position_view";
import { Readout, sample } from "./readout";
import { type RoiShape, shapesOf } from "./shapes";
import type { TileStore } from "./tile_store";
import { TimeView } from "./time_view";
import { Toolbar } from "./toolbar";
import { Toolbox } from "./tools";

const GUTTER_LEFT = 56;
const GUTTER_RIGHT = 14;
const GAP_ABOVE = 6;
const ROOM_FOR_LABELS = 25;
const ROOM_FOR_TICKS = 5;

/** One view of the image: holds the parts together and draws them, once in a frame. */
export class ImageView {
  readonly #view: View<ImageViewerTraits, ImageViewerCommand>;
  readonly #canvas = h("canvas", { class: "cs-image", role: "img", "aria-label": "Kymograph" });
  readonly #axes = s("g");
  readonly #rois = s("g");
  readonly #above = s("g");
  readonly #plotEl = h("div", { class: "cs-plot" });
  readonly #empty = h(
    "div",
    { class: "cs-empty" },
    h("h4", {}, "No recording is open"),
    h("span", {}, "Choose one in the list of files to see its image here."),
  );
  readonly #hint = h("div", { class: "cs-banner cs-info cs-hidden", role: "status" });
  readonly #readout = new Readout();
  readonly #toolbar: Toolbar;
  readonly #paint: Paint;
  readonly #store: TileStore;
  readonly #channels: Channels;
  readonly #contrast: ContrastDrafts;
  readonly #time: TimeView;
  readonly #position: PositionView;
  readonly #navigator: Navigator;
  readonly #editor: RoiEditor;
  readonly #tools: Toolbox;
  readonly #gestures: Gestures;
  readonly #linked: LinkedCursor;
  readonly #textWidth = textMeasure();
  #box: Box = { left: GUTTER_LEFT, top: GAP_ABOVE, right: GUTTER_LEFT, bottom: GAP_ABOVE };
  #shapes: readonly RoiShape[] = [];
  #zoomBox: Box | null = null;
  #pointer: Point | null = null;
  #linkedTime: number | null = null;
  #hasCursor = true;
  #frame = 0;

  constructor(view: View<ImageViewerTraits, ImageViewerCommand>) {
    const { model, host, root, commands, signal } = view;
    const redraw = () => this.#ask();
    const image = () => model.get("image");
    this.#view = view;
    this.#paint = painterOf(this.#canvas, redraw, signal);
    this.#store = tileStore(model.get("tiles_id"), signal);
    this.#channels = new Channels(this.#store, () => this.#store.join(model, image, redraw, signal));
    this.#contrast = new ContrastDrafts(() => model.get("contrast"), redraw, signal);
    this.#time = new TimeView(model.get("scale"), host, redraw, signal);
    this.#position = new PositionView(redraw, (range) => void commands.send({ kind: "view.position", ...range }), signal);
    this.#navigator = new Navigator(image, this.#time, this.#position);
    this.#editor = new RoiEditor(model, commands, redraw, signal);
    this.#tools = new Toolbox(redraw);
    this.#toolbar = this.#makeToolbar();
    this.#linked = new LinkedCursor(model.get("scale"), (seconds) => this.#showLinked(seconds), signal);
    const stage = {
      el: this.#plotEl,
      root,
      image,
      plot: () => this.#plot(),
      shapes: () => this.#shapes,
      showZoomBox: (box: Box | null) => {
        this.#zoomBox = box;
        this.#ask();
      },
      pointAt: (at: Point | null) => this.#pointAt(at),
    };
    this.#gestures = new Gestures(stage, this.#navigator, this.#editor, this.#tools, signal);
  }

  /** Put everything into the page and draw from now on. */
  start(): void {
    const { root, model, signal, on, onKey } = this.#view;
    const drawing = s("svg", { class: "cs-drawing", "aria-hidden": "true" }, this.#axes, this.#rois, this.#above);
    this.#plotEl.append(this.#canvas, drawing, this.#empty);
    root.append(this.#toolbar.el, this.#hint, this.#plotEl, this.#readout.el);
    onKey((key, event) => pressKey(key, event, {
      image: () => model.get("image"),
      navigator: this.#navigator,
      editor: this.#editor,
      tools: this.#tools,
      gestures: this.#gestures,
      autoContrast: () => void this.#view.commands.send({ kind: "contrast.auto" }),
    }));
    on(["image", "channel", "contrast", "rois", "selected_roi"], () => this.#ask());
    on("has_time_labels", () => this.#resize());
    on("position_view", () => this.#position.follow(model.get("position_view")));
    const observer = new ResizeObserver(() => this.#resize());
    observer.observe(this.#plotEl);
    followResolution(() => this.#resize(), signal);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      cancelAnimationFrame(this.#frame);
      this.#linked.set(null);
    }, { once: true });
  }

  #makeToolbar(): Toolbar {
    const { commands, root, signal } = this.#view;
    const toolbar = new Toolbar({
      take: (tool) => this.#tools.take(tool),
      zoomOut: () => this.#navigator.zoomMiddle(ZOOM_STEP),
      zoomIn: () => this.#navigator.zoomMiddle(1 / ZOOM_STEP),
      showWhole: () => this.#navigator.showWhole(),
      showRoi: () => this.#editor.selected && this.#navigator.showRoi(this.#editor.bounds(this.#editor.selected)),
      toggleCursor: () => this.#toggleCursor(),
      setChannel: (channel) => void commands.send({ kind: "channel.set", channel }),
    }, signal);
    toolbar.el.addEventListener("mousedown", (event) => {
      if (event.target instanceof HTMLSelectElement) return;
      event.preventDefault(); // keys go to the image, not to the button
      root.focus({ preventScroll: true });
    }, { signal });
    return toolbar;
  }

  #plot(): Plot {
    return { box: this.#box, time: this.#time.range, position: this.#position.range };
  }

  #resize(): void {
    const { width, height } = this.#plotEl.getBoundingClientRect();
    const below = this.#view.model.get("has_time_labels") ? ROOM_FOR_LABELS : ROOM_FOR_TICKS;
    const right = Math.max(width - GUTTER_RIGHT, GUTTER_LEFT);
    this.#box = { left: GUTTER_LEFT, top: GAP_ABOVE, right, bottom: Math.max(height - below, GAP_ABOVE) };
    this.#ask();
  }

  #ask(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const { model, root } = this.#view;
    const image = model.get("image");
    root.classList.toggle("cs-is-empty", image === null);
    root.classList.toggle("cs-has-time-labels", model.get("has_time_labels"));
    this.#toolbar.show({
      isOpen: image !== null,
      tool: this.#tools.tool,
      hasSelection: this.#editor.selected !== null,
      hasCursor: this.#hasCursor,
      channel: model.get("channel"),
      channels: image?.channels ?? 0,
    });
    this.#showHint(image);
    if (!image || widthOf(this.#box) < 1 || heightOf(this.#box) < 1) return;
    const plot = this.#plot();
    this.#drawImage(image, plot);
    this.#axes.replaceChildren(...axes(image, plot, model.get("has_time_labels")));
    this.#shapes = shapesOf(model.get("rois"), this.#editor.selectedId, this.#editor.drafts, image, plot, this.#textWidth);
    this.#rois.replaceChildren(overlay(this.#shapes, plot.box));
    this.#drawAbove(image, plot);
  }

  #showHint(image: ImageState | null): void {
    const words = image ? calibrationHint(image) : "";
    this.#hint.classList.toggle("cs-hidden", words === "");
    if (this.#hint.textContent === words) return;
    this.#hint.replaceChildren(icon("info"), h("span", { class: "cs-grow" }, words));
  }

  #drawImage(image: ImageState, plot: Plot): void {
    const width = Math.round(widthOf(plot.box) * devicePixelRatio);
    const height = Math.round(heightOf(plot.box) * devicePixelRatio);
    placeCanvas(this.#canvas, plot.box);
    this.#canvas.classList.toggle("cs-has-gaps", image.value_kind === "float32");
    const [scene, ...more] = this.#channels.scenes(image, this.#contrast.shown, plot, width, height);
    if (scene) this.#paint(scene, ...more);
  }

  #drawAbove(image: ImageState, plot: Plot): void {
    const box = this.#zoomBox ? [zoomBox(this.#zoomBox, plot.box)] : [];
    const cursor = this.#cursor(plot);
    this.#above.replaceChildren(...box, ...(cursor ? cursorMark(cursor, plot, this.#timeTag(image, cursor)) : []));
    const at = this.#pointer ? this.#here(this.#pointer, plot) : null;
    if (at && this.#hasCursor) this.#linked.set(at.seconds);
    this.#readout.show(image, { seconds: at?.seconds ?? null, position: at?.position ?? null, value: at ? this.#valueAt(image, at) : null });
  }

  #timeTag(image: ImageState, { seconds }: Cursor): string | null {
    if (!this.#view.model.get("has_time_labels")) return null;
    return image.is_time_known ? formatTimeReadout(seconds) : formatCount(sample(seconds, image.seconds_per_line, image.lines));
  }

  /** Mark of the pointer, here or in another plot. */
  #cursor(plot: Plot): Cursor | null {
    if (!this.#hasCursor) return null;
    if (this.#pointer) return this.#here(this.#pointer, plot);
    return this.#linkedTime === null ? null : { seconds: this.#linkedTime, position: null };
  }

  #here(at: Point, plot: Plot): { seconds: number; position: number } {
    return { seconds: timeAt(plot, at.x), position: positionAt(plot, at.y) };
  }

  /** Value of a pixel, null unless the finest tile is here. */
  #valueAt(image: ImageState, at: { seconds: number; position: number }): number | null {
    const line = sample(at.seconds, image.seconds_per_line, image.lines) ?? 0;
    const column = sample(at.position, image.um_per_pixel, image.columns) ?? 0;
    if (image.columns !== image.tile_columns) return null;
    const source = { token: image.token, channel: this.#view.model.get("channel") };
    const tile = this.#store.find(source, { level: 0, index: Math.floor(line / image.tile_rows) });
    return tile?.values[(line % image.tile_rows) * tile.columns + column] ?? null;
  }

  #pointAt(at: Point | null): void {
    this.#pointer = at;
    if (!at) this.#linked.set(null);
    this.#ask();
  }

  #showLinked(seconds: number | null): void {
    this.#linkedTime = seconds;
    this.#ask();
  }

  #toggleCursor(): void {
    this.#hasCursor = !this.#hasCursor;
    this.#linked.set(null);
    this.#ask();
  }
}

function placeCanvas(canvas: HTMLCanvasElement, box: Box): void {
  const place = `left:${box.left}px;top:${box.top}px;width:${widthOf(box)}px;height:${heightOf(box)}px`;
  if (canvas.getAttribute("style") !== place) canvas.setAttribute("style", place);
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

/** Tell when the page is zoomed or moved to another screen. */
function followResolution(changed: () => void, signal: AbortSignal): void {
  const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  query.addEventListener("change", () => {
    if (signal.aborted) return;
    changed();
    followResolution(changed, signal);
  }, { once: true, signal });
}

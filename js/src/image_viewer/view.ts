import type { EventMark, ImageProblem, ImageState, ImageViewerCommand, ImageViewerTraits } from "../contract";
import { h } from "../shared/dom";
import { icon } from "../shared/icons";
import { Menu } from "../shared/menu";
import { isAnswered } from "../shared/session_keys";
import type { View } from "../shared/widget";
import { calibrationHint } from "./calibration";
import { RoiEditor } from "./editor";
import { FirstPicture } from "./first_picture";
import { followSize } from "./follow_size";
import { type Box, hasRoom, type Plot, type Point, type Range, timeAt, widthOf } from "./geometry";
import { Gestures, type Stage, ZOOM_PER_NOTCH } from "./gestures";
import { ViewHistory } from "./history";
import { KeyList } from "./key_list";
import { imageAnswers, imageSteps, type Keyboard, ZOOM_STEP } from "./keyboard";
import { Layers } from "./layers";
import { Navigator } from "./navigator";
import { Overview } from "./overview";
import { GUTTER_LEFT, GUTTER_RIGHT } from "./overview_shapes";
import { type PartPainter, Picture } from "./picture";
import { PlaceMenu } from "./place_menu";
import { Pointing } from "./pointing";
import { PositionView } from "./position_view";
import { wholeTime } from "./recording";
import { TimeView } from "./time_view";
import { Toolbar, type ToolbarActions } from "./toolbar";
import { Toolbox } from "./tools";
import { viewItems } from "./view_items";
import { ViewOptions } from "./view_options";

const GAP_ABOVE = 2;
const ROOM_FOR_LABELS = 25;
const ROOM_FOR_TICKS = 5;

/** What stands in the place of the image. */
function emptyWords(problem: ImageProblem | null): HTMLElement[] {
  const title = problem ? `${problem.name} cannot be read` : "No recording is open";
  const text = problem ? problem.reason : "Choose one in the list of files to see its image here.";
  return [h("h4", {}, title), h("span", {}, text)];
}

/** One view of the image: holds the parts together and draws them, once in a frame. */
export class ImageView {
  readonly #view: View<ImageViewerTraits, ImageViewerCommand>;
  readonly #canvas = h("canvas", { class: "cs-image", role: "img", "aria-label": "Kymograph" });
  readonly #plotEl = h("div", { class: "cs-plot" });
  readonly #empty = h("div", { class: "cs-empty", role: "status" });
  readonly #hint = h("div", { class: "cs-banner cs-info cs-hidden", role: "status" });
  readonly #options: ViewOptions;
  readonly #first: FirstPicture;
  readonly #picture: Picture;
  readonly #painter: PartPainter;
  readonly #pointing: Pointing;
  readonly #layers: Layers;
  readonly #overview: Overview;
  readonly #toolbar: Toolbar;
  readonly #keyList: KeyList;
  readonly #viewMenu: Menu;
  readonly #time: TimeView;
  readonly #position: PositionView;
  readonly #history: ViewHistory;
  readonly #navigator: Navigator;
  readonly #editor: RoiEditor;
  readonly #tools: Toolbox;
  readonly #gestures: Gestures;
  #box: Box = { left: GUTTER_LEFT, top: GAP_ABOVE, right: GUTTER_LEFT, bottom: GAP_ABOVE };
  #frame = 0;
  #isLinked = false;

  constructor(view: View<ImageViewerTraits, ImageViewerCommand>) {
    const { model, root, commands, signal } = view;
    const redraw = () => this.#ask();
    const image = () => model.get("image");
    this.#view = view;
    this.#options = new ViewOptions(model.get("tiles_id"), redraw);
    this.#picture = new Picture(view, () => (this.#options.shown.brightest ? "max" : "mean"), () => this.#arrived());
    const shown = image();
    if (shown) this.#picture.wantWhole(shown); // on its way while all else is made and measured
    this.#first = new FirstPicture(root, shown !== null, redraw, signal);
    this.#painter = this.#picture.painterOnto(this.#canvas);
    this.#pointing = new Pointing(view, this.#picture, redraw, () => this.#isDragging);
    this.#time = new TimeView(redraw, signal);
    this.#position = new PositionView(redraw, (range) => void commands.send({ kind: "view.position", ...range }), signal);
    this.#history = new ViewHistory(() => this.#isDragging, redraw, signal);
    this.#navigator = new Navigator(image, this.#time, this.#position, () => this.#history.settle());
    this.#editor = new RoiEditor(model, commands, redraw, () => this.#options.set("rois", true), signal);
    this.#layers = new Layers(model, this.#editor, this.#options, this.#pointing);
    this.#tools = new Toolbox(redraw);
    this.#viewMenu = new Menu(root, "View", redraw, signal);
    this.#keyList = new KeyList(
      (command) => isAnswered(model.get("session_id"), command),
      (isOpen) => this.#keysChanged(isOpen),
      signal,
    );
    this.#toolbar = this.#makeToolbar();
    this.#overview = this.#makeOverview();
    this.#gestures = new Gestures(this.#stage(), this.#navigator, this.#editor, this.#tools, signal);
    this.#makePlaceMenu();
  }

  /** Put everything into the page and draw from now on. */
  start(): void {
    const { root, model, host, signal, on } = this.#view;
    this.#plotEl.append(this.#canvas, this.#layers.el, this.#empty);
    root.append(this.#toolbar.el, this.#keyList.el, this.#hint, this.#overview.el, this.#plotEl, this.#pointing.readout.el);
    this.#layOut(model.get("image"));
    this.#answerKeys();
    on(["image", "channel", "rois", "selected_roi", "events", "selected_event", "overlays"], () => this.#ask());
    on("problem", () => this.#empty.replaceChildren(...emptyWords(model.get("problem"))));
    on("contrast", () => this.#recolour());
    on("has_time_labels", () => this.#resize());
    on("time_view", () => this.#time.follow(model.get("time_view")));
    on("time_axis", () => void this.#time.link(model.get("time_axis"), host));
    on("position_view", () => this.#position.follow(model.get("position_view")));
    followSize(this.#plotEl, () => this.#resize(), signal);
    signal.addEventListener("abort", () => cancelAnimationFrame(this.#frame), { once: true });
  }

  get #isDragging(): boolean {
    return this.#gestures.isDragging || this.#overview.isDragging;
  }

  // ------------------------------------------------------------ parts
  #stage(): Stage {
    return {
      el: this.#plotEl,
      root: this.#view.root,
      image: () => this.#view.model.get("image"),
      plot: () => this.#plot(),
      shapes: () => this.#layers.shapes,
      began: () => this.#history.settle(),
      showZoomBox: (box) => {
        this.#layers.zoomBox = box;
        this.#ask();
      },
      pointAt: (at) => this.#pointing.pointAt(at),
    };
  }

  #makeOverview(): Overview {
    const { model, root, signal } = this.#view;
    return new Overview({
      root,
      navigator: this.#navigator,
      picture: this.#picture,
      image: () => model.get("image"),
      marks: () => ({
        time: this.#time.range,
        rois: this.#options.shown.rois ? model.get("rois") : [],
        selectedRoi: this.#editor.selectedId,
        events: model.get("events"),
        selectedEvent: model.get("selected_event"),
      }),
      began: () => this.#history.settle(),
      selectEvent: (event) => this.#selectEvent(event),
    }, signal);
  }

  #makePlaceMenu(): void {
    const { model, root, signal } = this.#view;
    const place = {
      el: this.#plotEl,
      root,
      editor: this.#editor,
      navigator: this.#navigator,
      history: this.#history,
      image: () => model.get("image"),
      shapes: () => this.#layers.shapes,
      step: (by: -1 | 1) => this.#step(by),
      autoContrast: () => this.#autoContrast(),
    };
    new PlaceMenu(place, () => this.#ask(), signal);
  }

  #makeToolbar(): Toolbar {
    const { root, signal } = this.#view;
    const toolbar = new Toolbar(this.#toolbarActions(), signal);
    toolbar.el.addEventListener("mousedown", (event) => {
      if (event.target instanceof HTMLSelectElement) return;
      event.preventDefault(); // keys go to the image, not to the button
      root.focus({ preventScroll: true });
    }, { signal });
    return toolbar;
  }

  #toolbarActions(): ToolbarActions {
    return {
      take: (tool) => this.#tools.take(tool),
      zoomOut: () => this.#navigator.zoomMiddle(ZOOM_STEP),
      zoomIn: () => this.#navigator.zoomMiddle(1 / ZOOM_STEP),
      showWhole: () => this.#navigator.showWhole(),
      showRoi: () => this.#showRoi(),
      step: (by) => this.#step(by),
      toggleLabels: () => this.#options.toggle("labels"),
      toggleCursor: () => {
        this.#options.toggle("cursor");
        this.#pointing.hideCursor();
      },
      openViewMenu: (button) => this.#toggleViewMenu(button),
      toggleKeys: () => this.#keyList.toggle(),
      setChannel: (channel) => void this.#view.commands.send({ kind: "channel.set", channel }),
    };
  }

  // ------------------------------------------------------------ what the user does
  #keyboard(): Keyboard {
    return {
      image: () => this.#view.model.get("image"),
      navigator: this.#navigator,
      editor: this.#editor,
      tools: this.#tools,
      gestures: this.#dragging(),
      keyList: this.#keyList,
      step: (by) => this.#step(by),
      autoContrast: () => this.#autoContrast(),
    };
  }

  #dragging(): Keyboard["gestures"] {
    const isDragging = () => this.#isDragging;
    return {
      get isDragging() {
        return isDragging();
      },
      cancel: () => {
        this.#gestures.cancel();
        this.#overview.cancel();
      },
      holdSpace: (isHeld) => this.#gestures.holdSpace(isHeld),
    };
  }

  #answerKeys(): void {
    const { answerKeys, answerEscape, act } = this.#view;
    const keyboard = this.#keyboard();
    answerKeys(imageAnswers(keyboard), () => this.#editor.flush());
    answerKeys({
      previous_roi: () => act("previous_roi"),
      next_roi: () => act("next_roi"),
      undo: () => act("undo"),
      redo: () => act("redo"),
    });
    answerEscape(imageSteps(keyboard));
  }

  #autoContrast(): void {
    void this.#view.commands.send({ kind: "contrast.auto" });
  }

  #showRoi(): void {
    const roi = this.#editor.selected;
    if (roi) this.#navigator.showRoi(this.#editor.bounds(roi));
  }

  /** Show the previous or the next view. */
  #step(by: -1 | 1): void {
    const view = this.#history.step(by);
    if (view) this.#navigator.show(view.time, view.position);
  }

  #selectEvent({ roi_id, event_id, start_s, stop_s }: EventMark): void {
    void this.#view.commands.send({ kind: "event.select", roi_id, event_id });
    this.#navigator.centreTime((start_s + stop_s) / 2);
  }

  #toggleViewMenu(button: HTMLElement): void {
    if (this.#viewMenu.isOpen) {
      this.#viewMenu.close(true);
      return;
    }
    this.#viewMenu.open(() => viewItems(this.#options), this.#below(button), button);
  }

  #below(el: HTMLElement): Point {
    const { left, bottom } = el.getBoundingClientRect();
    const root = this.#view.root.getBoundingClientRect();
    return { x: left - root.left, y: bottom - root.top + 2 };
  }

  /** The list pushes the image down; the focus does not stay in what is hidden. */
  #keysChanged(isOpen: boolean): void {
    if (!isOpen && this.#keyList.el.matches(":focus-within")) this.#view.root.focus({ preventScroll: true });
    this.#ask();
  }

  // ------------------------------------------------------------ drawing
  #plot(): Plot {
    const image = this.#view.model.get("image");
    const time = image && !this.#time.isKnown ? wholeTime(image) : this.#time.range; // what is asked for first is the same
    return { box: this.#box, time, position: this.#position.range };
  }

  #resize(): void {
    this.#measure();
    this.#ask();
  }

  #measure(): void {
    const { width, height } = this.#plotEl.getBoundingClientRect();
    const below = this.#view.model.get("has_time_labels") ? ROOM_FOR_LABELS : ROOM_FOR_TICKS;
    const right = Math.max(width - GUTTER_RIGHT, GUTTER_LEFT);
    this.#box = { left: GUTTER_LEFT, top: GAP_ABOVE, right, bottom: Math.max(height - below, GAP_ABOVE) };
  }

  /** Draw the first picture at once, since frames are rare while a page still fills; all others once in a frame. */
  #arrived(): void {
    const image = this.#view.model.get("image");
    if (!this.#first.isAwaited || !image) {
      this.#ask();
      return;
    }
    if (widthOf(this.#box) < 1) this.#measure();
    if (this.#picture.hasWhole(image)) this.#drawNow();
    else if (hasRoom(this.#box)) this.#painter.prepare(image, this.#plot());
  }

  #ask(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  /** Draw before the next frame is put together, not in it. */
  #drawNow(): void {
    cancelAnimationFrame(this.#frame);
    this.#frame = 0;
    this.#draw();
  }

  /** Another contrast changes the pixels alone; they are painted before the next frame is put together, not in it. */
  #recolour(): void {
    const image = this.#view.model.get("image");
    if (this.#first.isAwaited) this.#arrived();
    else if (image && hasRoom(this.#box)) {
      const plot = this.#plot();
      this.#picture.want(image, plot, this.#next(plot)); // other channels may be shown
      this.#painter.paint(image, plot);
      this.#overview.paint(image);
    }
  }

  #draw(): void {
    const image = this.#view.model.get("image");
    this.#layOut(image);
    if (image) this.#see(image);
    this.#showToolbar(image);
    if (!image || !hasRoom(this.#box)) return;
    const plot = this.#plot();
    this.#picture.want(image, plot, this.#next(plot));
    const isFirst = this.#first.isAwaited;
    if (isFirst && !this.#picture.hasWhole(image)) return; // each frame that shows a part of it would make it later
    if (this.#painter.paint(image, plot)) this.#first.seen();
    if (isFirst) return;
    this.#overview.draw(image);
    this.#layers.draw(image, plot);
    this.#linkTime();
  }

  /** Ask for the time axis that all plots share once there is a picture, which would come later with it. */
  #linkTime(): void {
    if (this.#isLinked) return;
    this.#isLinked = true;
    if (this.#view.model.get("time_axis") === null) void this.#view.commands.send({ kind: "time.link" });
  }

  /** What the next turn of the wheel shows, while it can be turned. */
  #next(plot: Plot): Range | null {
    const { at } = this.#pointing;
    if (!at || this.#isDragging || !this.#view.root.matches(":focus-within")) return null;
    return this.#navigator.timeZoomed(timeAt(plot, at.x), 1 / ZOOM_PER_NOTCH);
  }

  /** Give everything that is around the image its room. */
  #layOut(image: ImageState | null): void {
    const { model, root } = this.#view;
    root.classList.toggle("cs-is-empty", image === null);
    root.classList.toggle("cs-has-time-labels", model.get("has_time_labels"));
    this.#pointing.readout.el.classList.toggle("cs-hidden", !this.#options.shown.readout);
    this.#showHint(image);
  }

  /** Tell the history what is in view; its times are worth nothing after the calibration has changed. */
  #see({ token, seconds_per_line, um_per_pixel }: ImageState): void {
    if (!this.#time.isKnown) return;
    const { time, position } = this.#plot();
    this.#history.see(`${token} ${seconds_per_line} ${um_per_pixel}`, { time, position });
  }

  #showToolbar(image: ImageState | null): void {
    const { model } = this.#view;
    this.#toolbar.show({
      isOpen: image !== null,
      tool: this.#tools.tool,
      hasSelection: this.#editor.selected !== null,
      hasPrevious: image !== null && this.#history.hasPrevious,
      hasNext: image !== null && this.#history.hasNext,
      hasLabels: this.#options.shown.labels,
      hasCursor: this.#options.shown.cursor,
      isViewMenuOpen: this.#viewMenu.isOpen,
      areKeysOpen: this.#keyList.isOpen,
      channel: model.get("channel"),
      channels: image?.channels ?? 0,
    });
  }

  #showHint(image: ImageState | null): void {
    const words = image ? calibrationHint(image) : "";
    this.#hint.classList.toggle("cs-hidden", words === "");
    if (this.#hint.textContent === words) return;
    this.#hint.replaceChildren(icon("info"), h("span", { class: "cs-grow" }, words));
  }
}

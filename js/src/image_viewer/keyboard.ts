import type { ImageState, RoiState } from "../contract";
import { movedBounds, resizedBounds, wholeBounds } from "./bounds";
import type { RoiEditor } from "./editor";
import type { KeyList } from "./key_list";
import type { Navigator } from "./navigator";
import type { Toolbox } from "./tools";

export const ZOOM_STEP = 1.5;

const ARROWS: Readonly<Record<string, readonly [rows: -1 | 0 | 1, cols: -1 | 0 | 1]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowDown: [0, -1],
  ArrowUp: [0, 1],
};

/** What is done with the pointer at this moment. */
interface Gesture {
  readonly isDragging: boolean;
  cancel(): void;
  holdSpace(isHeld: boolean): void;
}

export interface Keyboard {
  readonly image: () => ImageState | null;
  readonly navigator: Navigator;
  readonly editor: RoiEditor;
  readonly tools: Toolbox;
  readonly gestures: Gesture;
  readonly keyList: KeyList;
  readonly step: (by: -1 | 1) => void;
  readonly autoContrast: () => void;
}

/** Do what a key means on the image; false for a key that means nothing here. */
export function pressKey(key: string, event: KeyboardEvent, on: Keyboard): boolean {
  const image = on.image();
  if (key === "?") {
    on.keyList.toggle();
    return true;
  }
  if (key === "Escape" && on.keyList.isOpen && !on.gestures.isDragging) {
    on.keyList.close();
    return true;
  }
  const isOnButton = event.target instanceof Element && event.target.closest("button, select") !== null;
  if (!image) return key === "Alt+ArrowLeft" || key === "Alt+ArrowRight"; // or the browser would leave the page
  if (isOnButton && (key === " " || key === "Enter")) return false;
  if (pressArrow(event, image, on)) return true;
  on.editor.flush();
  return pressTool(key, image, on) || pressView(key, on) || pressOther(key, on);
}

function pressTool(key: string, image: ImageState, { tools, editor }: Keyboard): boolean {
  switch (key) {
    case "v":
      tools.take("select");
      return true;
    case "h":
      tools.take("pan");
      return true;
    case "z":
      tools.take("zoom");
      return true;
    case "r":
      tools.take("rectangle");
      return true;
    case "l":
      tools.take("line");
      return true;
    case "t":
      tools.take("range");
      return true;
    case "w":
      editor.add(wholeBounds(image));
      return true;
    case "d":
      if (editor.selected && editor.selected.kind === "rect") editor.add(editor.bounds(editor.selected));
      return true;
    default:
      return false;
  }
}

function pressView(key: string, { navigator, editor }: Keyboard): boolean {
  switch (key) {
    case "f":
      navigator.showWhole();
      return true;
    case "Shift+f":
      if (editor.selected) navigator.showRoi(editor.bounds(editor.selected));
      return true;
    case "+":
    case "=":
      navigator.zoomMiddle(1 / ZOOM_STEP);
      return true;
    case "-":
      navigator.zoomMiddle(ZOOM_STEP);
      return true;
    case "PageUp":
      navigator.pan(-1);
      return true;
    case "PageDown":
      navigator.pan(1);
      return true;
    case "Home":
      navigator.goTo("start");
      return true;
    case "End":
      navigator.goTo("stop");
      return true;
    default:
      return false;
  }
}

function pressOther(key: string, on: Keyboard): boolean {
  switch (key) {
    case " ":
      on.gestures.holdSpace(true);
      return true;
    case "Delete":
    case "Backspace":
      if (on.editor.selectedId !== null) on.editor.remove(on.editor.selectedId);
      return true;
    case "c":
      on.autoContrast();
      return true;
    case "Escape":
      return stepBack(on);
    default:
      return false;
  }
}

/** Give up the drag, then the tool, then the selection; after that the key is left to others. */
function stepBack({ gestures, tools, editor }: Keyboard): boolean {
  if (gestures.isDragging) gestures.cancel();
  else if (tools.tool !== "select") tools.take("select");
  else if (editor.selectedId !== null) editor.select(null);
  else return false;
  return true;
}

/** Move or resize the selected region by samples; without one, left and right move the view, with Alt through its history. */
function pressArrow(event: KeyboardEvent, image: ImageState, { editor, navigator, step }: Keyboard): boolean {
  const direction = ARROWS[event.key];
  if (!direction || event.ctrlKey || event.metaKey) return false;
  const roi = editor.selected;
  if (roi) return nudge(roi, direction, event, image, editor);
  if (direction[0] === 0) return false;
  if (event.altKey) step(direction[0]);
  else navigator.pan(direction[0] / 10);
  return true;
}

function nudge(
  roi: RoiState,
  [row, col]: readonly [-1 | 0 | 1, -1 | 0 | 1],
  event: KeyboardEvent,
  image: ImageState,
  editor: RoiEditor,
): boolean {
  if (roi.kind === "line" || roi.is_locked) return true;
  const by = event.shiftKey ? 10 : 1;
  const before = editor.bounds(roi);
  const grip = { row: row === 0 ? 0 : 1, col: col === 0 ? 0 : 1 } as const;
  const after = event.altKey
    ? resizedBounds(before, grip, row * by, col * by, false, image)
    : movedBounds(before, row * by, col * by, image);
  editor.nudge(roi.roi_id, after);
  return true;
}

import type { ImageState, RoiState } from "../contract";
import { movedBounds, resizedBounds, wholeBounds } from "./bounds";
import type { Answers, EscapeSteps } from "../shared/session_keys";
import type { RoiEditor } from "./editor";
import type { KeyList } from "./key_list";
import type { Navigator } from "./navigator";
import type { Tool, Toolbox } from "./tools";

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

/** What keys mean on the image, wherever in the session they are pressed; nothing while no recording is open. */
export function imageAnswers(on: Keyboard): Answers {
  const { navigator, editor, tools } = on;
  const onImage = (act: (image: ImageState) => void) => () => {
    const image = on.image();
    if (image) act(image);
    return image !== null;
  };
  const take = (tool: Tool) => onImage(() => tools.take(tool));
  const onRoi = (act: (roi: RoiState) => void) => onImage(() => {
    if (editor.selected) act(editor.selected);
  });
  return {
    select_tool: take("select"),
    pan_tool: take("pan"),
    zoom_tool: take("zoom"),
    rectangle_tool: take("rectangle"),
    line_tool: take("line"),
    range_tool: take("range"),
    hold_pan: onImage(() => on.gestures.holdSpace(true)),
    whole_roi: onImage((image) => editor.add(wholeBounds(image))),
    duplicate_roi: onRoi((roi) => {
      if (roi.kind === "rect") editor.add(editor.bounds(roi));
    }),
    delete: onRoi((roi) => editor.remove(roi.roi_id)),
    show_whole: onImage(() => navigator.showWhole()),
    show_roi: onRoi((roi) => navigator.showRoi(editor.bounds(roi))),
    zoom_in: onImage(() => navigator.zoomMiddle(1 / ZOOM_STEP)),
    zoom_out: onImage(() => navigator.zoomMiddle(ZOOM_STEP)),
    window_back: onImage(() => navigator.pan(-1)),
    window_on: onImage(() => navigator.pan(1)),
    first_stretch: onImage(() => navigator.goTo("start")),
    last_stretch: onImage(() => navigator.goTo("stop")),
    auto_contrast: onImage(() => on.autoContrast()),
    list_keys: () => on.keyList.toggle(),
    arrow: (event) => {
      const image = on.image();
      return image !== null && pressArrow(event, image, on);
    },
  };
}

/** What Escape gives up on the image: a drag, the list of keys, the tool, the selection. */
export function imageSteps({ gestures, keyList, tools, editor }: Keyboard): EscapeSteps {
  const when = (isThere: () => boolean, giveUp: () => void) => () => {
    const found = isThere();
    if (found) giveUp();
    return found;
  };
  return {
    drag: when(() => gestures.isDragging, () => gestures.cancel()),
    list: when(() => keyList.isOpen, () => keyList.close()),
    tool: when(() => tools.tool !== "select", () => tools.take("select")),
    selection: when(() => editor.selectedId !== null, () => editor.select(null)),
  };
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

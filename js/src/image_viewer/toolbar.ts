import { iconButton } from "../shared/controls";
import { h } from "../shared/dom";
import type { IconName } from "../shared/icons";
import type { Tool } from "./tools";

/** What the tool bar can do. */
export interface ToolbarActions {
  take(tool: Tool): void;
  zoomOut(): void;
  zoomIn(): void;
  showWhole(): void;
  showRoi(): void;
  /** Go to the previous or the next view. */
  step(by: -1 | 1): void;
  toggleLabels(): void;
  toggleCursor(): void;
  openViewMenu(button: HTMLElement): void;
  toggleKeys(): void;
  setChannel(channel: number): void;
}

/** What the tool bar shows. */
export interface ToolbarState {
  readonly isOpen: boolean;
  readonly tool: Tool;
  readonly hasSelection: boolean;
  readonly hasPrevious: boolean;
  readonly hasNext: boolean;
  readonly hasLabels: boolean;
  readonly hasCursor: boolean;
  readonly isViewMenuOpen: boolean;
  readonly areKeysOpen: boolean;
  readonly channel: number;
  readonly channels: number;
}

const TOOLS: readonly (readonly [Tool, IconName, string, string])[] = [
  ["select", "select", "Select and move", "V"],
  ["pan", "pan", "Pan", "H"],
  ["zoom", "zoomBox", "Zoom to a box", "Z"],
  ["rectangle", "rectangle", "Rectangle ROI", "R"],
  ["line", "line", "Line, measures a speed", "L"],
  ["range", "timeRange", "Time range ROI", "T"],
];

/** The first tools only look, the others draw. */
const TOOLS_OF_VIEW = 3;

/** The row of icons above the image. */
export class Toolbar {
  readonly el = h("div", { class: "cs-toolbar", role: "toolbar", "aria-label": "Image tools" });
  readonly #tools = new Map<Tool, HTMLButtonElement>();
  readonly #previous: HTMLButtonElement;
  readonly #next: HTMLButtonElement;
  readonly #zoomToRoi: HTMLButtonElement;
  readonly #labels: HTMLButtonElement;
  readonly #viewMenu: HTMLButtonElement;
  readonly #cursor: HTMLButtonElement;
  readonly #keys: HTMLButtonElement;
  readonly #channel = h("select", { class: "cs-input cs-channel", "aria-label": "Channel" });
  #channels = 0;

  constructor(actions: ToolbarActions, signal: AbortSignal) {
    const button = (name: IconName, label: string, key: string, press: () => void) => iconButton(name, label, key, press, signal);
    for (const [tool, name, label, key] of TOOLS) this.#tools.set(tool, button(name, label, key, () => actions.take(tool)));
    this.#previous = button("previousView", "Previous view", "Alt \u2190", () => actions.step(-1));
    this.#next = button("nextView", "Next view", "Alt \u2192", () => actions.step(1));
    this.#zoomToRoi = button("zoomToRoi", "Zoom to ROI", "Shift F", () => actions.showRoi());
    this.#labels = button("labels", "ROI labels", "", () => actions.toggleLabels());
    this.#viewMenu = button("layers", "View", "", () => actions.openViewMenu(this.#viewMenu));
    this.#viewMenu.setAttribute("aria-haspopup", "menu");
    this.#cursor = button("cursor", "Linked cursor", "", () => actions.toggleCursor());
    this.#keys = button("keys", "All keys", "?", () => actions.toggleKeys());
    this.#channel.addEventListener("change", () => actions.setChannel(Number(this.#channel.value)), { signal });
    const tools = [...this.#tools.values()];
    this.el.append(
      ...tools.slice(0, TOOLS_OF_VIEW),
      separator(),
      ...tools.slice(TOOLS_OF_VIEW),
      separator(),
      this.#previous,
      this.#next,
      button("zoomOut", "Zoom out", "\u2212", () => actions.zoomOut()),
      button("zoomIn", "Zoom in", "+", () => actions.zoomIn()),
      button("whole", "Whole recording", "F", () => actions.showWhole()),
      this.#zoomToRoi,
      separator(),
      this.#labels,
      this.#viewMenu,
      this.#cursor,
      h("span", { class: "cs-grow" }),
      this.#keys,
      this.#channel,
    );
    this.el.addEventListener("keydown", (event) => this.#walk(event), { signal });
  }

  show(state: ToolbarState): void {
    for (const [tool, button] of this.#tools) button.setAttribute("aria-pressed", String(tool === state.tool));
    this.#labels.setAttribute("aria-pressed", String(state.hasLabels));
    this.#cursor.setAttribute("aria-pressed", String(state.hasCursor));
    this.#viewMenu.setAttribute("aria-expanded", String(state.isViewMenuOpen));
    this.#keys.setAttribute("aria-expanded", String(state.areKeysOpen));
    const off = new Map([
      [this.#previous, !state.hasPrevious],
      [this.#next, !state.hasNext],
      [this.#zoomToRoi, !state.hasSelection],
      [this.#keys, false],
    ]);
    for (const button of this.#buttons()) button.disabled = off.get(button) ?? !state.isOpen;
    this.#showChannels(state);
  }

  #showChannels({ channel, channels }: ToolbarState): void {
    this.#channel.classList.toggle("cs-hidden", channels < 2);
    if (channels !== this.#channels) {
      this.#channels = channels;
      const options = Array.from({ length: channels }, (_, index) => h("option", { value: index }, `Channel ${index}`));
      this.#channel.replaceChildren(...options);
    }
    this.#channel.value = String(channel);
  }

  #buttons(): HTMLButtonElement[] {
    return [...this.el.querySelectorAll("button")];
  }

  /** Left and right walk from button to button. */
  #walk(event: KeyboardEvent): void {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    const buttons = this.#buttons().filter((button) => !button.disabled);
    const at = buttons.findIndex((button) => button === event.target);
    if (step === undefined || at < 0) return;
    event.preventDefault();
    event.stopPropagation();
    buttons[(at + step + buttons.length) % buttons.length]?.focus();
  }
}

function separator(): HTMLElement {
  return h("span", { class: "cs-separator" });
}

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
  toggleCursor(): void;
  setChannel(channel: number): void;
}

/** What the tool bar shows. */
export interface ToolbarState {
  readonly isOpen: boolean;
  readonly tool: Tool;
  readonly hasSelection: boolean;
  readonly hasCursor: boolean;
  readonly channel: number;
  readonly channels: number;
}

const TOOLS: readonly (readonly [Tool, IconName, string, string])[] = [
  ["select", "select", "Select and move", "V"],
  ["pan", "pan", "Pan", "H"],
  ["zoom", "zoomBox", "Zoom to a box", "Z"],
  ["rectangle", "rectangle", "Rectangle ROI", "R"],
];

/** The row of icons above the image. */
export class Toolbar {
  readonly el = h("div", { class: "cs-toolbar", role: "toolbar", "aria-label": "Image tools" });
  readonly #tools = new Map<Tool, HTMLButtonElement>();
  readonly #zoomToRoi: HTMLButtonElement;
  readonly #cursor: HTMLButtonElement;
  readonly #channel = h("select", { class: "cs-input cs-channel", "aria-label": "Channel" });
  #channels = 0;

  constructor(actions: ToolbarActions, signal: AbortSignal) {
    for (const [tool, icon, label, key] of TOOLS) {
      this.#tools.set(tool, iconButton(icon, label, key, () => actions.take(tool), signal));
    }
    this.#zoomToRoi = iconButton("zoomToRoi", "Zoom to ROI", "Shift F", () => actions.showRoi(), signal);
    this.#cursor = iconButton("cursor", "Linked cursor", "", () => actions.toggleCursor(), signal);
    this.#channel.addEventListener("change", () => actions.setChannel(Number(this.#channel.value)), { signal });
    const [select, pan, zoom, rectangle] = [...this.#tools.values()];
    this.el.append(
      ...[select, pan, zoom].filter((button) => button !== undefined),
      separator(),
      ...(rectangle ? [rectangle] : []),
      separator(),
      iconButton("zoomOut", "Zoom out", "\u2212", () => actions.zoomOut(), signal),
      iconButton("zoomIn", "Zoom in", "+", () => actions.zoomIn(), signal),
      iconButton("whole", "Whole recording", "F", () => actions.showWhole(), signal),
      this.#zoomToRoi,
      separator(),
      this.#cursor,
      h("span", { class: "cs-grow" }),
      this.#channel,
    );
    this.el.addEventListener("keydown", (event) => this.#walk(event), { signal });
  }

  show(state: ToolbarState): void {
    for (const [tool, button] of this.#tools) button.setAttribute("aria-pressed", String(tool === state.tool));
    this.#cursor.setAttribute("aria-pressed", String(state.hasCursor));
    for (const button of this.#buttons()) button.disabled = !state.isOpen;
    this.#zoomToRoi.disabled = !state.hasSelection;
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

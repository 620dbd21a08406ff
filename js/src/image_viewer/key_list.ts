import { iconButton } from "../shared/controls";
import { h } from "../shared/dom";

/** Keys that stand together, and what they do; the names are those of `keyName`. */
export interface KeyLine {
  readonly keys: readonly string[];
  readonly does: string;
}

export interface KeyGroup {
  readonly name: string;
  readonly lines: readonly KeyLine[];
}

const line = (keys: string, does: string): KeyLine => ({ keys: keys.split(" "), does });

/** All keys that the image knows, and those that mean the same in all of a session. */
export const KEY_GROUPS: readonly KeyGroup[] = [
  {
    name: "Tools",
    lines: [
      line("v h z", "select, pan, zoom box"),
      line("r l t", "rectangle, line, time range"),
      line("w", "ROI of the whole image"),
      line("Space", "held: pan in every tool"),
      line("Escape", "cancel, back to select, select nothing"),
    ],
  },
  {
    name: "View",
    lines: [
      line("f Shift+f", "whole recording, selected ROI"),
      line("+ -", "zoom in, out"),
      line("PageUp PageDown", "one window back, on"),
      line("Home End", "first, last stretch"),
      line("ArrowLeft ArrowRight", "a tenth back, on, with no ROI selected"),
      line("Alt+ArrowLeft Alt+ArrowRight", "previous, next view, with no ROI selected"),
      line("c", "auto contrast"),
      line("?", "all keys"),
    ],
  },
  {
    name: "ROI",
    lines: [
      line("[ ]", "previous, next"),
      line("ArrowLeft ArrowRight ArrowUp ArrowDown", "move by one sample, with Shift by ten, with Alt resize"),
      line("d", "duplicate"),
      line("Delete", "delete"),
    ],
  },
  {
    name: "Files",
    lines: [
      line("j k", "next, previous file"),
      line("a Shift+a", "accept, reject"),
      line("Shift+n", "next file to review"),
    ],
  },
  {
    name: "Save and undo",
    lines: [line("s Shift+s", "save this file, all files"), line("Mod+z Mod+Shift+z", "undo, redo")],
  },
  { name: "Analysis", lines: [line("g", "run")] },
];

const WORDS: Readonly<Record<string, string>> = {
  ArrowLeft: "\u2190",
  ArrowRight: "\u2192",
  ArrowUp: "\u2191",
  ArrowDown: "\u2193",
  PageUp: "Page \u2191",
  PageDown: "Page \u2193",
  Escape: "Esc",
  Delete: "Del",
  Mod: "Ctrl",
  "-": "\u2212",
};

/** A key as it is written on a keyboard: "Shift+f" is "Shift F". */
export function keyWords(name: string): string {
  const parts = name === "+" ? [name] : name.split("+");
  return parts.map((part) => WORDS[part] ?? (part.length === 1 ? part.toUpperCase() : part)).join(" ");
}

/** All keys, above the image and not over it. */
export class KeyList {
  readonly el = h("section", { class: "cs-keys cs-hidden", "aria-label": "All keys", tabindex: 0 });
  readonly #changed: (isOpen: boolean) => void;

  /** `changed` is told when the list opens and closes. */
  constructor(changed: (isOpen: boolean) => void, signal: AbortSignal) {
    this.#changed = changed;
    const close = iconButton("reject", "Close the list of keys", "Esc", () => this.close(), signal);
    close.classList.add("cs-keys-close");
    this.el.append(close, h("div", { class: "cs-key-groups" }, ...KEY_GROUPS.map(groupOf)));
  }

  get isOpen(): boolean {
    return !this.el.classList.contains("cs-hidden");
  }

  toggle(): void {
    this.el.classList.toggle("cs-hidden");
    this.#changed(this.isOpen);
  }

  close(): void {
    if (this.isOpen) this.toggle();
  }
}

function groupOf({ name, lines }: KeyGroup): HTMLElement {
  const rows = lines.map(({ keys, does }) =>
    h(
      "div",
      { class: "cs-key-line", role: "listitem" },
      h("span", { class: "cs-key-names" }, ...keys.map((key) => h("kbd", { class: "cs-key" }, keyWords(key)))),
      h("span", { class: "cs-muted" }, does),
    ),
  );
  return h("div", { class: "cs-key-group" }, h("h4", {}, name), h("div", { role: "list" }, ...rows));
}

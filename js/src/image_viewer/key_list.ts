import { KEY_GROUPS, type KeyCommand, type KeyGroup } from "../contract";
import { iconButton } from "../shared/controls";
import { h } from "../shared/dom";

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

/** All keys that do something in this page, above the image and not over it. */
export class KeyList {
  readonly el = h("section", { class: "cs-keys cs-hidden", "aria-label": "All keys", tabindex: 0 });
  readonly #groups = h("div", { class: "cs-key-groups" });
  readonly #isAnswered: (command: KeyCommand) => boolean;
  readonly #changed: (isOpen: boolean) => void;

  /** `changed` is told when the list opens and closes. */
  constructor(isAnswered: (command: KeyCommand) => boolean, changed: (isOpen: boolean) => void, signal: AbortSignal) {
    this.#isAnswered = isAnswered;
    this.#changed = changed;
    const close = iconButton("reject", "Close the list of keys", "Esc", () => this.close(), signal);
    close.classList.add("cs-keys-close");
    this.el.append(close, this.#groups);
  }

  get isOpen(): boolean {
    return !this.el.classList.contains("cs-hidden");
  }

  toggle(): void {
    if (!this.isOpen) this.#groups.replaceChildren(...answeredGroups(this.#isAnswered).map(groupOf));
    this.el.classList.toggle("cs-hidden");
    this.#changed(this.isOpen);
  }

  close(): void {
    if (this.isOpen) this.toggle();
  }
}

/** The table of keys without those that nothing in the page answers. */
export function answeredGroups(isAnswered: (command: KeyCommand) => boolean): KeyGroup[] {
  return KEY_GROUPS.map(({ name, lines }) => ({
    name,
    lines: lines.filter(({ commands }) => Object.values(commands).some(isAnswered)),
  })).filter(({ lines }) => lines.length > 0);
}

function groupOf({ name, lines }: KeyGroup): HTMLElement {
  const rows = lines.map(({ commands, does }) =>
    h(
      "div",
      { class: "cs-key-line", role: "listitem" },
      h("span", { class: "cs-key-names" }, ...Object.keys(commands).map((key) => h("kbd", { class: "cs-key" }, keyWords(key)))),
      h("span", { class: "cs-muted" }, does),
    ),
  );
  return h("div", { class: "cs-key-group" }, h("h4", {}, name), h("div", { role: "list" }, ...rows));
}

import { h } from "./dom";
import { icon } from "./icons";

/** One line of a menu. */
export interface MenuItem {
  readonly label: string;
  /** Key that does the same, shown at the right. */
  readonly key?: string;
  /** Given for what is on or off. */
  readonly isChecked?: boolean;
  readonly isDisabled?: boolean;
  /** Why it is disabled. */
  readonly why?: string;
  run(): void;
}

interface Opening {
  readonly items: () => readonly MenuItem[];
  /** Gets the focus back. */
  readonly opener: HTMLElement;
}

const LEAST_MARGIN_PX = 4;

/** A menu over a widget: arrows walk, Enter and Space choose, Escape and a press elsewhere close it. */
export class Menu {
  readonly el: HTMLElement;
  readonly #root: HTMLElement;
  readonly #changed: (isOpen: boolean) => void;
  #opening: Opening | null = null;
  #isFilling = false;

  /** `changed` is told when the menu opens and closes. */
  constructor(root: HTMLElement, label: string, changed: (isOpen: boolean) => void, signal: AbortSignal) {
    this.#root = root;
    this.#changed = changed;
    this.el = h("div", { class: "cs-menu cs-hidden", role: "menu", "aria-label": label, tabindex: -1 });
    this.el.addEventListener("keydown", (event) => this.#press(event), { signal });
    this.el.addEventListener("mousedown", (event) => event.preventDefault(), { signal }); // the focus stays in the menu
    this.el.addEventListener("contextmenu", (event) => event.preventDefault(), { signal });
    this.el.addEventListener("focusout", (event) => {
      const isInside = event.relatedTarget instanceof Node && this.el.contains(event.relatedTarget);
      if (!isInside && !this.#isFilling) this.close(false);
    }, { signal });
    root.append(this.el);
  }

  get isOpen(): boolean {
    return this.#opening !== null;
  }

  /** Open with the upper left corner at a place, counted from that of the widget, or where there is room. */
  open(items: () => readonly MenuItem[], at: { x: number; y: number }, opener: HTMLElement): void {
    this.#opening = { items, opener };
    this.el.classList.remove("cs-hidden");
    this.#fill(0);
    const { clientWidth, clientHeight } = this.#root;
    const place = (wanted: number, length: number, room: number) => Math.max(Math.min(wanted, room - length - LEAST_MARGIN_PX), LEAST_MARGIN_PX);
    this.el.style.left = `${place(at.x, this.el.offsetWidth, clientWidth)}px`;
    this.el.style.top = `${place(at.y, this.el.offsetHeight, clientHeight)}px`;
    this.#changed(true);
  }

  close(returnsFocus: boolean): void {
    const opening = this.#opening;
    if (!opening) return;
    this.#opening = null;
    this.el.classList.add("cs-hidden");
    if (returnsFocus) opening.opener.focus({ preventScroll: true });
    this.#changed(false);
  }

  #fill(focused: number): void {
    const made = (this.#opening?.items() ?? []).map((item) => this.#made(item));
    this.#isFilling = true; // the line that has the focus is made anew
    this.el.replaceChildren(...made);
    made[focused]?.focus({ preventScroll: true });
    this.#isFilling = false;
  }

  #made(item: MenuItem): HTMLElement {
    const isCheck = item.isChecked !== undefined;
    const el = h(
      "div",
      {
        class: "cs-menu-item",
        role: isCheck ? "menuitemcheckbox" : "menuitem",
        tabindex: -1,
        "aria-checked": isCheck ? String(item.isChecked) : null,
        "aria-disabled": item.isDisabled ? "true" : null,
        title: item.why ?? null,
      },
      h("span", { class: "cs-menu-check" }, item.isChecked ? icon("check") : null),
      h("span", { class: "cs-grow" }, item.label),
      item.key ? h("kbd", { class: "cs-key", "aria-hidden": "true" }, item.key) : null,
    );
    el.addEventListener("click", () => this.#choose(item, isCheck));
    return el;
  }

  #choose(item: MenuItem, staysOpen: boolean): void {
    if (item.isDisabled) return;
    if (!staysOpen) this.close(true);
    item.run();
    if (staysOpen) this.#fill(this.#at());
  }

  #lines(): HTMLElement[] {
    return [...this.el.children].filter((el) => el instanceof HTMLElement);
  }

  #at(): number {
    return this.#lines().findIndex((el) => el === document.activeElement || el.matches(":focus"));
  }

  #press(event: KeyboardEvent): void {
    event.stopPropagation(); // letters are no tools here
    const lines = this.#lines();
    const at = this.#at();
    switch (event.key) {
      case "ArrowDown":
      case "ArrowUp":
        lines[(at + (event.key === "ArrowDown" ? 1 : -1) + lines.length) % lines.length]?.focus();
        break;
      case "Home":
      case "End":
        lines.at(event.key === "Home" ? 0 : -1)?.focus();
        break;
      case "Enter":
      case " ":
        lines[at]?.click();
        if (event.key === "Enter") this.close(true);
        break;
      case "Escape":
        this.close(true);
        break;
      case "Tab":
        this.close(true);
        return;
      default:
        return;
    }
    event.preventDefault();
  }
}

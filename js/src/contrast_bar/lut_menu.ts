import { h } from "../shared/dom";
import { icon } from "../shared/icons";
import { LUT_NAMES, lutGradient } from "../shared/luts";

/** What the list of colour tables does. */
export interface LutChoice {
  present(): string | null;
  /** Show a table without choosing it. */
  look(lut: string): void;
  choose(lut: string): void;
  giveUp(): void;
}

/** A button with the present colour table, and the list that it opens. */
export class LutMenu {
  readonly el: HTMLElement;
  readonly #choice: LutChoice;
  readonly #swatch = h("span", { class: "cs-swatch" });
  readonly #name = h("span", { class: "cs-clip" });
  readonly #button: HTMLButtonElement;
  readonly #list: HTMLElement;
  readonly #options: readonly HTMLElement[];
  #active = 0;
  #isChosen = false;

  constructor(choice: LutChoice, signal: AbortSignal) {
    const id = `cs-${Math.random().toString(36).slice(2)}`;
    this.#choice = choice;
    this.#options = LUT_NAMES.map((lut) => option(lut, `${id}-${lut.replace(" ", "-")}`));
    this.#list = h("div", { class: "cs-lut-list", role: "listbox", id, tabindex: -1, popover: "auto", "aria-label": "Colour table" }, ...this.#options);
    this.#button = h(
      "button",
      { type: "button", class: "cs-input cs-lut", "aria-haspopup": "listbox", "aria-expanded": "false", "aria-controls": id },
      this.#swatch,
      this.#name,
      icon("chevronDown"),
    );
    this.el = h("span", { class: "cs-grow" }, this.#button, this.#list);
    this.#button.addEventListener("click", () => this.#open(), { signal });
    this.#list.addEventListener("keydown", (event) => this.#press(event), { signal });
    this.#list.addEventListener("toggle", () => this.#toggled(), { signal });
    this.#options.forEach((el, index) => {
      el.addEventListener("pointermove", () => this.#goTo(index), { signal });
      el.addEventListener("click", () => this.#take(), { signal });
    });
  }

  show(lut: string | null): void {
    this.#button.disabled = lut === null;
    this.#name.textContent = lut ?? "";
    this.#button.setAttribute("aria-label", `Colour table: ${lut ?? "none"}`);
    if (this.#swatch.dataset["lut"] === (lut ?? "")) return;
    this.#swatch.dataset["lut"] = lut ?? "";
    this.#swatch.style.background = lut ? lutGradient(lut) : "none";
  }

  get #isOpen(): boolean {
    return this.#list.matches(":popover-open");
  }

  #open(): void {
    const { left, bottom, width } = this.#button.getBoundingClientRect();
    this.#list.showPopover();
    const below = Math.max(Math.min(bottom + 2, innerHeight - this.#list.offsetHeight - 4), 4);
    Object.assign(this.#list.style, { left: `${left}px`, top: `${below}px`, minWidth: `${width}px` });
    this.#isChosen = false;
    this.#mark(Math.max(LUT_NAMES.indexOf(this.#choice.present() ?? ""), 0));
    this.#list.focus({ preventScroll: true });
  }

  /** The list closes by itself on a click elsewhere. */
  #toggled(): void {
    this.#button.setAttribute("aria-expanded", String(this.#isOpen));
    if (this.#isOpen) return;
    if (!this.#isChosen) this.#choice.giveUp();
    if (this.#list.contains(document.activeElement)) this.#button.focus({ preventScroll: true });
  }

  #press(event: KeyboardEvent): void {
    const last = LUT_NAMES.length - 1;
    const to = { ArrowDown: this.#active + 1, ArrowUp: this.#active - 1, Home: 0, End: last }[event.key];
    if (to !== undefined) this.#goTo(Math.min(Math.max(to, 0), last));
    else if (event.key === "Enter" || event.key === " ") this.#take();
    else if (event.key === "Escape" || event.key === "Tab") this.#close();
    if (event.key !== "Tab") event.preventDefault();
    event.stopPropagation();
  }

  #goTo(index: number): void {
    if (index === this.#active || !this.#isOpen) return;
    this.#mark(index);
    this.#choice.look(LUT_NAMES[index] ?? "Gray");
  }

  #mark(index: number): void {
    this.#active = index;
    this.#options.forEach((el, at) => el.setAttribute("aria-selected", String(at === index)));
    const active = this.#options[index];
    if (!active) return;
    this.#list.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  }

  #take(): void {
    this.#isChosen = true;
    this.#choice.choose(LUT_NAMES[this.#active] ?? "Gray");
    this.#close();
  }

  #close(): void {
    this.#list.hidePopover();
    this.#button.focus({ preventScroll: true });
  }
}

function option(lut: string, id: string): HTMLElement {
  const swatch = h("span", { class: "cs-swatch" });
  swatch.style.background = lutGradient(lut);
  return h("div", { role: "option", id, "aria-selected": "false", class: "cs-lut-option" }, swatch, lut);
}

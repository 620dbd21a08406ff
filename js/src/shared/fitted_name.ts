import { h } from "./dom";
import { fittedName, measureIn } from "./text_width";

const ROOM_BESIDE_PX = 4; // numerals of one width may be wider than the measure knows

/** A name that is cut in the middle when its place is too narrow; the place would like to be as wide as the whole name. */
export class FittedName {
  readonly el: HTMLElement;
  #name = "";

  constructor(look: string, signal: AbortSignal) {
    this.el = h("span", { class: `cs-fitted ${look}` });
    const observer = new ResizeObserver(() => this.#fit());
    observer.observe(this.el);
    signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  }

  show(name: string): void {
    if (name === this.#name) return;
    this.#name = name;
    this.el.title = name;
    this.el.textContent = name;
    this.#fit();
  }

  #fit(): void {
    if (this.el.clientWidth === 0 && !this.el.isConnected) return; // measured once it is in the page
    const measure = measureIn(this.el);
    this.el.style.width = `${Math.ceil(measure(this.#name)) + ROOM_BESIDE_PX}px`;
    const cut = fittedName(this.#name, this.el.clientWidth, measure);
    if (this.el.textContent !== cut) this.el.textContent = cut;
  }
}

import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import { h } from "../shared/dom";

const ROW_PX = 24;
const OVERSCAN = 6;

/** A long list of which only the lines in view have elements; these are used again and again. */
export class Scroller {
  readonly el = h("div", { class: "cs-file-scroll", role: "presentation", tabindex: -1 });
  readonly #space = h("div", { class: "cs-file-space", role: "rowgroup" });
  readonly #pool: HTMLElement[] = [];
  readonly #drawLine: (el: HTMLElement, index: number) => void;
  readonly #virtual: Virtualizer<HTMLElement, HTMLElement>;

  constructor(drawLine: (el: HTMLElement, index: number) => void) {
    this.#drawLine = drawLine;
    this.el.append(this.#space);
    this.#virtual = new Virtualizer<HTMLElement, HTMLElement>({
      count: 0,
      getScrollElement: () => this.el,
      estimateSize: () => ROW_PX,
      overscan: OVERSCAN,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => this.paint(),
    });
  }

  /** Follow scrolling and size from now on; the element must be in the page or come into it. */
  start(signal: AbortSignal): void {
    const stop = this.#virtual._didMount(); // what the adapters of the frameworks call too
    this.#virtual._willUpdate();
    signal.addEventListener("abort", stop, { once: true });
  }

  setCount(count: number): void {
    this.#virtual.setOptions({ ...this.#virtual.options, count });
    this.#virtual._willUpdate();
    this.paint();
  }

  /** Bring a line into view, when it is not there already. */
  show(index: number): void {
    this.#virtual.scrollToIndex(index);
  }

  paint(): void {
    const items = this.#virtual.getVirtualItems();
    this.#space.style.height = `${this.#virtual.getTotalSize()}px`;
    items.forEach((item, place) => {
      const el = (this.#pool[place] ??= h("div", { role: "row" }));
      this.#drawLine(el, item.index);
      el.setAttribute("aria-rowindex", String(item.index + 2)); // the heads of the columns are the first row
      el.style.transform = `translateY(${item.start}px)`;
      if (!el.isConnected) this.#space.append(el);
    });
    for (const el of this.#pool.slice(items.length)) el.remove();
  }
}

import { iconButton } from "../shared/controls";
import { h } from "../shared/dom";
import { formatCount } from "../shared/format";
import { icon } from "../shared/icons";
import { FILTERS, type Filter } from "./list_model";

interface Wishes {
  refresh(): void;
  search(words: string): void;
  filter(filter: Filter): void;
  /** Leave the search field for the list. */
  leave(): void;
}

/** What stands above the columns: title, search and filters. */
export class ListTop {
  readonly el = h("div", { class: "cs-file-top" });
  readonly #count = h("span", { class: "cs-count" });
  readonly #scan = h("span", { class: "cs-muted cs-small", role: "status" });
  readonly #input = h("input", { class: "cs-input", type: "search", placeholder: "Search", "aria-label": "Search files" });
  readonly #filters = new Map<Filter, HTMLButtonElement>();

  constructor(wishes: Wishes, signal: AbortSignal) {
    const refresh = iconButton("refresh", "Read the folder again", "", () => wishes.refresh(), signal);
    const title = h("div", { class: "cs-row cs-file-title" }, h("h3", {}, "Files"), this.#count, h("span", { class: "cs-grow" }), this.#scan);
    const key = h("kbd", { class: "cs-key", "aria-hidden": "true" }, "/");
    const search = h("span", { class: "cs-search" }, icon("search"), this.#input, key);
    this.el.append(title, search, this.#segments(wishes, signal), refresh);
    this.#listen(wishes, signal);
  }

  focusSearch(): void {
    this.#input.focus();
    this.#input.select();
  }

  draw(counts: Record<Filter, number>, chosen: Filter, isScanning: boolean): void {
    this.#count.textContent = formatCount(counts.all);
    this.#scan.textContent = isScanning ? "Searching …" : "";
    for (const [filter, label] of FILTERS) {
      const el = this.#filters.get(filter);
      el?.replaceChildren(`${label} ${formatCount(counts[filter])}`);
      el?.setAttribute("aria-pressed", String(filter === chosen));
    }
  }

  #segments(wishes: Wishes, signal: AbortSignal): HTMLElement {
    const segments = h("span", { class: "cs-segments", role: "group", "aria-label": "Which files" });
    for (const [filter] of FILTERS) {
      const el = h("button", { type: "button", "data-filter": filter });
      el.addEventListener("click", () => wishes.filter(filter), { signal });
      this.#filters.set(filter, el);
      segments.append(el);
    }
    return segments;
  }

  #listen(wishes: Wishes, signal: AbortSignal): void {
    this.#input.addEventListener("input", () => wishes.search(this.#input.value), { signal });
    this.#input.addEventListener("keydown", (event) => {
      if (!["Escape", "Enter", "ArrowDown"].includes(event.key)) return;
      event.preventDefault();
      if (event.key === "Escape" && this.#input.value) {
        this.#input.value = "";
        wishes.search("");
      } else {
        wishes.leave();
      }
    }, { signal });
  }
}

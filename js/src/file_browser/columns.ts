import type { SortingState } from "@tanstack/table-core";
import { h } from "../shared/dom";

const HEADS: [string, string, string][] = [
  ["name", "Name", ""],
  ["duration_s", "s", "cs-number cs-duration"],
  ["regions", "ROIs", "cs-number"],
  ["results", "Results", ""],
  ["condition", "Condition", "cs-condition"],
];

/** The heads of the columns; a click sorts. */
export class Columns {
  readonly el = h("div", { class: "cs-file-head", role: "row" });
  readonly #heads = new Map<string, { cell: HTMLElement; arrow: HTMLElement }>();

  constructor(sortBy: (id: string) => void, signal: AbortSignal) {
    this.el.append(head("", "Review"), head("", "Unsaved"));
    for (const [id, label, look] of HEADS) {
      const arrow = h("span", { "aria-hidden": "true" });
      const press = h("button", { type: "button" }, label, arrow);
      press.addEventListener("click", () => sortBy(id), { signal });
      const cell = head(look, id === "duration_s" ? "Duration in seconds" : label);
      cell.append(press);
      this.#heads.set(id, { cell, arrow });
      this.el.append(cell);
    }
  }

  /** Room for a name, in pixels. */
  get nameWidth(): number {
    return this.#heads.get("name")?.cell.clientWidth ?? 0;
  }

  draw(sorting: SortingState): void {
    for (const [id, { cell, arrow }] of this.#heads) {
      const sort = sorting.find((one) => one.id === id);
      cell.setAttribute("aria-sort", sort ? (sort.desc ? "descending" : "ascending") : "none");
      arrow.textContent = sort ? (sort.desc ? " ↓" : " ↑") : "";
    }
  }
}

function head(look: string, name: string): HTMLElement {
  return h("span", { role: "columnheader", class: look, "aria-label": name });
}

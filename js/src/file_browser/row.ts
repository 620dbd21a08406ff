import type { FileRow } from "../contract";
import { h } from "../shared/dom";
import { icon } from "../shared/icons";
import { middleCut } from "../shared/middle_cut";
import { stem, type Line } from "./list_model";

const LETTERS = [
  ["V", "Velocity"],
  ["D", "Diameter"],
  ["I", "Intensity"],
] as const;

/** Draw one line of the list into an element that is used again and again. */
export function drawLine(el: HTMLElement, line: Line, open: string, opening: string, columns: number): void {
  if (line.kind === "folder") {
    drawFolder(el, line.folder, line.count);
    return;
  }
  const { row } = line;
  const isOpen = row.token === open;
  el.className = `cs-file-row${isOpen ? " cs-open" : ""}${row.review === "rejected" ? " cs-off" : ""}`;
  el.setAttribute("role", "row");
  el.setAttribute("aria-selected", String(isOpen));
  el.setAttribute("aria-label", row.name);
  el.dataset["token"] = row.token;
  el.title = row.name;
  el.replaceChildren(reviewMark(row), dirtyMark(row), nameOf(row, columns), ...cells(row, opening));
}

function drawFolder(el: HTMLElement, folder: string, count: number): void {
  el.className = "cs-folder-row";
  el.setAttribute("role", "row");
  el.removeAttribute("aria-selected");
  el.setAttribute("aria-label", folder || "this folder");
  delete el.dataset["token"];
  el.title = folder;
  el.replaceChildren(
    icon("chevronDown"),
    h("span", { class: "cs-clip" }, folder || "This folder"),
    h("span", { class: "cs-count" }, String(count)),
  );
}

function reviewMark(row: FileRow): HTMLElement {
  const name = row.is_unreadable ? "unreadable" : row.review;
  const mark = h("span", { class: "cs-review-mark", role: "gridcell", title: name, "data-review": name });
  if (row.is_unreadable) mark.append(icon("error"));
  else if (row.review === "accepted") mark.append(icon("check"));
  else if (row.review === "rejected") mark.append(icon("rejected"));
  else mark.append(h("i", { class: "cs-ring" }));
  return mark;
}

function dirtyMark(row: FileRow): HTMLElement {
  return h("span", { class: "cs-cell", title: row.is_dirty ? "unsaved" : null }, row.is_dirty ? h("i", { class: "cs-dot" }) : null);
}

function nameOf(row: FileRow, columns: number): HTMLElement {
  return h("span", { class: "cs-name cs-clip", role: "gridcell" }, middleCut(stem(row.name), columns));
}

function cells(row: FileRow, opening: string): HTMLElement[] {
  if (row.token === opening) return [h("span", { class: "cs-opening cs-muted" }, "opening …")];
  if (row.is_unreadable) return [h("span", { class: "cs-opening cs-unreadable" }, "unreadable")];
  const chips = h("span", { class: "cs-chips", role: "gridcell" });
  for (const [letter, title] of LETTERS) {
    const has = row.results.includes(letter);
    chips.append(h("span", { class: has ? "cs-chip" : "cs-chip cs-none", title: has ? title : null }, has ? letter : "·"));
  }
  const regions = row.regions === null ? "–" : String(row.regions);
  return [
    h("span", { class: "cs-number", role: "gridcell" }, regions),
    chips,
    h("span", { class: "cs-condition cs-clip", role: "gridcell" }, row.condition || "–"),
  ];
}

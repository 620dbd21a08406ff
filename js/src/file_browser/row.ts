import type { FileRow } from "../contract";
import { h } from "../shared/dom";
import { formatCount, formatNumber } from "../shared/format";
import { icon, type IconName } from "../shared/icons";
import { stem, type Line } from "./list_model";

const LETTERS = [
  ["V", "Velocity"],
  ["D", "Diameter"],
  ["I", "Intensity"],
] as const;

/** How a line stands in the list as a whole. */
export interface LineState {
  /** Recording that is open. */
  open: string;
  /** Recording that has been opening for a while. */
  opening: string;
  /** Recording that the keys act on. */
  at: string;
  /** Cut a name to its column. */
  fitted: (name: string) => string;
  /** Cut the name of a folder to its row. */
  fittedFolder: (name: string) => string;
}

/** Draw one line of the list into an element that is used again and again. */
export function drawLine(el: HTMLElement, line: Line, state: LineState): void {
  if (line.kind === "folder") drawFolder(el, line.folder, line.count, state);
  else drawFile(el, line.row, state);
}

function drawFile(el: HTMLElement, row: FileRow, { open, opening, at, fitted }: LineState): void {
  const isOpen = row.token === open;
  el.className = "cs-file-row";
  el.classList.toggle("cs-open", isOpen);
  el.classList.toggle("cs-at", row.token === at);
  el.classList.toggle("cs-off", row.review === "rejected");
  el.classList.toggle("cs-noted", row.token === opening || row.problem === "image");
  el.setAttribute("aria-selected", String(isOpen));
  el.setAttribute("aria-label", row.name);
  el.dataset["token"] = row.token;
  el.title = row.name;
  el.replaceChildren(reviewMark(row), dirtyMark(row), nameOf(row, fitted), ...cells(row, row.token === opening));
}

function drawFolder(el: HTMLElement, folder: string, count: number, { fittedFolder }: LineState): void {
  el.className = "cs-folder-row";
  el.removeAttribute("aria-selected");
  el.setAttribute("aria-label", folder || "this folder");
  delete el.dataset["token"];
  el.title = folder;
  el.replaceChildren(
    h("span", { class: "cs-clip", role: "gridcell" }, fittedFolder(folder || "This folder")),
    h("span", { class: "cs-count" }, formatCount(count)),
  );
}

/** What the first column shows of a recording: its icon, none for the ring, and its name. */
export function markOf(row: FileRow): { icon: IconName | null; name: string } {
  if (row.problem === "image") return { icon: "error", name: "unreadable" };
  if (row.problem === "saved") return { icon: "warn", name: "a saved file is unreadable" };
  if (row.review === "accepted") return { icon: "check", name: "accepted" };
  return row.review === "rejected" ? { icon: "rejected", name: "rejected" } : { icon: null, name: "to review" };
}

function reviewMark(row: FileRow): HTMLElement {
  const mark = markOf(row);
  const sign = mark.icon ? icon(mark.icon) : h("i", { class: "cs-ring" });
  return h("span", { class: "cs-review-mark", role: "gridcell", title: mark.name, "data-problem": row.problem }, sign);
}

function dirtyMark(row: FileRow): HTMLElement {
  return h("span", { role: "gridcell", title: row.is_dirty ? "unsaved" : null }, row.is_dirty ? h("i", { class: "cs-dot" }) : null);
}

function nameOf(row: FileRow, fitted: (name: string) => string): HTMLElement {
  return h("span", { class: "cs-name cs-clip", role: "gridcell" }, fitted(stem(row.name)));
}

function cells(row: FileRow, isOpening: boolean): HTMLElement[] {
  const numbers = [
    h("span", { class: "cs-number cs-duration", role: "gridcell" }, formatNumber(row.duration_s, 1)),
    h("span", { class: "cs-number", role: "gridcell" }, formatCount(row.regions)),
  ];
  if (isOpening) return [...numbers, note("opening …", "cs-muted")];
  if (row.problem === "image") return [...numbers, note("unreadable", "cs-unreadable")];
  return [...numbers, chips(row), h("span", { class: "cs-condition cs-clip", role: "gridcell" }, row.condition || "–")];
}

function note(words: string, look: string): HTMLElement {
  return h("span", { class: `cs-file-note cs-clip ${look}`, role: "gridcell" }, words);
}

function chips(row: FileRow): HTMLElement {
  const el = h("span", { class: "cs-chips", role: "gridcell" });
  for (const [letter, name] of LETTERS) {
    const has = row.results.includes(letter);
    const isStale = row.stale.includes(letter);
    const isUnknown = row.unknown.includes(letter);
    const look = ["cs-chip", has ? "" : "cs-none", isUnknown ? "cs-unknown" : "", isStale ? "cs-stale" : ""];
    const title = [name, isUnknown ? "quality not known" : "", isStale ? "stale" : ""].filter(Boolean).join(", ");
    el.append(h("span", { class: look.filter(Boolean).join(" "), title: has ? title : null }, has ? letter : "·"));
  }
  return el;
}

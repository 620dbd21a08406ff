import { elementScroll, observeElementOffset, observeElementRect, Virtualizer } from "@tanstack/virtual-core";
import type { SortingState } from "@tanstack/table-core";
import type { FileBrowserCommand, FileBrowserTraits, FileRow } from "../contract";
import { button, iconButton } from "../shared/controls";
import { h } from "../shared/dom";
import { icon } from "../shared/icons";
import { defineWidget, type View } from "../shared/widget";
import css from "./file_browser.css";
import { filterCounts, footWords, linesOf, shownRows, type Filter, type Line } from "./list_model";
import { drawLine } from "./row";

type BrowserView = View<FileBrowserTraits, FileBrowserCommand>;
type FileMessage = { kind: "order"; tokens: string[] } | { kind: "rows"; rows: FileRow[] };

const ROW_PX = 24;
const CHARACTER_PX = 7.2;
const OTHER_COLUMNS_PX = 236;
const NARROW_COLUMNS_PX = 160;
const NARROW_PX = 320;
const ORDER_AFTER_MS = 200;
const FILTERS: [Filter, string][] = [["all", "All"], ["to_review", "To review"], ["unsaved", "Unsaved"], ["rejected", "Rejected"]];
const HEADS: [string, string, string][] = [["name", "Name", ""], ["regions", "ROIs", "cs-number"], ["results", "Results", ""], ["condition", "Condition", ""]];

class List {
  readonly #view: BrowserView;
  readonly #rows = new Map<string, FileRow>();
  #order: string[] = [];
  #lines: Line[] = [];
  #search = "";
  #filter: Filter = "all";
  #sorting: SortingState = [];
  #at = ""; // the row that the keys act on
  #timer = 0;
  readonly #count = h("span", { class: "cs-count" });
  readonly #scan = h("span", { class: "cs-muted cs-small" });
  readonly #input = h("input", { class: "cs-input", type: "search", placeholder: "Search", "aria-label": "Search files" });
  readonly #filters = new Map<Filter, HTMLButtonElement>();
  readonly #heads = new Map<string, HTMLButtonElement>();
  readonly #scroll = h("div", { class: "cs-file-scroll", role: "grid", "aria-label": "Files", tabindex: 0 });
  readonly #space = h("div", { class: "cs-file-space", role: "rowgroup" });
  readonly #empty = h("div", { class: "cs-empty cs-hidden" });
  readonly #foot = h("div", { class: "cs-file-foot" });
  readonly #pool: HTMLElement[] = [];
  readonly #virtual: Virtualizer<HTMLElement, HTMLElement>;

  constructor(view: BrowserView) {
    this.#view = view;
    view.root.append(this.#head(), this.#tools(), this.#columns(), this.#scroll, this.#foot);
    this.#scroll.append(this.#space, this.#empty);
    this.#virtual = new Virtualizer<HTMLElement, HTMLElement>({
      count: 0,
      getScrollElement: () => this.#scroll,
      estimateSize: () => ROW_PX,
      overscan: 6,
      scrollToFn: elementScroll,
      observeElementRect,
      observeElementOffset,
      onChange: () => this.#paint(),
    });
    const stop = this.#virtual._didMount();
    this.#virtual._willUpdate();
    view.signal.addEventListener("abort", () => { stop(); clearTimeout(this.#timer); }, { once: true });
    this.#listen();
  }

  receive(message: FileMessage): void {
    switch (message.kind) {
      case "order":
        this.#order = message.tokens;
        break;
      case "rows":
        for (const row of message.rows) this.#rows.set(row.token, row);
        break;
      default:
        return; // answers to commands
    }
    this.update();
  }

  /** Work out which lines there are, and draw those in view. */
  update(): void {
    const rows = this.#order.map((token) => this.#rows.get(token)).filter((row) => row !== undefined);
    const shown = shownRows(rows, this.#search, this.#filter, this.#sorting);
    this.#lines = linesOf(shown, this.#sorting.length === 0);
    this.#virtual.setOptions({ ...this.#virtual.options, count: this.#lines.length });
    this.#virtual._willUpdate();
    this.#drawFrame(rows, shown.length);
    this.#paint();
    clearTimeout(this.#timer);
    const tokens = shown.map((row) => row.token);
    this.#timer = window.setTimeout(() => void this.#view.commands.send({ kind: "list.order", tokens }), ORDER_AFTER_MS);
  }

  /** Use a key pressed in the list; true when it was one. */
  key(key: string): boolean {
    if (key === "/") {
      this.#input.focus();
      return true;
    }
    if (key === "ArrowDown" || key === "ArrowUp") return this.#move(key === "ArrowDown" ? 1 : -1);
    if (key === "Enter" && this.#at) {
      this.#open(this.#at);
      return true;
    }
    return false;
  }

  #head(): HTMLElement {
    const { commands, signal } = this.#view;
    const refresh = iconButton("refresh", "Read the folder again", "", () => void commands.send({ kind: "list.refresh" }), signal);
    return h("div", { class: "cs-head" }, h("h3", {}, "Files"), this.#count, h("span", { class: "cs-grow" }), this.#scan, refresh);
  }

  #tools(): HTMLElement {
    const segments = h("span", { class: "cs-segments", role: "group", "aria-label": "Which files" });
    for (const [filter] of FILTERS) {
      const el = h("button", { type: "button" });
      el.addEventListener("click", () => { this.#filter = filter; this.update(); }, { signal: this.#view.signal });
      this.#filters.set(filter, el);
      segments.append(el);
    }
    const key = h("kbd", { class: "cs-key", "aria-hidden": "true" }, "/");
    const search = h("span", { class: "cs-search" }, icon("search"), this.#input, key);
    return h("div", { class: "cs-file-tools" }, search, segments);
  }

  #columns(): HTMLElement {
    const head = h("div", { class: "cs-file-head" }, h("span"), h("span"));
    for (const [id, label, look] of HEADS) {
      const el = h("button", { type: "button", class: look, "aria-sort": "none" }, label);
      el.addEventListener("click", () => this.#sortBy(id), { signal: this.#view.signal });
      this.#heads.set(id, el);
      head.append(el);
    }
    return head;
  }

  #sortBy(id: string): void {
    const now = this.#sorting[0];
    if (now?.id !== id) this.#sorting = [{ id, desc: false }];
    else this.#sorting = now.desc ? [] : [{ id, desc: true }];
    this.update();
  }

  #listen(): void {
    const { signal } = this.#view;
    this.#input.addEventListener("input", () => { this.#search = this.#input.value; this.update(); }, { signal });
    this.#input.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" && event.key !== "Enter") return;
      event.preventDefault();
      this.#scroll.focus();
    }, { signal });
    this.#space.addEventListener("click", (event) => this.#click(event), { signal });
  }

  #click(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const token = event.target.closest<HTMLElement>("[data-token]")?.dataset["token"];
    if (!token) return;
    const isOpen = token === this.#view.model.get("listing").open_token;
    if (isOpen && event.target.closest(".cs-review-mark")) void this.#view.commands.send({ kind: "file.review", token });
    else this.#open(token);
  }

  #open(token: string): void {
    this.#at = token;
    this.#paint();
    void this.#view.commands.send({ kind: "file.open", token });
  }

  #move(by: number): boolean {
    const places = this.#lines.flatMap((line, place) => (line.kind === "file" ? [{ place, token: line.row.token }] : []));
    const current = places.findIndex(({ token }) => token === (this.#at || this.#view.model.get("listing").open_token));
    const next = places[Math.min(Math.max(current + by, 0), places.length - 1)];
    if (!next) return true;
    this.#at = next.token;
    this.#virtual.scrollToIndex(next.place);
    this.#paint();
    return true;
  }

  #drawFrame(rows: readonly FileRow[], shown: number): void {
    const counts = filterCounts(rows);
    this.#count.textContent = String(rows.length);
    for (const [filter, label] of FILTERS) {
      const el = this.#filters.get(filter);
      el?.replaceChildren(`${label} ${counts[filter]}`);
      el?.setAttribute("aria-pressed", String(filter === this.#filter));
    }
    for (const [id, el] of this.#heads) {
      const sorted = this.#sorting.find((sort) => sort.id === id);
      el.setAttribute("aria-sort", sorted ? (sorted.desc ? "descending" : "ascending") : "none");
    }
    this.#foot.replaceChildren(...footWords(shown, rows).map((words) => h("span", { class: "cs-clip" }, words)));
    this.#drawEmpty(rows.length, shown);
  }

  #drawEmpty(count: number, shown: number): void {
    const { is_scanning: isScanning, root } = this.#view.model.get("listing");
    this.#scan.textContent = isScanning ? "Searching …" : "";
    this.#empty.classList.toggle("cs-hidden", shown > 0 || isScanning);
    if (shown > 0) return;
    const title = count > 0 ? "No recording matches" : "No recordings here";
    const why = count > 0 ? "Change the search or the filter." : `There is no TIFF image in ${root} or its sub-folders.`;
    const { commands, signal } = this.#view;
    const again = button("Read the folder again", { icon: "refresh" }, () => void commands.send({ kind: "list.refresh" }), signal);
    this.#empty.replaceChildren(h("h4", {}, title), why, ...(count > 0 ? [] : [again]));
  }

  /** Characters of a name that have room. */
  #characters(): number {
    const width = this.#scroll.clientWidth;
    const others = width > NARROW_PX ? OTHER_COLUMNS_PX : NARROW_COLUMNS_PX;
    return Math.max(8, Math.floor((width - others) / CHARACTER_PX));
  }

  #paint(): void {
    const { open_token: open, opening_token: opening } = this.#view.model.get("listing");
    const items = this.#virtual.getVirtualItems();
    const characters = this.#characters();
    this.#space.style.height = `${this.#virtual.getTotalSize()}px`;
    items.forEach((item, place) => {
      const line = this.#lines[item.index];
      const el = (this.#pool[place] ??= h("div"));
      if (!line) return;
      drawLine(el, line, open, opening, characters);
      el.classList.toggle("cs-at", line.kind === "file" && line.row.token === this.#at);
      el.setAttribute("aria-rowindex", String(item.index + 1));
      el.style.transform = `translateY(${item.start}px)`;
      if (!el.isConnected) this.#space.append(el);
    });
    for (const el of this.#pool.slice(items.length)) el.remove();
  }
}

function draw(view: BrowserView): void {
  const list = new List(view);
  const receive = (message: FileMessage) => list.receive(message);
  view.model.on("msg:custom", receive);
  view.signal.addEventListener("abort", () => view.model.off("msg:custom", receive), { once: true });
  view.on("listing", () => list.update());
  view.onKey((key) => list.key(key));
}

export default defineWidget<FileBrowserTraits, FileBrowserCommand>("file-browser", css, draw);

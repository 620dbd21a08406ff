import type { SortingState } from "@tanstack/table-core";
import type { FileBrowserCommand, FileBrowserTraits, FileRow } from "../contract";
import { button } from "../shared/controls";
import { h } from "../shared/dom";
import { icon } from "../shared/icons";
import { isOwnKey, keyName } from "../shared/keys";
import { defineWidget, type View } from "../shared/widget";
import { Columns } from "./columns";
import css from "./file_browser.css";
import { FileList, type FileMessage } from "./file_list";
import { filterCounts, footWords, linesOf, nextSorting, shownRows, stepPlace, type Filter, type Line } from "./list_model";
import { drawLine } from "./row";
import { Scroller } from "./scroller";
import { fittedName, measureIn } from "../shared/text_width";
import { ListTop } from "./top";

type BrowserView = View<FileBrowserTraits, FileBrowserCommand>;

const ORDER_AFTER_MS = 200;
const OPENING_AFTER_MS = 300; // a recording that opens at once does not flicker
const BESIDE_FOLDER_PX = 72; // margins and the count of its recordings
const SHORT_PX = 240; // below it the foot gives its place to the rows
const WHOLE = "all"; // the order of the list itself
const LEAST_PAUSE_MS = 100; // between two sortings of the whole list while rows arrive

class Browser {
  readonly #view: BrowserView;
  readonly #id = crypto.getRandomValues(new Uint32Array(1))[0]?.toString(36) ?? "";
  readonly #list = new FileList();
  readonly #top: ListTop;
  readonly #columns: Columns;
  readonly #scroller: Scroller;
  readonly #grid = h("div", { class: "cs-file-grid", role: "grid", "aria-label": "Files", tabindex: 0 });
  readonly #empty = h("div", { class: "cs-empty cs-hidden" });
  readonly #foot = h("div", { class: "cs-file-foot" });
  #lines: Line[] = [];
  #shown: FileRow[] = [];
  #search = "";
  #filter: Filter = "all";
  #sorting: SortingState = [];
  #at = ""; // the recording that the keys act on
  #place = -1; // where it stands among those shown, or stood before a filter hid it
  #followed = "";
  #opening = "";
  #sentOrder = WHOLE;
  #timers = { order: 0, opening: 0, update: 0 };
  #updatedAt = 0;
  #isUnseen = false; // the recording that the keys act on was not in the list yet when it should have come into view
  #fitted = (name: string) => name;
  #fittedFolder = (name: string) => name;

  constructor(view: BrowserView) {
    this.#view = view;
    const { signal } = view;
    this.#top = new ListTop({
      refresh: () => void view.commands.send({ kind: "list.refresh" }),
      search: (words) => { this.#search = words; this.#reorder(); },
      filter: (filter) => { this.#filter = filter; this.#reorder(); },
      leave: () => this.#enter(),
    }, signal);
    this.#columns = new Columns((id) => { this.#sorting = nextSorting(this.#sorting, id); this.#reorder(); }, signal);
    this.#scroller = new Scroller((el, index) => this.#drawLine(el, index));
    this.#scroller.el.append(this.#empty);
    this.#grid.append(this.#columns.el, this.#scroller.el);
    view.root.append(this.#top.el, this.#grid, this.#foot);
    this.#scroller.start(signal);
    this.#scroller.el.addEventListener("click", (event) => this.#click(event), { signal });
    for (const el of [this.#top.el, this.#grid]) el.addEventListener("keydown", (event) => this.#press(event), { signal });
    const resized = new ResizeObserver(() => this.#measure());
    resized.observe(view.root);
    signal.addEventListener("abort", () => resized.disconnect(), { once: true });
    signal.addEventListener("abort", () => Object.values(this.#timers).forEach(clearTimeout), { once: true });
  }

  receive(message: FileMessage): void {
    if ((message.kind !== "rows" && message.kind !== "changes") || !this.#list.receive(message)) return;
    clearTimeout(this.#timers.update);
    const wait = this.#updatedAt + LEAST_PAUSE_MS - performance.now();
    if (wait <= 0) this.update();
    else this.#timers.update = window.setTimeout(() => this.update(), wait);
  }

  /** Take what Python says of the list as a whole. */
  drawListing(): void {
    const { open_token: open, opening_token: opening } = this.#view.model.get("listing");
    clearTimeout(this.#timers.opening);
    if (opening) this.#timers.opening = window.setTimeout(() => this.#showOpening(opening), OPENING_AFTER_MS);
    else this.#opening = "";
    const target = opening || open;
    if (target !== this.#followed) this.#goTo(target);
    this.update();
  }

  /** Work out which lines there are, and draw those in view. */
  update(): void {
    this.#updatedAt = performance.now();
    const { rows } = this.#list;
    this.#shown = shownRows(rows, this.#search, this.#filter, this.#sorting);
    this.#lines = linesOf(this.#shown, this.#sorting.length === 0);
    const place = this.#shown.findIndex((row) => row.token === this.#at);
    if (place >= 0) this.#place = place;
    this.#drawFrame(rows);
    this.#scroller.setCount(this.#lines.length);
    if (this.#isUnseen) this.#show();
    this.#sendOrderLater();
  }

  focusSearch(): void {
    this.#top.focusSearch();
  }

  /** Keys of the list alone; those of the session are others. */
  #press(event: KeyboardEvent): void {
    if (event.defaultPrevented || isOwnKey(event, keyName(event))) return;
    const by = { ArrowDown: 1 as const, ArrowUp: -1 as const, Enter: 0 as const }[keyName(event)];
    if (by === undefined) return;
    event.preventDefault();
    if (by !== 0) this.#move(by);
    else if (this.#at) this.#open(this.#at);
  }

  #click(event: MouseEvent): void {
    if (!(event.target instanceof Element)) return;
    const token = event.target.closest<HTMLElement>("[data-token]")?.dataset["token"];
    if (!token) return;
    this.#grid.focus({ preventScroll: true });
    const isOpen = token === this.#view.model.get("listing").open_token;
    if (isOpen && event.target.closest(".cs-review-mark")) void this.#view.commands.send({ kind: "file.review", token });
    else this.#open(token);
  }

  #open(token: string): void {
    this.#goTo(token);
    void this.#view.commands.send({ kind: "file.open", token });
  }

  /** Go from the search field into the list. */
  #enter(): void {
    const isShown = this.#shown.some((row) => row.token === this.#at);
    if (!isShown) this.#goTo(this.#shown[0]?.token ?? "");
    this.#grid.focus({ preventScroll: true });
  }

  #move(by: 1 | -1): void {
    const isShown = this.#shown[this.#place]?.token === this.#at;
    const next = this.#shown[stepPlace(this.#shown.length, this.#place, isShown, by)];
    if (next) this.#goTo(next.token);
  }

  /** Let the keys act on a recording, and bring it into view. */
  #goTo(token: string): void {
    this.#followed = this.#at = token;
    const place = this.#shown.findIndex((row) => row.token === token);
    if (place >= 0) this.#place = place;
    this.#show();
    this.#scroller.paint();
  }

  #show(): void {
    const line = this.#lines.findIndex((one) => one.kind === "file" && one.row.token === this.#at);
    this.#isUnseen = line < 0;
    if (line >= 0) this.#scroller.show(line);
  }

  /** Show another choice or order of recordings from its top, unless the one that the keys act on is among them. */
  #reorder(): void {
    this.update();
    this.#scroller.el.scrollTop = 0;
    this.#show();
  }

  #showOpening(token: string): void {
    this.#opening = token;
    this.#scroller.paint();
  }

  #sendOrderLater(): void {
    clearTimeout(this.#timers.order);
    this.#timers.order = window.setTimeout(() => {
      const isWhole = !this.#search.trim() && this.#filter === "all" && this.#sorting.length === 0;
      const tokens = isWhole ? null : this.#shown.map((row) => row.token);
      const order = tokens?.join() ?? WHOLE;
      if (order === this.#sentOrder) return;
      this.#sentOrder = order;
      void this.#view.commands.send({ kind: "list.order", tokens });
    }, ORDER_AFTER_MS);
  }

  #drawFrame(rows: readonly FileRow[]): void {
    const { is_scanning: isScanning, root } = this.#view.model.get("listing");
    this.#top.draw(filterCounts(rows), this.#filter, isScanning);
    this.#columns.draw(this.#sorting);
    this.#foot.replaceChildren(...footWords(this.#shown.length, rows).map((words) => h("span", { class: "cs-clip" }, words)));
    this.#grid.setAttribute("aria-rowcount", String(this.#lines.length + 1));
    const isEmpty = this.#shown.length === 0 && !(isScanning && rows.length === 0);
    this.#empty.classList.toggle("cs-hidden", !isEmpty);
    if (isEmpty) this.#drawEmpty(rows.length > 0, root);
  }

  #drawEmpty(hasFiles: boolean, root: string): void {
    if (hasFiles) {
      this.#empty.replaceChildren(h("h4", {}, "No recording matches"), "Change the search or the filter.");
      return;
    }
    const { commands, signal } = this.#view;
    const again = button("Read the folder again", { icon: "refresh" }, () => void commands.send({ kind: "list.refresh" }), signal);
    const why = `Looked for .tif and .tiff in ${root} and its sub-folders.`;
    this.#empty.replaceChildren(icon("search"), h("h4", {}, "No recordings here"), why, again);
  }

  #drawLine(el: HTMLElement, index: number): void {
    const line = this.#lines[index];
    if (!line) return;
    const { open_token: open } = this.#view.model.get("listing");
    drawLine(el, line, { open, opening: this.#opening, at: this.#at, fitted: this.#fitted, fittedFolder: this.#fittedFolder });
    el.id = line.kind === "file" ? this.#rowId(line.row.token) : "";
    if (line.kind === "file" && line.row.token === this.#at) this.#grid.setAttribute("aria-activedescendant", el.id);
  }

  #rowId(token: string): string {
    return `cs-file-${this.#id}-${token}`;
  }

  #measure(): void {
    this.#view.root.classList.toggle("cs-short", this.#view.root.clientHeight < SHORT_PX);
    const room = this.#columns.nameWidth;
    const measure = measureIn(this.#grid);
    this.#fitted = (name) => fittedName(name, room, measure);
    this.#fittedFolder = (name) => fittedName(name, this.#grid.clientWidth - BESIDE_FOLDER_PX, measure);
    this.#scroller.paint();
  }
}

function draw(view: BrowserView): void {
  const browser = new Browser(view);
  const receive = (message: FileMessage) => browser.receive(message);
  view.model.on("msg:custom", receive);
  view.signal.addEventListener("abort", () => view.model.off("msg:custom", receive), { once: true });
  view.on("listing", () => browser.drawListing());
  view.answerKeys({
    next_file: () => view.act("next_file"),
    previous_file: () => view.act("previous_file"),
    next_to_review: () => view.act("next_to_review"),
    search: () => browser.focusSearch(),
  });
}

export default defineWidget<FileBrowserTraits, FileBrowserCommand>("file-browser", css, draw);

import { shownLut } from "../shared/composite";
import { button, iconButton } from "../shared/controls";
import { h } from "../shared/dom";
import { autoSettings } from "./auto_settings";
import { clippedShares } from "./axis";
import { type BarView, ContrastEditor } from "./editor";
import { Fields } from "./fields";
import { HistogramPlot } from "./histogram";
import { LutMenu } from "./lut_menu";
import { clippedWords } from "./words";

/** One view of the bar: holds the parts together and draws them, once in a frame. */
export class ContrastPane {
  readonly #view: BarView;
  readonly #editor: ContrastEditor;
  readonly #histogram: HistogramPlot;
  readonly #luts: LutMenu;
  readonly #fields: Fields;
  readonly #auto: HTMLButtonElement;
  readonly #channel = h("select", { class: "cs-input cs-channel", "aria-label": "Channel" });
  readonly #marks = h("input", { type: "checkbox" });
  readonly #composite = h("input", { type: "checkbox" });
  readonly #channelRow: HTMLElement;
  readonly #clipped = h("span", { class: "cs-grow cs-clip" });
  readonly #apply: HTMLButtonElement;
  readonly #shared: HTMLElement;
  #channels = 0;
  #width = 0;
  #frame = 0;

  constructor(view: BarView) {
    const { signal, commands } = view;
    this.#view = view;
    this.#editor = new ContrastEditor(view, () => this.#ask());
    const editor = this.#editor;
    this.#histogram = new HistogramPlot(view, editor);
    this.#luts = new LutMenu({
      present: () => this.#lut(),
      look: (color_lut) => {
        if (editor.contrast) editor.draft({ ...editor.contrast, color_lut });
      },
      choose: (color_lut) => editor.set({ color_lut }),
      giveUp: () => editor.cancel(),
    }, signal);
    this.#fields = new Fields(() => editor.contrast, (change) => editor.set(change), signal);
    this.#auto = button("Auto", { icon: "auto", key: "C" }, () => editor.findAutomatically("both"), signal);
    this.#channelRow = h("div", { class: "cs-row" }, this.#channel, check(this.#composite, "Composite"));
    this.#apply = button("Apply to all files", { look: "link" }, () => void commands.send({ kind: "contrast.share" }), signal);
    const stop = button("Stop", { look: "link" }, () => void commands.send({ kind: "contrast.unshare" }), signal);
    this.#shared = h("div", { class: "cs-row cs-small cs-muted" }, h("span", { class: "cs-grow cs-clip" }, "New files begin with this contrast."), stop);
  }

  /** Put everything into the page and draw from now on. */
  start(): void {
    const { root, signal, on, answerKeys, answerEscape, commands } = this.#view;
    const listen = (el: HTMLElement, act: () => void) => el.addEventListener("change", act, { signal });
    listen(this.#channel, () => void commands.send({ kind: "channel.set", channel: Number(this.#channel.value) }));
    listen(this.#marks, () => this.#editor.setDisplay({ has_clipped_marks: this.#marks.checked }));
    listen(this.#composite, () => this.#editor.setDisplay({ is_composite: this.#composite.checked }));
    const [head, settings] = this.#head();
    const lutRow = h("div", { class: "cs-row" }, this.#luts.el, check(this.#marks, "Mark clipped"));
    const foot = h("div", { class: "cs-row cs-small cs-muted" }, this.#clipped, this.#apply);
    root.setAttribute("role", "group");
    root.setAttribute("aria-label", "Contrast");
    root.append(head, h("div", { class: "cs-body" }, settings, this.#channelRow, lutRow, this.#histogram.el, this.#fields.el, foot, this.#shared));
    answerKeys({
      auto_contrast: () => {
        const isShown = this.#editor.contrast !== null;
        if (isShown) this.#editor.findAutomatically("both");
        return isShown;
      },
    });
    answerEscape({ drag: () => this.#histogram.giveUpDrag() });
    on(["contrast", "histogram", "auto"], () => this.#ask());
    const observer = new ResizeObserver(([entry]) => {
      this.#width = entry?.contentRect.width ?? 0;
      this.#ask();
    });
    observer.observe(this.#histogram.el);
    signal.addEventListener("abort", () => {
      observer.disconnect();
      cancelAnimationFrame(this.#frame);
    }, { once: true });
  }

  #head(): [HTMLElement, HTMLElement] {
    const id = `cs-${Math.random().toString(36).slice(2)}`;
    const settings = autoSettings(this.#view, id);
    const unfold = iconButton("chevronDown", "How automatic limits are found", "", () => {
      const isOpen = settings.classList.toggle("cs-hidden");
      unfold.setAttribute("aria-expanded", String(!isOpen));
    }, this.#view.signal);
    unfold.setAttribute("aria-expanded", "false");
    unfold.setAttribute("aria-controls", id);
    return [h("div", { class: "cs-head" }, h("h3", {}, "Contrast"), h("span", { class: "cs-grow" }), this.#auto, unfold), settings];
  }

  #ask(): void {
    this.#frame ||= requestAnimationFrame(() => {
      this.#frame = 0;
      this.#draw();
    });
  }

  #draw(): void {
    const { model } = this.#view;
    const { shown, contrast } = this.#editor;
    const histogram = model.get("histogram");
    this.#histogram.draw(this.#width);
    this.#luts.show(this.#lut());
    this.#fields.show(contrast, histogram?.is_whole ?? false);
    this.#clipped.textContent = histogram && contrast ? clippedWords(clippedShares(histogram, contrast)) : "";
    this.#auto.disabled = this.#apply.disabled = this.#marks.disabled = contrast === null;
    this.#marks.disabled ||= shown.is_composite; // the colours of several channels leave none for marks
    this.#marks.checked = shown.has_clipped_marks;
    this.#clipped.classList.toggle("cs-has-marks", shown.has_clipped_marks && !shown.is_composite);
    this.#composite.checked = shown.is_composite;
    this.#shared.classList.toggle("cs-hidden", !model.get("auto")?.is_shared);
    this.#showChannels(shown.channels.length, shown.channel);
  }

  #showChannels(channels: number, channel: number): void {
    this.#channelRow.classList.toggle("cs-hidden", channels < 2);
    if (channels !== this.#channels) {
      this.#channels = channels;
      const options = Array.from({ length: channels }, (_, index) => h("option", { value: index }, `Channel ${index}`));
      this.#channel.replaceChildren(...options);
    }
    this.#channel.value = String(channel);
  }

  /** Colour table that is seen; null when there is nothing to colour. */
  #lut(): string | null {
    const { shown, contrast } = this.#editor;
    return contrast ? shownLut(shown, shown.channel, contrast.color_lut) : null;
  }
}

function check(box: HTMLInputElement, label: string): HTMLElement {
  return h("label", { class: "cs-check" }, box, label);
}

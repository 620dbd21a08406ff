import type { BannerAnswer, BannerState, SaveBarCommand, SaveBarTraits } from "../contract";
import { button } from "../shared/controls";
import { h } from "../shared/dom";
import { icon } from "../shared/icons";
import type { View } from "../shared/widget";

type SaveBarView = View<SaveBarTraits, SaveBarCommand>;

/** Which part of a banner this view shows: its answers, the question behind one of them, the two versions compared. */
interface Shown {
  number: number;
  asked: BannerAnswer | null;
  isCompared: boolean;
}

/** Draw the banner under the bar; only what cannot be undone asks again, in the same place. */
export function drawBanner(view: SaveBarView, el: HTMLElement): void {
  const shown: Shown = { number: 0, asked: null, isCompared: false };
  const redraw = () => {
    const banner = view.model.get("banner");
    el.className = banner ? `cs-banner cs-${banner.kind}` : "cs-banner cs-hidden";
    el.setAttribute("role", banner?.kind === "error" ? "alert" : "status");
    if (banner?.number !== shown.number) Object.assign(shown, { number: banner?.number ?? 0, asked: null, isCompared: false });
    el.replaceChildren(...(banner ? content(view, banner, shown, redraw) : []));
  };
  view.on("banner", redraw);
}

function content(view: SaveBarView, banner: BannerState, shown: Shown, redraw: () => void): HTMLElement[] {
  const { asked } = shown;
  const words = asked
    ? h("span", { class: "cs-banner-words" }, asked.question)
    : h("span", { class: "cs-banner-words" }, h("b", {}, banner.title), banner.text);
  const row = h("div", { class: "cs-banner-row" }, words, asked ? surely(view, asked, shown, redraw) : answers(view, banner, shown, redraw));
  row.prepend(icon(banner.icon));
  if (asked || !shown.isCompared) return [row];
  return [row, h("ul", { class: "cs-banner-details" }, ...banner.details.map((line) => h("li", {}, line)))];
}

function answers(view: SaveBarView, banner: BannerState, shown: Shown, redraw: () => void): HTMLElement {
  const buttons = banner.answers.map((answer) => {
    const press = () => {
      if (!answer.question) return send(view, answer, shown);
      shown.asked = answer;
      redraw();
      view.root.querySelector<HTMLElement>(".cs-banner button")?.focus();
    };
    return plainOr(answer.look, answer.label, press, view.signal);
  });
  if (banner.details.length > 0) {
    const press = () => {
      shown.isCompared = !shown.isCompared;
      redraw();
      view.root.querySelector<HTMLElement>(".cs-banner [aria-expanded]")?.focus();
    };
    const compare = button("Compare", {}, press, view.signal);
    compare.setAttribute("aria-expanded", String(shown.isCompared));
    buttons.splice(1, 0, compare);
  }
  return h("span", { class: "cs-banner-answers" }, ...buttons);
}

/** The safe way out comes first and has the focus. */
function surely(view: SaveBarView, answer: BannerAnswer, shown: Shown, redraw: () => void): HTMLElement {
  const cancel = button("Cancel", { look: "primary" }, () => {
    shown.asked = null;
    redraw();
  }, view.signal);
  const go = button(answer.label, {}, () => send(view, answer, shown), view.signal);
  return h("span", { class: "cs-banner-answers" }, cancel, go);
}

function send(view: SaveBarView, { answer }: BannerAnswer, { number }: Shown): void {
  view.root.focus({ preventScroll: true }); // the button is about to go
  void view.commands.send({ kind: "banner.answer", number, answer });
}

function plainOr(look: BannerAnswer["look"], label: string, press: () => void, signal: AbortSignal): HTMLButtonElement {
  return button(label, look === "plain" ? {} : { look }, press, signal);
}

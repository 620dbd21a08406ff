import type { SaveBarCommand, SaveBarState, SaveBarTraits } from "../contract";
import { button, iconButton } from "../shared/controls";
import { h } from "../shared/dom";
import { FittedName } from "../shared/fitted_name";
import { icon } from "../shared/icons";
import { defineWidget, type View } from "../shared/widget";
import { drawBanner } from "./banner";
import { lookWhenBack, tellOfPages, tellVisitor } from "./page";
import css from "./save_bar.css";
import { saveAllLabel, stepTitle } from "./words";

type SaveBarView = View<SaveBarTraits, SaveBarCommand>;

function draw(view: SaveBarView): void {
  const { model, root, on, answerKeys, act } = view;
  const bar = h("div", { class: "cs-bar", role: "toolbar", "aria-label": "Saving" });
  const banner = h("div", { class: "cs-banner cs-hidden", role: "alert" });
  root.append(bar, banner);
  lookWhenBack(view);
  tellVisitor(view);
  tellOfPages(view);
  const updates = [drawNames(view, bar), drawReview(view, bar), drawSteps(view, bar), drawSaving(view, bar)];
  on(["bar", "banner"], () => {
    const state = model.get("bar");
    bar.dataset["dirty"] = String(state.is_dirty);
    for (const update of updates) update(state);
  });
  drawBanner(view, banner);
  answerKeys({
    save: () => act("save"),
    save_all: () => act("save_all"),
    undo: () => act("undo"),
    redo: () => act("redo"),
    accept_file: () => act("accept_file"),
    reject_file: () => act("reject_file"),
  });
}

function drawNames({ root, signal }: SaveBarView, bar: HTMLElement): (state: SaveBarState) => void {
  const folder = new FittedName("cs-folder-name", signal);
  const file = new FittedName("cs-file", signal);
  const status = h("span", { class: "cs-status cs-muted cs-clip cs-grow" });
  const dot = h("span", { class: "cs-dot", title: "Unsaved changes" });
  const place = h("span", { class: "cs-row cs-folder" }, icon("folder"), folder.el, separator());
  bar.append(h("span", { class: "cs-row cs-names" }, place, dot, file.el, status));
  return (state) => {
    folder.show(state.folder);
    file.show(state.file_name || "No recording open");
    status.textContent = state.status;
    status.title = state.status;
    root.setAttribute("aria-label", state.file_name ? `Saving ${state.file_name}` : "Saving");
  };
}

function drawReview({ commands, signal }: SaveBarView, bar: HTMLElement): (state: SaveBarState) => void {
  const verdicts = (["accepted", "rejected"] as const).map((review) => {
    const label = review === "accepted" ? "Accepted" : "Rejected";
    const title = `${label} (${review === "accepted" ? "A" : "Shift A"})`;
    const sign = icon(review === "accepted" ? "check" : "rejected");
    const el = h("button", { type: "button", title, "aria-label": label, "data-review": review }, sign, h("span", { class: "cs-label" }, label));
    el.addEventListener("click", () => void commands.send({ kind: "review.set", review }), { signal });
    return { review, el };
  });
  const group = h("span", { class: "cs-segments", role: "group", "aria-label": "Accept this recording" });
  group.append(...verdicts.map(({ el }) => el));
  const key = h("kbd", { class: "cs-key", "aria-hidden": "true" }, "A");
  bar.append(h("span", { class: "cs-row cs-review" }, group, key), separator());
  return (state) => {
    for (const { review, el } of verdicts) {
      el.setAttribute("aria-pressed", String(state.review === review));
      el.disabled = !state.file_name;
    }
  };
}

function drawSteps({ commands, signal }: SaveBarView, bar: HTMLElement): (state: SaveBarState) => void {
  const undo = iconButton("undo", "Undo", "", () => void commands.send({ kind: "undo" }), signal);
  const redo = iconButton("redo", "Redo", "", () => void commands.send({ kind: "redo" }), signal);
  bar.append(undo, redo, separator());
  return (state) => {
    undo.disabled = !state.undo_name;
    redo.disabled = !state.redo_name;
    undo.title = stepTitle("Undo", state.undo_name, "Ctrl Z");
    redo.title = stepTitle("Redo", state.redo_name, "Ctrl Shift Z");
  };
}

function drawSaving({ model, commands, signal }: SaveBarView, bar: HTMLElement): (state: SaveBarState) => void {
  const save = button("Save", { icon: "save", key: "S" }, () => void commands.send({ kind: "save" }), signal);
  const all = button("Save all", {}, () => void commands.send({ kind: "save_all" }), signal);
  save.setAttribute("aria-label", "Save");
  all.setAttribute("aria-label", "Save all");
  bar.append(save, all);
  return (state) => {
    save.disabled = !state.is_dirty || state.is_blocked;
    const isAsked = model.get("banner")?.answers.some(({ look }) => look === "primary") ?? false;
    save.classList.toggle("cs-primary", !save.disabled && !isAsked); // one filled button at most
    all.disabled = state.unsaved_count === 0;
    const label = all.querySelector(".cs-label");
    if (label) label.textContent = saveAllLabel(state.unsaved_count);
  };
}

function separator(): HTMLElement {
  return h("span", { class: "cs-separator" });
}

export default defineWidget<SaveBarTraits, SaveBarCommand>("save-bar", css, draw);

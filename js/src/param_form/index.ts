import type { ParamFormCommand, ParamFormTraits } from "../contract";
import { button } from "../shared/controls";
import { h } from "../shared/dom";
import { icon } from "../shared/icons";
import { defineWidget } from "../shared/widget";
import css from "./param_form.css";
import { paramRows, type FormView } from "./rows";
import { runArea } from "./run_area";

export default defineWidget<ParamFormTraits, ParamFormCommand>("param-form", css, (view) => {
  const title = h("h3");
  view.on("title", () => {
    title.textContent = view.model.get("title");
    view.root.setAttribute("aria-label", title.textContent);
  });
  view.root.setAttribute("role", "form");
  const form = h("div", { class: "cs-form" });
  form.append(...roiRow(view));
  paramRows(view, form);
  const footnote = h("div", { class: "cs-footnote cs-muted cs-small" });
  view.on("footnote", () => {
    footnote.textContent = view.model.get("footnote");
    footnote.classList.toggle("cs-hidden", footnote.textContent === "");
  });
  const body = h("div", { class: "cs-body" }, form, footnote, runArea(view));
  view.root.append(h("div", { class: "cs-head" }, title), banner(view), body);
  view.answerKeys({
    run: () => void view.commands.send({ kind: "run" }),
    whole_roi: () => {
      const isOffered = view.model.get("run_state").offers_whole;
      if (isOffered) void view.commands.send({ kind: "roi.whole" });
      return isOffered;
    },
  });
});

/** Where to measure: the rectangles of the recording. */
function roiRow(view: FormView): HTMLElement[] {
  const id = `cs-${Math.random().toString(36).slice(2)}`;
  const select = h("select", { class: "cs-input", id });
  const set = () => void view.commands.send({ kind: "roi.select", roi_id: Number(select.value) });
  select.addEventListener("change", set, { signal: view.signal });
  view.on(["rois", "roi_id"], () => {
    const rois = view.model.get("rois");
    const selected = view.model.get("roi_id");
    const none = h("option", { value: "", disabled: true }, rois.length ? "Choose" : "None yet");
    const options = rois.map((roi) => h("option", { value: roi.roi_id }, roi.label));
    select.replaceChildren(...(selected === null ? [none, ...options] : options));
    select.value = selected === null ? "" : String(selected);
    select.disabled = rois.length === 0;
  });
  return [h("label", { for: id }, "ROI"), select];
}

/** What the user should know about the result, with the remedy. */
function banner(view: FormView): HTMLElement {
  const text = h("span", { class: "cs-grow" });
  const again = button("Run again", { key: "G" }, () => void view.commands.send({ kind: "run" }), view.signal);
  const el = h("div", { class: "cs-banner", role: "status" });
  view.on(["banner", "run_state"], () => {
    const now = view.model.get("banner");
    el.classList.toggle("cs-hidden", now === null);
    again.disabled = !view.model.get("run_state").is_enabled;
    if (now === null) return;
    el.classList.toggle("cs-info", now.kind === "info");
    text.replaceChildren(h("b", { class: "cs-strong" }, now.title), ` ${now.text}`);
    el.replaceChildren(icon(now.kind === "info" ? "info" : "clock"), text, again);
  });
  return el;
}

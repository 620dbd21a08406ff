import type { FactItem, FactLineCommand, FactLineTraits } from "../contract";
import { h } from "../shared/dom";
import { icon } from "../shared/icons";
import { defineWidget, type View } from "../shared/widget";
import css from "../quality_line/quality_line.css";

type FactView = View<FactLineTraits, FactLineCommand>;

export default defineWidget<FactLineTraits, FactLineCommand>("quality-line", css, (view) => {
  const name = h("b", { class: "cs-strong" });
  const title = h("span", { class: "cs-muted cs-clip cs-grow" });
  view.on("name", () => {
    name.textContent = view.model.get("name");
  });
  view.on("title", () => {
    title.textContent = view.model.get("title");
    title.title = title.textContent;
  });
  view.root.removeAttribute("tabindex");
  view.root.append(h("div", { class: "cs-quality-title" }, name, title, traceChoice(view)), facts(view));
});

/** The facts, the mark of a stale result first. */
function facts(view: FactView): HTMLElement {
  const el = h("div", { class: "cs-quality", role: "status" });
  view.on("name", () => el.setAttribute("aria-label", `Quality: ${view.model.get("name")}`));
  view.on(["facts", "stale", "name"], () => {
    const found = view.model.get("facts");
    const stale = view.model.get("stale");
    const mark = h("span", { class: "cs-stale-mark", title: stale }, icon("clock"), h("b", { class: "cs-strong" }, "Stale"));
    const none = h("span", {}, `No ${view.model.get("name").toLowerCase()} yet`);
    const parts = found === null ? [none] : found.map(factOf);
    el.replaceChildren(...(stale ? [mark, ...parts] : parts));
  });
  return el;
}

function factOf({ label, value, help, is_warning }: FactItem): HTMLElement {
  const el = h("span", { title: help }, label ? `${label} ` : null, h("b", {}, value));
  el.classList.toggle("cs-warning-text", is_warning);
  return el;
}

/** Which trace of the result is shown; hidden where there is no choice. */
function traceChoice(view: FactView): HTMLElement {
  const el = h("select", { class: "cs-trace-choice", "aria-label": "Trace" });
  el.addEventListener("change", () => void view.commands.send({ kind: "trace.choose", name: el.value }), {
    signal: view.signal,
  });
  view.on(["traces", "chosen"], () => {
    const traces = view.model.get("traces");
    el.hidden = traces.length < 2;
    el.replaceChildren(...traces.map(({ name, label }) => h("option", { value: name }, label)));
    el.value = view.model.get("chosen");
  });
  return el;
}

import type { AnalysisTabsCommand, AnalysisTabsTraits } from "../contract";
import { h } from "../shared/dom";
import { defineWidget } from "../shared/widget";
import css from "./analysis_tabs.css";

/** One tab for each analysis; arrows walk from one to the next, as in any row of tabs. */
export default defineWidget<AnalysisTabsTraits, AnalysisTabsCommand>("analysis-tabs", css, (view) => {
  const { model, root, commands, signal, on } = view;
  const row = h("div", { class: "cs-tabs", role: "tablist", "aria-label": "Analysis" });
  const choose = (name: string) => void commands.send({ kind: "tab.choose", name });
  root.removeAttribute("tabindex");
  root.append(row);
  on("tabs", () => {
    const tabs = model.get("tabs").map(({ name, label }) => {
      const tab = h("button", { type: "button", role: "tab", "data-name": name }, label);
      tab.addEventListener("click", () => choose(name), { signal });
      return tab;
    });
    row.replaceChildren(...tabs);
  });
  on(["tabs", "chosen"], () => {
    for (const tab of row.querySelectorAll<HTMLElement>("[role=tab]")) {
      const isChosen = tab.dataset.name === model.get("chosen");
      tab.setAttribute("aria-selected", String(isChosen));
      tab.tabIndex = isChosen ? 0 : -1;
    }
  });
  row.addEventListener(
    "keydown",
    (event) => {
      const step = event.key === "ArrowRight" ? 1 : event.key === "ArrowLeft" ? -1 : 0;
      if (step === 0) return;
      event.preventDefault();
      event.stopPropagation();
      const tabs = [...row.querySelectorAll<HTMLElement>("[role=tab]")];
      const at = tabs.findIndex((tab) => tab === event.target);
      const next = tabs[(at + step + tabs.length) % tabs.length];
      next?.focus();
      if (next?.dataset.name) choose(next.dataset.name);
    },
    { signal },
  );
});

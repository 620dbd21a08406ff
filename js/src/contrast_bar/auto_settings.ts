import type { AutoState } from "../contract";
import { h } from "../shared/dom";
import type { BarView } from "./editor";
import { numberField } from "./fields";

const MODES: readonly (readonly [AutoState["mode"], string])[] = [
  ["percentile", "By percentiles"],
  ["range", "Smallest to largest"],
  ["deviation", "Around the mean"],
];

/** How automatic limits are found; folded away until it is asked for. */
export function autoSettings({ model, commands, on, signal }: BarView, id: string): HTMLElement {
  const mode = h("select", { class: "cs-input", "aria-label": "Automatic limits" });
  mode.append(...MODES.map(([value, label]) => h("option", { value }, label)));
  const set = (change: Partial<AutoState>) => {
    const now = model.get("auto");
    if (!now) return;
    const { low_percent, high_percent, deviations } = { ...now, ...change };
    void commands.send({ kind: "auto.set", mode: change.mode ?? now.mode, low_percent, high_percent, deviations });
  };
  mode.addEventListener("change", () => set({ mode: mode.value as AutoState["mode"] }), { signal });
  const low = numberField("Lower percentile", "%", (value) => {
    if (value < 0 || value >= (model.get("auto")?.high_percent ?? 100)) return "From 0 to below the upper percentile";
    set({ low_percent: value });
    return "";
  }, signal);
  const high = numberField("Upper percentile", "%", (value) => {
    if (value > 100 || value <= (model.get("auto")?.low_percent ?? 0)) return "From above the lower percentile to 100";
    set({ high_percent: value });
    return "";
  }, signal);
  const deviations = numberField("Standard deviations", "SD", (value) => {
    if (value <= 0 || value > 100) return "Between 0 and 100";
    set({ deviations: value });
    return "";
  }, signal);
  on("auto", () => {
    const now = model.get("auto");
    if (!now) return;
    mode.value = now.mode;
    low.show(String(now.low_percent), false);
    high.show(String(now.high_percent), false);
    deviations.show(String(now.deviations), false);
    for (const field of [low, high]) field.el.classList.toggle("cs-hidden", now.mode !== "percentile");
    deviations.el.classList.toggle("cs-hidden", now.mode !== "deviation");
  });
  return h("div", { class: "cs-row cs-auto-settings cs-hidden", id }, mode, low.el, high.el, deviations.el);
}

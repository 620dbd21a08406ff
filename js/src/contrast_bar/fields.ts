import type { ContrastState } from "../contract";
import { h } from "../shared/dom";
import { LEAST_GAMMA, MOST_GAMMA } from "./axis";
import { gammaText, typedNumber, valueText } from "./words";

interface NumberField {
  readonly el: HTMLElement;
  show(text: string, isOff: boolean): void;
}

/** A field for one number; what is refused turns red, and the old value stays in force. */
export function numberField(label: string, unit: string, take: (value: number) => string, signal: AbortSignal): NumberField {
  const input = h("input", { class: "cs-input", type: "text", inputmode: "decimal", "aria-label": label, title: label });
  const el = h("span", { class: "cs-field" }, input, h("span", { class: "cs-unit", "aria-hidden": "true" }, unit));
  let shown = "";
  const refuse = (reason: string) => {
    input.setAttribute("aria-invalid", String(reason !== ""));
    input.title = reason || label;
  };
  const revert = () => {
    input.value = shown;
    refuse("");
  };
  input.addEventListener("change", () => {
    const value = typedNumber(input.value);
    refuse(value === null ? "Not a number" : take(value));
  }, { signal });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || (input.value === shown && input.getAttribute("aria-invalid") !== "true")) return;
    event.preventDefault(); // the next one leaves the field
    revert();
  }, { signal });
  return {
    el,
    show(text, isOff) {
      input.disabled = isOff;
      if (text === shown) return;
      shown = text;
      revert();
    },
  };
}

/** The numbers under the histogram: both limits and gamma. */
export class Fields {
  readonly el: HTMLElement;
  readonly #min: NumberField;
  readonly #max: NumberField;
  readonly #gamma: NumberField;

  constructor(present: () => ContrastState | null, set: (change: Partial<ContrastState>) => void, signal: AbortSignal) {
    const taking = (check: (value: number, now: ContrastState) => string, change: (value: number) => Partial<ContrastState>) =>
      (value: number) => {
        const now = present();
        const reason = now ? check(value, now) : "";
        if (now && !reason) set(change(value));
        return reason;
      };
    this.#min = numberField("Darkest value", "min", taking(
      (value, { value_max }) => (value > value_max ? "Above the brightest value" : ""),
      (value_min) => ({ value_min }),
    ), signal);
    this.#max = numberField("Brightest value", "max", taking(
      (value, { value_min }) => (value < value_min ? "Below the darkest value" : ""),
      (value_max) => ({ value_max }),
    ), signal);
    this.#gamma = numberField("Gamma", "γ", taking(
      (value) => (value < LEAST_GAMMA || value > MOST_GAMMA ? `Between ${LEAST_GAMMA} and ${MOST_GAMMA}` : ""),
      (gamma) => ({ gamma }),
    ), signal);
    this.el = h("div", { class: "cs-row cs-limits" }, this.#min.el, this.#max.el, this.#gamma.el);
  }

  show(contrast: ContrastState | null, isWhole: boolean): void {
    this.#min.show(contrast ? valueText(contrast.value_min, isWhole) : "", !contrast);
    this.#max.show(contrast ? valueText(contrast.value_max, isWhole) : "", !contrast);
    this.#gamma.show(contrast ? gammaText(contrast.gamma) : "", !contrast);
  }
}

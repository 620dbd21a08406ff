import type { QualityLineCommand, QualityLineTraits } from "../contract";
import { button } from "../shared/controls";
import { h } from "../shared/dom";
import { icon } from "../shared/icons";
import { defineWidget, type View } from "../shared/widget";
import css from "./quality_line.css";
import { comparedParts, qualityParts, type Part } from "./words";

type QualityView = View<QualityLineTraits, QualityLineCommand>;

const SHOWN_AFTER_MS = 300;
const TITLES = {
  off: "Measure by the other method and show both; nothing is stored",
  running: "Stop the other method",
  on: "Show the stored velocity alone",
};
const SVG = "http://www.w3.org/2000/svg";

export default defineWidget<QualityLineTraits, QualityLineCommand>("quality-line", css, (view) => {
  const title = h("span", { class: "cs-muted cs-clip cs-grow" });
  view.on("title", () => {
    title.textContent = view.model.get("title");
    title.title = title.textContent;
  });
  view.root.removeAttribute("tabindex");
  view.root.append(
    h(
      "div",
      { class: "cs-quality-title" },
      h("b", { class: "cs-strong" }, "Velocity"),
      title,
      legend(view),
      compareButton(view),
      signSwitch(view),
    ),
    quality(view),
    compared(view),
  );
  view.answerEscape({
    run: () => {
      const isRunning = view.model.get("comparing") === "running";
      if (isRunning) void view.commands.send({ kind: "compare", is_on: false });
      return isRunning;
    },
  });
});

/** Numbers of the velocity, the mark of a stale one first. */
function quality(view: QualityView): HTMLElement {
  const el = h("div", { class: "cs-quality", role: "status", "aria-label": "Quality of the velocity" });
  view.on(["numbers", "stale"], () => {
    const numbers = view.model.get("numbers");
    const stale = view.model.get("stale");
    const mark = h("span", { class: "cs-stale-mark", title: stale }, icon("clock"), h("b", { class: "cs-strong" }, "Stale"));
    const parts = numbers === null ? [h("span", {}, "No velocity yet")] : qualityParts(numbers).map(partOf);
    el.replaceChildren(...(stale ? [mark, ...parts] : parts));
  });
  return el;
}

/** Numbers of the other method, while it is shown. */
function compared(view: QualityView): HTMLElement {
  const el = h("div", { class: "cs-quality", role: "status", "aria-label": "Velocity by the other method" });
  view.on("compared", () => {
    const found = view.model.get("compared");
    el.hidden = found === null;
    const name = h("span", { title: "The same windows by another method; nothing of it is stored" });
    name.append(sample("cs-sample-beside", 16, "M0 5h16"), h("b", {}, found?.label ?? ""));
    el.replaceChildren(...(found === null ? [] : [name, ...comparedParts(found).map(partOf)]));
  });
  return el;
}

/** Runs the other method and shows it beside the stored velocity; pressed again it shows the stored one alone. */
function compareButton(view: QualityView): HTMLButtonElement {
  const press = () => void view.commands.send({ kind: "compare", is_on: view.model.get("comparing") === "off" });
  const el = button("Compare", { look: "quiet" }, press, view.signal);
  el.classList.add("cs-compare");
  const label = el.querySelector(".cs-label");
  let later: ReturnType<typeof setTimeout> | undefined;
  const say = (text: string) => {
    if (label) label.textContent = text;
  };
  view.on(["comparing", "numbers"], () => {
    const comparing = view.model.get("comparing");
    clearTimeout(later);
    if (comparing === "running") later = setTimeout(() => say("Cancel"), SHOWN_AFTER_MS);
    else say("Compare");
    el.title = TITLES[comparing];
    el.disabled = view.model.get("numbers") === null;
    el.setAttribute("aria-pressed", String(comparing !== "off"));
    el.setAttribute("aria-busy", String(comparing === "running"));
  });
  view.signal.addEventListener("abort", () => clearTimeout(later));
  return el;
}

function partOf(part: Part): HTMLElement {
  return h("span", { title: part.title }, part.before, part.value ? h("b", {}, part.value) : null, part.after);
}

function legend(view: QualityView): HTMLElement {
  const cross = h("span", {}, "");
  view.on("numbers", () => {
    cross.textContent = view.model.get("numbers")?.is_judged === false ? "Window at exactly 0" : "Rejected window";
  });
  return h(
    "span",
    { class: "cs-legend" },
    h("span", {}, sample("cs-sample-cross", 10, "M2 2l6 6M8 2l-6 6"), cross),
    h("span", {}, sample("cs-sample-median", 16, "M0 5h16"), "Median"),
  );
}

function sample(name: string, width: number, d: string): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  const path = document.createElementNS(SVG, "path");
  svg.setAttribute("class", name);
  svg.setAttribute("viewBox", `0 0 ${width} 10`);
  svg.setAttribute("width", String(width));
  svg.setAttribute("height", "10");
  svg.setAttribute("aria-hidden", "true");
  path.setAttribute("d", d);
  svg.append(path);
  return svg;
}

/** Speeds from zero, or velocities with their sign. */
function signSwitch(view: QualityView): HTMLElement {
  const choices = [false, true].map((isSigned) => {
    const label = isSigned ? "Velocity, with sign" : "Speed, without sign";
    const el = h("button", { type: "button", title: label, "aria-label": label }, isSigned ? "±v" : "|v|");
    const set = () => void view.commands.send({ kind: "trace.sign", is_signed: isSigned });
    el.addEventListener("click", set, { signal: view.signal });
    view.on("is_signed", () => el.setAttribute("aria-pressed", String(view.model.get("is_signed") === isSigned)));
    return el;
  });
  return h("span", { class: "cs-segments", role: "group", "aria-label": "Sign of the velocity" }, ...choices);
}

import { button } from "../shared/controls";
import { h } from "../shared/dom";
import { Late } from "./late";
import type { FormView } from "./rows";

const PROGRESS_AFTER_MS = 300;

/** The run button with what belongs to it, and in its place the progress of a run that takes longer. */
export function runArea(view: FormView): HTMLElement {
  const { signal, commands, model } = view;
  const cancel = () => void commands.send({ kind: "run.cancel" });
  const ready = readyArea(view);
  const running = runningArea(view, cancel);
  const el = h("div", { class: "cs-run" }, ready.el, running.el);
  const late = new Late((isOn) => swap(ready, running, isOn), PROGRESS_AFTER_MS, signal);
  running.el.classList.add("cs-hidden");
  view.on("progress", () => late.set(model.get("progress") !== null));
  view.answerEscape({
    run: () => {
      const isRunning = model.get("has_runs");
      if (isRunning) void commands.send({ kind: "run.cancel_all" });
      return isRunning;
    },
  });
  return el;
}

interface Area {
  el: HTMLElement;
  /** Where the focus goes when this area takes the place of the other. */
  button: HTMLElement;
}

/** Show one area in the place of the other; the focus stays in this place if it was there. */
function swap(ready: Area, running: Area, isRunning: boolean): void {
  const [shown, gone] = isRunning ? [running, ready] : [ready, running];
  const hadFocus = gone.el.contains(document.activeElement);
  shown.el.classList.remove("cs-hidden");
  gone.el.classList.add("cs-hidden");
  if (hadFocus) shown.button.focus();
}

function readyArea(view: FormView): Area {
  const { signal, commands, model } = view;
  const start = () => {
    if (model.get("progress") === null) void commands.send({ kind: "run" });
  };
  const run = button("Run", { icon: "run", key: "G" }, start, signal);
  const whole = button("Run on whole image", { look: "primary" }, () => void commands.send({ kind: "run.whole" }), signal);
  const defaults = button("Defaults", { look: "quiet" }, () => void commands.send({ kind: "param.defaults" }), signal);
  const hint = h("div", { class: "cs-muted cs-hint" });
  const last = h("div", { class: "cs-muted cs-small" });
  view.on("run_state", () => {
    const now = model.get("run_state");
    run.querySelector(".cs-label")?.replaceChildren(now.label);
    run.setAttribute("aria-label", now.label);
    run.classList.toggle("cs-primary", now.is_next && !now.offers_whole); // one filled button at most
    whole.classList.toggle("cs-primary", now.is_next);
    whole.disabled = !now.is_enabled;
    run.disabled = !now.is_enabled;
    hint.textContent = now.hint;
    hint.classList.toggle("cs-hidden", now.hint === "");
    whole.classList.toggle("cs-hidden", !now.offers_whole);
    last.textContent = now.last;
  });
  const buttons = h("div", { class: "cs-row" }, run, h("span", { class: "cs-grow" }), defaults);
  return { el: h("div", { class: "cs-run-ready" }, hint, whole, buttons, last), button: run };
}

function runningArea(view: FormView, cancel: () => void): Area {
  const words = h("span", { class: "cs-grow cs-clip" });
  const share = h("span", { class: "cs-muted" });
  const fill = h("i");
  const bar = h("div", { class: "cs-progress", role: "progressbar", "aria-valuemin": 0, "aria-valuemax": 100 }, fill);
  const detail = h("span", { class: "cs-muted cs-small cs-grow" });
  const stop = button("Cancel", { icon: "stop", key: "Esc" }, cancel, view.signal);
  stop.setAttribute("aria-label", "Cancel");
  view.on("progress", () => {
    const now = view.model.get("progress");
    if (now === null) return;
    const percent = Math.round(now.fraction * 100);
    words.textContent = now.is_stopping ? "Stopping" : now.words;
    share.textContent = `${percent}\u00a0%`;
    fill.style.width = `${percent}%`;
    bar.setAttribute("aria-valuenow", String(percent));
    bar.setAttribute("aria-label", now.words);
    detail.textContent = now.detail;
    stop.disabled = now.is_stopping;
  });
  const head = h("div", { class: "cs-row" }, words, share);
  const foot = h("div", { class: "cs-row" }, detail, stop);
  return { el: h("div", { class: "cs-run-running" }, head, bar, foot), button: stop };
}

import type { ParamFormCommand, ParamFormTraits, ParamRow } from "../contract";
import { h } from "../shared/dom";
import type { View } from "../shared/widget";
import { typedValue } from "./draft";

export type FormView = View<ParamFormTraits, ParamFormCommand>;

/** One row of the form: label, control, notes beneath. */
interface Row {
  elements: HTMLElement[];
  update(row: ParamRow): void;
}

/** The rows of the parameters; they are made anew only when other parameters are shown, so that the focus stays. */
export function paramRows(view: FormView, form: HTMLElement): void {
  let shape = "";
  let rows: Row[] = [];
  view.on("rows", () => {
    const wanted = view.model.get("rows");
    const wantedShape = JSON.stringify(wanted.map(({ name, kind, choices }) => [name, kind, choices]));
    if (wantedShape !== shape) {
      for (const row of rows) for (const el of row.elements) el.remove();
      rows = wanted.map((row) => paramRow(view, row));
      for (const row of rows) form.append(...row.elements);
      shape = wantedShape;
    }
    wanted.forEach((row, index) => rows[index]?.update(row));
  });
}

function paramRow(view: FormView, row: ParamRow): Row {
  const id = `cs-${Math.random().toString(36).slice(2)}`;
  const control = controlOf(view, row, id);
  const label = h("label", { for: id, title: row.help || null }, row.label);
  const notes = h("div", { class: "cs-note cs-hidden" });
  const wrong = h("div", { class: "cs-note cs-wrong cs-hidden", id: `${id}-wrong`, role: "alert" });
  control.input.setAttribute("aria-describedby", wrong.id);
  return {
    elements: [label, control.el, wrong, notes],
    update(now) {
      control.update(now);
      control.input.setAttribute("aria-invalid", String(now.wrong !== ""));
      wrong.textContent = now.wrong;
      wrong.classList.toggle("cs-hidden", now.wrong === "");
      notes.replaceChildren(...now.notes.map((note) => h("div", {}, note)));
      notes.classList.toggle("cs-hidden", now.notes.length === 0);
    },
  };
}

interface Control {
  el: HTMLElement;
  input: HTMLElement;
  update(row: ParamRow): void;
}

function controlOf(view: FormView, row: ParamRow, id: string): Control {
  switch (row.kind) {
    case "choice":
      return choice(view, row, id);
    case "fixed":
      return fixed(row, id);
    case "flag":
      return flag(view, row, id);
    case "number":
    case "text":
      return field(view, row, id);
  }
}

function choice(view: FormView, row: ParamRow, id: string): Control {
  const select = h("select", { class: "cs-input", id });
  select.append(...row.choices.map(({ label }, index) => h("option", { value: index }, label)));
  const set = () => {
    const chosen = row.choices[select.selectedIndex];
    if (chosen) void view.commands.send({ kind: "param.set", name: row.name, value: chosen.value });
  };
  select.addEventListener("change", set, { signal: view.signal });
  return {
    el: select,
    input: select,
    update: (now) => (select.selectedIndex = now.choices.findIndex(({ value }) => value === now.value)),
  };
}

function fixed(row: ParamRow, id: string): Control {
  const el = h("output", { id }, row.text);
  return { el, input: el, update: (now) => (el.textContent = now.text) };
}

function flag(view: FormView, row: ParamRow, id: string): Control {
  const box = h("input", { type: "checkbox", id });
  const set = () => void view.commands.send({ kind: "param.set", name: row.name, value: box.checked });
  box.addEventListener("change", set, { signal: view.signal });
  return { el: h("span", { class: "cs-row" }, box), input: box, update: (now) => (box.checked = now.value === true) };
}

function field(view: FormView, row: ParamRow, id: string): Control {
  const { signal } = view;
  const input = h("input", { class: "cs-input", type: "text", id, inputmode: row.kind === "number" ? "decimal" : null });
  const el = h("span", { class: "cs-field" }, input, row.unit ? h("span", { class: "cs-unit" }, row.unit) : null);
  let text = row.text;
  const send = () => {
    const value = row.kind === "number" ? typedValue(input.value) : input.value;
    void view.commands.send({ kind: "param.set", name: row.name, value });
  };
  const mark = () => input.classList.toggle("cs-changed", input.value !== text);
  const revert = (event: KeyboardEvent) => {
    if (event.key !== "Escape" || input.value === text) return;
    event.preventDefault(); // the next one leaves the field
    input.value = text;
    mark();
  };
  input.addEventListener("change", send, { signal });
  input.addEventListener("input", mark, { signal });
  input.addEventListener("keydown", revert, { signal });
  return {
    el,
    input,
    update(now) {
      const isDraft = document.activeElement === input && input.value !== text && now.text === text;
      text = now.text;
      if (!isDraft) input.value = text;
      mark();
    },
  };
}

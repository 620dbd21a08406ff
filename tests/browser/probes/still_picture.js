// A view that counts how often it was drawn and asks Python to save.
const KEY = Symbol.for("cloudscope.probe.draws");

function render({ model, el, signal }) {
  globalThis[KEY] = (globalThis[KEY] ?? 0) + 1;
  const button = document.createElement("button");
  button.textContent = "Save";
  button.addEventListener("click", () => model.send({ kind: "save" }), { signal });
  const saves = document.createElement("output");
  const show = () => { saves.textContent = `saved ${model.get("saves")}, drawn ${globalThis[KEY]}`; };
  model.on("change:saves", show);
  show();
  el.append(button, saves);
}

export default { render };

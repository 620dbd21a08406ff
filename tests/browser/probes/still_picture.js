// A view that counts how often it was drawn and asks Python to save.
let draws = 0; // each widget has a module of its own

function render({ model, el, signal }) {
  draws += 1;
  const button = document.createElement("button");
  button.textContent = "Save";
  button.addEventListener("click", () => model.send({ kind: "save" }), { signal });
  const saves = document.createElement("output");
  const show = () => { saves.textContent = `saved ${model.get("saves")}, drawn ${draws}`; };
  model.on("change:saves", show);
  show();
  el.append(button, saves);
}

export default { render };

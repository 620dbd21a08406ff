// A number that the page may not write, with buttons that write it, and the widget's own module, all the same.
const OTHER_MODULE = "export default { render() {} }";

function render({ model, el, signal }) {
  const number = document.createElement("output");
  const seen = [];
  const show = () => {
    seen.push(model.get("number"));
    number.dataset.seen = seen.join(" ");
  };
  model.on("change:number", show);
  signal.addEventListener("abort", () => model.off("change:number", show));
  const write = (label, values) => {
    const button = document.createElement("button");
    button.textContent = label;
    button.addEventListener("click", () => { model.set(values); model.save_changes(); }, { signal });
    return button;
  };
  show();
  el.append(number, write("Write", { number: 99 }), write("Take over", { _esm: OTHER_MODULE }));
}

export default { render };

// A root that keeps to itself every key pressed inside it.
function render({ el, signal }) {
  const pressed = [];
  const root = document.createElement("div");
  root.className = "probe";
  root.tabIndex = 0;
  root.style.cssText = "width: 300px; height: 60px; background: silver";
  root.addEventListener("keydown", (event) => {
    event.stopPropagation();
    event.preventDefault();
    pressed.push(event.key);
    root.dataset.pressed = pressed.join(" ");
  }, { signal });
  el.append(root);
}

export default { render };

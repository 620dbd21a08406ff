// A bar that shows the range of a bqplot scale, and moves that range when it is dragged.
const WIDTH = 400;

async function render({ model, el, host }) {
  const scale = await host.getModel(model.get("scale"));
  const range = () => [scale.get("min"), scale.get("max")];
  let view = range();
  let asked = 0;

  const bar = document.createElement("div");
  bar.className = "probe";
  bar.style.cssText = `width: ${WIDTH}px; height: 40px; background: silver`;
  const draw = () => { asked = 0; bar.dataset.drawn = JSON.stringify(view); };
  const ask = () => { asked ||= requestAnimationFrame(draw); };
  scale.on("change", () => { view = range(); ask(); });

  function move(start, stop) {
    view = [start, stop];
    scale.set({ min: start, max: stop }); // in the handler: bqplot draws in the next frame, as we do
    ask();
  }
  let held = null;
  bar.addEventListener("pointerdown", (event) => { held = { x: event.clientX, view }; });
  bar.addEventListener("pointermove", (event) => {
    if (!held) return;
    const shift = ((held.x - event.clientX) / WIDTH) * (held.view[1] - held.view[0]);
    move(held.view[0] + shift, held.view[1] + shift);
  });
  bar.addEventListener("pointerup", () => { held = null; scale.save_changes(); });

  draw();
  el.append(bar);
}

export default { render };

// A patch of one colour, painted by the one WebGL context of the page.
const SIZE = 8;
const KEY = Symbol.for("cloudscope.probe.gl.v1");

function paintingOfThePage() {
  if (globalThis[KEY]) return globalThis[KEY];
  const canvas = new OffscreenCanvas(SIZE, SIZE);
  const painting = { gl: canvas.getContext("webgl2"), canvas, users: new Set(), losses: 0, restores: 0 };
  canvas.addEventListener("webglcontextlost", (event) => { event.preventDefault(); painting.losses += 1; });
  canvas.addEventListener("webglcontextrestored", () => {
    for (const draw of painting.users) draw();
    painting.restores += 1;
  });
  return (globalThis[KEY] = painting);
}

function render({ model, el, signal }) {
  const shown = document.createElement("canvas");
  shown.className = "probe";
  shown.width = shown.height = SIZE;
  const target = shown.getContext("bitmaprenderer");
  const painting = paintingOfThePage();
  const draw = () => {
    const { gl, canvas } = painting;
    shown.dataset.colour = model.get("colour");
    if (gl.isContextLost()) return; // drawn when it is back
    gl.clearColor(...model.get("colour"), 1);
    gl.clear(gl.COLOR_BUFFER_BIT);
    target.transferFromImageBitmap(canvas.transferToImageBitmap());
  };
  painting.users.add(draw);
  signal.addEventListener("abort", () => painting.users.delete(draw));
  model.on("change:colour", draw);
  draw();
  el.append(shown);
}

export default { render };

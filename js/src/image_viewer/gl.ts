import { lutBytes } from "../shared/luts";
import { addLayer, type Layers, startLayers } from "./gl_layers";
import { type PlacedTile, type Scene, taps, texelsPerPixel } from "./scene";
import { fragmentShader, type Sampler, VERTEX_SHADER } from "./shaders";
import type { Tile } from "./tile_store";

const MOST_TEXTURES = 192;
/** How long after the first picture a graphics card is looked for: meanwhile the page has other things to show. */
const STARTS_AFTER_MS = 1000;
/** Stands for a missing value, which a texture cannot tell from others on every graphics card. */
const MISSING = -3.4028234663852886e38;
const UNIFORMS = [
  ...["place", "origin", "first", "size", "taps", "footprint"] as const,
  ...["limits", "gamma", "marks", "brightest", "values", "lut"] as const,
] as const;

type Uniform = (typeof UNIFORMS)[number];

interface Program {
  readonly program: WebGLProgram;
  readonly at: Readonly<Record<Uniform, WebGLUniformLocation | null>>;
}

interface Context {
  readonly gl: WebGL2RenderingContext;
  readonly whole: Program;
  readonly signed: Program;
  readonly float: Program;
  readonly textures: Map<Tile, WebGLTexture>;
  readonly luts: Map<string, WebGLTexture>;
  readonly layers: Layers;
}

/** Paints scenes with one WebGL context for all viewers of a page, each of which shows a copy of the result. */
export class GlPainting {
  readonly #canvas = new OffscreenCanvas(1, 1);
  readonly #repaints = new Set<() => void>();
  #context: Context | null = null;
  #isAsked = false;

  /** Look for a graphics card when there is nothing else to do, once: that takes as long as several pictures. */
  startSoon(): void {
    if (this.#isAsked) return;
    this.#isAsked = true;
    setTimeout(() => {
      if (typeof requestIdleCallback === "undefined") this.#start();
      else requestIdleCallback(() => this.#start(), { timeout: STARTS_AFTER_MS });
    }, STARTS_AFTER_MS);
  }

  #start(): void {
    const canvas = this.#canvas;
    const context = start(canvas);
    if (!context) return;
    this.#change(context);
    canvas.addEventListener("webglcontextlost", (event) => {
      event.preventDefault(); // asks for it back
      this.#change(null);
    });
    canvas.addEventListener("webglcontextrestored", () => this.#change(start(canvas)));
  }

  #change(context: Context | null): void {
    this.#context = context;
    for (const repaint of this.#repaints) repaint();
  }

  /** Tell when everything has to be painted again: the graphics card is there, or has gone with all of it. */
  onChange(repaint: () => void, signal: AbortSignal): void {
    this.#repaints.add(repaint);
    signal.addEventListener("abort", () => this.#repaints.delete(repaint), { once: true });
  }

  /** Whether a graphics card is there. */
  get isHere(): boolean {
    return this.#context !== null && !this.#context.gl.isContextLost();
  }

  /** Paint one scene, or several added to one another; null while no graphics card is there. */
  paint(scene: Scene, ...more: readonly Scene[]): ImageBitmap | null {
    if (!this.#context || !this.isHere) return null;
    if (this.#canvas.width !== scene.width) this.#canvas.width = scene.width;
    if (this.#canvas.height !== scene.height) this.#canvas.height = scene.height;
    draw(this.#context, [scene, ...more]);
    return this.#canvas.transferToImageBitmap();
  }
}

function start(canvas: OffscreenCanvas): Context | null {
  const gl = canvas.getContext("webgl2", { antialias: false, alpha: true, premultipliedAlpha: true });
  if (!gl) return null;
  if (isImitated(gl)) {
    gl.getExtension("WEBGL_lose_context")?.loseContext(); // its memory is not needed
    return null;
  }
  const whole = build(gl, "usampler2D");
  const signed = build(gl, "isampler2D");
  const float = build(gl, "sampler2D");
  const layers = startLayers(gl, (vertex, fragment) => link(gl, vertex, fragment), newTexture(gl, gl.NEAREST));
  if (!whole || !signed || !float || !layers) return null;
  gl.pixelStorei(gl.UNPACK_ALIGNMENT, 1);
  return { gl, whole, signed, float, textures: new Map(), luts: new Map(), layers };
}

/** Whether there is no graphics card behind it; the processor itself is then much quicker without this detour. */
function isImitated(gl: WebGL2RenderingContext): boolean {
  const info = gl.getExtension("WEBGL_debug_renderer_info");
  const name: unknown = gl.getParameter(info ? info.UNMASKED_RENDERER_WEBGL : gl.RENDERER);
  return /swiftshader|llvmpipe|softpipe|software|basic render/i.test(String(name));
}

function build(gl: WebGL2RenderingContext, sampler: Sampler): Program | null {
  const program = link(gl, VERTEX_SHADER, fragmentShader(sampler));
  if (!program) return null;
  const locations = UNIFORMS.map((name) => [name, gl.getUniformLocation(program, name)] as const);
  return { program, at: Object.fromEntries(locations) as Program["at"] };
}

function link(gl: WebGL2RenderingContext, vertex: string, fragment: string): WebGLProgram | null {
  const program = gl.createProgram();
  for (const [kind, source] of [[gl.VERTEX_SHADER, vertex], [gl.FRAGMENT_SHADER, fragment]] as const) {
    const shader = gl.createShader(kind);
    if (!shader) return null;
    gl.shaderSource(shader, source);
    gl.compileShader(shader);
    gl.attachShader(program, shader);
  }
  gl.linkProgram(program);
  return gl.getProgramParameter(program, gl.LINK_STATUS) ? program : null;
}

function draw(context: Context, scenes: readonly [Scene, ...Scene[]]): void {
  const { gl } = context;
  const { width, height } = scenes[0];
  gl.viewport(0, 0, width, height);
  gl.clearColor(0, 0, 0, 0);
  gl.clear(gl.COLOR_BUFFER_BIT);
  gl.activeTexture(gl.TEXTURE0);
  if (scenes.length === 1) drawScene(context, scenes[0]);
  else for (const scene of scenes) addLayer(gl, context.layers, width, height, () => drawScene(context, scene));
  forgetTextures(context, scenes.reduce((count, scene) => count + scene.tiles.length, 0));
}

function drawScene(context: Context, scene: Scene): void {
  const { gl } = context;
  gl.activeTexture(gl.TEXTURE1);
  gl.bindTexture(gl.TEXTURE_2D, lutTexture(context, scene.contrast.color_lut));
  gl.activeTexture(gl.TEXTURE0);
  for (const tile of scene.tiles) drawTile(context, scene, tile);
}

function drawTile(context: Context, scene: Scene, placed: PlacedTile): void {
  const { gl } = context;
  const { tile, place, rows, columns } = placed;
  const { program, at } = programFor(context, tile);
  const [rowsPerPixel, columnsPerPixel] = texelsPerPixel(placed, scene);
  const { value_min, value_max, gamma } = scene.contrast;
  gl.useProgram(program);
  gl.bindTexture(gl.TEXTURE_2D, tileTexture(context, tile));
  gl.uniform1i(at.values, 0);
  gl.uniform1i(at.lut, 1);
  gl.uniform4f(at.place, place.left * 2 - 1, 1 - place.bottom * 2, place.right * 2 - 1, 1 - place.top * 2);
  gl.uniform2f(at.origin, place.left * scene.width, (1 - place.bottom) * scene.height);
  gl.uniform2f(at.first, rows[0], columns[0]);
  gl.uniform2i(at.size, tile.rows, tile.columns);
  gl.uniform2i(at.taps, taps(rowsPerPixel, 4, scene), taps(columnsPerPixel, 8, scene));
  gl.uniform2f(at.footprint, rowsPerPixel, columnsPerPixel);
  gl.uniform2f(at.limits, value_min - (tile.offset ?? 0), value_max > value_min ? 1 / (value_max - value_min) : 1e30);
  gl.uniform1f(at.gamma, gamma);
  gl.uniform1i(at.marks, Number(scene.hasClippedMarks ?? false));
  gl.uniform1i(at.brightest, Number(scene.isBrightest ?? false));
  gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
}

function programFor({ whole, signed, float }: Context, { values }: Tile): Program {
  if (values instanceof Float32Array) return float;
  return values instanceof Int8Array || values instanceof Int16Array ? signed : whole;
}

function tileTexture(context: Context, tile: Tile): WebGLTexture | null {
  const { gl, textures } = context;
  const found = textures.get(tile) ?? upload(gl, tile);
  if (!found) return null;
  textures.delete(tile);
  textures.set(tile, found); // the last one to be forgotten
  return found;
}

function upload(gl: WebGL2RenderingContext, { values, columns, rows }: Tile): WebGLTexture | null {
  const texture = newTexture(gl, gl.NEAREST);
  if (values instanceof Uint8Array) {
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8UI, columns, rows, 0, gl.RED_INTEGER, gl.UNSIGNED_BYTE, values);
  } else if (values instanceof Uint16Array) {
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16UI, columns, rows, 0, gl.RED_INTEGER, gl.UNSIGNED_SHORT, values);
  } else if (values instanceof Int8Array) {
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R8I, columns, rows, 0, gl.RED_INTEGER, gl.BYTE, values);
  } else if (values instanceof Int16Array) {
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R16I, columns, rows, 0, gl.RED_INTEGER, gl.SHORT, values);
  } else {
    const drawable = values.map((value) => (Number.isNaN(value) ? MISSING : value));
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.R32F, columns, rows, 0, gl.RED, gl.FLOAT, drawable);
  }
  return texture;
}

function lutTexture({ gl, luts }: Context, name: string): WebGLTexture | null {
  const found = luts.get(name);
  if (found) return found;
  const texture = newTexture(gl, gl.NEAREST);
  gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, 256, 1, 0, gl.RGBA, gl.UNSIGNED_BYTE, lutBytes(name));
  if (texture) luts.set(name, texture);
  return texture;
}

function newTexture(gl: WebGL2RenderingContext, filter: number): WebGLTexture | null {
  const texture = gl.createTexture();
  gl.bindTexture(gl.TEXTURE_2D, texture);
  for (const name of [gl.TEXTURE_MIN_FILTER, gl.TEXTURE_MAG_FILTER]) gl.texParameteri(gl.TEXTURE_2D, name, filter);
  for (const name of [gl.TEXTURE_WRAP_S, gl.TEXTURE_WRAP_T]) gl.texParameteri(gl.TEXTURE_2D, name, gl.CLAMP_TO_EDGE);
  return texture;
}

function forgetTextures({ gl, textures }: Context, used: number): void {
  for (const [tile, texture] of textures) {
    if (textures.size <= Math.max(MOST_TEXTURES, used)) return;
    gl.deleteTexture(texture);
    textures.delete(tile);
  }
}

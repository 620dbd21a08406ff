/** Adds pictures of several channels to one: each is painted by itself first, since its own tiles cover one another. */
export interface Layers {
  readonly program: WebGLProgram;
  readonly texture: WebGLTexture | null;
  readonly buffer: WebGLFramebuffer | null;
  width: number;
  height: number;
}

const CORNERS = `#version 300 es
void main() {
  gl_Position = vec4(vec2(gl_VertexID & 1, gl_VertexID >> 1) * 2.0 - 1.0, 0.0, 1.0);
}`;

const COPY = `#version 300 es
precision highp float;
uniform sampler2D layer;
out vec4 colour;
void main() {
  colour = texelFetch(layer, ivec2(gl_FragCoord.xy), 0);
}`;

type Link = (vertex: string, fragment: string) => WebGLProgram | null;

/** Prepare what adding needs; null where the graphics card cannot. */
export function startLayers(gl: WebGL2RenderingContext, link: Link, texture: WebGLTexture | null): Layers | null {
  const program = link(CORNERS, COPY);
  return program ? { program, texture, buffer: gl.createFramebuffer(), width: 0, height: 0 } : null;
}

/** Paint one layer beside the picture with `paint`, then add it. */
export function addLayer(gl: WebGL2RenderingContext, layers: Layers, width: number, height: number, paint: () => void): void {
  const { program, texture, buffer } = layers;
  gl.bindFramebuffer(gl.FRAMEBUFFER, buffer);
  if (layers.width !== width || layers.height !== height) {
    gl.bindTexture(gl.TEXTURE_2D, texture);
    gl.texImage2D(gl.TEXTURE_2D, 0, gl.RGBA8, width, height, 0, gl.RGBA, gl.UNSIGNED_BYTE, null);
    gl.framebufferTexture2D(gl.FRAMEBUFFER, gl.COLOR_ATTACHMENT0, gl.TEXTURE_2D, texture, 0);
    Object.assign(layers, { width, height });
  }
  gl.clear(gl.COLOR_BUFFER_BIT);
  paint();
  gl.bindFramebuffer(gl.FRAMEBUFFER, null);
  gl.useProgram(program);
  gl.bindTexture(gl.TEXTURE_2D, texture);
  gl.enable(gl.BLEND);
  gl.blendFunc(gl.ONE, gl.ONE);
  gl.drawArrays(gl.TRIANGLE_STRIP, 0, 4);
  gl.disable(gl.BLEND);
}

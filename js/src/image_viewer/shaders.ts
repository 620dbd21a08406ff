import { CLIPPED_COLOURS, type Colour } from "../shared/luts";
import { EDGE } from "./scene";

/** Stretches a tile over its place; no buffer is needed for four corners. */
export const VERTEX_SHADER = `#version 300 es
uniform vec4 place; // left, bottom, right, top on the screen, from -1 to 1
void main() {
  vec2 corner = vec2(gl_VertexID & 1, gl_VertexID >> 1);
  gl_Position = vec4(mix(place.xy, place.zw, corner), 0.0, 1.0);
}`;

/** How a shader reads whole numbers, signed whole numbers, and others. */
export type Sampler = "usampler2D" | "isampler2D" | "sampler2D";

const DARK = colourOf(CLIPPED_COLOURS.dark);
const BRIGHT = colourOf(CLIPPED_COLOURS.bright);

function colourOf(colour: Colour): string {
  return `vec3(${colour.map((part) => (part / 255).toFixed(6)).join(", ")})`;
}

/** Finds the mean or the largest of the values that a pixel covers, then looks up their colour; where all are missing, the ground is seen. */
export function fragmentShader(sampler: Sampler): string {
  return `#version 300 es
precision highp float;
precision highp int;
uniform highp ${sampler} values;
uniform sampler2D lut;
uniform ivec2 size;     // rows, columns of the tile
uniform ivec2 taps;     // values taken along both
uniform vec2 footprint; // rows, columns that a pixel covers
uniform vec2 origin;    // pixel of the lower left corner of the place, with fractions
uniform vec2 first;     // row, column in that corner
uniform vec2 limits;    // darkest value, one over the range
uniform float gamma;
uniform bool marks;     // whether values beyond the limits get colours of their own
uniform bool brightest; // whether the largest value counts, and not the mean
out vec4 colour;
float offset(int tap, int each, float covered) {
  if (each == 1) return 0.0;
  if (brightest) return (float(tap) / float(each - 1) - 0.5) * (covered - ${2 * EDGE});
  return ((float(tap) + 0.5) / float(each) - 0.5) * covered;
}
void main() {
  vec2 texel = first + (gl_FragCoord.xy - origin) * footprint; // interpolated from the corners it would be less exact
  float sum = 0.0;
  float largest = -3.4e38;
  float count = 0.0;
  for (int i = 0; i < taps.x; i++) {
    float row = texel.x + offset(i, taps.x, footprint.x);
    for (int j = 0; j < taps.y; j++) {
      float column = texel.y + offset(j, taps.y, footprint.y);
      ivec2 at = clamp(ivec2(floor(vec2(row, column))), ivec2(0), size - 1);
      float value = float(texelFetch(values, at.yx, 0).r);
      if (value > -3.4e38) { sum += value; count += 1.0; largest = max(largest, value); }
    }
  }
  if (count == 0.0) {
    colour = vec4(0.0);
    return;
  }
  float share = ((brightest ? largest : sum / count) - limits.x) * limits.y;
  float level = pow(clamp(share, 0.0, 1.0), gamma);
  colour = vec4(texelFetch(lut, ivec2(int(level * 255.0 + 0.5), 0), 0).rgb, 1.0);
  if (marks && share < 0.0) colour.rgb = ${DARK};
  if (marks && share > 1.0) colour.rgb = ${BRIGHT};
}`;
}

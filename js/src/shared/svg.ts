type Attributes = Record<string, string | number | null>;

const SVG = "http://www.w3.org/2000/svg";

/** Make an element of a drawing; attributes that are null are left out. */
export function s<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: (Node | string)[]
): SVGElementTagNameMap[K] {
  const el = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== null) el.setAttribute(name, String(value));
  el.append(...children);
  return el;
}

/** Place of a hairline, so that it is one pixel and not two halves. */
export const crisp = (place: number): number => Math.round(place) + 0.5;

/** Replace what an element holds, unless it would look the same: the browser then has nothing to lay out and to paint. */
export function redraw(el: SVGElement, children: readonly SVGElement[]): void {
  const markup = children.map((child) => child.outerHTML).join("");
  if (drawn.get(el) === markup) return;
  drawn.set(el, markup);
  el.replaceChildren(...children);
}

const drawn = new WeakMap<SVGElement, string>();

type Child = Node | string | null;
type Attributes = Record<string, string | number | boolean | null>;

/** Make an element; attributes that are null or false are left out, children that are null too. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Attributes = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const el = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value === null || value === false) continue;
    el.setAttribute(name, value === true ? "" : String(value));
  }
  el.append(...children.filter((child) => child !== null));
  return el;
}

import { h } from "./dom";
import { icon, type IconName } from "./icons";

interface ButtonLook {
  icon?: IconName;
  /** Key that does the same, shown at the right. */
  key?: string;
  look?: "primary" | "quiet" | "link";
}

/** A button with a word on it. */
export function button(label: string, look: ButtonLook, press: () => void, signal: AbortSignal): HTMLButtonElement {
  const el = h(
    "button",
    { type: "button", class: look.look ? `cs-button cs-${look.look}` : "cs-button" },
    look.icon ? icon(look.icon) : null,
    h("span", { class: "cs-label" }, label),
    look.key ? h("kbd", { class: "cs-key", "aria-hidden": "true" }, look.key) : null,
  );
  el.addEventListener("click", press, { signal });
  return el;
}

/** A button with an icon on it; its name and key are in the tooltip. */
export function iconButton(
  name: IconName,
  label: string,
  key: string,
  press: () => void,
  signal: AbortSignal,
): HTMLButtonElement {
  const title = key ? `${label} (${key})` : label;
  const el = h("button", { type: "button", class: "cs-icon-button", "aria-label": label, title }, icon(name));
  el.addEventListener("click", press, { signal });
  return el;
}

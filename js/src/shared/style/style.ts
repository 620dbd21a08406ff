import base from "./base.css";
import explorer from "./explorer.css";
import tokens from "./tokens.css";

const VERSION = "1";

/** Put the shared looks, and those of one widget, into the document or shadow root of a widget, once for all its views. */
export function addStyles(el: Element, name: string, own: string): void {
  const root = el.getRootNode();
  const home = root instanceof ShadowRoot ? root : document.head;
  addStyle(home, `shared-${VERSION}`, tokens + base + explorer);
  if (own) addStyle(home, `${name}-${VERSION}`, own);
}

function addStyle(home: ParentNode, name: string, text: string): void {
  if (home.querySelector(`style[data-cloudscope="${name}"]`)) return;
  const style = document.createElement("style");
  style.dataset["cloudscope"] = name;
  style.textContent = text;
  home.append(style);
}

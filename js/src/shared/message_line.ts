import type { Message } from "../contract";
import { h } from "./dom";
import { icon } from "./icons";

/** The line at the foot of a widget: what happened last, and whether Python answers. */
export class MessageLine {
  readonly el = h("div", { class: "cs-message", role: "status", "aria-live": "polite" });
  readonly #text = h("span", { class: "cs-clip" });
  readonly #python = h("span", { class: "cs-python" });
  #kind = "";

  constructor() {
    this.el.append(this.#text, this.#python);
    this.setWaiting(0);
  }

  show(message: Message): void {
    if (this.#kind !== message.kind) {
      this.#kind = message.kind;
      this.el.querySelector(".cs-icon")?.remove();
      this.el.prepend(icon(message.kind === "error" ? "error" : "info"));
      this.el.dataset["kind"] = message.kind;
    }
    this.#text.textContent = message.text;
    this.#text.title = message.detail || message.text;
  }

  /** Tell how many commands wait for Python. */
  setWaiting(count: number): void {
    this.#python.dataset["busy"] = String(count > 0);
    this.#python.textContent = count === 0 ? "Python ready" : `Python busy · ${count} waiting`;
  }
}

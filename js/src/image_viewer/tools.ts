export type Tool = "select" | "pan" | "zoom" | "rectangle" | "line" | "range";

/** The tool in the hand; those that draw are put down after use, unless they were taken twice. */
export class Toolbox {
  #tool: Tool = "select";
  #isKept = false;
  readonly #changed: () => void;

  constructor(changed: () => void) {
    this.#changed = changed;
  }

  get tool(): Tool {
    return this.#tool;
  }

  take(tool: Tool): void {
    this.#isKept = tool === this.#tool;
    this.#tool = tool;
    this.#changed();
  }

  /** The tool was used once. */
  used(): void {
    if (!this.#isKept) this.take("select");
  }
}

import type { Scene } from "./scene";

/** Knows what was painted last, so that a frame in which only marks or the pointer have moved paints no pixels anew. */
export class SceneMemory {
  readonly #numbers = new WeakMap<object, number>();
  #last = "";
  #count = 0;

  /** True when scenes look different from those before; they are those before from now on. */
  isNew(scenes: readonly Scene[]): boolean {
    const look = JSON.stringify(scenes, (_, value: unknown) => (ArrayBuffer.isView(value) ? this.#numberOf(value) : value));
    if (look === this.#last) return false;
    this.#last = look;
    return true;
  }

  /** What was painted has been lost. */
  forget(): void {
    this.#last = "";
  }

  /** A number for an array of pixels, which is never changed once it is here. */
  #numberOf(values: object): number {
    const known = this.#numbers.get(values) ?? (this.#count += 1);
    this.#numbers.set(values, known);
    return known;
  }
}

import type { Model } from "./model";

interface Answer {
  kind: "done" | "refused";
  request: number | null;
  reason?: string;
}

/** Sends the commands of one view to Python and knows which of them are still waiting for their answer. */
export class Commands<Command extends { kind: string }> {
  readonly #model: Model<unknown>;
  readonly #waiting = new Map<number, (isDone: boolean) => void>();
  readonly #onWaiting: (count: number) => void;
  #last = Math.floor(Math.random() * 2 ** 40); // several views of one model must not answer each other's requests

  constructor(model: Model<unknown>, onWaiting: (count: number) => void, signal: AbortSignal) {
    this.#model = model;
    this.#onWaiting = onWaiting;
    const receive = (answer: Answer) => this.#receive(answer);
    model.on("msg:custom", receive);
    signal.addEventListener("abort", () => model.off("msg:custom", receive), { once: true });
  }

  /** Send one command; resolves to false when Python refused it. The reason is in the message line. */
  send(command: Command): Promise<boolean> {
    const request = ++this.#last;
    const answer = new Promise<boolean>((resolve) => this.#waiting.set(request, resolve));
    this.#model.send({ ...command, request });
    this.#onWaiting(this.#waiting.size);
    return answer;
  }

  #receive(answer: Answer): void {
    if (answer?.kind !== "done" && answer?.kind !== "refused") return;
    const resolve = answer.request === null ? undefined : this.#waiting.get(answer.request);
    if (!resolve || answer.request === null) return;
    this.#waiting.delete(answer.request);
    this.#onWaiting(this.#waiting.size);
    resolve(answer.kind === "done");
  }
}

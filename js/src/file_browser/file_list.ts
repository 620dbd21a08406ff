import type { ChangesMessage, FileRow, RowsMessage } from "../contract";

export type FileMessage = RowsMessage | ChangesMessage;

/** The recordings as Python has told them, in the order of folders and names. */
export class FileList {
  readonly #rows = new Map<string, FileRow>();
  #order: string[] = [];
  #coming: { version: number; order: string[] } = { version: -1, order: [] };

  get rows(): FileRow[] {
    return this.#order.map((token) => this.#rows.get(token)).filter((row) => row !== undefined);
  }

  get(token: string): FileRow | undefined {
    return this.#rows.get(token);
  }

  /** Take a message; true when what is shown has changed. */
  receive(message: FileMessage): boolean {
    for (const row of message.rows) this.#rows.set(row.token, row);
    return message.kind === "changes" ? message.rows.length > 0 : this.#place(message);
  }

  /** A list that begins anew takes the place of the old one only when it is complete, so that nothing jumps. */
  #place({ version, first, count, rows }: RowsMessage): boolean {
    if (first === 0) this.#coming = { version, order: [] };
    const { order } = this.#coming;
    if (version !== this.#coming.version || first !== order.length) return false;
    order.push(...rows.map((row) => row.token));
    const isComplete = order.length >= count;
    if (!isComplete && this.#order.length > 0 && this.#order !== order) return false;
    this.#order = order;
    return true;
  }
}

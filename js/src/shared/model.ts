/** The part of a widget's model that the page uses, typed by the traits of the contract. */
export interface Model<Traits> {
  get<Name extends keyof Traits & string>(name: Name): Traits[Name];
  on(event: string, listener: (...values: never[]) => void): void;
  off(event: string, listener: (...values: never[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
}

/** A model of another widget, for instance the time scale of a bqplot figure. */
export interface ForeignModel {
  get(name: string): unknown;
  /** Silent changes tell no listener. */
  set(values: Record<string, unknown>, options?: { silent: true }): void;
  /** Send what was set here since the last time, also where something else has come from Python meanwhile. */
  save_changes(): void;
  on(event: string, listener: () => void): void;
  off(event: string, listener: () => void): void;
}

export interface Host {
  getModel(reference: unknown): Promise<ForeignModel>;
}

/** What anywidget gives to `render`. */
export interface RenderInput<Traits> {
  model: Model<Traits>;
  el: HTMLElement;
  signal: AbortSignal;
  host: Host;
}

/** Draw now and whenever one of the named traits changes, until the view ends; several changes at once draw once. */
export function onChange<Traits, Name extends keyof Traits & string>(
  model: Model<Traits>,
  names: Name | readonly Name[],
  draw: () => void,
  signal: AbortSignal,
): void {
  let isAsked = false;
  const ask = () => {
    if (isAsked) return;
    isAsked = true;
    queueMicrotask(() => {
      isAsked = false;
      if (!signal.aborted) draw();
    });
  };
  for (const name of typeof names === "string" ? [names] : names) {
    model.on(`change:${name}`, ask);
    signal.addEventListener("abort", () => model.off(`change:${name}`, ask), { once: true });
  }
  draw();
}

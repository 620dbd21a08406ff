/** What the page uses of `@vscode/jupyter-ipywidgets8`, which brings no types. */
import type { Kernel } from "@jupyterlab/services";

export interface ScriptLoader {
  widgetsRegisteredInRequireJs: Set<string>;
  loadWidgetScript(name: string, version: string): Promise<void>;
  successHandler(name: string, module: string, version: string): void;
  errorHandler(name: string, module: string, version: string, error: unknown): void;
}

export interface WidgetManager {
  get_model(id: string): Promise<unknown>;
  create_view(model: unknown, options: { el: HTMLElement }): Promise<unknown>;
  display_view(message: undefined, view: unknown, options: { node: HTMLElement }): Promise<unknown>;
}

type NewManager = new (
  kernel: Kernel.IKernelConnection,
  element: HTMLElement,
  scripts: ScriptLoader,
  log: (text: string) => void,
  state: undefined,
) => WidgetManager;

export function activate(): void;

declare global {
  interface Window {
    vscIPyWidgets8: { load(): void };
    vscIPyWidgets: { WidgetManager: NewManager };
  }
}

/**
 * A page that shows widgets with the manager which VS Code's Jupyter extension uses, against a live kernel.
 *
 * Widgets other than those of ipywidgets come as AMD modules from nbextensions, as in VS Code with local script sources.
 * The test drives the page through `globalThis.vscodePage`.
 */
import { type Kernel, KernelManager, type KernelMessage, ServerConnection } from "@jupyterlab/services";
import { activate } from "./ipywidgets.js";
import type { ScriptLoader, WidgetManager } from "./ipywidgets.js";

/** What the messages hold that have an output in them. */
type Content = KernelMessage.IDisplayDataMsg["content"] &
  KernelMessage.IErrorMsg["content"] &
  KernelMessage.IStreamMsg["content"];

const WIDGET_MIME = "application/vnd.jupyter.widget-view+json";

declare global {
  interface Window {
    requirejs: { config(options: { paths: Record<string, string> }): void };
    vscodePage: Promise<VscodePage>;
  }
}

const SCRIPTS: ScriptLoader = {
  widgetsRegisteredInRequireJs: new Set(),
  async loadWidgetScript(name) {
    window.requirejs.config({ paths: { [name]: `/static/nbextensions/${name}/index` } });
    SCRIPTS.widgetsRegisteredInRequireJs.add(name);
  },
  successHandler() {},
  errorHandler(name, module, version, error) {
    console.error(`widget ${name} of ${module} ${version} failed to load`, error);
  },
};

class VscodePage {
  readonly kernelId: string;
  readonly #kernel: Kernel.IKernelConnection;
  readonly #manager: WidgetManager;
  readonly #outputs = document.querySelector("main") ?? document.body;
  readonly #named = new Map<string, HTMLElement>();
  readonly #errors: string[] = [];
  readonly #drawing: Promise<void>[] = [];

  private constructor(kernel: Kernel.IKernelConnection) {
    this.kernelId = kernel.id;
    this.#kernel = kernel;
    activate();
    window.vscIPyWidgets8.load();
    const hidden = document.createElement("div");
    this.#manager = new window.vscIPyWidgets.WidgetManager(kernel, hidden, SCRIPTS, () => {}, undefined);
    kernel.iopubMessage.connect((_kernel, message) => this.#receive(message));
  }

  /** With a kernel that runs already, where one is named, or else with a new one. */
  static async start(token: string, kernelId: string): Promise<VscodePage> {
    const serverSettings = ServerConnection.makeSettings({
      baseUrl: location.origin,
      wsUrl: location.origin.replace(/^http/, "ws"),
      token,
    });
    const kernels = new KernelManager({ serverSettings });
    await kernels.ready; // it takes a kernel for dead that is missing in a list which it asked for earlier
    const running = kernelId ? await kernels.findById(kernelId) : undefined;
    const kernel = running ? kernels.connectTo({ model: running }) : await kernels.startNew({ name: "python3" });
    await kernel.info;
    return new VscodePage(kernel);
  }

  /** Run cells one after the other until one fails, wait until their widgets are drawn, and return what went wrong. */
  async run(cells: string[]): Promise<string[]> {
    for (const code of cells) {
      const { content } = await this.#kernel.requestExecute({ code }).done;
      if (content.status !== "ok") break;
    }
    const ended = await Promise.allSettled(this.#drawing);
    return [...this.#errors, ...ended.flatMap((end) => (end.status === "rejected" ? [String(end.reason)] : []))];
  }

  #receive({ header, content }: KernelMessage.IIOPubMessage): void {
    const { data, transient, ename, evalue, name, text } = content as Partial<Content>;
    if (header.msg_type === "error") this.#errors.push(`${ename}: ${evalue}`);
    if (header.msg_type === "stream" && name === "stderr") this.#errors.push(String(text));
    const view = data?.[WIDGET_MIME];
    if (isView(view)) this.#drawing.push(this.#draw(view.model_id, this.#place(transient?.display_id)));
  }

  /** An empty output: a new one, or that of the same name, whose old view is thrown away. */
  #place(name: string | undefined): HTMLElement {
    const place = (name && this.#named.get(name)) || this.#outputs.appendChild(document.createElement("div"));
    if (name) this.#named.set(name, place);
    place.replaceChildren();
    return place;
  }

  async #draw(modelId: string, node: HTMLElement): Promise<void> {
    const model = await this.#manager.get_model(modelId);
    const view = await this.#manager.create_view(model, { el: node });
    await this.#manager.display_view(undefined, view, { node });
  }
}

function isView(value: unknown): value is { model_id: string } {
  return typeof value === "object" && value !== null && "model_id" in value && typeof value.model_id === "string";
}

const ASKED = new URLSearchParams(location.search);
window.vscodePage = VscodePage.start(ASKED.get("token") ?? "", ASKED.get("kernel") ?? "");

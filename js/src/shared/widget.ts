import { ACTION_KEYS, type Message } from "../contract";
import { Commands } from "./commands";
import { h } from "./dom";
import { isTyping, keyName } from "./keys";
import { MessageLine } from "./message_line";
import { onChange, type Host, type Model, type RenderInput } from "./model";
import { addStyles } from "./style/style";
import { followTheme } from "./style/theme";

const BUSY_AFTER_MS = 300;
/** A host shows that Python is asked, and each frame that it does so makes what the widget shows first come later. */
const READY_AFTER_MS = 500;

interface SharedTraits {
  message: Message;
  has_message_line: boolean;
}

type SharedCommand = { kind: "ready" } | { kind: "act"; action: (typeof ACTION_KEYS)[keyof typeof ACTION_KEYS] };

/** What one view of a widget works with. */
export interface View<Traits, Command extends { kind: string }> {
  model: Model<Traits>;
  host: Host;
  /** Element that carries class "cs"; keys pressed inside it never reach the notebook. */
  root: HTMLElement;
  commands: Commands<Command>;
  /** Ends with the view; every listener takes it. */
  signal: AbortSignal;
  /** Add a handler of keys, asked before the keys of the session; it returns true for a key it has used. */
  onKey(handle: (key: string, event: KeyboardEvent) => boolean): void;
  /** Draw now and whenever one of the named traits changes. */
  on<Name extends keyof Traits & string>(names: Name | readonly Name[], draw: () => void): void;
}

/** Make the default export of a widget's module: looks, theme, keys, waiting commands and the message line are shared. */
export function defineWidget<Traits extends SharedTraits, Command extends { kind: string }>(
  name: string,
  css: string,
  draw: (view: View<Traits, Command>) => void,
): { render: (input: RenderInput<Traits>) => void } {
  function render({ model, el, signal, host }: RenderInput<Traits>): void {
    const root = h("div", { class: `cs cs-${name}`, tabindex: 0, "data-lm-suppress-shortcuts": "true" });
    root.append(h("div", { class: "cs-busy" }));
    el.append(root);
    el.classList.add("cs-host", `cs-host-${name}`);
    addStyles(el, name, css);
    followTheme(root);
    const line = new MessageLine();
    const commands = new Commands<Command | SharedCommand>(model as Model<unknown>, waitingIn(root, line, signal), signal);
    const handlers: ((key: string, event: KeyboardEvent) => boolean)[] = [];
    handlers.push((key) => runAction(key, commands));
    root.addEventListener("keydown", (event) => takeKey(event, handlers), { signal });
    draw({
      model,
      host,
      root,
      commands: commands as Commands<Command>,
      signal,
      onKey: (handle) => handlers.unshift(handle),
      on: (names, redraw) => onChange(model, names, redraw, signal),
    });
    root.append(line.el);
    onChange(model, ["message", "has_message_line"], () => {
      line.show(model.get("message"));
      line.el.classList.toggle("cs-hidden", !model.get("has_message_line"));
    }, signal);
    signal.addEventListener("abort", () => root.remove(), { once: true });
    const timer = window.setTimeout(() => void commands.send({ kind: "ready" }), READY_AFTER_MS);
    signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  }
  return { render };
}

/** Show that Python has not answered for a while; short waits are not shown, so that nothing flickers. */
function waitingIn(root: HTMLElement, line: MessageLine, signal: AbortSignal): (count: number) => void {
  let waiting = 0;
  let timer = 0;
  signal.addEventListener("abort", () => clearTimeout(timer), { once: true });
  const show = () => {
    root.dataset["busy"] = String(waiting > 0);
    line.setWaiting(waiting);
  };
  return (count) => {
    waiting = count;
    root.dataset["waiting"] = String(count);
    clearTimeout(timer);
    if (count === 0 || root.dataset["busy"] === "true") show();
    else timer = window.setTimeout(show, BUSY_AFTER_MS);
  };
}

function runAction(key: string, commands: Commands<SharedCommand>): boolean {
  const action = ACTION_KEYS[key as keyof typeof ACTION_KEYS];
  if (!action) return false;
  void commands.send({ kind: "act", action });
  return true;
}

function takeKey(event: KeyboardEvent, handlers: readonly ((key: string, event: KeyboardEvent) => boolean)[]): void {
  const key = keyName(event);
  if (!isTyping(event) && handlers.some((handle) => handle(key, event))) {
    event.preventDefault();
    event.stopPropagation();
    return;
  }
  if (isTyping(event) || !key.startsWith("Mod+")) event.stopPropagation(); // lets Ctrl-S still save the notebook
}

import type { FileBrowserCommand, Message } from "../contract";
import { Commands } from "./commands";
import { h } from "./dom";
import { MessageLine } from "./message_line";
import { onChange, type Host, type Model, type RenderInput } from "./model";
import { type Answers, type EscapeSteps, takePart } from "./session_keys";
import { addStyles } from "./style/style";
import { followTheme } from "./style/theme";

const BUSY_AFTER_MS = 300;
/** A host shows that Python is asked, and each frame that it does so makes what the widget shows first come later. */
const READY_AFTER_MS = 500;

interface SharedTraits {
  message: Message;
  has_message_line: boolean;
  session_id: string;
}

/** What every widget may ask for. */
type SharedCommand = Extract<FileBrowserCommand, { kind: "ready" | "act" }>;
type Action = Extract<SharedCommand, { kind: "act" }>["action"];

/** What one view of a widget works with. */
export interface View<Traits, Command extends { kind: string }> {
  model: Model<Traits>;
  host: Host;
  /** Element that carries class "cs"; keys pressed inside it never reach the notebook. */
  root: HTMLElement;
  commands: Commands<Command>;
  /** Ends with the view; every listener takes it. */
  signal: AbortSignal;
  /** Answer keys of the session, in whichever of its widgets they are pressed. */
  answerKeys(answers: Answers, before?: () => void): void;
  /** Give something up when Escape is pressed in whichever widget of the session; true where there was something. */
  answerEscape(steps: EscapeSteps): void;
  /** Ask for something that another widget of the session may answer. */
  act(action: Action): void;
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
    const root = h("div", { class: `cs cs-${name}`, tabindex: 0 });
    root.append(h("div", { class: "cs-busy" }));
    el.append(root);
    el.classList.add("cs-host", `cs-host-${name}`);
    addStyles(el, name, css);
    followTheme(root);
    const line = new MessageLine();
    const commands = new Commands<Command | SharedCommand>(model as Model<unknown>, waitingIn(root, line, signal), signal);
    const part = takePart(model.get("session_id"), root, signal);
    draw({
      model,
      host,
      root,
      commands: commands as Commands<Command>,
      signal,
      answerKeys: (answers, before) => {
        part.answers = { ...part.answers, ...answers };
        if (before) part.before = before;
      },
      answerEscape: (steps) => (part.steps = { ...part.steps, ...steps }),
      act: (action) => void commands.send({ kind: "act", action }),
      on: (names, redraw) => onChange(model, names, redraw, signal),
    });
    if (!root.hasAttribute("tabindex")) root.tabIndex = -1; // no place to walk to, but a click on it keeps the keys here
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

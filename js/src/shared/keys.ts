/** Name of a pressed key with its modifiers, as in "Shift+s", "Mod+z" (Ctrl, or Cmd on a Mac), "ArrowLeft", "Space". */
export function keyName(event: KeyboardEvent): string {
  const key = plainKey(event);
  const isSign = key.length === 1 && key.toLowerCase() === key.toUpperCase() && !/\d/.test(key);
  const makesSign = isSign && (event.altKey || event.getModifierState?.("AltGraph")); // as [ of many keyboards
  return [
    (event.ctrlKey || event.metaKey) && !(makesSign && event.altKey) ? "Mod+" : "",
    event.altKey && !makesSign ? "Alt+" : "",
    event.shiftKey && !isSign ? "Shift+" : "",
    key === " " ? "Space" : key,
  ].join("");
}

/** The letter or name of a key; on keyboards without Latin letters, that of its place. */
function plainKey({ key, code }: KeyboardEvent): string {
  if (key.length !== 1) return key;
  const isForeign = key.toLowerCase() !== key.toUpperCase() && !/^[a-z]$/i.test(key);
  const place = /^Key([A-Z])$/.exec(code ?? "")?.[1];
  return (isForeign && place ? place : key).toLowerCase();
}

const WITHOUT_TEXT = ["checkbox", "radio", "range", "button", "submit", "reset", "color", "file", "image"];
const TEXT_ROLES = ["textbox", "searchbox", "combobox", "spinbutton"];
const WALKED_ROLES = ["slider", "listbox", "menu", "menuitem", "menuitemcheckbox", "option", "radio", "tree", "tab"];
const PRESS = ["Space", "Enter"];
const WALK = ["ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "PageUp", "PageDown", "Home", "End"];
const SEARCH_MS = 1000;

/** Whether the user is typing into a field, so that letters are text and not commands. */
export function isTyping(event: Event): boolean {
  const target = event.composedPath()[0];
  if (!(target instanceof HTMLElement)) return false;
  if (target instanceof HTMLInputElement) return !WITHOUT_TEXT.includes(target.type);
  return target instanceof HTMLTextAreaElement || target.isContentEditable || TEXT_ROLES.includes(target.role ?? "");
}

/** Whether a key belongs to the control that has the focus: text to a field, arrows to a slider, Space to a button. */
export function isOwnKey(event: KeyboardEvent, key: string): boolean {
  if (event.isComposing) return true;
  if (isTyping(event)) return key !== "Escape";
  const target = event.composedPath()[0];
  if (target instanceof HTMLSelectElement) return PRESS.includes(key) || WALK.includes(key) || isSearched(target, event, key);
  if (!(target instanceof HTMLElement)) return false;
  const isButton = target.matches("button, input, summary, a[href], [role=button], [role=checkbox], [role=switch]");
  const isWalked = target.matches("input[type=range], input[type=radio]") || WALKED_ROLES.includes(target.role ?? "");
  return (isButton && PRESS.includes(key)) || (isWalked && (PRESS.includes(key) || WALK.includes(key)));
}

let search = { words: "", at: -Infinity, where: null as HTMLSelectElement | null };

/** Whether a letter goes on with the search for a choice of a select box; all other letters mean what they mean elsewhere. */
function isSearched(box: HTMLSelectElement, { timeStamp }: KeyboardEvent, key: string): boolean {
  const letter = key.startsWith("Shift+") ? key.slice(6) : key;
  if (letter.length !== 1) return false;
  const isGoing = search.where === box && timeStamp - search.at < SEARCH_MS;
  const labels = [...box.options].filter(({ disabled }) => !disabled).map(({ text }) => text.trim().toLowerCase());
  const wishes = isGoing ? [search.words + letter, letter] : [letter];
  const words = wishes.find((wish) => labels.some((label) => label.startsWith(wish)));
  search = { words: words ?? "", at: timeStamp, where: box };
  return words !== undefined;
}

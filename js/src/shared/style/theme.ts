const HOST_MARK = "[data-jp-theme-light], .vscode-dark, .vscode-light, .vscode-high-contrast";

/** Set `data-theme` on a root, once it is in a page without a mark of its own, from the lightness of what is behind it. */
export function followTheme(root: HTMLElement): void {
  const observer = new ResizeObserver(() => {
    if (!root.isConnected) return; // render may be called before the element is in the page
    observer.disconnect();
    if (root.closest(HOST_MARK)) return;
    root.dataset["theme"] = lightness(backgroundOf(root.parentElement)) < 0.4 ? "dark" : "light";
  });
  observer.observe(root);
}

/** First background behind an element that is not see-through; white when there is none. */
function backgroundOf(el: Element | null): string {
  for (let behind = el; behind; behind = behind.parentElement) {
    const colour = getComputedStyle(behind).backgroundColor;
    if (colour && colour !== "transparent" && !/,\s*0\)$/.test(colour)) return colour;
  }
  return "rgb(255, 255, 255)";
}

/** Lightness of a colour as computed styles give it, 0 to 1. */
export function lightness(colour: string): number {
  const [red = 255, green = 255, blue = 255] = (colour.match(/[\d.]+/g) ?? []).map(Number);
  return (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
}

/** Tell when an element gets another size, or other pixels because the page is zoomed or moved to another screen. */
export function followSize(el: Element, changed: () => void, signal: AbortSignal): void {
  const observer = new ResizeObserver(changed);
  observer.observe(el);
  signal.addEventListener("abort", () => observer.disconnect(), { once: true });
  followResolution(changed, signal);
}

function followResolution(changed: () => void, signal: AbortSignal): void {
  const query = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
  query.addEventListener("change", () => {
    if (signal.aborted) return;
    changed();
    followResolution(changed, signal);
  }, { once: true, signal });
}

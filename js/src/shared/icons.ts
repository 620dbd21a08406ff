/** 16 px line icons, drawn with the current colour. */
const PATHS = {
  folder: "M1.8 4.2v8.1c0 .4.3.7.7.7h11c.4 0 .7-.3.7-.7V5.6c0-.4-.3-.7-.7-.7H7.8L6.4 3.2H2.5c-.4 0-.7.4-.7 1z",
  search: "M7 11.6a4.6 4.6 0 1 0 0-9.2 4.6 4.6 0 0 0 0 9.2zM10.4 10.4 14 14",
  refresh: "M13.4 8A5.4 5.4 0 1 1 11.6 4M13.4 2.2v2.6h-2.6",
  check: "M3 8.6 6.4 12 13 4.4",
  rejected: "M8 13.6A5.6 5.6 0 1 0 8 2.4a5.6 5.6 0 0 0 0 11.2zM4.1 11.9l7.8-7.8",
  reject: "M4 4l8 8M12 4l-8 8",
  chevronDown: "M4.5 6.5 8 10l3.5-3.5",
  chevronRight: "M6.5 4.5 10 8l-3.5 3.5",
  chevronLeft: "M9.5 4.5 6 8l3.5 3.5",
  undo: "M5.4 3 2.6 5.8l2.8 2.8M2.8 5.8h6.4a4 4 0 0 1 0 8H6.4",
  redo: "M10.6 3l2.8 2.8-2.8 2.8M13.2 5.8H6.8a4 4 0 0 0 0 8h2.8",
  save: "M2.6 3.3c0-.4.3-.7.7-.7h7.6l2.5 2.5v7.6c0 .4-.3.7-.7.7H3.3a.7.7 0 0 1-.7-.7zM5 2.8v3.4h5V2.8M4.8 13.2V9.4h6.4v3.8",
  select: "M4 2.4v10.4l2.8-2.6 1.8 3.8 1.7-.8-1.8-3.7 3.8-.2z",
  pan: "M8 1.8v12.4M1.8 8h12.4M8 1.8 6.2 3.6M8 1.8l1.8 1.8M8 14.2l-1.8-1.8M8 14.2l1.8-1.8M1.8 8l1.8-1.8M1.8 8l1.8 1.8M14.2 8l-1.8-1.8M14.2 8l-1.8 1.8",
  zoomBox: "M2.4 5V2.6h2.4M8.2 2.6h2.4V5M2.4 8.4v2.4h2.4M8.8 11.2a2.6 2.6 0 1 0 0-5.2 2.6 2.6 0 0 0 0 5.2zM10.8 10.6l3 3",
  rectangle: "M3.2 4.2h9.6v7.6H3.2zM2.2 3.2h2v2h-2zM11.8 3.2h2v2h-2zM2.2 10.8h2v2h-2zM11.8 10.8h2v2h-2z",
  line: "M4.2 11.8 11.8 4.2M2.4 12.2a1.4 1.4 0 1 0 2.8 0 1.4 1.4 0 0 0-2.8 0zM10.8 3.8a1.4 1.4 0 1 0 2.8 0 1.4 1.4 0 0 0-2.8 0z",
  timeRange: "M3.6 2.2v11.6M12.4 2.2v11.6M3.8 7l4-4M3.8 11.4l8.4-8.4M4.8 13.6l7.4-7.4M9 13.6l3.2-3.2",
  zoomIn: "M7 11.6a4.6 4.6 0 1 0 0-9.2 4.6 4.6 0 0 0 0 9.2zM10.4 10.4 14 14M5 7h4M7 5v4",
  zoomOut: "M7 11.6a4.6 4.6 0 1 0 0-9.2 4.6 4.6 0 0 0 0 9.2zM10.4 10.4 14 14M5 7h4",
  whole: "M1.8 8h12.4M1.8 8l2.4-2.4M1.8 8l2.4 2.4M14.2 8l-2.4-2.4M14.2 8l-2.4 2.4M1.6 3v10M14.4 3v10",
  zoomToRoi: "M2.4 5V2.6h2.4M11.2 2.6h2.4V5M13.6 11v2.4h-2.4M4.8 13.4H2.4V11M5.2 6h5.6v4H5.2z",
  previousView: "M10 3.6 5.6 8l4.4 4.4",
  nextView: "M6 3.6 10.4 8 6 12.4",
  labels: "M2.4 8.2V2.8h5.4l5.8 5.8-5.2 5.2zM5.4 5.8h.01",
  layers: "M8 2.6 14 6 8 9.4 2 6zM2.6 9.6 8 12.8l5.4-3.2",
  cursor: "M8 1.8v4M8 10.2v4M1.8 8h4M10.2 8h4",
  copy: "M5.6 5.6h7.8v7.8H5.6zM10.4 5.4V2.6H2.6v7.8h2.8",
  auto: "M3 13 9.6 6.4M8.4 5.2l2.4 2.4M11.6 2v2.4M10.4 3.2h2.4M13.4 7v2M12.4 8h2M6.4 2.4v1.8M5.5 3.3h1.8",
  eye: "M1.6 8S4 3.8 8 3.8 14.4 8 14.4 8 12 12.2 8 12.2 1.6 8 1.6 8zM8 9.8a1.8 1.8 0 1 0 0-3.6 1.8 1.8 0 0 0 0 3.6z",
  lock: "M4 7.4h8v6H4zM5.6 7.2V5.4a2.4 2.4 0 0 1 4.8 0v1.8",
  delete: "M3 4.4h10M6.2 4.2V2.6h3.6v1.6M4.2 4.6l.6 8.8h6.4l.6-8.8M6.8 7v4M9.2 7v4",
  add: "M8 3v10M3 8h10",
  run: "M5 3.2v9.6L12.6 8z",
  stop: "M4.2 4.2h7.6v7.6H4.2z",
  warn: "M8 2.4 14.4 13.4H1.6zM8 6.4v3.4M8 11.6v.01",
  error: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 5v3.8M8 11v.01",
  info: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 7.4V11M8 5v.01",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.6",
  keys: "M1.8 4.2h12.4v7.6H1.8zM4 6.6h.01M6.6 6.6h.01M9.4 6.6h.01M12 6.6h.01M4.6 9.4h6.8",
  more: "M3.6 8h.01M8 8h.01M12.4 8h.01",
  download: "M8 2.6v7.6M4.8 7.2 8 10.4l3.2-3.2M2.8 13.2h10.4",
  rename: "M3 13l.6-2.8 7-7 2.2 2.2-7 7zM9.4 4.4l2.2 2.2",
  duplicate: "M5.4 5.4h8v8h-8zM9.4 8v2.8M8 9.4h2.8M3.2 10.6h-.6v-8h8v.6",
} as const;

export type IconName = keyof typeof PATHS;

const SVG = "http://www.w3.org/2000/svg";

/** An icon; its name for a screen reader belongs to the button around it. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("class", "cs-icon");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", PATHS[name]);
  svg.append(path);
  return svg;
}

import { s } from "./svg";

export type EventShape = "rise" | "fall" | "transient" | "user";
export type EventReview = "unreviewed" | "accepted" | "rejected";

/** Mark of an event: its shape tells the type, its filling what a person thought of it. */
export function eventMark(shape: EventShape, review: EventReview, x: number, y: number, r: number): SVGElement {
  const mark = s("path", { class: "cs-event-shape", d: outline(shape, x, y, r) });
  const strike = review === "rejected" ? [s("path", { class: "cs-event-strike", d: `M${x - r} ${y + r}L${x + r} ${y - r}` })] : [];
  return s("g", { class: `cs-event cs-event-${shape} cs-event-${review}` }, mark, ...strike);
}

function outline(shape: EventShape, x: number, y: number, r: number): string {
  switch (shape) {
    case "rise":
      return `M${x} ${y - r}L${x + r} ${y + r * 0.85}H${x - r}Z`;
    case "fall":
      return `M${x} ${y + r}L${x + r} ${y - r * 0.85}H${x - r}Z`;
    case "transient":
      return `M${x} ${y - r * 1.15}L${x + r * 1.15} ${y}L${x} ${y + r * 1.15}L${x - r * 1.15} ${y}Z`;
    case "user":
      return `M${x - r * 0.85} ${y - r * 0.85}h${r * 1.7}v${r * 1.7}h${-r * 1.7}Z`;
  }
}

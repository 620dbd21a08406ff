/** Tooltip of undo or redo: what it would do, and its key. */
export function stepTitle(verb: string, name: string, key: string): string {
  return name ? `${verb}: ${name} (${key})` : `${verb} (${key})`;
}

/** Label of the button that saves everything. */
export function saveAllLabel(count: number): string {
  return count > 0 ? `Save all ${count}` : "Save all";
}

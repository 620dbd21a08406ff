import type { FileRow } from "../../src/contract";

/** A recording of which nothing is known yet. */
export function row(name: string, more: Partial<FileRow> = {}): FileRow {
  return {
    token: name, folder: "", name, review: "unreviewed", is_dirty: false, duration_s: null, regions: null, results: "",
    stale: "", unknown: "", condition: "", problem: "", ...more,
  };
}

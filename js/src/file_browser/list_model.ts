import {
  createTable,
  getCoreRowModel,
  getFilteredRowModel,
  getSortedRowModel,
  type ColumnDef,
  type SortingState,
} from "@tanstack/table-core";
import type { FileRow } from "../contract";
import { formatCount } from "../shared/format";

export type Filter = "all" | "to_review" | "unsaved" | "rejected";

/** Filters in their order, with their labels. */
export const FILTERS: readonly (readonly [Filter, string])[] = [
  ["all", "All"],
  ["to_review", "To review"],
  ["unsaved", "Unsaved"],
  ["rejected", "Rejected"],
];

/** One line of the list: the head of a folder, or a recording. */
export type Line = { kind: "folder"; folder: string; count: number } | { kind: "file"; row: FileRow };

const natural = new Intl.Collator(undefined, { numeric: true, sensitivity: "base" });

const COLUMNS: ColumnDef<FileRow>[] = [
  { id: "name", accessorFn: (row) => row.name, sortingFn: (a, b) => natural.compare(a.original.name, b.original.name) },
  { id: "duration_s", accessorFn: (row) => row.duration_s ?? -1 },
  { id: "regions", accessorFn: (row) => row.regions ?? -1 },
  { id: "results", accessorFn: (row) => row.results },
  { id: "condition", accessorFn: (row) => row.condition },
];

const KEEPS: Record<Filter, (row: FileRow) => boolean> = {
  all: () => true,
  to_review: (row) => row.review === "unreviewed" && row.problem !== "image",
  unsaved: (row) => row.is_dirty,
  rejected: (row) => row.review === "rejected",
};

/** Count of recordings that each filter would leave. */
export function filterCounts(rows: readonly FileRow[]): Record<Filter, number> {
  const count = (filter: Filter) => rows.filter(KEEPS[filter]).length;
  return { all: rows.length, to_review: count("to_review"), unsaved: count("unsaved"), rejected: count("rejected") };
}

/** Recordings that are shown, in order; without a sorting they stay in the order of folders and names. */
export function shownRows(
  rows: readonly FileRow[],
  search: string,
  filter: Filter,
  sorting: SortingState,
): FileRow[] {
  const kept = rows.filter(KEEPS[filter]);
  const words = search.trim().toLowerCase();
  if (!words && sorting.length === 0) return kept; // as it is most of the time, with each change of any row
  const table = createTable<FileRow>({
    data: kept,
    columns: COLUMNS,
    state: { sorting, globalFilter: words, columnPinning: { left: [], right: [] } },
    onStateChange: () => undefined,
    renderFallbackValue: null,
    globalFilterFn: (row) => `${row.original.folder}/${row.original.name}`.toLowerCase().includes(words),
    getCoreRowModel: getCoreRowModel(),
    getFilteredRowModel: getFilteredRowModel(),
    getSortedRowModel: getSortedRowModel(),
  });
  return table.getRowModel().rows.map((row) => row.original);
}

/** Lines of the list: with heads of folders while it is in their order. */
export function linesOf(rows: readonly FileRow[], isGrouped: boolean): Line[] {
  if (!isGrouped) return rows.map((row) => ({ kind: "file", row }));
  const counts = new Map<string, number>();
  for (const row of rows) counts.set(row.folder, (counts.get(row.folder) ?? 0) + 1);
  return rows.flatMap((row, index): Line[] => {
    const file: Line = { kind: "file", row };
    const isFirst = row.folder !== rows[index - 1]?.folder;
    const count = counts.get(row.folder) ?? 0;
    return isFirst && (counts.size > 1 || row.folder) ? [{ kind: "folder", folder: row.folder, count }, file] : [file];
  });
}

/** Name without its extension. */
export function stem(name: string): string {
  return name.replace(/\.tiff?$/i, "");
}

/** The foot of the list: how many are shown, and what has been done with them. */
export function footWords(shown: number, rows: readonly FileRow[]): [string, string] {
  const accepted = rows.filter((row) => row.review === "accepted").length;
  const { all, rejected, unsaved } = filterCounts(rows);
  const done = [[accepted, "accepted"], [rejected, "rejected"], [unsaved, "unsaved"]] as const;
  return [
    `${formatCount(shown)} of ${formatCount(all)} shown`,
    done.map(([count, word]) => `${formatCount(count)} ${word}`).join(" · "),
  ];
}

/** What comes after a click on the head of a column: ascending, descending, and the order of folders again. */
export function nextSorting(now: SortingState, id: string): SortingState {
  const sort = now[0];
  if (sort?.id !== id) return [{ id, desc: false }];
  return sort.desc ? [] : [{ id, desc: true }];
}

/**
 * Place of the recording that a step leads to, in the list of those shown.
 *
 * `place` is where the present one stands, or stood before a filter hid it: the next one has moved up to that place.
 */
export function stepPlace(count: number, place: number, isShown: boolean, by: 1 | -1): number {
  const target = isShown || by < 0 ? place + by : place;
  return Math.min(Math.max(target, 0), count - 1);
}

"""Stored results: one per analysis, channel and region of interest."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol, overload, runtime_checkable

import pandas as pd

from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.frozen import EMPTY, FrozenDict
from cloudscope_widgets.core.kinds import Kind, holds_events, kind_of, saved_kind, words_of
from cloudscope_widgets.core.measured import image_name, measured_facts
from cloudscope_widgets.core.pandas_version import is_pandas_before
from cloudscope_widgets.core.peaks import PeakReview, peak_table
from cloudscope_widgets.core.provenance import CORRECTED_RECIPROCAL, changes_since, methods_text

if TYPE_CHECKING:
    from cloudscope_widgets.core.snapshot import Snapshot

RecordKey = tuple[str, int, int]
"""Analysis name, channel and ROI id: what makes a record unique."""


class HasSnapshot(Protocol):
    """An open recording, as far as a result needs it to tell whether it is up to date."""

    @property
    def snapshot(self) -> Snapshot:
        """The present state."""

    @property
    def fingerprint(self) -> str:
        """Fingerprint of the image; empty when there is no image file."""


@runtime_checkable
class HasFiles(Protocol):
    """An open recording whose image may lie in several files."""

    def fingerprint_of(self, name: str, channel: int) -> str:
        """Fingerprint of the file of this name, or else of this channel; empty when it is not known."""


@dataclass(frozen=True, slots=True)
class Written:
    """What the saved files hold of a result that was not run again since; it is written back as it is."""

    params: FrozenDict
    summary: FrozenDict
    rows: bytes | None = None
    """Lines of the CSV table, byte for byte; None for analyses without one."""
    is_own: bool = False
    """Whether it stands in our own file, and its table has tabs in place of commas."""
    is_moved: bool = False
    """True when the result has been given to another region than it has in the files."""

    def moved(self, channel: int, old_roi_id: int, roi_id: int) -> Written:
        """Return the same for another region; each line of a table begins with channel and region."""
        sign = "\t" if self.is_own else ","
        old, new = (f"{channel}{sign}{number}{sign}".encode() for number in (old_roi_id, roi_id))
        lines = [] if self.rows is None else self.rows.splitlines(keepends=True)
        rows = None if self.rows is None else b"".join(new + line.removeprefix(old) for line in lines)
        return replace(self, rows=rows, is_moved=True)


@dataclass(frozen=True, slots=True)
class Record:
    """Result of one analysis of one channel in one region of interest.

    Two records are equal when they come from the same run and say the same; their tables are not compared.
    """

    analysis_name: str
    channel: int
    roi_id: int
    params: FrozenDict = EMPTY
    """Parameters the analysis was run with."""
    summary: FrozenDict = EMPTY
    """Numbers of the whole record, date and time of the run first."""
    events: tuple[Event, ...] = ()
    run_id: str = ""
    """Names the run that made the tables, so that they need not be compared."""
    provenance: FrozenDict = EMPTY
    """ROI bounds, calibration, image, versions and automatic choices behind the result."""
    extra: FrozenDict = EMPTY
    """Keys of the saved file that this program does not know."""
    held_table: pd.DataFrame | None = field(default=None, compare=False, repr=False)
    held_quality: pd.DataFrame | None = field(default=None, compare=False, repr=False)
    written: Written | None = field(default=None, compare=False, repr=False)
    """What the saved files hold of it; None for a result of this program since the file was opened."""
    measured: FrozenDict = field(default=EMPTY, compare=False, repr=False)
    """Region, calibration and image as they were when a result that does not say them was first seen."""
    peak_reviews: tuple[PeakReview, ...] = ()
    """What a person has said of its peaks; of all others nothing."""

    @property
    def key(self) -> RecordKey:
        """Analysis name, channel and ROI id."""
        return self.analysis_name, self.channel, self.roi_id

    @property
    def kind(self) -> Kind | None:
        """What results of this analysis are, also of one that is not installed here; None when nobody knows."""
        return kind_of(self.analysis_name) or saved_kind(self.analysis_name, self.extra.get("kind"))

    @property
    def is_orphaned(self) -> bool:
        """Whether the analysis that made it is not known here: it is kept and shown, and cannot be run again."""
        return kind_of(self.analysis_name) is None

    @property
    def has_table(self) -> bool:
        """Whether results of its kind have a table, held or not."""
        return self.kind is not None and bool(self.kind.columns)

    @property
    def parents(self) -> tuple[str, ...]:
        """Analyses of whose results this one is made; none for one that is made of pixels."""
        return () if self.kind is None else self.kind.parents

    @property
    def is_judged(self) -> bool:
        """Whether it says which of its rows can be trusted; True when its kind has nothing to judge.

        Some methods judge no row, and of another program's result nobody knows: then no row may be said to have been
        kept.
        """
        kind = self.kind
        if kind is None or not kind.judging_methods:
            return True
        if (self.provenance.get("method") or {}).get("name") in kind.judging_methods:
            return True
        quality = self.held_quality
        numbers = [column.name for column in kind.quality if column.dtype.startswith("f")]
        return quality is not None and any(name in quality and quality[name].notna().any() for name in numbers)

    @property
    def facts(self) -> FrozenDict:
        """Region, calibration and image it was measured in, as far as they are known."""
        return measured_facts(self.provenance, self.measured)

    @property
    def table(self) -> pd.DataFrame | None:
        """Copy of the row-by-row result; None for analyses without one."""
        return None if self.held_table is None else _copy(self.held_table)

    @property
    def quality(self) -> pd.DataFrame | None:
        """Copy of the quality of every row of the table; None for analyses without one."""
        return None if self.held_quality is None else _copy(self.held_quality)

    @property
    def peaks(self) -> pd.DataFrame | None:
        """One row for each peak, with its numbers and review, in rows and seconds of the image; None without peaks."""
        return peak_table(self)

    @property
    def table_bytes(self) -> int:
        """Memory that the tables of this record take."""
        tables = (self.held_table, self.held_quality)
        return sum(int(table.memory_usage(deep=True).sum()) for table in tables if table is not None)

    def is_stale(self, acquisition: HasSnapshot) -> bool:
        """Whether the region, the calibration or the image has changed since this result was made."""
        return bool(self.stale_reasons(acquisition))

    def stale_reasons(self, acquisition: HasSnapshot) -> tuple[str, ...]:
        """What has changed since this result was made, in words; empty when it is up to date."""
        snapshot = acquisition.snapshot
        parents = self._parents(snapshot)
        source = parents[0] if parents else self
        changed = changes_since(
            source.facts,
            bounds=next((roi.bounds for roi in snapshot.rois if roi.roi_id == self.roi_id), None),
            calibration=snapshot.header.calibration,
            fingerprint=_fingerprint(acquisition, source),
        )
        others = self.provenance.get("other_rois", EMPTY)
        bounds = {str(roi.roi_id): roi.bounds for roi in snapshot.rois}
        moved = [f"ROI {roi_id}" for roi_id, then in others.items() if bounds.get(roi_id) != tuple(then)]
        older = [f"the {words_of(parent.analysis_name)}" for parent in parents if self._is_older_than(parent)]
        return tuple(dict.fromkeys((*changed, *moved, *older)))

    def _parents(self, snapshot: Snapshot) -> tuple[Record, ...]:
        """Results of which this one is made, as far as they are there."""
        found = (snapshot.find_record(name, self.channel, self.roi_id) for name in self.parents)
        return tuple(parent for parent in found if parent is not None)

    def _is_older_than(self, parent: Record) -> bool:
        """Whether the result this one stands on was made, or put right, after it."""
        known = self.provenance.get("parent_run_ids", {}).get(parent.analysis_name, self._parent_run_id)
        if known:
            return bool(known != parent.run_id)
        is_put_right = bool(parent.provenance.get(CORRECTED_RECIPROCAL)) and not holds_events(self.analysis_name)
        return is_put_right or "" < self.made_at < parent.made_at

    @property
    def _parent_run_id(self) -> str:
        return str(self.provenance.get("parent_run_id", ""))

    @property
    def made_at(self) -> str:
        """Local date and time of the run, as text that sorts by time; empty when the saved file has none."""
        date, time = self.summary.get("analysis_date", ""), self.summary.get("analysis_time", "")
        return f"{date} {time}" if date and time else ""

    def methods_text(self) -> str:
        """How this result was made, as sentences for the methods section of a paper."""
        kind = self.kind
        return methods_text(self.provenance) if kind is None or kind.methods is None else kind.methods(self)


def _fingerprint(acquisition: HasSnapshot, source: Record) -> str:
    """Fingerprint of the present image of a result."""
    if isinstance(acquisition, HasFiles):
        return acquisition.fingerprint_of(image_name(source.facts), source.channel)
    return acquisition.fingerprint


def _is_child(record: Record, keys: Collection[RecordKey]) -> bool:
    return any((name, record.channel, record.roi_id) in keys for name in record.parents)


def _copy(table: pd.DataFrame) -> pd.DataFrame:
    """Copy of a table that shares no change with it; pandas 3 and later copy once something is written."""
    return table.copy(deep=is_pandas_before(3))


class RecordSet(Sequence[Record]):
    """The records of one recording in file order, parents before their children."""

    __slots__ = ("_records",)
    _records: tuple[Record, ...]

    def __init__(self, records: Iterable[Record] = ()) -> None:
        """Hold ``records``; two with the same analysis, channel and ROI are refused."""
        held = tuple(records)
        keys = [record.key for record in held]
        if len(set(keys)) != len(keys):
            raise ValueError(f"each analysis, channel and ROI has one record at most, got {keys}")
        object.__setattr__(self, "_records", held)

    def __setattr__(self, name: str, value: object) -> None:
        """Refuse: an edit makes a new set."""
        raise AttributeError(f"a RecordSet cannot be changed (tried to set {name}); use stored or removed")

    @overload
    def __getitem__(self, index: int) -> Record: ...
    @overload
    def __getitem__(self, index: slice) -> tuple[Record, ...]: ...
    def __getitem__(self, index: int | slice) -> Record | tuple[Record, ...]:
        """Record at a position of the list."""
        return self._records[index]

    def __len__(self) -> int:
        """Count of records."""
        return len(self._records)

    def __iter__(self) -> Iterator[Record]:
        """Records in file order."""
        return iter(self._records)

    def __eq__(self, other: object) -> bool:
        """Equal when all records are, in the same order."""
        return isinstance(other, RecordSet) and self._records == other._records

    def __hash__(self) -> int:
        """Hash over the keys and runs of all records."""
        return hash(tuple((record.key, record.run_id) for record in self._records))

    def __repr__(self) -> str:
        """Show the records."""
        return f"RecordSet({list(self._records)!r})"

    def __reduce__(self) -> tuple[type[RecordSet], tuple[tuple[Record, ...]]]:
        """Pickle as a tuple of records."""
        return RecordSet, (self._records,)

    def find(self, key: RecordKey) -> Record | None:
        """Return the record with this analysis, channel and ROI, None when there is none."""
        return next((record for record in self._records if record.key == key), None)

    def stored(self, record: Record) -> RecordSet:
        """Return the set with ``record`` in the place of the one with its key, or at the end."""
        if self.find(record.key) is None:
            return RecordSet((*self._records, record))
        return RecordSet(record if held.key == record.key else held for held in self._records)

    def removed(self, *keys: RecordKey) -> RecordSet:
        """Return the set without the records of ``keys`` and without the children of a removed parent."""
        gone = set(keys)
        for _ in self._records:  # children of children too
            below = {record.key for record in self._records if _is_child(record, gone)}
            if below <= gone:
                break
            gone |= below
        return RecordSet(record for record in self._records if record.key not in gone)

    def of_roi(self, roi_id: int) -> tuple[Record, ...]:
        """Return the records of one region of interest."""
        return tuple(record for record in self._records if record.roi_id == roi_id)

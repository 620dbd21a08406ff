"""Times of a table, which count from its first line, and times of the image as it is calibrated now.

A table keeps its lines whatever becomes of its region, and its seconds whatever becomes of the calibration. So do the
events on it: on disk they count as their table does, in memory from the first line of the image.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.frozen import EMPTY, FrozenDict
from cloudscope_widgets.core.kinds import EVENTS
from cloudscope_widgets.core.measured import bounds_of, calibration_words, line_time_of, says_itself
from cloudscope_widgets.core.record import Record, RecordSet
from cloudscope_widgets.core.snapshot import Snapshot


@dataclass(frozen=True, slots=True)
class TableClock:
    """Turns the times of one table into those of the image, and back."""

    first_line: int = 0
    """Line of the image from which the table counts."""
    table_line_s: float = 1.0
    """Time per line with which the table was made."""
    image_line_s: float = 1.0
    """Time per line of now."""

    def image_time(self, table_s: float) -> float:
        """Time in the image of a time in the table."""
        if self.table_line_s == self.image_line_s:
            return table_s + self.first_line * self.image_line_s
        return (table_s / self.table_line_s + self.first_line) * self.image_line_s

    def table_time(self, image_s: float) -> float:
        """Time in the table of a time in the image."""
        if self.table_line_s == self.image_line_s:
            return image_s - self.first_line * self.image_line_s
        return (image_s / self.image_line_s - self.first_line) * self.table_line_s


_EVENTS_OF = EVENTS.parents[0]
"""Analysis to whose table events belong."""

TABLE_TIME = TableClock()
"""Clock for times that count from the first line of their table already."""


def clock_of(snapshot: Snapshot, channel: int, roi_id: int) -> TableClock:
    """Clock of the table that events of one channel and region belong to; without it, that of the region."""
    parent = snapshot.records.find((_EVENTS_OF, channel, roi_id))
    facts = EMPTY if parent is None else parent.facts
    now_s = snapshot.header.seconds_per_line
    bounds = bounds_of(facts) or next((roi.bounds for roi in snapshot.rois if roi.roi_id == roi_id), None)
    return TableClock(bounds[0] if bounds else 0, line_time_of(facts) or now_s, now_s)


def region_clock(snapshot: Snapshot, roi_id: int) -> TableClock:
    """Clock of a table that would be made of a region as it is now."""
    now_s = snapshot.header.seconds_per_line
    first = next((roi.bounds[0] for roi in snapshot.rois if roi.roi_id == roi_id), 0)
    return TableClock(first, now_s, now_s)


def retimed(record: Record, time: Callable[[float], float]) -> Record:
    """Record with all its events at other times."""
    return replace(record, events=tuple(_retimed(event, time) for event in record.events))


def _retimed(event: Event, time: Callable[[float], float]) -> Event:
    return replace(event, start_s=time(event.start_s), stop_s=time(event.stop_s))


def on_line_time(snapshot: Snapshot, seconds_per_line: float) -> RecordSet:
    """Records of a snapshot as they are under another time per line: events keep their lines."""
    before_s = snapshot.header.seconds_per_line
    if before_s == seconds_per_line:
        return snapshot.records
    ratio = seconds_per_line / before_s
    return RecordSet(
        retimed(record, lambda time_s: time_s * ratio) if record.events else record for record in snapshot.records
    )


def first_seen(snapshot: Snapshot, known: Iterable[Record], fingerprint: Callable[[int], str]) -> Snapshot:
    """State as it was read, in which each result that does not say what it was measured in has what it is seen in.

    Parameters
    ----------
    snapshot
        As it was read. What our own file says of such a result counts.
    known
        Results that were seen before; one that is still the same was measured in what it was first seen in.
    fingerprint
        Gives the fingerprint of the image as it was opened, by channel.
    """
    before = {(record.key, record.run_id): record.measured for record in known}
    rois = {roi.roi_id: roi.bounds for roi in snapshot.rois}
    for record in snapshot.records:
        if says_itself(record.provenance):
            continue
        now = {
            "roi": rois.get(record.roi_id),
            "calibration": calibration_words(snapshot.header.calibration),
            "image": {"fingerprint": fingerprint(record.channel)},
        }
        seen = _parent_facts(snapshot, record) or before.get((record.key, record.run_id), EMPTY)
        facts = {name: record.measured.get(name) or seen.get(name) or now[name] for name in now}
        facts = {name: fact for name, fact in facts.items() if fact and fact != {"fingerprint": ""}}
        snapshot = _with_measured(snapshot, record, FrozenDict(facts))
    return snapshot


def _parent_facts(snapshot: Snapshot, record: Record) -> FrozenDict:
    """What the result was measured in to which events belong; empty for other results."""
    name = _EVENTS_OF if record.analysis_name == EVENTS.name else ""
    parent = snapshot.records.find((name, record.channel, record.roi_id))
    return EMPTY if parent is None else parent.facts


def _with_measured(snapshot: Snapshot, record: Record, measured: FrozenDict) -> Snapshot:
    """Snapshot in which a result was measured elsewhere than it seemed; its events keep their place in its table."""
    present = snapshot.records.find(record.key) or record  # its events may have been moved with their table
    after = replace(snapshot, records=snapshot.records.stored(replace(present, measured=measured)))
    events = after.records.find((EVENTS.name, record.channel, record.roi_id))
    if events is None or record.analysis_name != _EVENTS_OF:
        return after
    before, clock = (clock_of(state, record.channel, record.roi_id) for state in (snapshot, after))
    if clock == before:
        return after
    try:
        moved = retimed(events, lambda time_s: clock.image_time(before.table_time(time_s)))
    except ValueError:  # beyond all times that can be computed with
        return after
    return replace(after, records=after.records.stored(moved))

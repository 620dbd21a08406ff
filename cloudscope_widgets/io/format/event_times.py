"""Events of saved files at their times in the image: on disk they count as the table does that they belong to."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from cloudscope_widgets.analysis.events.statistics import with_outside_marked, with_statistics
from cloudscope_widgets.core.errors import SidecarReadError
from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.kinds import EVENTS
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.table_clock import TableClock, clock_of, region_clock, retimed
from cloudscope_widgets.io.format.records import is_older_home

BY_TABLE = 2
"""Version of our own file from which on events count as their table does, whatever becomes of the region."""


def with_image_times(snapshot: Snapshot, path: Path, *, own_version: int) -> Snapshot:
    """Return a snapshot as it was read with its events at the times of the image.

    Parameters
    ----------
    snapshot
        What sidecar and own file say.
    path
        Of the sidecar.
    own_version
        Version of our own file; 0 when there is none.

    Raises
    ------
    SidecarReadError
        When an event lies beyond all times that can be computed with.

    Notes
    -----
    Version 0.1 counted from the first line of the region as it was at the save, also where its table was that of
    another line. It is told by the place of the provenance of the velocity.
    """
    records = snapshot.records
    for record in snapshot.records:
        if record.events:
            velocity = records.find((EVENTS.parents[0], record.channel, record.roi_id))
            is_older = velocity is not None and own_version < BY_TABLE and is_older_home(velocity)
            try:
                placed = _placed(snapshot, record, velocity, from_region=is_older)
            except ValueError as error:
                raise SidecarReadError(f"{path} cannot be read: events of ROI {record.roi_id}: {error}.") from error
            records = records.stored(placed)
    return replace(snapshot, records=records)


def _placed(snapshot: Snapshot, record: Record, velocity: Record | None, *, from_region: bool) -> Record:
    clock = clock_of(snapshot, record.channel, record.roi_id)
    held = region_clock(snapshot, record.roi_id) if from_region else clock
    placed = retimed(record, held.image_time)
    if held == clock or velocity is None or velocity.held_table is None:
        return with_outside_marked(placed, velocity, clock)
    measured = with_statistics(placed, velocity, clock)
    return replace(measured, events=tuple(_by_table(event, clock) for event in measured.events))


def _by_table(event: Event, clock: TableClock) -> Event:
    """Event that is written from now on by its table, with what else the file holds of it."""
    if event.written is None:
        return event
    start_s, stop_s = clock.table_time(event.start_s), clock.table_time(event.stop_s)
    times = {"x0": start_s, "x1": stop_s, "duration": stop_s - start_s}
    return replace(event, written=event.written.merged(**times, **event.statistics))

"""Edits of velocity events, each a function from one snapshot to the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from cloudscope_widgets.analysis.events.candidates import DETECTION_PARAMS, candidates, with_candidates
from cloudscope_widgets.analysis.events.detection import DetectionSettings
from cloudscope_widgets.analysis.events.statistics import PRE_POST_WINDOW_S, with_statistics
from cloudscope_widgets.core.errors import AnalysisError
from cloudscope_widgets.core.event_methods import DETECTION_VERSION
from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.measured import calibration_of
from cloudscope_widgets.core.params import checked_params
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.table_clock import clock_of
from cloudscope_widgets.io.format.events import next_event_id

VELOCITY = "radon_velocity"
EVENT = "event"
FORMAT_VERSION = 2


def run_stamp(version: int) -> dict[str, Any]:
    """What every summary begins with: local date and time of the run, and the version of the analysis."""
    now = datetime.now().astimezone()
    return {
        "analysis_date": now.strftime("%y%m%d"),
        "analysis_time": f"{now:%H:%M:%S}.{now.microsecond // 1000:03d}",
        "analysis_version": version,
    }


def event_added(now: Snapshot, roi_id: int, channel: int, event: Event) -> Snapshot:
    """Add one event under the next free id, which is that of the last event of the record afterwards."""
    record = event_record(now, roi_id, channel)
    numbered = replace(event, event_id=next_event_id(record.events))
    return _stored(now, record, (*record.events, numbered))


def event_changed(now: Snapshot, roi_id: int, channel: int, event_id: int, changes: dict[str, Any]) -> Snapshot:
    """Change one event."""
    return _mapped(now, roi_id, channel, event_id, lambda event: event.updated(**changes))


def event_deleted(now: Snapshot, roi_id: int, channel: int, event_id: int) -> Snapshot:
    """Delete one event; its record stays, as other programs expect."""
    return _mapped(now, roi_id, channel, event_id, lambda _event: None)


def events_detected(now: Snapshot, roi_id: int, channel: int, values: Mapping[str, Any]) -> Snapshot:
    """Look for events in a velocity, and store the candidates among what a person has drawn or judged.

    Parameters
    ----------
    now
        The present state.
    roi_id, channel
        Where to look.
    values
        Parameters of the detection; those left out have their defaults.

    Raises
    ------
    AnalysisError
        When there is no velocity, or nothing of it was measured.
    ValueError, TypeError
        When a parameter is not known or its value does not fit.
    """
    params = checked_params(DETECTION_PARAMS, values)
    record = event_record(now, roi_id, channel)
    velocity = now.find_record(VELOCITY, channel, roi_id)
    if velocity is None:
        raise AnalysisError(f"ROI {roi_id} has no velocity in channel {channel}. Run velocity before detecting events.")
    settings = DetectionSettings(**params)  # type: ignore[arg-type]  # checked by the parameters
    clock = clock_of(now, channel, roi_id)
    try:
        found = candidates(velocity, calibration_of(velocity.facts, now.header.calibration), settings, clock)
    except ValueError as error:
        raise AnalysisError(f"Detecting events failed on ROI {roi_id}: {error}.") from error
    events = with_candidates(record.events, found, next_event_id(record.events))
    made_by = {"velocity_run_id": velocity.run_id, "detection_version": DETECTION_VERSION}
    provenance = record.provenance.merged(detection={**params, **made_by})
    return _stored(now, replace(record, provenance=provenance), events)


def event_record(now: Snapshot, roi_id: int, channel: int) -> Record:
    """Record of the events of one channel and region, empty when there are none yet.

    Raises
    ------
    AnalysisError
        When there is no velocity that events could stand on.
    """
    found = now.find_record(EVENT, channel, roi_id)
    if found is not None:
        return found
    velocity = now.find_record(VELOCITY, channel, roi_id)
    if velocity is None:
        raise AnalysisError(f"ROI {roi_id} has no velocity in channel {channel}. Run velocity before marking events.")
    params = FrozenDict({"pre_post_win_sec": PRE_POST_WINDOW_S})
    return Record(EVENT, velocity.channel, velocity.roi_id, params=params)


def measured_again(now: Snapshot, roi_id: int, channel: int) -> Snapshot:
    """Measure the statistics of all events of one region anew, after its velocity was run again."""
    record = now.records.find((EVENT, channel, roi_id))
    if record is None:
        return now
    return _stored(now, record, tuple(replace(event, written=None) for event in record.events))


def _mapped(
    now: Snapshot, roi_id: int, channel: int, event_id: int, change: Callable[[Event], Event | None]
) -> Snapshot:
    record = event_record(now, roi_id, channel)
    ids = [event.event_id for event in record.events]
    if event_id not in ids:
        known = ", ".join(map(str, ids)) or "none"
        raise KeyError(f"there is no event {event_id} in ROI {roi_id}; its events: {known}")
    changed = (change(event) if event.event_id == event_id else event for event in record.events)
    events = tuple(event for event in changed if event is not None)
    return now if events == record.events else _stored(now, record, events)


def _stored(now: Snapshot, record: Record, events: tuple[Event, ...]) -> Snapshot:
    """Put events into the snapshot, with statistics of those that the file does not hold as they are."""
    summary = {"version": FORMAT_VERSION, "parent_analysis_name": VELOCITY, **record.summary}
    changed = replace(record, events=events, summary=FrozenDict({**summary, **run_stamp(FORMAT_VERSION)}))
    velocity = now.records.find((VELOCITY, record.channel, record.roi_id))
    if velocity is not None:
        changed = replace(changed, measured=velocity.facts)
        measured = with_statistics(changed, velocity, clock_of(now, record.channel, record.roi_id)).events
        pairs = zip(events, measured, strict=True)
        changed = replace(changed, events=tuple(new if old.written is None else old for old, new in pairs))
    return replace(now, records=now.records.stored(changed))

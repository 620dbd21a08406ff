"""Marks of events over the whole recording: where, of which type, and what a person thought of them."""

from __future__ import annotations

from typing import Literal, TypedDict, cast

from cloudscope_widgets.core.events import EventReview
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.twins import original_id, pair_ids
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.edits.events import EVENT

EventShape = Literal["rise", "fall", "transient", "user"]


class EventMark(TypedDict):
    """One event; an id counts within its region."""

    roi_id: int
    event_id: int
    start_s: float
    stop_s: float
    shape: EventShape
    review: EventReview


def event_marks(acquisition: Acquisition | None, *, channel: int, roi_id: int | None) -> list[EventMark]:
    """Events of one region in one channel, or of all regions where ``roi_id`` is None, in the order of time."""
    if acquisition is None:
        return []
    wanted = None if roi_id is None else pair_ids(acquisition.rois, roi_id)
    marks = [
        mark
        for record in acquisition.records
        if record.analysis_name == EVENT and record.channel == channel and (wanted is None or record.roi_id in wanted)
        for mark in _marks_of(record, original_id(acquisition.rois, record.roi_id))
    ]
    return sorted(marks, key=lambda mark: mark["start_s"])


def _marks_of(record: Record, roi_id: int) -> list[EventMark]:
    return [
        {
            "roi_id": roi_id,
            "event_id": event.event_id,
            "start_s": event.start_s,
            "stop_s": event.stop_s,
            "shape": cast("EventShape", event.event_type),
            "review": event.review,
        }
        for event in record.events
    ]

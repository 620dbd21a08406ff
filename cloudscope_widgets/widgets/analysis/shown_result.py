"""Which result is shown: that of the selected region, else the one shown last in this file, else the only one."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from cloudscope_widgets.core.record import Record
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.analysis.measurement_site import Place, listed_id, rectangles, selected_place

_Site = tuple[str, int, int]
"""Analysis name, channel and ROI id."""
_shown_before: WeakKeyDictionary[Acquisition, tuple[_Site, ...]] = WeakKeyDictionary()
"""What was shown of each recording, the last one first."""
_lock = threading.Lock()


@dataclass(frozen=True, slots=True)
class ShownResult:
    """A result with a table, and where it was measured."""

    place: Place
    record: Record
    is_selected: bool
    """False where another region or channel is selected than the one that it was measured in."""


def shown_result(session: Session, analysis_name: str) -> ShownResult | None:
    """Return the result of an analysis to show.

    Drawing a line over a streak, or selecting a region without a result, takes away nothing that is looked at.
    """
    selected = selected_place(session)
    record = None if selected is None else drawable(selected, analysis_name)
    if selected is not None and record is not None:
        _remember(selected, analysis_name)
        return ShownResult(selected, record, is_selected=True)
    if session.acquisition is None:
        return None
    return _shown_last(session.acquisition, analysis_name) or _only_one(session.acquisition, analysis_name)


def drawable(place: Place, analysis_name: str) -> Record | None:
    """Result at a place, if it has a table that can be drawn."""
    record = place.record(analysis_name)
    return None if record is None or record.held_table is None else record


def _remember(place: Place, analysis_name: str) -> None:
    site = analysis_name, place.channel, place.roi.roi_id
    with _lock:
        before = _shown_before.get(place.acquisition, ())
        _shown_before[place.acquisition] = (site, *(other for other in before if other != site))


def _shown_last(acquisition: Acquisition, analysis_name: str) -> ShownResult | None:
    for name, channel, roi_id in _shown_before.get(acquisition, ()):
        found = _result_at(acquisition, analysis_name, channel, roi_id) if name == analysis_name else None
        if found is not None:
            return found
    return None


def _only_one(acquisition: Acquisition, analysis_name: str) -> ShownResult | None:
    records = [record for record in acquisition.records if record.analysis_name == analysis_name]
    if len(records) != 1:
        return None
    return _result_at(acquisition, analysis_name, records[0].channel, records[0].roi_id)


def _result_at(acquisition: Acquisition, analysis_name: str, channel: int, roi_id: int) -> ShownResult | None:
    listed = listed_id(acquisition, roi_id)
    roi = next((roi for roi in rectangles(acquisition) if roi.roi_id == listed), None)
    if roi is None:
        return None
    place = Place(acquisition, roi, channel)
    record = drawable(place, analysis_name)
    return None if record is None else ShownResult(place, record, is_selected=False)

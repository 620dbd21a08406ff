"""Regions of interest as the page sees them, and what may be done with them."""

from __future__ import annotations

from typing import Literal, TypedDict

from cloudscope_widgets.core.kinds import holds_events, words_of
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi, Roi
from cloudscope_widgets.store.acquisition import Acquisition


class RoiState(TypedDict):
    """One region of interest: ``row_start, row_stop, col_start, col_stop``, or ``row0, col0, row1, col1`` of a line."""

    roi_id: int
    kind: Literal["rect", "line"]
    bounds: tuple[int, int, int, int]
    name: str
    is_locked: bool


def roi_state(roi: Roi) -> RoiState:
    """Tell the page of a region."""
    return {
        "roi_id": roi.roi_id,
        "kind": "rect" if isinstance(roi, RectRoi) else "line",
        "bounds": roi.bounds,
        "name": roi.name,
        "is_locked": roi.is_locked,
    }


def changeable(acquisition: Acquisition, roi_id: int) -> RectRoi:
    """Rectangle that may be changed; ValueError says why not."""
    roi = acquisition.rois.by_id(roi_id)
    if not isinstance(roi, RectRoi):
        raise ValueError(f"ROI {roi_id} is a line, which cannot be changed here; draw a new one instead")  # noqa: TRY004  (the user's doing)
    if roi.is_locked:
        raise ValueError(locked_reason(roi_id))
    return roi


def locked_reason(roi_id: int) -> str:
    """Why a locked region is not changed, and what to do."""
    return f"ROI {roi_id} is locked; unlock it to change it"


def results_of(records: tuple[Record, ...]) -> str:
    """What was measured in a region, as in "velocity and 7 events"; empty when nothing was."""
    names = [words_of(record.analysis_name) for record in records if not holds_events(record.analysis_name)]
    events = sum(len(record.events) for record in records)
    if events:
        names.append(f"{events} event{'' if events == 1 else 's'}")
    names = list(dict.fromkeys(names))
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)

"""What the form of an analysis says besides its parameters: notes, the last run, the result, what is out of date."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from cloudscope_widgets.analysis.base import Analysis
from cloudscope_widgets.core.params import Param, ParamValue
from cloudscope_widgets.core.provenance import is_foreign
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.widgets.analysis.measurement_site import Place, rectangles
from cloudscope_widgets.widgets.kit.number_text import count_text, number_text, wait_text

_DATE_DIGITS = 6


class FormWords(Protocol):
    """Sentences of one analysis."""

    def param_notes(self, param: Param, value: ParamValue, place: Place) -> list[str]:
        """What a value means at this place."""

    def footnote(self, place: Place, record: Record | None) -> str:
        """What the user should know about results at this place; may be empty."""

    def result(self, record: Record) -> str:
        """What a run found, after the name of the region; empty when there is nothing to say."""


class PlainWords:
    """Words of an analysis that has none of its own."""

    def param_notes(self, param: Param, value: ParamValue, place: Place) -> list[str]:  # noqa: ARG002  (none to say)
        """Nothing."""
        return []

    def footnote(self, place: Place, record: Record | None) -> str:  # noqa: ARG002  (none to say)
        """Nothing."""
        return ""

    def result(self, record: Record) -> str:  # noqa: ARG002  (none to say)
        """Nothing."""
        return ""


def roi_text(roi: RectRoi, separator: str = " · ") -> str:
    """Name a region by its number and its name."""
    return f"{roi.roi_id}{separator}{roi.name}" if roi.name else str(roi.roi_id)


def site_text(place: Place) -> str:
    """Name a region and its channel."""
    return f"ROI {roi_text(place.roi, ' ')} · channel {place.channel}"


def stored_text(acquisition: Acquisition, record: Record, roi: RectRoi | None) -> str:
    """Where a result is stored if not in its region, as a sentence; empty when it is."""
    if roi is None or record.roi_id == roi.roi_id or record.roi_id not in acquisition.rois.ids:
        return ""
    name = acquisition.rois.by_id(record.roi_id).name
    return f"It is saved as ROI {record.roi_id}, {name!r}, because a saved region holds velocity or diameter."


def last_run_text(record: Record, *, seconds: float | None, is_same: bool, today: date) -> str:
    """When the result was made, how long it took where that is known, and whether with the settings shown.

    Of a result of another program the settings are not known.
    """
    if is_foreign(record.provenance):
        return f"Made by another program {_when(record, today)}; its settings are not known"
    took = "" if seconds is None else f" {number_text(seconds, 1)} s,"
    return f"Last run {_when(record, today)},{took} with {'these' if is_same else 'other'} settings"


def _when(record: Record, today: date) -> str:
    day, time = (str(record.summary.get(name, "")) for name in ("analysis_date", "analysis_time"))
    clock = time[:5]
    if len(day) != _DATE_DIGITS or not day.isdigit() or not clock:
        return "at an unknown time"
    return clock if day == f"{today:%y%m%d}" else f"20{day[:2]}-{day[2:4]}-{day[4:]} {clock}"


def stale_text(reasons: Sequence[str]) -> str:
    """What has changed since a result was made, as a sentence."""
    *others, last = reasons
    what = f"{', '.join(others)} and {last}" if others else last
    return f"{what[:1].upper()}{what[1:]} {'were' if others else 'was'} changed after this result."


def progress_text(fraction: float, lines: int, elapsed_s: float) -> str:
    """How much is done, and how long the rest will take."""
    done = f"{count_text(round(fraction * lines))} of {count_text(lines)} lines"
    return done if fraction <= 0 else f"{done} · {wait_text(elapsed_s * (1 - fraction) / fraction)} left"


def place_hint(analysis: Analysis, acquisition: Acquisition | None, roi_id: int | None) -> str:
    """What to do before there is a place to measure."""
    if acquisition is None:
        return "Open a recording first."
    if not rectangles(acquisition):
        return "Draw a ROI first, or press W for the whole image."
    if roi_id is None:
        return "Choose a ROI first."
    return f"{analysis.kind.label} needs a rectangle, and ROI {roi_id} is a line. Choose another ROI."

"""Peaks of an intensity trace as a table, and what a person has said of each."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, get_args

import numpy as np
import pandas as pd

from cloudscope_widgets.core.events import EventReview
from cloudscope_widgets.core.measured import bounds_of, line_time_of
from cloudscope_widgets.core.numbers import LARGEST_ID, LARGEST_WHOLE, checked_text, checked_whole

if TYPE_CHECKING:
    from cloudscope_widgets.core.record import Record

PEAK_EVENTS = "peak_events"
"""Key of the summary under which peaks stand."""


@dataclass(frozen=True, slots=True)
class PeakReview:
    """What a person has said of one peak."""

    peak_id: int
    peak_index: int | None
    """Line of the peak from the first line of the region, so that no other peak of this id is meant; None without."""
    review: EventReview = "unreviewed"
    note: str = ""

    def __post_init__(self) -> None:
        """Refuse what could not be saved."""
        object.__setattr__(self, "peak_id", checked_whole("the id of a peak", self.peak_id, least=1, most=LARGEST_ID))
        if self.peak_index is not None:
            index = checked_whole("the line of a peak", self.peak_index, least=0, most=LARGEST_WHOLE)
            object.__setattr__(self, "peak_index", index)
        object.__setattr__(self, "note", checked_text("the note of a peak", self.note))
        if self.review not in get_args(EventReview):
            allowed = ", ".join(get_args(EventReview))
            raise ValueError(f"the review of a peak must be one of {allowed}, got {self.review!r}")

    @property
    def place(self) -> tuple[int, int | None]:
        """Id and line of the peak."""
        return self.peak_id, self.peak_index

    @property
    def says_something(self) -> bool:
        """Whether anything was said."""
        return self.review != "unreviewed" or bool(self.note)


def peak_places(summary: Mapping[str, Any]) -> tuple[tuple[int, int | None], ...]:
    """Id and line of each peak of a summary; those that another program spelt otherwise are left out."""
    found = ((event.get("peak_id"), _child(event, "peak").get("index")) for event in _events(summary))
    return tuple(
        (peak_id, index)
        for peak_id, index in found
        if type(peak_id) is int and peak_id > 0 and (index is None or (type(index) is int and index >= 0))
    )


def matching(reviews: Iterable[PeakReview], summary: Mapping[str, Any]) -> tuple[PeakReview, ...]:
    """Reviews that belong to peaks of this summary, in its order, one each."""
    said = {review.place: review for review in reviews if review.says_something}
    return tuple(said[place] for place in peak_places(summary) if place in said)


def reviewed(record: Record, peak_id: int, changes: Mapping[str, Any]) -> tuple[PeakReview, ...]:
    """Reviews of a result after a person has said something of one peak.

    Raises
    ------
    KeyError
        When there is no such peak.
    TypeError, ValueError
        When a change is not known, or its value does not fit.
    """
    unknown = [name for name in changes if name not in {"review", "note"}]
    if unknown:
        raise TypeError(f"{unknown[0]!r} of a peak cannot be changed; its review and its note can")
    places = dict(peak_places(record.summary))
    if peak_id not in places:
        last = f"1 to {max(places)}" if places else "none"
        raise KeyError(f"there is no peak {peak_id} in ROI {record.roi_id}; its peaks: {last}")
    place = peak_id, places[peak_id]
    before = next((review for review in record.peak_reviews if review.place == place), None)
    said = {} if before is None else {"review": before.review, "note": before.note}
    after = PeakReview(*place, **{**said, **changes})
    return matching([*(review for review in record.peak_reviews if review.place != place), after], record.summary)


def carried(before: Record | None, after: Record) -> tuple[PeakReview, ...]:
    """Reviews of an earlier result of the same lines for those peaks of a new one that stand on the same line."""
    if before is None or bounds_of(before.facts) != bounds_of(after.facts):
        return ()
    ids = {index: peak_id for peak_id, index in peak_places(after.summary) if index is not None}
    moved = (
        PeakReview(ids[review.peak_index], review.peak_index, review.review, review.note)
        for review in before.peak_reviews
        if review.peak_index in ids
    )
    return matching(moved, after.summary)


def peak_table(record: Record) -> pd.DataFrame | None:
    """One row for each peak, None for results without peaks.

    Returns
    -------
    ``peak_id``, ``status``; ``onset_row``, ``onset_s``, ``peak_row``, ``peak_s`` in rows and seconds of the image;
    ``onset_value``, ``peak_value``, ``amplitude`` in the unit of the trace; every feature and interval by its name
    in the shared format; ``width_<per cent>_s`` of each level; ``review`` and ``note``.
    """
    if PEAK_EVENTS not in record.summary:
        return None
    bounds = bounds_of(record.facts)
    first_row, line_s = bounds[0] if bounds else 0, line_time_of(record.facts)
    said = {review.place: review for review in record.peak_reviews}
    rows = []
    for event in _events(record.summary):
        place = event.get("peak_id"), _child(event, "peak").get("index")
        review = said.get(place)  # type: ignore[arg-type]  # as a file holds it
        rows.append(
            {
                **_place(event, first_row, line_s),
                **_numbers(event),
                "review": "unreviewed" if review is None else review.review,
                "note": "" if review is None else review.note,
            }
        )
    return pd.DataFrame(rows, columns=None if rows else [*_place({}, 0, None), "review", "note"])


def _place(event: Mapping[str, Any], first_row: int, line_s: float | None) -> dict[str, Any]:
    onset, peak = _child(event, "onset"), _child(event, "peak")
    found: dict[str, Any] = {"peak_id": event.get("peak_id"), "status": event.get("status", "")}
    for name, part in (("onset", onset), ("peak", peak)):
        row = _number(part.get("index")) + first_row
        time_s = _number(part.get("time_sec"))
        if line_s is not None:
            time_s = row * line_s
        found |= {f"{name}_row": row, f"{name}_s": time_s, f"{name}_value": _number(part.get("value"))}
    return {**found, "amplitude": _number(peak.get("amplitude"))}


def _numbers(event: Mapping[str, Any]) -> dict[str, float]:
    features = {
        name: _number(_child(_child(event, "features"), name).get("value")) for name in _child(event, "features")
    }
    intervals = {name: _number(value) for name, value in _child(event, "intervals").items()}
    return {**features, **intervals, **dict(_widths(event))}


def _widths(event: Mapping[str, Any]) -> Iterator[tuple[str, float]]:
    for crossing in event.get("level_crossings") or ():
        if isinstance(crossing, Mapping):
            per_cent = 100 * _number(crossing.get("fraction"))
            yield f"width_{per_cent:.4g}_s", _number(crossing.get("width_sec"))


def _events(summary: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    held = summary.get(PEAK_EVENTS)
    yield from (event for event in held if isinstance(event, Mapping)) if isinstance(held, list | tuple) else ()


def _child(said: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = said.get(name)
    return found if isinstance(found, Mapping) else {}


def _number(value: Any) -> float:  # noqa: ANN401  (as a file holds it)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if is_number else np.nan

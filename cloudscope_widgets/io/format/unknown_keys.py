"""Keys of our own file that this version does not know, at every depth: kept with what they belong to.

They are found once when the file is read, and put back when it is written. What belongs to a deleted region, event or
result goes with it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cloudscope_widgets.core.contrast import OWN_LUTS
from cloudscope_widgets.core.frozen import thaw
from cloudscope_widgets.core.kinds import VELOCITY, kind_of
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.format.fields import Fields
from cloudscope_widgets.io.format.peaks import PEAK, PEAK_PLACE

PART = "own_inner"
"""Where they stand among the unknown keys of a snapshot."""

_CALIBRATION = ("source", "dwell_s", "scan_direction")
_CONTRAST = ("gamma", "value_min", "value_max")
_ROI = ("is_locked", "twin_of")
UNNAMED = VELOCITY.name
"""Analysis of a quality that names none, as in the files of version 1."""
PLACE = ("analysis_name", "channel", "roi_id")
"""What names a result."""
_EVENT_PLACE = ("channel", "roi_id", "id")
_EVENT = (*_EVENT_PLACE, "x0", "x1", "kind", "review", "source", "strength", "note", "statistics")
_QUALITY_KEY = ("channel", "roi_id", "table_sha256")
_QUALITY = ("analysis_name", *_QUALITY_KEY, "columns")
_MEASURED = (*PLACE, "result", "roi", "calibration", "image")


def unknown_inside(said: Fields) -> dict[str, Any]:
    """Unknown keys below the top of our own file, by part and by what they belong to; empty when there are none."""
    parts: dict[str, Any] = {
        "calibration": said.child("calibration").others(*_CALIBRATION),
        "contrast": dict(_of_channels(said.child("contrast"))),
        "rois": dict(_by_name(said.child("rois"), _ROI)),
        "events": dict(_by_key(said, "events", _EVENT_PLACE, _EVENT)),
        "quality": dict(_by_key(said, "quality", _QUALITY_KEY, _QUALITY)),
        "measured": dict(_by_key(said, "measured", PLACE, _MEASURED)),
        "peaks": dict(_by_key(said, "peaks", PEAK_PLACE, PEAK)),
    }
    return {name: part for name, part in parts.items() if part}


def _of_channels(said: Fields) -> Iterator[tuple[str, dict[str, Any]]]:
    """Unknown keys of the channels; a colour table that this version lacks is one of them."""
    for name in said.others():
        shown = said.child(name)
        unknown = shown.others(*_CONTRAST, *(("color_lut",) if shown.text("color_lut") in OWN_LUTS else ()))
        if unknown:
            yield name, unknown


def _by_name(said: Fields, known: tuple[str, ...]) -> Iterator[tuple[str, dict[str, Any]]]:
    for name in said.others():
        unknown = said.child(name).others(*known)
        if unknown:
            yield name, unknown


def _by_key(
    said: Fields, part: str, key: tuple[str, ...], known: tuple[str, ...]
) -> Iterator[tuple[str, dict[str, Any]]]:
    for item in said.children(part):
        unknown = item.others(*known)
        columns = item.child("columns").others(*_quality_names(item)) if part == "quality" else {}
        unknown |= {"columns": columns} if columns else {}
        if unknown:
            yield _joined(item.others(), key), unknown


def _quality_names(said: Fields) -> Iterator[str]:
    """Names of the columns of a quality that this version knows."""
    kind = kind_of(said.text("analysis_name", UNNAMED))
    yield from () if kind is None else (column.name for column in kind.quality)


def _joined(item: Mapping[str, Any], key: tuple[str, ...]) -> str:
    return " ".join(str(item.get(name)) for name in key)


def with_unknown_inside(parts: dict[str, Any], snapshot: Snapshot) -> dict[str, Any]:
    """Put the unknown keys back into the parts of our own file."""
    unknown = thaw(snapshot.extra.get(PART, {}))
    named = {
        "contrast": {str(channel) for channel in snapshot.contrast},
        "rois": {str(roi_id) for roi_id in snapshot.rois.ids},
    }
    after = {**parts, "calibration": {**unknown.get("calibration", {}), **parts["calibration"]}}
    for part, there in named.items():
        kept = {name: more for name, more in unknown.get(part, {}).items() if name in there}
        after[part] = {**parts[part], **{name: {**more, **parts[part].get(name, {})} for name, more in kept.items()}}
    for part, key in (("events", _EVENT_PLACE), ("quality", _QUALITY_KEY), ("measured", PLACE), ("peaks", PEAK_PLACE)):
        after[part] = [_merged(item, unknown.get(part, {}).get(_joined(item, key), {})) for item in parts[part]]
    return after


def _merged(item: dict[str, Any], more: dict[str, Any]) -> dict[str, Any]:
    is_quality = "columns" in more and "columns" in item
    columns = {"columns": {**more["columns"], **item["columns"]}} if is_quality else {}
    return {**more, **item, **columns}


def has_unknown(snapshot: Snapshot, channel: int, roi_id: int, event_id: int) -> bool:
    """Whether something is kept for an event that would not be written for its own sake."""
    return f"{channel} {roi_id} {event_id}" in snapshot.extra.get(PART, {}).get("events", {})

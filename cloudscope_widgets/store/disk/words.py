"""The two versions of what was changed on both sides, side by side in words."""

from __future__ import annotations

from typing import Any

from cloudscope_widgets.core.contrast import ChannelContrast
from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.merge.three_way import Conflict
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import LineRoi, RectRoi


def comparison(conflict: Conflict) -> str:
    """Both versions of one thing as a sentence: "ROI 2: yours lines 0–200, theirs lines 0–100."."""
    ours, theirs = _words(conflict.ours), _words(conflict.theirs)
    if conflict.is_deletion:
        ours, theirs = ours or "deleted", theirs or "deleted"
    return f"{conflict.what[:1].upper()}{conflict.what[1:]}: yours {ours or 'empty'}, theirs {theirs or 'empty'}."


def _words(value: Any) -> str:  # noqa: ANN401, PLR0911  (whatever a conflict can be about; a case for each kind)
    if value is None:
        return ""
    if isinstance(value, RectRoi):
        lines, columns = value.bounds[:2], value.bounds[2:]
        return f"{_named(value)}lines {_range(lines)} and columns {_range(columns)}"
    if isinstance(value, LineRoi):
        row0, col0, row1, col1 = value.bounds
        return f"{_named(value)}from line {row0}, column {col0} to line {row1}, column {col1}"
    if isinstance(value, Event):
        return (
            f"{value.kind} {value.start_s:.3f}–{value.stop_s:.3f} s, {value.review}{value.note and f', {value.note!r}'}"
        )
    if isinstance(value, Record):
        return f"run {value.made_at}" if value.made_at else "of an unknown time"
    if isinstance(value, Calibration):
        line = f"{value.seconds_per_line:.6g} {value.time_label} per line"
        return f"{line}, {value.um_per_pixel:.6g} {value.space_label} per pixel"
    if isinstance(value, ChannelContrast):
        return f"{value.value_min:g}–{value.value_max:g}, {value.color_lut}, gamma {value.gamma:g}"
    if isinstance(value, tuple):  # a verdict and its time
        return str(value[0])
    return f"{value:g}" if isinstance(value, float) else str(value)


def _named(roi: RectRoi | LineRoi) -> str:
    return f"{roi.name!r}, " if roi.name else ""


def _range(bounds: tuple[int, ...]) -> str:
    return f"{bounds[0]}–{bounds[1]}"

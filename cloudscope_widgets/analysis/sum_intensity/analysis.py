"""Intensity trace and events of a region as they are stored: table, summary and how they were measured."""

from __future__ import annotations

from typing import Any, ClassVar

import numpy as np

from cloudscope_widgets.analysis.base import Result, Task, TaskAnalysis
from cloudscope_widgets.analysis.sum_intensity.measure import SumIntensity, sum_intensity
from cloudscope_widgets.analysis.sum_intensity.params import PARAMS
from cloudscope_widgets.analysis.sum_intensity.sentences import sentences
from cloudscope_widgets.analysis.sum_intensity.settings import SumIntensitySettings
from cloudscope_widgets.analysis.sum_intensity.summary import summary, table
from cloudscope_widgets.core.kinds import SUM_INTENSITY, Kind
from cloudscope_widgets.core.params import Param, named_roi

_OURS = ("preset", "background", "bleaching_correction", "onset_rule")
"""Parameters that the shared format does not know."""


class IntensityAnalysis(TaskAnalysis):
    """Brightness over time relative to its baseline, and the events in it; the name is that of the shared files."""

    kind: ClassVar[Kind] = SUM_INTENSITY
    version: ClassVar[int] = 1
    params: ClassVar[tuple[Param, ...]] = PARAMS

    def run(self, task: Task) -> Result:
        """Measure the trace and its events."""
        if not task.calibration.is_time_known:
            raise ValueError(
                "the time per line is not known, and onsets, widths and slopes need it; enter it in the calibration"
            )
        settings = SumIntensitySettings(**{name: task.params[name] for name in task.params if name not in _OURS})  # type: ignore[arg-type]  # checked by the parameters
        background = _background(task)
        line_s = task.calibration.seconds_per_line
        found = sum_intensity(
            task.pixels,
            seconds_per_line=line_s,
            settings=settings,
            background=background,
            is_divided=task.params["bleaching_correction"] == "divide",
            onset_rule="steps" if task.params["onset_rule"] == "steps" else "threshold",
            progress=task.progress,
            cancel=task.is_cancelled,
        )
        return Result(
            summary={**summary(found, settings, line_s), **_own_summary(found)},
            table=table(found),
            method=_method(task, found, settings),
        )


def _background(task: Task) -> float:
    """Counts per pixel without indicator: the given number, or the mean of the given region."""
    given = task.params["background"]
    roi_id = named_roi(given)
    if roi_id is None:
        return float(given)
    pixels = task.regions[roi_id]
    finite = np.isfinite(pixels)
    if not finite.any():
        raise ValueError(f"the background, ROI {roi_id}, has no pixel with a number; choose another region")
    return float(np.mean(pixels, where=finite, dtype=np.float64))


def _own_summary(found: SumIntensity) -> dict[str, Any]:
    """Numbers that the shared format does not know."""
    lines = found.lines
    own: dict[str, Any] = {"background": found.background, "bleached_fraction": found.bleaching.lost_fraction}
    counts = {
        "columns_left_out": len(lines.left_out),
        "lines_estimated": lines.estimated,
        "lines_without_numbers": int(lines.missing.sum()),
    }
    return own | {name: count for name, count in counts.items() if count}


def _method(task: Task, found: SumIntensity, settings: SumIntensitySettings) -> dict[str, Any]:
    bleaching = found.bleaching
    fit = {"amplitude": bleaching.amplitude, "rate_per_s": bleaching.rate_per_s, "offset": bleaching.offset}
    return {
        "name": "sum_intensity",
        "background": found.background,
        "bleaching": {**fit, "lost_fraction": bleaching.lost_fraction},
        "f0": found.baseline.f0,
        "columns_left_out": list(found.lines.left_out),
        "sentences": sentences(found, settings, task),
    }

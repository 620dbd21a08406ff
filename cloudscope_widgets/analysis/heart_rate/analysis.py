"""Heart rate of a region as it is stored, from the velocity of the same region and channel."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, ClassVar

import numpy as np

from cloudscope_widgets.analysis.base import Result, Task, TaskAnalysis
from cloudscope_widgets.analysis.heart_rate.estimate import HeartRateSettings, heart_rate
from cloudscope_widgets.core.kinds import HEART_RATE, Kind
from cloudscope_widgets.core.params import Param
from cloudscope_widgets.core.record import Record

_DEFAULTS = asdict(HeartRateSettings())
_UNKNOWN_WINDOW = 64
"""Lines of a window where another program has not said it."""


def _param(name: str, label: str, words: str, **limits: Any) -> Param:  # noqa: ANN401  (those of Param)
    return Param(name, _DEFAULTS[name], label, words, **limits)


class HeartRate(TaskAnalysis):
    """Rate of the pulsation of a velocity; the name is that of the shared files."""

    kind: ClassVar[Kind] = HEART_RATE
    version: ClassVar[int] = 1
    params: ClassVar[tuple[Param, ...]] = (
        _param("bpm_min", "Slowest", "Lowest rate that is looked for.", unit="bpm", minimum=1),
        _param("bpm_max", "Fastest", "Highest rate that is looked for.", unit="bpm", minimum=2),
        _param("use_abs", "Speed only", "Take the speed without its direction. Off where the flow reverses."),
        _param("outlier_k_mad", "Outliers", "Velocities further from the median are held there.", unit="sd", minimum=1),
        _param("lomb_n_freq", "Frequencies", "Rates that Lomb-Scargle tries.", minimum=64, maximum=16384),
        _param("interp_max_gap_sec", "Gap", "Longest gap that Welch bridges by a straight line.", unit="s", minimum=0),
        _param("bandpass_order", "Filter order", "Order of the band-pass before Welch.", minimum=1, maximum=8),
        _param("nperseg_sec", "Segment", "Length of a segment of Welch.", unit="s", minimum=0.5, maximum=600),
        _param(
            "edge_margin_hz",
            "Edge",
            "Peaks this near to an end of the band are marked; -1 for the larger of 0.2 Hz and 5 % of the band.",
            unit="Hz",
            minimum=-1,
        ),
        _param("peak_half_width_hz", "Peak", "Half the width of a peak.", unit="Hz", minimum=0.01),
        _param("agree_tol_bpm", "Agreement", "Largest difference of the two methods.", unit="bpm", minimum=0),
        _param("do_segments", "Over time", "Also measure the rate in sliding stretches."),
        _param("seg_win_sec", "Stretch", "Length of a sliding stretch.", unit="s", minimum=1),
        _param("seg_step_sec", "Step", "Distance of the stretches.", unit="s", minimum=0.1),
        _param(
            "seg_min_valid_frac", "Valid share", "Least share of known velocities in a stretch.", maximum=1, minimum=0
        ),
    )

    def run(self, task: Task) -> Result:
        """Look for the rate in the velocity that ``task.parent`` holds."""
        velocity = task.parent
        if velocity is None or velocity.held_table is None:
            raise ValueError("the table of its velocity is missing; run velocity first")
        if not task.calibration.is_time_known:
            raise ValueError("the time per line is not known, and a rate needs it; enter it in the calibration")
        table = velocity.held_table
        settings = HeartRateSettings(**task.params)  # type: ignore[arg-type]  # checked by the parameters
        window_lines = _window_lines(velocity)
        summary = heart_rate(
            table["time_s"].to_numpy(np.float64),
            table["velocity"].to_numpy(np.float64),
            settings,
            window_s=window_lines * task.calibration.seconds_per_line,
        )
        return Result(summary=summary, method=_method(summary, settings, window_lines))


def _window_lines(velocity: Record) -> int:
    given = velocity.params.get("window_width")
    return given if isinstance(given, int) and given > 0 else _UNKNOWN_WINDOW


def _method(summary: dict[str, Any], settings: HeartRateSettings, window_lines: int) -> dict[str, Any]:
    chance = summary["false_alarm_p"]
    speed = "speed" if settings.use_abs else "signed velocity"
    how = (
        f"The heart rate was looked for between {settings.bpm_min:g} and {settings.bpm_max:g} bpm in the {speed} "
        f"of windows of {window_lines} lines, by a Lomb-Scargle and a Welch spectrum."
    )
    worth = f"Noise alone shows such a peak with a probability of {chance:.2g}." if chance is not None else ""
    return {"name": "lomb_welch", "sentences": [how, worth] if worth else [how]}

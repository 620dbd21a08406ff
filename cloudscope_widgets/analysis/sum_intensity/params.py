"""Parameters of the intensity analysis, by the names of the saved files."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from cloudscope_widgets.analysis.sum_intensity.settings import PRESETS, SIGNALS, SumIntensitySettings
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.numbers import SMALLEST_SIZE
from cloudscope_widgets.core.params import Param

_DEFAULTS = asdict(SumIntensitySettings())
_MOST_POINTS = 10_001
_MOST_RADIUS = 1_000_000


def _param(name: str, label: str, words: str, **limits: Any) -> Param:  # noqa: ANN401  (those of Param)
    return Param(name, _DEFAULTS[name], label, words, **limits)


def _time(name: str, label: str, words: str) -> Param:
    return _param(name, label, words, unit="ms", minimum=0)


PARAMS: tuple[Param, ...] = (
    Param(
        "preset",
        "default",
        "Preset",
        "Settings for events of this speed. What is given besides counts before them.",
        choices=("default", *PRESETS),
        sets=FrozenDict(PRESETS),
    ),
    _param(
        "window_radius_points",
        "Smoothing",
        "Lines on either side that each line is averaged with.",
        unit="lines",
        minimum=0,
        maximum=_MOST_RADIUS,
    ),
    _param("filter_method", "Filter", "Takes out single lines that differ.", choices=("none", "median")),
    _param(
        "median_filter_kernel_points",
        "Median of",
        "Lines that the median filter looks at; odd.",
        unit="lines",
        minimum=1,
        maximum=_MOST_POINTS,
        applies_with=FrozenDict({"filter_method": ("median",)}),
    ),
    _param(
        "detrend_method",
        "Bleaching",
        "Fit a single exponential and take it off, or leave the trace as it is.",
        choices=("none", "single_exponential"),
    ),
    Param(
        "bleaching_correction",
        "subtract",
        "Taken off by",
        "Subtract is what CloudScope does; late events then come out smaller, as the indicator has bleached. "
        "Divide gives every event its size in dF/F.",
        choices=("subtract", "divide"),
        applies_with=FrozenDict({"detrend_method": ("single_exponential",)}),
    ),
    Param(
        "background",
        0.0,
        "Background",
        'Pixel value without indicator, taken off before F0: a number, or "ROI 2" for the mean of that region.',
        unit="counts",
        takes_roi=True,
    ),
    _param("baseline_method", "F0 from", "A percentile of the trace, or a number.", choices=("percentile", "manual")),
    _param(
        "baseline_percentile",
        "Percentile",
        "Part of the trace below F0.",
        unit="%",
        minimum=0,
        maximum=100,
        applies_with=FrozenDict({"baseline_method": ("percentile",)}),
    ),
    _param(
        "manual_f0_baseline",
        "F0",
        "F0 where it is given by hand.",
        unit="counts",
        applies_with=FrozenDict({"baseline_method": ("manual",)}),
    ),
    _param("baseline_min_value", "Least F0", "F0 is never nearer to 0.", unit="counts", minimum=SMALLEST_SIZE),
    _time("baseline_window_ms", "Before onset", "Time before an onset that gives its local baseline."),
    Param(
        "onset_rule",
        "threshold",
        "Onsets",
        "Threshold is what CloudScope does. Steps finds rises that stand out of the noise, on any time scale up to the "
        "peak search window, and hardly any false ones.",
        choices=("threshold", "steps"),
    ),
    _param(
        "detection_method",
        "Onset by",
        "The slope or the value of the trace.",
        choices=("derivative_threshold", "absolute_threshold"),
    ),
    _param("polarity", "Events go", "Up, or down.", choices=("positive", "negative")),
    _param("detection_source", "Found in", "Trace in which events are looked for.", choices=SIGNALS),
    _param(
        "absolute_threshold",
        "Value",
        "Value at which an event begins.",
        applies_with=FrozenDict({"detection_method": ("absolute_threshold",)}),
    ),
    _param(
        "derivative_threshold_per_sec",
        "Slope",
        "Slope at which an event begins.",
        unit="1/s",
        applies_with=FrozenDict({"detection_method": ("derivative_threshold",)}),
    ),
    _time("refractory_period_ms", "Pause", "Time after an onset in which no other one counts."),
    _time("peak_search_window_ms", "Peak within", "Time after an onset in which its peak is looked for."),
    _time("width_search_window_ms", "Widths within", "Time after a peak in which its widths are looked for."),
    _param("level_fractions", "Levels", "Levels between onset and peak at which widths are measured."),
)

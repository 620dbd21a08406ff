"""Numbers of one event: baseline, rise, decay, slopes, area and prominence."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.sum_intensity.crossings import LevelCrossing

FloatArray = NDArray[np.float64]

_SAME_FRACTION = 1e-9


@dataclass(frozen=True, slots=True)
class Feature:
    """One number of an event, or why there is none."""

    value: float | None
    reason: str = ""
    """As the shared format names it; empty when there is a value."""


@dataclass(frozen=True, slots=True, eq=False)
class Signal:
    """The trace in which events are looked for."""

    values: FloatArray
    slope: FloatArray
    """Derivative per second (lines,)."""
    time_s: FloatArray
    sign: float
    """1 where events go up, -1 where they go down."""


def features(
    signal: Signal, onset: int, peak: int | None, crossings: Sequence[LevelCrossing], baseline_lines: int
) -> Mapping[str, Feature]:
    """Measure the numbers of one event, by their names in the shared format.

    Parameters
    ----------
    signal
        The trace.
    onset, peak
        Lines of the event; the peak is None where the search window has no number.
    crossings
        Of the levels of this event; one counts only when both its sides were found.
    baseline_lines
        Lines before the onset of which the baseline is the mean.
    """
    left_10, right_10 = _sides(crossings, 0.1)
    left_90, right_90 = _sides(crossings, 0.9)
    mean, sd = _baseline(signal.values[max(onset - baseline_lines, 0) : onset])
    decay = _interval(signal, right_90, right_10, "right_90_or_right_10_unavailable")
    return {
        "baseline_mean": mean,
        "baseline_std": sd,
        "rise_10_90_sec": _interval(signal, left_10, left_90, "left_10_or_left_90_unavailable"),
        "decay_90_10_sec": decay,
        "decay_time_sec": decay,
        "max_rise_slope": _rise_slope(signal, onset, peak),
        "max_decay_slope": _decay_slope(signal, peak, right_10),
        "auc": _area(signal, onset, left_10, right_10),
        "prominence": _prominence(signal, peak, mean),
    }


def _sides(crossings: Sequence[LevelCrossing], fraction: float) -> tuple[float | None, float | None]:
    for crossing in crossings:
        if abs(crossing.fraction - fraction) < _SAME_FRACTION and crossing.status == "ok":
            return crossing.left_index, crossing.right_index
    return None, None


def _baseline(values: FloatArray) -> tuple[Feature, Feature]:
    known = values[np.isfinite(values)]
    failed = Feature(None, "insufficient_baseline_samples")
    mean = Feature(float(known.mean())) if len(known) else failed
    return mean, Feature(float(known.std(ddof=1))) if len(known) > 1 else failed


def _interval(signal: Signal, start: float | None, stop: float | None, reason: str) -> Feature:
    if start is None or stop is None:
        return Feature(None, reason)
    return Feature(_at(signal.time_s, stop) - _at(signal.time_s, start))


def _at(values: FloatArray, place: float) -> float:
    """Value at a fractional line, linearly between its neighbours."""
    whole = min(int(place), len(values) - 2)
    low, high = float(values[whole]), float(values[whole + 1])
    return low + (place - whole) * (high - low)


def _rise_slope(signal: Signal, onset: int, peak: int | None) -> Feature:
    if peak is None or peak <= onset:
        return Feature(None, "peak_index_unavailable")
    return _steepest(signal.slope[onset : peak + 1], signal.sign)


def _decay_slope(signal: Signal, peak: int | None, right_10: float | None) -> Feature:
    if peak is None:
        return Feature(None, "peak_index_unavailable")
    if right_10 is None:
        return Feature(None, "right_10_crossing_unavailable")
    stop = math.ceil(right_10)
    if stop < peak:
        return Feature(None, "empty_peak_to_right_10_window")
    return _steepest(signal.slope[peak : stop + 1], -signal.sign)


def _steepest(slope: FloatArray, sign: float) -> Feature:
    """Largest slope for a sign of 1, smallest for one of -1."""
    known = slope[np.isfinite(slope)]
    if not len(known):
        return Feature(None, "no_finite_derivative_samples")
    return Feature(float(sign * (sign * known).max()))


def _area(signal: Signal, onset: int, left: float | None, right: float | None) -> Feature:
    """Area between the trace and the level of the onset, between both crossings of 10 %."""
    if left is None or right is None:
        return Feature(None, "left_10_or_right_10_unavailable")
    if right <= left:
        return Feature(None, "invalid_10_percent_window")
    inside = np.arange(math.floor(left) + 1, math.ceil(right))
    ends = [[_at(values, place) for place in (left, right)] for values in (signal.time_s, signal.values)]
    time, values = (
        np.concatenate([[end[0]], whole[inside], [end[1]]])
        for end, whole in zip(ends, (signal.time_s, signal.values), strict=True)
    )
    above = np.maximum(signal.sign * (values - signal.values[onset]), 0.0)
    known = np.isfinite(above)
    if known.sum() < 2:
        return Feature(None, "insufficient_auc_samples")
    time, above = time[known], above[known]
    return Feature(float(np.sum(np.diff(time) * (above[1:] + above[:-1])) / 2))


def _prominence(signal: Signal, peak: int | None, mean: Feature) -> Feature:
    if peak is None:
        return Feature(None, "peak_value_unavailable")
    if mean.value is None:
        return Feature(None, "baseline_mean_unavailable")
    return Feature(float(signal.sign * (signal.values[peak] - mean.value)))

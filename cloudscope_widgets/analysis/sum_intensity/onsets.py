"""Onsets and peaks of the events of a trace."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.sum_intensity.settings import SumIntensitySettings, points

FloatArray = NDArray[np.float64]
Indices = NDArray[np.intp]


def onsets(signal: FloatArray, slope: FloatArray, settings: SumIntensitySettings, seconds_per_line: float) -> Indices:
    """First lines of the stretches at or beyond the threshold, without those in the refractory period of the last one.

    Parameters
    ----------
    signal, slope
        The trace and its derivative per second (lines,).
    settings
        Threshold, polarity and refractory period.
    seconds_per_line
        Time from line to line.
    """
    if settings.detection_method == "derivative_threshold":
        values, threshold = slope, settings.derivative_threshold_per_sec
    else:
        values, threshold = signal, settings.absolute_threshold
    beyond = values <= -abs(threshold) if settings.polarity == "negative" else values >= threshold
    starts = np.flatnonzero(beyond & ~np.concatenate([[False], beyond[:-1]]))
    return _without_refractory(starts, points(settings.refractory_period_ms, seconds_per_line))


def _without_refractory(starts: Indices, refractory: int) -> Indices:
    accepted: list[int] = []
    for start in starts.tolist():
        if not accepted or start > accepted[-1] + refractory:
            accepted.append(start)
    return np.array(accepted, np.intp)


def peak_after(signal: FloatArray, onset: int, settings: SumIntensitySettings, seconds_per_line: float) -> int | None:
    """First line of the highest value within the search window from an onset on; None when it has no number."""
    last = onset + max(1, points(settings.peak_search_window_ms, seconds_per_line))
    values = settings.sign * signal[onset : last + 1]
    known = np.isfinite(values)
    return onset + int(np.argmax(np.where(known, values, -np.inf))) if known.any() else None

"""Onsets by comparing what comes after a line with what comes before, on many time scales, against the noise."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.sum_intensity.settings import SumIntensitySettings, points

FloatArray = NDArray[np.float64]
Indices = NDArray[np.intp]

LEAST_Z = 5.0
"""Rises of less, in standard deviations of the same comparison elsewhere, are noise."""
SHORTEST_MS = 20.0
_BEFORE = 3
"""Times as many lines are averaged before a line as after it: rest lasts longer than a rise."""
_SD_OF_MAD = 1.4826


def step_onsets(signal: FloatArray, settings: SumIntensitySettings, seconds_per_line: float) -> Indices:
    """First lines of the rises that stand out of the noise of the trace, whatever its size.

    Parameters
    ----------
    signal
        The trace (lines,).
    settings
        Polarity, refractory period, and the peak search window, within which a rise ends.
    seconds_per_line
        Time from line to line.

    Notes
    -----
    z(t) = (mean of the w lines from t on - mean of the 3 w lines before t) / 1.4826 MAD of the same, for w doubling
    from 20 ms to the peak search window. The largest z of each stretch of z >= 5 is a rise; its onset is where a level
    line that turns into a rising one fits the trace best in least squares, up to the peak.
    """
    up = settings.sign * signal
    widths = _widths(settings, seconds_per_line, len(up))
    if not widths:
        return np.empty(0, np.intp)
    scores = np.stack([_z(up, width) for width in widths])
    best = scores.max(axis=0)
    beyond = np.concatenate([[False], best >= LEAST_Z, [False]])
    starts, stops = np.flatnonzero(beyond[1:] & ~beyond[:-1]), np.flatnonzero(beyond[:-1] & ~beyond[1:])
    refractory = points(settings.refractory_period_ms, seconds_per_line)
    accepted: list[int] = []
    for start, stop in zip(starts.tolist(), stops.tolist(), strict=True):
        scale, place = np.unravel_index(int(np.argmax(scores[:, start:stop])), (len(widths), stop - start))
        onset = _bend(up, start + int(place), widths[int(scale)])
        if not accepted or onset > accepted[-1] + refractory:
            accepted.append(onset)
    return np.array(accepted, np.intp)


def _widths(settings: SumIntensitySettings, seconds_per_line: float, lines: int) -> list[int]:
    """Lines after a line that are averaged, from the shortest on; only those that fit often into the record."""
    longest = max(points(settings.peak_search_window_ms, seconds_per_line), points(SHORTEST_MS, seconds_per_line), 2)
    width, found = max(points(SHORTEST_MS, seconds_per_line), 2), []
    while width <= longest and (1 + _BEFORE) * width * 4 <= lines:
        found.append(width)
        width *= 2
    return found


def _z(values: FloatArray, width: int) -> FloatArray:
    """Mean after each line minus mean before it, in standard deviations of itself; 0 at the ends."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    score = np.zeros(len(values))
    line = np.arange(_BEFORE * width, len(values) - width + 1)
    after = (total[line + width] - total[line]) / width
    rise = after - (total[line] - total[line - _BEFORE * width]) / (_BEFORE * width)
    middle = np.median(rise)
    sd = _SD_OF_MAD * float(np.median(np.abs(rise - middle)))
    if sd > 0:
        score[line[line < len(values)]] = ((rise - middle) / sd)[line < len(values)]
    return score


def _bend(values: FloatArray, place: int, width: int) -> int:
    """Line at which a level line turns into a rising one, by least squares around a rise."""
    last = place + int(np.argmax(values[place : place + width])) + 1
    first = max(place - (1 + _BEFORE) * width, 0)
    part = values[first:last]
    line = np.arange(len(part), dtype=np.float64)
    candidates = np.arange(max(place - 2 * width - first, 1), max(len(part) - 1, 2))
    ramp = np.maximum(line - candidates[:, None], 0.0)
    ramp -= ramp.mean(axis=1, keepdims=True)
    power = (ramp**2).sum(axis=1)
    gain = np.divide((ramp @ part) ** 2, power, out=np.zeros(len(power)), where=power > 0)
    return first + int(candidates[int(np.argmax(gain))])

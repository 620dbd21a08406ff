"""Which points of a long trace are drawn: the smallest and largest of every pixel column, and all gaps."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]
IndexArray = NDArray[np.intp]


def drawn_line(time: FloatArray, value: FloatArray, *, most: int) -> tuple[FloatArray, FloatArray]:
    """Points of a line through the finite values, NaN where it breaks.

    Parameters
    ----------
    time, value
        The trace (windows,), times going upwards, NaN in ``value`` where there is none.
    most
        Most points that may be drawn, breaks included.

    Returns
    -------
    Times and values with at most ``most`` points. A trace too long for that is cut into columns of equal duration, of
    which the smallest and the largest value stay; two points are never joined across a gap.
    """
    finite = np.isfinite(value)
    chosen = np.flatnonzero(finite)
    columns = most // 2
    while True:
        points = _with_breaks(time, value, chosen, np.cumsum(~finite))
        if len(points[0]) <= most or columns < 1:
            return points
        chosen = extremes(time, value, columns=columns)
        columns = columns * 7 // 8


def extremes(time: FloatArray, value: FloatArray, *, columns: int) -> IndexArray:
    """Places of the smallest and the largest finite value of each of ``columns`` equal stretches of time, in order."""
    places = np.flatnonzero(np.isfinite(value))
    if not len(places):
        return places
    start, stop = time[places[0]], time[places[-1]]
    scale = columns / (stop - start) if stop > start else 0.0
    column = np.minimum(((time[places] - start) * scale).astype(np.intp), columns - 1)
    by_value = np.lexsort((value[places], column))
    ordered = column[by_value]
    is_first = np.r_[True, ordered[1:] != ordered[:-1]]
    is_last = np.r_[is_first[1:], True]
    return np.unique(places[by_value[is_first | is_last]])


def _with_breaks(
    time: FloatArray, value: FloatArray, chosen: IndexArray, gaps: IndexArray
) -> tuple[FloatArray, FloatArray]:
    """Values of the chosen places, with NaN between two of them that have a gap between them."""
    breaks = np.flatnonzero(np.diff(gaps[chosen])) + 1
    middles = (time[chosen[breaks - 1]] + time[chosen[breaks]]) / 2
    return np.insert(time[chosen], breaks, middles), np.insert(value[chosen], breaks, np.nan)


def lone_points(value: FloatArray) -> NDArray[np.bool_]:
    """Values without a neighbour, through which no line goes."""
    finite = np.isfinite(value)
    beside = np.r_[False, finite[:-1]] | np.r_[finite[1:], False]
    lone: NDArray[np.bool_] = finite & ~beside
    return lone


def between(time: FloatArray, start: float, stop: float) -> slice:
    """Part of the trace from ``start`` to ``stop``, with one more point at either side so that the line goes on."""
    first, last = np.searchsorted(time, (start, stop))
    return slice(max(0, int(first) - 1), int(last) + 1)


def speed_ticks(largest: float, *, is_signed: bool) -> FloatArray:
    """Round numbers on the axis of a speed, from zero or from -largest, to ``largest``; three to five upwards."""
    step = _round_up(largest / (2 if is_signed else 4))
    count = math.floor(largest / step + 1e-9)
    return np.round(np.arange(-count if is_signed else 0, count + 1, dtype=np.float64) * step, 12)


def round_ticks(low: float, high: float) -> FloatArray:
    """Round numbers on an axis from ``low`` to ``high``; two to five."""
    step = _round_up((high - low) / 4)
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return np.round(np.arange(first, last + 1, dtype=np.float64) * step, 12)


def _round_up(least: float) -> float:
    """Smallest 1, 2 or 5 times a power of ten that is not below ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= least * (1 - 1e-9))

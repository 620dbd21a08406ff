"""How much every pair of pixels tells about a speed: the inverse covariance of a moving pattern.

For speed v the pixels of a window are f(x - v t) + noise with a Gaussian process f. In their inverse covariance the
entry of two pixels, with its sign turned, is the weight of their squared difference in the likelihood. Pairs that leave
the line fade out smoothly as v grows; column delays of slow flow, line shifts of fast flow and standstill are one
formula.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from scipy.linalg import solve

from cloudscope_widgets.analysis.line_correlation.arrays import Float32Array, Float64Array

from .covariance import pattern_covariance
from .layout import PairLayout, pair_layout, sum_over_columns
from .pattern import Shape

_MOST_TABLES = 8
_LINES_BEYOND = 2
_STANDING = 1e-6
_POINTS = 4


@lru_cache(maxsize=_MOST_TABLES)
def weight_table(columns: int, window_lines: int, shape: Shape) -> Float32Array:
    """Weights of all features at all speeds (features, speeds), read-only.

    They do not depend on a record, so that records of one width and kind share them; the last eight tables are kept.

    Parameters
    ----------
    columns
        Pixels per line.
    window_lines
        Lines per window.
    shape
        The moving pattern.
    """
    layout = pair_layout(columns, window_lines)
    middle = len(layout.speeds) // 2
    right = [pair_weights(speed, layout, shape) for speed in layout.speeds[middle:].tolist()]
    of_columns, of_shifts = (np.array(part, np.float32) for part in zip(*right, strict=True))
    mirrored = of_columns[:0:-1, :, ::-1, ::-1], of_shifts[:0:-1, :, ::-1]
    both = np.concatenate([mirrored[0], of_columns]), np.concatenate([mirrored[1], of_shifts])
    flat = [part.reshape(len(layout.speeds), -1) for part in both]
    table = np.ascontiguousarray(np.concatenate(flat, 1).T)
    table.setflags(write=False)
    return table


def pair_weights(speed: float, layout: PairLayout, shape: Shape) -> tuple[Float64Array, Float64Array]:
    """Weights of the squared differences of pixel pairs at one speed >= 0.

    Parameters
    ----------
    speed
        px/line.
    layout
        Lags and columns.
    shape
        The moving pattern.

    Returns
    -------
    Weights (column lags, columns of the earlier line, columns of the later), and the mean over the pairs of every shift
    at the other lags (other lags, shifts).

    Notes
    -----
    With pixels y = B f + noise, B interpolating the pattern f of covariance Q = snr C at x - v t, the Woodbury formula
    gives the inverse covariance 1 - B (1 + Q BᵀB)⁻¹ Q Bᵀ. Its row of the middle line holds the weights of all lags.
    """
    columns = layout.columns
    reach = int(min(layout.lags[-1], np.ceil(columns / max(speed, _STANDING)) + _LINES_BEYOND))
    pixels = _Interpolation(np.arange(columns) - speed * np.arange(-reach, reach + 1)[:, None])
    count = pixels.count
    alike = pattern_covariance(np.arange(float(count)), blur=shape.blur, length=shape.length)
    covariance = shape.snr * alike[np.abs(np.arange(count)[:, None] - np.arange(count))]
    seen = covariance @ pixels.squared()
    seen.flat[:: count + 1] += 1
    told = solve(seen, pixels.of_line(reach, covariance), overwrite_a=True, overwrite_b=True, check_finite=False)
    weights = np.zeros((len(layout.lags), columns, columns))
    for i, lag in enumerate(layout.lags[layout.lags <= reach].tolist()):
        weights[i] = pixels.of_line(reach + lag, told.T) * layout.stands_for[i]
    first = layout.column_lags
    summed = weights[first:].reshape(len(weights) - first, -1) @ sum_over_columns(columns)
    return weights[:first], summed / (columns - np.abs(layout.shifts))


class _Interpolation:
    """Cubic (Catmull-Rom) interpolation of a pattern, known at every pixel, at the pixels of some lines.

    Every pixel depends on four points of the pattern, so that sums over them are written out.
    """

    def __init__(self, place: Float64Array) -> None:
        below = np.floor(place)
        t = place - below
        low = below.min() - 1
        self._first = (below - low - 1).astype(np.intp)
        self._weight = (
            -0.5 * t + t**2 - 0.5 * t**3,
            1 - 2.5 * t**2 + 1.5 * t**3,
            0.5 * t + 2 * t**2 - 1.5 * t**3,
            -0.5 * t**2 + 0.5 * t**3,
        )
        self.count = int(self._first.max()) + _POINTS
        """Points of the pattern that take part."""

    def of_line(self, line: int, pattern: Float64Array) -> Float64Array:
        """Rows of patterns (rows, count) at the pixels of a line, transposed if square: (rows, columns)."""
        first = self._first[line]
        value: Float64Array = sum(pattern[:, first + i] * w[line] for i, w in enumerate(self._weight))
        return value

    def squared(self) -> Float64Array:
        """The interpolation's matrix, transposed, times itself (count, count)."""
        square = np.zeros((self.count, self.count))
        first = self._first.ravel()
        for i, one in enumerate(self._weight):
            for j, other in enumerate(self._weight[: i + 1]):
                band = np.bincount(first + j, (one * other).ravel(), self.count)[: self.count - (i - j)]
                at = np.arange(len(band))
                square[at, at + i - j] += band
                if i > j:
                    square[at + i - j, at] += band
        return square

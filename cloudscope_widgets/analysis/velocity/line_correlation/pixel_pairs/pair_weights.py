"""How much every pair of pixels tells about a speed: the inverse covariance of a moving pattern.

For speed v the pixels of a window are f(x - v t) + noise with a Gaussian process f. In their inverse covariance the
entry of two pixels, with its sign turned, is the weight of their squared difference in the likelihood. Pairs that leave
the line fade out smoothly as v grows; column delays of slow flow, line shifts of fast flow and standstill are one
formula.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from cloudscope_widgets.analysis.velocity.line_correlation.arrays import Float32Array, Float64Array, IndexArray

from .covariance import pattern_covariance
from .layout import PairLayout, pair_layout, sum_over_columns
from .pattern import Shape

_MOST_TABLES = 8
_LINES_BEYOND = 2
_STANDING = 1e-6
_POINTS = 4


@lru_cache(maxsize=_MOST_TABLES)
def weight_table(columns: int, window_lines: int, step_px: float, shape: Shape) -> Float32Array:
    """Weights of all features at all speeds (features, speeds), read-only.

    They do not depend on a record, so that records of one width and kind share them; the last eight tables are kept.

    Parameters
    ----------
    columns
        Pixels per line.
    window_lines
        Lines per window.
    step_px
        How dense the speeds are.
    shape
        The moving pattern.
    """
    layout = pair_layout(columns, window_lines, step_px)
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
    covariance = shape.snr * _between_points(pixels.count, shape)
    seen = pixels.squared_times(covariance)
    seen.flat[:: pixels.count + 1] += 1
    middle = pixels.at(np.array([reach]), covariance)[0]
    told = np.linalg.solve(seen, middle.T)
    used = layout.lags <= reach
    weights = np.zeros((len(layout.lags), columns, columns))
    weights[used] = pixels.at(reach + layout.lags[used], told).transpose(0, 2, 1)
    weights *= layout.stands_for[:, None, None]
    first = layout.column_lags
    summed = weights[first:].reshape(len(weights) - first, -1) @ sum_over_columns(columns)
    return weights[:first], summed / (columns - np.abs(layout.shifts))


def _between_points(count: int, shape: Shape) -> Float64Array:
    """Covariance of the pattern at every pair of its points, 1 px apart (count, count)."""
    alike = pattern_covariance(np.arange(float(count)), blur=shape.blur, length=shape.length)
    both_ways = np.concatenate([alike[:0:-1], alike])
    between: Float64Array = sliding_window_view(both_ways, count)[::-1]
    return between


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

    def at(self, lines: IndexArray, pattern: Float64Array) -> Float64Array:
        """Patterns (count, patterns) at the pixels of some lines (lines, columns, patterns)."""
        first = self._first[lines]
        value: Float64Array = pattern[first] * self._weight[0][lines][:, :, None]
        for i in range(1, _POINTS):
            value += pattern[first + i] * self._weight[i][lines][:, :, None]
        return value

    def squared_times(self, pattern: Float64Array) -> Float64Array:
        """A matrix (count, count) times the interpolation's own, transposed, times itself.

        The latter has no entries but in seven diagonals, so that sums over them are written out too.
        """
        first = self._first.ravel()
        product = np.zeros_like(pattern)
        for apart in range(_POINTS):
            diagonal = np.zeros(self.count - apart)
            for i in range(apart, _POINTS):
                of_pixels = (self._weight[i] * self._weight[i - apart]).ravel()
                diagonal += np.bincount(first + i - apart, of_pixels, self.count)[: len(diagonal)]
            stop = self.count - apart
            product[:, :stop] += pattern[:, apart:] * diagonal
            if apart:
                product[:, apart:] += pattern[:, :stop] * diagonal
        return product

"""Which pairs of pixels are compared, and at which speeds: what depends on columns and window only."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from cloudscope_widgets.analysis.velocity.line_correlation.arrays import Float32Array, Float64Array, IndexArray
from cloudscope_widgets.analysis.velocity.line_correlation.plan import BLOCKS

_EVERY_LAG_TO = 8
_LINEAR_PX_PER_WINDOW = 3.0
_FASTEST = 0.8
_STEP_OF_PX = 0.06
_FINE_STEP_PX = 0.5
_EVEN_WEIGHT = 0.98
_VERY_NARROW = 20
_LAGS_OF_COLUMNS = (4, 2)


@dataclass(frozen=True, slots=True)
class PairLayout:
    """Lags, shifts and speeds for windows of one length on lines of one width.

    At the first lags every pair of columns is a feature of its own, at the others all pairs with one shift are summed.
    """

    columns: int
    """Pixels per line."""

    window_lines: int
    """Lines per window: four blocks."""

    lags: IndexArray
    """Distances in lines between paired lines, 0 among them (lags,)."""

    step_px: float
    """Pixels by which the pattern moves from one speed to the next, while it crosses the line."""

    stands_for: Float64Array
    """How many lags each one stands for (lags,)."""

    column_lags: int
    """At how many of the first lags the pairs of columns are kept apart."""

    speeds: Float64Array
    """Speeds that are tried, px/line, symmetric around 0 (speeds,)."""

    speed_step: float
    """Their even distance in asinh(speed / `slow`)."""

    @property
    def step_lines(self) -> int:
        """Lines per block, and from window to window."""
        return self.window_lines // BLOCKS

    @property
    def slow(self) -> float:
        """Speed up to which the speeds are about evenly spaced, above it by a factor, px/line."""
        return _LINEAR_PX_PER_WINDOW / self.window_lines

    @property
    def halo(self) -> int:
        """Lines needed before the first and after the last block."""
        return int(self.lags[-1]) // 2 + 1

    @property
    def shifts(self) -> IndexArray:
        """All shifts of a line along itself, px (2 columns - 1,)."""
        return np.arange(1 - self.columns, self.columns)

    @property
    def lag_of_feature(self) -> IndexArray:
        """Number of the lag that every feature belongs to (features,)."""
        of_columns = np.repeat(np.arange(self.column_lags), self.columns**2)
        of_shifts = np.repeat(np.arange(self.column_lags, len(self.lags)), 2 * self.columns - 1)
        return np.concatenate([of_columns, of_shifts])

    @property
    def outer_weight(self) -> Float64Array:
        """Weight of the first and the last block of a window at every lag (lags,); the inner ones have 1.

        The middles of pairs k apart cover sqrt(window**2 - k**2) lines, so that every lag tells the mean speed of the
        window up to second order in time. Where that is 0.98 and more, it is 1.
        """
        length = np.sqrt(self.window_lines**2 - self.lags.astype(np.float64) ** 2)
        step = self.step_lines
        weight = np.maximum((length - self.window_lines + 2 * step) / (2 * step), 0)
        return np.where(weight >= _EVEN_WEIGHT, 1.0, weight)

    def speed_at(self, place: Float64Array) -> Float64Array:
        """Speed at a fractional place on the grid, counted from speed 0, px/line."""
        return self.slow * np.sinh(place * self.speed_step)

    def speed_per_step(self, place: Float64Array) -> Float64Array:
        """How much the speed changes over one step of the grid, px/line."""
        return self.slow * np.cosh(place * self.speed_step) * self.speed_step


def pair_layout(columns: int, window_lines: int, step_px: float = _FINE_STEP_PX) -> PairLayout:
    """The layout for lines of `columns` pixels, windows of `window_lines` lines and speeds as dense as `step_px` says.

    Notes
    -----
    Lags 0 to 8 are all there, then four in every octave, up to half a window. Each stands for those that are nearer to
    it than to any other; 0 counts half because it holds every pair twice.
    """
    lags = _lags(window_lines // 2)
    border = np.concatenate([[0.0], 0.5 * (lags[1:] + lags[:-1]), [lags[-1] + 0.5]])
    speeds, step = _speeds(columns, window_lines, step_px)
    return PairLayout(
        columns=columns,
        window_lines=window_lines,
        lags=lags,
        step_px=step_px,
        stands_for=np.diff(border),
        column_lags=_LAGS_OF_COLUMNS[columns >= _VERY_NARROW],
        speeds=speeds,
        speed_step=step,
    )


@cache
def sum_over_columns(columns: int) -> Float32Array:
    """Matrix that sums the pairs of columns with the same shift (columns², 2 columns - 1), read-only."""
    column = np.arange(columns)
    shift = (column[None] - column[:, None]).ravel() + columns - 1
    matrix = np.zeros((columns**2, 2 * columns - 1), np.float32)
    matrix[np.arange(columns**2), shift] = 1
    matrix.setflags(write=False)
    return matrix


def _lags(longest: int) -> IndexArray:
    lags = list(range(_EVERY_LAG_TO + 1))
    while lags[-1] < longest:
        octave = 2 ** int(np.log2(lags[-1]))
        lags.append(lags[-1] + octave // 4)
    return np.array(lags, np.intp)


def _speeds(columns: int, window_lines: int, step_px: float) -> tuple[Float64Array, float]:
    """Speeds, and their distance: at most 3 % for half a pixel."""
    step = min(_STEP_OF_PX * step_px, step_px / columns)
    slow = _LINEAR_PX_PER_WINDOW / window_lines
    count = int(np.ceil(np.arcsinh(_FASTEST * columns / slow) / step))
    return slow * np.sinh(np.arange(-count, count + 1) * step), step

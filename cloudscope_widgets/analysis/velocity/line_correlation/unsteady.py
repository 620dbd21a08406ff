"""Windows in which the speed changes: the speed of every block, and windows matched again with these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import median_filter

from .arrays import BoolArray, Float32Array, Float64Array, IndexArray
from .cubic import cubic_value
from .plan import BLOCKS, Plan
from .refine import Range, even_grid, parabola_top, refine_speed

_LEAST_GAIN = 1.15
_POINTS = (7, 5)
_Value = TypeVar("_Value", bound=np.generic)


@dataclass(frozen=True, slots=True)
class WindowSpeeds:
    """Speed of every window and of its blocks."""

    speed: Float64Array
    """Mean speed, px/line (windows,)."""

    offset: Float64Array
    """Speed of each block minus the window's, px/line (windows, blocks); 0 in steady windows."""

    unsteady: BoolArray
    """Whether the window was matched with the speeds of its blocks (windows,)."""


def of_window(blocks: NDArray[_Value], windows: int) -> NDArray[_Value]:
    """Values of the four blocks of every window (windows, 4)."""
    return np.stack([blocks[block : block + windows] for block in range(BLOCKS)], 1)


def block_speeds(match: Float32Array, plan: Plan, window_speed: Float64Array, is_clear: BoolArray) -> Float64Array:
    """Speed of every block from its own pairs, at lags up to one block.

    Parameters
    ----------
    match
        Minus half the squared difference of shifted lines (blocks, lags, shifts).
    plan
        Lags and shifts.
    window_speed
        Speed of every window, px/line (blocks - 3,).
    is_clear
        Whether no distant speed matches the window nearly as well (blocks - 3,).

    Returns
    -------
    Speed in px/line (blocks,), running median of three.

    Notes
    -----
    A block starts from the median speed of the windows that hold it; where these differ much also from the lowest and
    the highest, and the best match stays. A window that is not clear counts with the speed of the nearest clear one:
    its own may be far beyond all others, where so few pixels overlap that chance makes a match.
    """
    blocks = len(match)
    lags = max(int(np.searchsorted(plan.lags, plan.step_lines, "right")), 3)
    padded = np.pad(window_speed[_nearest(is_clear)], BLOCKS - 1, mode="edge")
    low, *inner, high = np.sort([padded[i : i + blocks] for i in range(BLOCKS)], axis=0)
    middle = np.mean(inner, axis=0)
    look = Range(relative=0.35, px_per_window=6.0, points=(13, 5), lags=lags)

    def refine(rows: IndexArray | slice, start: Float64Array) -> tuple[Float64Array, Float64Array]:
        return refine_speed(match[rows], plan, start, look)

    speed, score = refine(slice(None), middle)
    differ = np.flatnonzero(high - low > 0.3 * np.abs(middle) + 2.0 / plan.window_lines)
    if len(differ):
        for start in (low, high):
            other, other_score = refine(differ, start[differ])
            better = other_score > score[differ]
            speed[differ[better]] = other[better]
            score[differ[better]] = other_score[better]
    smoothed: Float64Array = median_filter(speed, 3, mode="nearest")
    return smoothed


def _nearest(flags: BoolArray) -> IndexArray:
    """Number of the nearest flagged element, for every element; its own where none is flagged."""
    every, flagged = np.arange(len(flags)), np.flatnonzero(flags)
    if not len(flagged):
        return every
    border = (flagged[1:] + flagged[:-1]) // 2
    return flagged[np.searchsorted(border, every, "left")]


def match_unsteady(
    match: Float32Array, plan: Plan, window_speed: Float64Array, block_speed: Float64Array, is_shared: BoolArray
) -> WindowSpeeds:
    """Match windows again with the speeds of their blocks, where one speed leaves a residual 15 % larger.

    The residual is the whole one, with the noise: where noise rules, no window is called unsteady. Windows in which
    flow stops or starts are always matched again, because the block that holds the stop matches at no speed.

    Parameters
    ----------
    match
        Minus half the squared difference of shifted lines (blocks, lags, shifts).
    plan
        Lags and shifts.
    window_speed, block_speed
        Speeds in px/line (windows,), (blocks,).
    is_shared
        In which blocks flow stops or starts (blocks,).
    """
    windows = len(window_speed)
    own = of_window(block_speed, windows)
    mean = own.mean(1)
    deviation = own - mean[:, None]
    row = np.flatnonzero(np.ptp(own, axis=1) > 0.08 * np.abs(mean) + 1.0 / plan.window_lines)
    matcher = _VaryingMatch(match, plan)
    steady = matcher.score(row, window_speed[row][:, None], 0 * deviation[row])[:, 0]
    varying = matcher.score(row, mean[row][:, None], deviation[row])[:, 0]
    row = row[(varying * _LEAST_GAIN > steady) | of_window(is_shared, windows)[row].any(1)]
    speed, offset, unsteady = window_speed.copy(), np.zeros((windows, BLOCKS)), np.zeros(windows, bool)
    speed[row] = matcher.maximise(row, mean[row], deviation[row])
    offset[row] = deviation[row]
    unsteady[row] = True
    return WindowSpeeds(speed, offset, unsteady)


class _VaryingMatch:
    """Score of windows whose blocks move at given offsets from a common speed."""

    def __init__(self, match: Float32Array, plan: Plan) -> None:
        self._plan = plan
        self._flat = np.ascontiguousarray(match).ravel()

    def score(
        self, row: IndexArray, tried: Float64Array, offset: Float64Array, half: Float64Array | None = None
    ) -> Float64Array:
        """Score per pixel of windows `row` at the speeds `tried` (rows, points); `half` is the range they span."""
        plan = self._plan
        middle = tried[:, tried.shape[1] // 2]
        spread = np.zeros(len(row)) if half is None else half
        total, overlap = np.zeros(tried.shape), np.zeros(len(row))
        for block in range(BLOCKS):
            speed = np.abs(middle + offset[:, block])
            start = plan.curve_starts(row + block)[:, None]
            for i, lag in enumerate(plan.lags.tolist()):
                usable = (speed + spread) * lag <= plan.reach - 2
                if not usable.any():
                    break
                weight = np.maximum(plan.columns - speed * lag, 0) * usable * plan.block_weight[block, i]
                overlap += weight
                shift = (tried + offset[:, block : block + 1]) * lag + plan.reach
                position = np.clip(shift, 1, 2 * plan.reach - 2)
                total += cubic_value(self._flat, start + i * plan.shifts, position) * weight[:, None]
        return total / np.maximum(overlap, 1)[:, None]

    def maximise(self, row: IndexArray, speed: Float64Array, offset: Float64Array) -> Float64Array:
        """Common speed of best match near `speed` (rows,)."""
        half = np.maximum(3.0 / self._plan.window_lines, 0.1 * np.abs(speed))
        for count in _POINTS:
            grid = even_grid(count)
            tried = speed[:, None] + half[:, None] * grid
            speed = speed + half * parabola_top(self.score(row, tried, offset, half), grid).position
            half = half * 1.3 * (grid[1] - grid[0])
        return speed

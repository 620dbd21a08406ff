"""Blocks of lines in which flow stops or starts: their mean speed lies between the speeds before and after."""

from __future__ import annotations

import numpy as np

from .arrays import BoolArray, Float32Array, Float64Array, IndexArray
from .cubic import cubic_value
from .plan import BLOCKS, Plan

_LEAST_CHANGE = 0.7
_LEAST_PX_PER_WINDOW = 4.0
_AGREE = 0.1


def share_stops(
    match: Float32Array, plan: Plan, block_speed: Float64Array, window_speed: Float64Array, is_clear: BoolArray
) -> tuple[Float64Array, BoolArray]:
    """Give blocks between flow and stall the mean of both speeds, weighted with the lines of each.

    Parameters
    ----------
    match
        Minus half the squared difference of shifted lines (blocks, lags, shifts).
    plan
        Lags and shifts.
    block_speed
        Speed of every block, px/line (blocks,).
    window_speed
        Speed of every window, px/line (blocks - 3,).
    is_clear
        Whether one speed stands out in the window (blocks - 3,).

    Returns
    -------
    Speed of every block in px/line (blocks,), and in which blocks flow stops or starts (blocks,).

    Notes
    -----
    Flow stops in a block where the speeds before and after it differ by 70 % of the faster one, and the whole windows
    before and after are clear and agree with them: a rest of the background stands too, but not as clearly. Such a
    block matches at the one speed or the other, never at their mean. At the speed before it, the lines after the stop
    do not match, and the other way round: the residuals e at both speeds, less that of the neighbours at their own,
    tell the share of the lines before the stop, e(after) / (e(before) + e(after)). Lags up to half a block are used,
    because pairs across the stop match at neither speed.
    """
    before, after = block_speed[BLOCKS - 1 : -BLOCKS - 1], block_speed[BLOCKS + 1 : 1 - BLOCKS]
    early, late = slice(None, -BLOCKS - 1), slice(BLOCKS + 1, None)  # the windows that end and begin beside the block
    change = np.abs(after - before)
    faster = np.maximum(np.abs(before), np.abs(after))
    is_stop = change > np.maximum(_LEAST_CHANGE * faster, _LEAST_PX_PER_WINDOW / plan.window_lines)
    is_stop &= is_clear[early] & (np.abs(window_speed[early] - before) < _AGREE * change)
    is_stop &= is_clear[late] & (np.abs(window_speed[late] - after) < _AGREE * change)
    is_shared = np.zeros(len(block_speed), bool)
    is_shared[BLOCKS:-BLOCKS] = is_stop
    speed = block_speed.copy()
    if is_stop.any():
        share = _share_before(match, plan, np.flatnonzero(is_shared), before[is_stop], after[is_stop])
        speed[is_shared] = share * before[is_stop] + (1 - share) * after[is_stop]
    return speed, is_shared


def _share_before(
    match: Float32Array, plan: Plan, block: IndexArray, before: Float64Array, after: Float64Array
) -> Float64Array:
    """Share of the lines of every block that move at the speed before it (blocks,)."""
    residual = _Residual(match, plan, np.maximum(np.abs(before), np.abs(after)))
    usual = 0.5 * (residual.at(block - 1, before) + residual.at(block + 1, after))
    of_early = np.maximum(residual.at(block, after) - usual, 0)
    of_late = np.maximum(residual.at(block, before) - usual, 0)
    both = of_early + of_late
    share: Float64Array = np.where(both > 0, of_early / np.maximum(both, 1e-12), 0.5)
    return share


class _Residual:
    """Residual of blocks at given speeds, over the lags at which the faster speed is still in reach."""

    def __init__(self, match: Float32Array, plan: Plan, faster: Float64Array) -> None:
        self._plan = plan
        self._flat = np.ascontiguousarray(match).ravel()
        self._lags = plan.lags[: int(np.searchsorted(plan.lags, max(plan.step_lines // 2, 2), "right"))]
        shift = faster[:, None] * self._lags
        self._weight = np.maximum(plan.columns - shift, 0) * (shift <= plan.reach - 2)

    def at(self, block: IndexArray, speed: Float64Array) -> Float64Array:
        """Half the squared difference of the lines shifted by `speed`, in px/line (blocks,)."""
        plan = self._plan
        position = np.clip(speed[:, None] * self._lags + plan.reach, 1, 2 * plan.reach - 2)
        curve = plan.curve_starts(block)[:, None] + np.arange(len(self._lags)) * plan.shifts
        total = (cubic_value(self._flat, curve, position) * self._weight).sum(1)
        residual: Float64Array = -total / np.maximum(self._weight.sum(1), 1)
        return residual

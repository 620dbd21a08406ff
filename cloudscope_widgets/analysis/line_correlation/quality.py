"""How far a window's speed can be trusted: slopes of the blocks' scores, standard error, centre in time."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from .arrays import BoolArray, Float32Array, Float64Array
from .cubic import four_neighbours
from .plan import BLOCKS, Plan
from .unsteady import WindowSpeeds

_SMOOTHED_WINDOWS = 17
_FACTOR = 1.1
_STEADY_FLOOR = 0.003
_UNSTEADY_FLOOR = 0.008
_MEDIAN_TO_MEAN = 0.79


@dataclass(frozen=True, slots=True)
class Information:
    """What the blocks of every window say about the precision of its speed; all (windows,)."""

    slope_scatter: Float64Array
    """Sum of squares of the four blocks' slopes around their mean, x 4/3."""

    curvature: Float64Array
    """Minus the second derivative of the score by speed."""

    centre: Float64Array
    """Where in time the information lies: blocks after the window's middle."""


def measure_information(match: Float32Array, plan: Plan, speeds: WindowSpeeds) -> Information:
    """Slopes and curvatures of the blocks' scores at the windows' speeds.

    Parameters
    ----------
    match
        Minus half the squared difference of shifted lines (blocks, lags, shifts).
    plan
        Lags and shifts.
    speeds
        Speeds of the windows and their blocks.
    """
    slope = np.zeros((len(speeds.speed), BLOCKS))
    curvature = np.zeros_like(slope)
    flat = np.ascontiguousarray(match).ravel()
    windows = np.arange(len(slope))
    lags, lag_number = plan.lags, np.arange(len(plan.lags))
    for block in range(BLOCKS):
        shift = (speeds.speed + speeds.offset[:, block])[:, None] * lags
        away = np.abs(shift)
        weight = plan.block_weight[block] * np.maximum(plan.columns - away, 0) * (away <= plan.reach - 3)
        position = np.clip(shift + plan.reach, 1, 2 * plan.reach - 2)
        start = plan.curve_starts(windows + block)[:, None] + lag_number * plan.shifts
        c0, c1, c2, c3, t = four_neighbours(flat, start, position)
        slope[:, block] = (weight * lags * 0.5 * ((1 - t) * (c2 - c0) + t * (c3 - c1))).sum(1)
        bend = (1 - t) * (c2 - 2 * c1 + c0) + t * (c3 - 2 * c2 + c1)
        curvature[:, block] = -(weight * lags**2 * bend).sum(1)
    return _summarise(slope, curvature)


def standard_error(
    slope_scatter: Float64Array, curvature: Float64Array, *, speed: Float64Array, unsteady: BoolArray
) -> Float64Array:
    """Standard error of every window's speed.

    Parameters
    ----------
    slope_scatter, curvature
        As in `Information`, of all windows of the record (windows,).
    speed
        Speed of every window, px/line (windows,).
    unsteady
        Whether it was matched with the speeds of its blocks (windows,).

    Returns
    -------
    px/line (windows,)

    Notes
    -----
    Scatter of the four blocks' slopes divided by the squared curvature (sandwich estimate), smoothed over 17 windows by
    a running median (0.79 = median / mean of chi squared with 3 degrees of freedom), plus a floor relative to the speed
    for what all blocks share.
    """
    usual = 1e-3 * np.median(np.abs(curvature)) + 1e-9
    raw = np.maximum(slope_scatter, 0) / np.maximum(curvature, usual) ** 2
    windows = min(_SMOOTHED_WINDOWS, len(raw)) | 1
    variance = median_filter(raw, windows, mode="nearest") / _MEDIAN_TO_MEAN
    variance = np.maximum(variance, 0.25 * np.minimum(raw, 9 * variance))
    floor = np.where(unsteady, _UNSTEADY_FLOOR, _STEADY_FLOOR) * np.abs(speed)
    return _FACTOR * np.sqrt(variance + floor**2)


def _summarise(slope: Float64Array, curvature: Float64Array) -> Information:
    deviation = slope - slope.mean(1, keepdims=True)
    trusted = np.maximum(curvature, 0)
    place = np.arange(BLOCKS) - (BLOCKS - 1) / 2
    return Information(
        slope_scatter=(deviation**2).sum(1) * BLOCKS / (BLOCKS - 1.0),
        curvature=curvature.sum(1),
        centre=(trusted @ place) / np.maximum(trusted.sum(1), 1e-12),
    )

"""How far a window's speed can be trusted: slopes of the blocks' scores, and the standard error."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import median_filter

from .arrays import BoolArray, Float32Array, Float64Array
from .cubic import four_neighbours
from .plan import BLOCKS, Plan
from .unsteady import WindowSpeeds

_SMOOTHED_WINDOWS = 17
_MEDIAN_TO_MEAN = 0.79
_OWN_SHARE = 0.25
_OWN_AT_MOST = 9.0
_FLOOR_PX = 0.03
_OF_ONE_STEP = 1 / 8


@dataclass(frozen=True, slots=True)
class Information:
    """What the blocks of every window say about the precision of its speed; (windows,) unless said otherwise."""

    slope_scatter: Float64Array
    """Sum of squares of the four blocks' slopes around their mean, x 4/3."""

    curvature: Float64Array
    """Minus the second derivative of the score by speed."""

    share: Float64Array
    """How much of the information each block holds, 1 in all (windows, blocks)."""


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
    lags = plan.lags
    shift = (speeds.speed[:, None] + speeds.offset)[:, :, None] * lags
    away = np.abs(shift)
    weight = plan.block_weight * np.maximum(plan.columns - away, 0) * (away <= plan.reach - 3)
    position = np.clip(shift + plan.reach, 1, 2 * plan.reach - 2)
    block = np.arange(len(shift))[:, None] + np.arange(BLOCKS)
    start = plan.curve_starts(block)[:, :, None] + np.arange(len(lags)) * plan.shifts
    c0, c1, c2, c3, t = four_neighbours(np.ascontiguousarray(match).ravel(), start, position)
    early, late = c2 - c0, c3 - c1
    slope = np.einsum("wbl,wbl->wb", weight * (0.5 * lags), early + t * (late - early))
    early, late = c2 - 2 * c1 + c0, c3 - 2 * c2 + c1
    bend = np.einsum("wbl,wbl->wb", weight * lags**2, early + t * (late - early))
    return _summarise(slope, -bend)


def noise_error(
    slope_scatter: Float64Array, curvature: Float64Array, *, speed: Float64Array, columns: int
) -> Float64Array:
    """Standard error of every window's speed, as far as noise and the windows' own scatter go.

    Parameters
    ----------
    slope_scatter, curvature
        As in `Information`, of all windows of the record (windows,).
    speed
        Speed of every window, px/line (windows,).
    columns
        Pixels per line.

    Returns
    -------
    px/line (windows,)

    Notes
    -----
    Scatter of the four blocks' slopes divided by the squared curvature (sandwich estimate). Scatter / curvature is the
    noise, which neighbours share: its running median over 17 windows stands for it (0.79 = median / mean of chi squared
    with 3 degrees of freedom). The curvature is the window's own: it tells how many cells are in view. A window that
    scatters more than its neighbours gets a part of that. What all blocks share, as from interpolation, is added:
    0.03 px over the length of the line, in which a cell is followed.
    """
    usual = 1e-3 * np.median(np.abs(curvature)) + 1e-9
    curved = np.maximum(curvature, usual)
    noise = np.maximum(slope_scatter, 0) / curved
    shared = _running_median(noise) / _MEDIAN_TO_MEAN
    own = _OWN_SHARE * np.minimum(noise, _OWN_AT_MOST * shared)
    return np.sqrt(np.maximum(shared, own) / curved + (_FLOOR_PX * speed / columns) ** 2)


def standard_error(
    noise: Float64Array, share: Float64Array, *, speed: Float64Array, accepted: BoolArray
) -> Float64Array:
    """Standard error of every window's speed, with the changes of speed that its cells may have missed.

    Where cells are in view during a part of a window only, the estimate is the speed of that part.

    Parameters
    ----------
    noise
        `noise_error` of every window, px/line (windows,).
    share
        As in `Information` (windows, blocks).
    speed
        Speed of every window, px/line (windows,).
    accepted
        Windows whose speed can be believed (windows,).

    Returns
    -------
    px/line (windows,)

    Notes
    -----
    error^2 = noise^2 + unevenness x change^2. Unevenness is the sum of squares of the blocks' shares less a quarter:
    0 when all know the speed equally well, 0.75 when one alone does. The change is that of the speed from one block to
    the next, from the windows before and after: its running median over 17 windows, which follows a heartbeat, and an
    eighth of the larger step to a neighbour, which tells of the end of a stall.
    """
    padded, known = np.pad(speed, 1), np.pad(accepted, 1)
    before, after = known[:-2] & accepted, known[2:] & accepted
    step = np.maximum(np.where(before, np.abs(speed - padded[:-2]), 0), np.where(after, np.abs(padded[2:] - speed), 0))
    slope = np.where(known[:-2] & known[2:], 0.5 * (padded[2:] - padded[:-2]), 0)
    change = _running_median(slope**2) + (_OF_ONE_STEP * step) ** 2
    unevenness = ((share - 1 / BLOCKS) ** 2).sum(1)
    error: Float64Array = np.sqrt(noise**2 + unevenness * change)
    return error


def _running_median(values: Float64Array) -> Float64Array:
    windows = min(_SMOOTHED_WINDOWS, len(values)) | 1
    median: Float64Array = median_filter(values, windows, mode="nearest")
    return median


def _summarise(slope: Float64Array, curvature: Float64Array) -> Information:
    deviation = slope - slope.mean(1, keepdims=True)
    trusted = np.maximum(curvature, 0)
    share = trusted / np.maximum(trusted.sum(1, keepdims=True), 1e-12)
    return Information(
        slope_scatter=(deviation**2).sum(1) * BLOCKS / (BLOCKS - 1.0), curvature=curvature.sum(1), share=share
    )

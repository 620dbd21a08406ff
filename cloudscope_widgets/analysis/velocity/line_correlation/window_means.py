"""The mean speed over a window, where its cells tell the speed of a part of it only."""

from __future__ import annotations

import numpy as np
from scipy.linalg import solveh_banded

from .arrays import BoolArray, Float64Array
from .plan import BLOCKS

_LEAST_ERROR = 0.01
_FREEDOM = 3.0
_MEDIAN_TO_MEAN = 0.455
_LARGEST_ERRORS = 1.5
_LARGEST_PART = 0.35
_RIDGE = 1e-8
_ROUNDS = 4
_STEP_SD = 2.0


def mean_over_window(
    speed: Float64Array,
    *,
    share: Float64Array,
    error: Float64Array,
    accepted: BoolArray,
    stays: BoolArray,
) -> Float64Array:
    """Mean speeds over the windows, from speeds that weight their blocks unevenly.

    Parameters
    ----------
    speed, error
        Speed and standard error of every window, px/line (windows,).
    share
        How much each of its blocks contributed, 1 in all (windows, blocks).
    accepted
        Windows to believe (windows,); the others keep their speed.
    stays
        Windows that keep their speed and count as means (windows,).

    Returns
    -------
    px/line (windows,)

    Notes
    -----
    Windows overlap, so that the speeds of all blocks follow from those of all windows: least squares, with a normal
    prior for the second difference of the speed in time. The windows themselves show its variance; where the speeds of
    the blocks bend more, as when flow stops, it is larger (four rounds). Only the difference between the even and the
    uneven mean of these speeds is added, and at most 1.5 standard errors.
    """
    windows = len(speed)
    if windows < 2 * BLOCKS:
        return speed
    even = np.where(stays[:, None], 1 / BLOCKS, share)
    weight = np.where(accepted, 1 / np.maximum(error, 1e-4 + _LEAST_ERROR * np.abs(speed)) ** 2, 0.0)
    of_blocks = _speed_of_blocks(speed, even, weight, _roughness(speed, accepted))
    own = np.stack([of_blocks[block : block + windows] for block in range(BLOCKS)], 1)
    change = own.mean(1) - (even * own).sum(1)
    largest = np.minimum(_LARGEST_ERRORS * error, _LARGEST_PART * np.abs(speed))
    moved: Float64Array = np.where(accepted, speed + np.clip(change, -largest, largest), speed)
    return moved


def _roughness(speed: Float64Array, accepted: BoolArray) -> float:
    """Variance of the second difference of the speed from block to block, (px/line)²."""
    known = accepted[:-BLOCKS] & accepted[BLOCKS // 2 : -BLOCKS // 2] & accepted[BLOCKS:]
    if not known.any():
        return 1e-4
    bend = (speed[:-BLOCKS] - 2 * speed[BLOCKS // 2 : -BLOCKS // 2] + speed[BLOCKS:])[known] / (BLOCKS // 2) ** 2
    return _FREEDOM * (float(np.median(bend**2)) / _MEDIAN_TO_MEAN + 1e-8)


def _speed_of_blocks(speed: Float64Array, share: Float64Array, weight: Float64Array, roughness: float) -> Float64Array:
    """Speed of every block, px/line (windows + 3,)."""
    windows, blocks = len(speed), len(speed) + BLOCKS - 1
    known, right = np.zeros((BLOCKS, blocks)), np.zeros(blocks)  # the lower band of a symmetric matrix
    for block in range(BLOCKS):
        of_block = weight * share[:, block]
        right[block : block + windows] += of_block * speed
        for later in range(block, BLOCKS):
            known[later - block, block : block + windows] += of_block * share[:, later]
    variance = np.full(blocks - 2, roughness)
    for _ in range(_ROUNDS):
        solved: Float64Array = solveh_banded(known + _smoothness(variance), right, lower=True)
        variance = roughness + (np.diff(solved, 2) / _STEP_SD) ** 2
    return solved


def _smoothness(variance: Float64Array) -> Float64Array:
    """Lower band of the matrix of the squared second differences, each over its variance (4, variances + 2)."""
    stiff = 1 / variance
    matrix = np.zeros((BLOCKS, len(variance) + 2))
    for row, column, entry in ((0, 0, 1.0), (0, 1, 4.0), (0, 2, 1.0), (1, 0, -2.0), (1, 1, -2.0), (2, 0, 1.0)):
        matrix[row, column : column + len(variance)] += entry * stiff
    matrix[0] += _RIDGE * stiff.max()  # holds what no window tells, also beside a step
    return matrix

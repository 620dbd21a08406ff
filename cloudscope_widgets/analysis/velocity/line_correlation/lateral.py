"""Sideways motion of the standing background, as from a breathing or beating animal."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from scipy.ndimage import median_filter, spline_filter1d

from .arrays import Float32Array, Float64Array
from .pictures import BlockPictures, running_sum

_SPAN_LINES = 64
_REACH_PX = 4
_NEAR_PX = 2
_LEAST_MATCHED, _LEAST_MATCHED_FAR = 3, 5
_STEP_PX = 0.5
_ROUNDS = 3
_ROWS_PER_CHUNK = 512


def reach_px(columns: int) -> int:
    """How far the background is followed in so many columns, px: at most 4; 3 are left to match, 5 beyond 2 px."""
    near = min(_NEAR_PX, (columns - _LEAST_MATCHED) // 2)
    return max(near, min(_REACH_PX, (columns - _LEAST_MATCHED_FAR) // 2), 0)


def shift_rows(rows: Float32Array, shift_px: Float64Array) -> Float32Array:
    """Every row moved by its own distance towards larger column, edge values repeated.

    Parameters
    ----------
    rows
        Pictures (rows, columns).
    shift_px
        Distance of every row (rows,), fractional pixels.

    Notes
    -----
    Cubic spline: the cheaper interpolation through four samples flattens stripes of a few pixels.
    """
    columns = rows.shape[1]
    margin = int(np.ceil(np.abs(shift_px).max(initial=0.0))) + 2
    whole = np.floor(-shift_px).astype(np.intp)
    weights = _spline_weights((-shift_px - whole).astype(np.float32))
    moved = np.zeros(rows.shape, np.float32)
    for first in range(0, len(rows), _ROWS_PER_CHUNK):
        part = slice(first, first + _ROWS_PER_CHUNK)
        padded = np.pad(rows[part], ((0, 0), (margin, margin)), mode="edge")
        spline = spline_filter1d(padded, 3, axis=1, output=np.float32, mode="mirror")
        column = margin - 1 + whole[part, None] + np.arange(columns)
        for neighbour, weight in enumerate(weights):
            moved[part] += weight[part, None] * np.take_along_axis(spline, column + neighbour, 1)
    return moved


def straighten(rows: Float32Array, shift_px: Float64Array, weight: Float32Array) -> Float32Array:
    """Pictures with their sideways motion undone, wider by `reach_px` on either side.

    What a picture does not show of the wider range is filled with the mean of those that do, at the picture's level.

    Parameters
    ----------
    rows
        Pictures (rows, columns).
    shift_px
        How far each has moved towards larger column (rows,), at most `reach_px`.
    weight
        Weight of each in the mean (rows,).

    Returns
    -------
    (rows, columns + 2 reach); `move_back` undoes it.
    """
    columns = rows.shape[1]
    reach = reach_px(columns)
    moved = shift_rows(np.pad(rows, ((0, 0), (reach, reach)), mode="edge"), -shift_px)
    place = np.arange(-reach, columns + reach) + shift_px[:, None]
    seen = ((place >= 0) & (place <= columns - 1)).astype(np.float32)
    total = (weight[:, None] * seen).sum(0)
    pattern = (weight[:, None] * seen * moved).sum(0) / np.maximum(total, np.float32(1e-12))
    known = np.flatnonzero(total > 0)
    pattern = np.interp(np.arange(len(pattern)), known, pattern[known]).astype(np.float32)
    level = (seen * (moved - pattern)).sum(1) / seen.sum(1)
    return np.where(seen > 0, moved, pattern + level[:, None])


def move_back(rows: Float32Array, shift_px: Float64Array, columns: int) -> Float32Array:
    """Pictures from `straighten` in motion and at their width again (rows, columns)."""
    reach = (rows.shape[1] - columns) // 2
    return shift_rows(rows, shift_px)[:, reach : reach + columns]


def lateral_shift(pictures: BlockPictures, check: Callable[[], None]) -> Float64Array:
    """Sideways position of the standing pattern in every block relative to the record's mean.

    Parameters
    ----------
    pictures
        Mean pictures of the blocks.
    check
        Called between rounds; raises to stop.

    Returns
    -------
    Shift in pixels towards larger column (blocks,), at most `reach_px` either way.

    Notes
    -----
    Means over 64 lines are matched to the pattern by least squares over shifts with free gain and a parabola,
    smoothed with the energy explained and the renewal as weights; the pattern is rebuilt from the straightened blocks
    and the match repeated.
    """
    mean, weight = pictures.mean, pictures.weight
    blocks = pictures.odd_blocks(_SPAN_LINES)
    local = running_sum(weight[:, None] * mean, blocks) / (running_sum(weight, blocks) + np.float32(1e-9))[:, None]
    shift = np.zeros(len(mean))
    reach = reach_px(mean.shape[1])
    for _ in range(_ROUNDS):
        check()
        pattern = np.average(straighten(mean, shift, weight), axis=0, weights=weight)[reach:-reach]
        raw, energy = _match(local, pattern)
        trust = weight * energy / (np.median(energy) + 1e-12)
        total = running_sum(trust, blocks)
        raw = median_filter(raw, blocks, mode="nearest")
        shift = running_sum(trust * raw, blocks) / np.maximum(total, 1e-6 * trust.max() + 1e-12)
        shift = np.clip(shift - np.average(shift, weights=weight), -reach, reach)
    return shift


def _match(pictures: Float32Array, pattern: Float32Array) -> tuple[Float64Array, Float64Array]:
    """Shift of every picture against a pattern (columns,), in pixels, and the energy it explains; both (rows,)."""
    reach = reach_px(pictures.shape[1])
    grid = np.arange(-reach, reach + 0.01, _STEP_PX)
    inside = slice(reach, -reach)
    template = shift_rows(np.repeat(pattern[None], len(grid), 0).astype(np.float32), grid)[:, inside]
    template -= template.mean(1, keepdims=True)
    seen = pictures[:, inside] - pictures[:, inside].mean(1, keepdims=True)
    explained = np.maximum(seen @ template.T, 0) ** 2 / ((template * template).sum(1) + 1e-12)
    best = np.clip(explained.argmax(1), 1, len(grid) - 2)
    row = np.arange(len(best))
    before, at, after = explained[row, best - 1], explained[row, best], explained[row, best + 1]
    curvature = np.minimum(before - 2 * at + after, -1e-12)
    shift = grid[best] + _STEP_PX * np.clip(0.5 * (before - after) / curvature, -1, 1)
    return shift, explained.max(1).astype(np.float64)


def _spline_weights(fraction: Float32Array) -> tuple[Float32Array, Float32Array, Float32Array, Float32Array]:
    """Cubic B-spline at the two samples before and the two after a place between samples."""
    sixth, two_thirds, half = np.float32(1 / 6), np.float32(2 / 3), np.float32(0.5)
    rest = 1 - fraction
    before = two_thirds - half * fraction**2 * (2 - fraction)
    after = two_thirds - half * rest**2 * (2 - rest)
    return sixth * rest**3, before, after, sixth * fraction**3

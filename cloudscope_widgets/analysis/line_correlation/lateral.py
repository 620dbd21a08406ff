"""Sideways motion of the standing background, as from a breathing or beating animal."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import median_filter

from .arrays import Float32Array, Float64Array
from .cubic import cubic_value
from .pictures import BlockPictures, running_sum

_SPAN_LINES = 128
_REACH_PX = 4.0
_STEP_PX = 0.5
_ROUNDS = 3
_ROWS_PER_CHUNK = 512


def shift_rows(rows: Float32Array, shift_px: Float64Array) -> Float32Array:
    """Every row moved by its own distance towards larger column, edge values repeated.

    Parameters
    ----------
    rows
        Pictures (rows, columns).
    shift_px
        Distance of every row (rows,), fractional pixels.
    """
    columns = rows.shape[1]
    moved = np.empty(rows.shape, np.float32)
    for first in range(0, len(rows), _ROWS_PER_CHUNK):
        part = slice(first, first + _ROWS_PER_CHUNK)
        position = np.clip(np.arange(columns)[None] - shift_px[part, None], 0, columns - 1)
        padded = np.pad(rows[part], ((0, 0), (2, 2)), mode="edge")
        start = np.arange(len(padded))[:, None] * padded.shape[1]
        moved[part] = cubic_value(padded.ravel(), start, position + 2)
    return moved


def lateral_shift(pictures: BlockPictures) -> Float64Array:
    """Sideways position of the standing pattern in every block relative to the record's mean.

    Returns
    -------
    Shift in pixels towards larger column (blocks,), -4 ... 4.

    Notes
    -----
    Means over 128 lines are matched to the pattern by least squares over shifts with free gain and a parabola,
    smoothed with the energy explained and the renewal as weights; the pattern is rebuilt from the straightened blocks
    and the match repeated.
    """
    mean, weight = pictures.mean, pictures.weight
    blocks = pictures.odd_blocks(_SPAN_LINES)
    local = running_sum(weight[:, None] * mean, blocks) / (running_sum(weight, blocks) + np.float32(1e-9))[:, None]
    shift = np.zeros(len(mean))
    for _ in range(_ROUNDS):
        pattern = np.average(shift_rows(mean, -shift), axis=0, weights=weight)
        raw, energy = _match(local, pattern)
        trust = weight * energy / (np.median(energy) + 1e-12)
        total = running_sum(trust, blocks)
        raw = median_filter(raw, blocks, mode="nearest")
        shift = running_sum(trust * raw, blocks) / np.maximum(total, 1e-6 * trust.max() + 1e-12)
        shift = np.clip(shift - np.average(shift, weights=weight), -_REACH_PX, _REACH_PX)
    return shift


def _match(pictures: Float32Array, pattern: Float32Array) -> tuple[Float64Array, Float64Array]:
    """Shift of every picture against a pattern (columns,), in pixels, and the energy it explains; both (rows,)."""
    grid = np.arange(-_REACH_PX, _REACH_PX + 0.01, _STEP_PX)
    edge = int(_REACH_PX)
    inside = slice(edge, len(pattern) - edge)
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

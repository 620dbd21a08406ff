"""Everything about a measurement that depends on columns, window and smoothing only."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft
from scipy.sparse import csr_array

from .arrays import Float32Array, Float64Array, IndexArray

WINDOWS = (16, 32, 64, 128, 256)
"""Window lengths on offer, in lines."""

BLOCKS = 4
"""Blocks in a window; a window starts at every block."""

SPEED_LIMIT = 0.85
"""Part of the largest measurable speed up to which windows are accepted."""

_LAGS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)
REACH = 0.65
"""Largest measurable speed, of the columns per line."""
_MARGIN = 2


@dataclass(frozen=True, slots=True)
class Plan:
    """Lags, shifts, speed grid and weights for windows of one size on lines of one width.

    A window is four blocks of lines. Pairs of lines k apart belong to the block that holds their middle.
    """

    columns: int
    """Pixels per line."""

    window_lines: int
    """Lines per window."""

    step_lines: int
    """Lines per block, and from window to window."""

    smoothing_sd_px: float
    """Standard deviation of the Gaussian smoothing along the line, px; 0 for none."""

    limit: int
    """Largest measurable speed, px/line: two neighbouring lines still share 35 % of their pixels."""

    reach: int
    """Largest shift of which correlations are kept, px."""

    lags: IndexArray
    """Distances in lines between paired lines (lags,)."""

    fft_length: int
    """Length of a zero-padded line."""

    frequencies: int
    """Frequencies kept; the smoothing leaves nothing beyond."""

    block_weight: Float32Array
    """Weight of each block of a window at every lag (blocks, lags).

    The outer blocks are weighted so that the pairs of every lag have the second moment in time of the window itself.
    So the mean over pairs is the window's mean speed up to second order in time, whatever the lag.
    """

    speeds: Float64Array
    """Grid of the coarse search, px/line (speeds,): 0 and both directions, geometric."""

    overlap: Float32Array
    """Pixels that two lines share at every lag and speed, 0 beyond the limit (lags, speeds)."""

    interpolate: tuple[csr_array[np.float32], ...]
    """For every lag a matrix (speeds, shifts): linear interpolation at speed x lag, times overlap."""

    @property
    def shifts(self) -> int:
        """Number of shifts, -reach ... reach."""
        return 2 * self.reach + 1

    @property
    def halo(self) -> int:
        """Lines needed before the first and after the last block."""
        return int(self.lags[-1]) // 2 + 2

    def curve_starts(self, rows: IndexArray) -> IndexArray:
        """Where the curves of the given rows start in a flat (rows, lags, shifts) array."""
        return rows * (len(self.lags) * self.shifts)


def make_plan(columns: int, window_lines: int, smoothing_sd_px: float) -> Plan:
    """The plan for lines of `columns` pixels, windows of `window_lines` and Gaussian smoothing along the line."""
    limit = int(REACH * columns)
    reach = min(limit + _MARGIN, columns - 1)
    step = window_lines // BLOCKS
    lags = np.array([lag for lag in _LAGS if lag <= window_lines // 2], np.intp)
    length = fft.next_fast_len(columns + reach + 1, real=True)
    kept = min(0.5, 0.4 / max(smoothing_sd_px, 0.8))
    speeds = _speed_grid(limit, window_lines)
    overlap = _overlap(columns, limit, lags, speeds)
    return Plan(
        columns=columns,
        window_lines=window_lines,
        step_lines=step,
        smoothing_sd_px=smoothing_sd_px,
        limit=limit,
        reach=reach,
        lags=lags,
        fft_length=length,
        frequencies=min(length // 2 + 1, int(np.ceil(kept * length)) + 1),
        block_weight=_block_weight(window_lines, step, lags),
        speeds=speeds,
        overlap=overlap,
        interpolate=tuple(_interpolation(speeds * lag, row, reach) for lag, row in zip(lags, overlap, strict=True)),
    )


def _speed_grid(limit: int, window_lines: int) -> Float64Array:
    """Speeds from -limit to limit whose spacing is 6 % or two pixels per window, whichever is more."""
    up = [0.0]
    while up[-1] < limit:
        up.append(up[-1] + max(2.0 / window_lines, 0.06 * up[-1]))
    positive = np.array(up)
    return np.concatenate([-positive[:0:-1], positive])


def _overlap(columns: int, limit: int, lags: IndexArray, speeds: Float64Array) -> Float32Array:
    shift = np.abs(speeds[None] * lags[:, None])
    return np.where(shift < limit, columns - shift, 0).astype(np.float32)


def _block_weight(window_lines: int, step: int, lags: IndexArray) -> Float32Array:
    """The pairs' middles cover sqrt(window**2 - lag**2) lines; inner blocks count fully, outer ones less."""
    length = np.sqrt(window_lines**2 - lags.astype(np.float64) ** 2)
    weight = np.ones((BLOCKS, len(lags)), np.float32)
    weight[0] = weight[-1] = np.maximum((length - window_lines + 2 * step) / (2.0 * step), 0)
    return weight


def _interpolation(shift: Float64Array, overlap: Float32Array, reach: int) -> csr_array[np.float32]:
    """Linear interpolation of a curve over shifts at the given shifts, each row times its overlap."""
    row = np.flatnonzero(overlap)
    below = np.floor(shift[row])
    part = shift[row] - below
    column = np.clip(below + reach, 0, 2 * reach - 1).astype(np.intp)
    weight = np.concatenate([1 - part, part]) * np.tile(overlap[row], 2)
    at = (np.tile(row, 2), np.concatenate([column, column + 1]))
    return csr_array((weight.astype(np.float32), at), shape=(len(shift), 2 * reach + 1))

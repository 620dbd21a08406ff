"""Squared differences of pixel pairs, summed over blocks of lines."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy import fft

from cloudscope_widgets.analysis.velocity.line_correlation.arrays import Float32Array, Float64Array

from .layout import PairLayout, sum_over_columns


@dataclass(frozen=True, slots=True)
class BlockDifferences:
    """Sums over the pairs of lines whose middle lies in a block."""

    features: Float32Array
    """Sums of squared differences as if no line were missing (blocks, features): pairs of columns, then shifts."""

    seen: Float32Array
    """Share of the pairs of lines that are there (blocks, lags)."""

    def of_shifts(self, layout: PairLayout) -> Float32Array:
        """The same summed over all pairs of one shift, at every lag (blocks, lags, shifts)."""
        columns, split = layout.columns, layout.column_lags * layout.columns**2
        pairs = self.features[:, :split].reshape(-1, columns**2) @ sum_over_columns(columns)
        shape = (len(self.features), -1, 2 * columns - 1)
        return np.concatenate([pairs.reshape(shape), self.features[:, split:].reshape(shape)], 1)

    def of_windows(self, blocks: int) -> Float32Array:
        """Mean share of the pairs of neighbouring lines in every window (blocks - 3,)."""
        windows = len(self.seen) - blocks + 1
        seen: Float32Array = np.mean([self.seen[b : b + windows, 1] for b in range(blocks)], 0)
        return seen


def block_differences(lines: Float32Array, good: Float32Array, layout: PairLayout) -> BlockDifferences:
    """Squared differences of consecutive blocks.

    Parameters
    ----------
    lines
        Prepared lines, `layout.halo` more than the blocks at either end (lines, columns); missing ones zero.
    good
        1 for usable lines, 0 for missing ones (lines,).
    layout
        Lags and columns.
    """
    blocks = (len(lines) - 2 * layout.halo) // layout.step_lines
    seen = np.empty((blocks, len(layout.lags)), np.float32)
    features = []
    for i, sums in enumerate(_sums(lines, good, layout, blocks)):
        pairs, difference = sums
        seen[:, i] = pairs / layout.step_lines
        difference *= (layout.step_lines / np.maximum(pairs, 1))[:, None]
        features.append(difference)
    return BlockDifferences(np.concatenate(features, 1), seen)


def _sums(
    lines: Float32Array, good: Float32Array, layout: PairLayout, blocks: int
) -> Iterator[tuple[Float32Array, Float32Array]]:
    """Number of pairs (blocks,) and their squared differences (blocks, features of the lag), lag by lag."""
    step, span = layout.step_lines, blocks * layout.step_lines
    square = lines * lines
    length = fft.next_fast_len(2 * layout.columns - 1, real=True)
    overlaps = _overlaps(layout)
    spectra = fft.rfft(lines, length, axis=1, workers=1)
    for i, lag in enumerate(layout.lags.tolist()):
        first = layout.halo - lag // 2
        one, other = slice(first, first + span), slice(first + lag, first + lag + span)
        both = (good[one] * good[other]).reshape(blocks, step)
        early, late = (np.matmul(both[:, None], square[at].reshape(blocks, step, -1))[:, 0] for at in (one, other))
        if i < layout.column_lags:
            earlier, later = (lines[at].reshape(blocks, step, -1) for at in (one, other))
            product = np.matmul(earlier.transpose(0, 2, 1), later)
            of_lag = early[:, :, None] + late[:, None, :] - 2 * product
            yield both.sum(1), of_lag.reshape(blocks, -1)
        else:
            cross = (np.conj(spectra[one]) * spectra[other]).reshape(blocks, step, -1).sum(1)
            product = fft.irfft(cross, length, axis=1, workers=1)[:, layout.shifts]
            yield both.sum(1), early @ overlaps + late @ overlaps[:, ::-1] - 2 * product


def _overlaps(layout: PairLayout) -> Float32Array:
    """Matrix that sums over the pixels of the earlier line that overlap the later one at every shift (columns, shifts).

    Those of the later line overlap at the opposite shift.
    """
    column = np.arange(layout.columns)[:, None] + layout.shifts
    return ((column >= 0) & (column < layout.columns)).astype(np.float32)


def expected_differences(
    layout: PairLayout, covariance: Float32Array, excess: Float64Array, *, per_px: float, snr: float
) -> tuple[Float32Array, Float32Array]:
    """What every feature is on average at every speed if that is the true one, in units of the noise variance.

    Parameters
    ----------
    layout
        Lags, columns and speeds.
    covariance
        Covariance of the pattern at distances 0, 1 / per_px, ... px; the last one stands for all farther ones.
    excess
        Variance that pixels on a streak gain with the lag (lags,).
    per_px
        Samples of `covariance` per pixel.
    snr
        Variance of the pattern.

    Returns
    -------
    The part of the noise (features,), and that of the pattern (features, speeds).
    """
    columns, lag = layout.columns, layout.lag_of_feature
    column, first = np.arange(columns), layout.column_lags
    shift = np.concatenate(
        [np.tile((column[None] - column[:, None]).ravel(), first), np.tile(layout.shifts, len(layout.lags) - first)]
    )
    count = np.where(lag < first, 1, columns - np.abs(shift)) * layout.step_lines
    way = (layout.lags[lag][:, None] * layout.speeds).astype(np.float32)
    at = np.minimum(np.abs(shift[:, None] - way) * np.float32(per_px) + np.float32(0.5), len(covariance) - 1)
    difference = np.float32(snr) * (1 - covariance[at.astype(np.int32)]) + excess[lag].astype(np.float32)[:, None]
    difference *= 2 * count.astype(np.float32)[:, None]
    of_noise = np.where((shift != 0) | (lag > 0), 2.0, 0.0) * count
    return of_noise.astype(np.float32), difference

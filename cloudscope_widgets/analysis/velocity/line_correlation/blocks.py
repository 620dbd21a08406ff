"""Correlations of pairs of lines, summed over short blocks of lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

from .arrays import Float32Array
from .plan import BLOCKS, Plan


@dataclass(frozen=True, slots=True)
class PairSums:
    """Sums over pairs of lines, for every block (or window) and lag."""

    product: Float32Array
    """Mean product over the overlapping pixels (rows, lags, shifts)."""

    energy: Float32Array
    """Half the two lines' mean squares over the overlapping pixels (rows, lags, shifts)."""

    pairs: Float32Array
    """Number of pairs (rows, lags)."""

    def match(self, noise: Float32Array) -> Float32Array:
        """Minus half the squared difference of the shifted lines, as if noise were even (rows, lags, shifts).

        Unlike the product alone it has no bias from what enters and leaves the overlap.

        Parameters
        ----------
        noise
            `excess_noise` of every shift (shifts,).
        """
        difference = self.product - self.energy
        difference += self.pairs[:, :, None] * noise
        return difference


def block_sums(lines: Float32Array, good: Float32Array, plan: Plan) -> PairSums:
    """Pair sums of consecutive blocks.

    Parameters
    ----------
    lines
        Prepared lines, `plan.halo` more than the blocks at either end (lines, columns); missing ones zero.
    good
        1 for usable lines, 0 for missing ones (lines,).
    plan
        Lags, shifts and block length.
    """
    blocks = (len(lines) - 2 * plan.halo) // plan.step_lines
    pairs = _pair_counts(good, plan, blocks)
    return PairSums(_products(lines, plan, blocks), _energies(lines, good, plan, blocks), pairs)


def window_sums(blocks: PairSums, plan: Plan) -> PairSums:
    """Pair sums of every window from those of the blocks, three windows less than blocks."""
    parts = (blocks.product, blocks.energy, blocks.pairs)
    return PairSums(*(_window_sum(part, plan) for part in parts))


def _window_sum(blocks: Float32Array, plan: Plan) -> Float32Array:
    """Weighted sum of the four blocks of every window (blocks - 3, lags, ...)."""
    windows = len(blocks) - BLOCKS + 1
    weight = plan.block_weight.reshape((BLOCKS, -1) + (1,) * (blocks.ndim - 2))
    total = blocks[:windows] + blocks[BLOCKS - 1 :]
    total *= weight[0]
    for inner in range(1, BLOCKS - 1):
        total += blocks[inner : inner + windows]
    return total


def excess_noise(noise: Float32Array, plan: Plan) -> Float32Array:
    """Half the noise energy of two lines in the overlap at every shift (shifts,), beyond that of the whole line.

    It varies with the shift where columns differ in noise, and would pull the match to or from shift 0. The noise of
    the whole line stays in the match, so that ratios of residuals know how much of them is noise.

    Parameters
    ----------
    noise
        Variance of the noise in every column (columns,).
    plan
        Shifts.
    """
    early = np.array([noise[max(-d, 0) : plan.columns - max(d, 0)].mean() for d in range(-plan.reach, plan.reach + 1)])
    return (0.5 * (early + early[::-1]) - noise.mean()).astype(np.float32)


def _first_partner(lag: int, plan: Plan) -> int:
    """Line of the first pair whose middle lies in the first block."""
    return plan.halo - lag // 2


def _per_pixel(plan: Plan) -> Float32Array:
    """One over the number of overlapping pixels at every shift (shifts,)."""
    shift = np.arange(-plan.reach, plan.reach + 1, dtype=np.float32)
    return np.reciprocal(plan.columns - np.abs(shift))


def _pair_counts(good: Float32Array, plan: Plan, blocks: int) -> Float32Array:
    counts = np.empty((blocks, len(plan.lags)), np.float32)
    span = blocks * plan.step_lines
    for i, lag in enumerate(plan.lags.tolist()):
        first = _first_partner(lag, plan)
        both = good[first : first + span] * good[first + lag : first + lag + span]
        counts[:, i] = both.reshape(blocks, plan.step_lines).sum(1)
    return counts


def _products(lines: Float32Array, plan: Plan, blocks: int) -> Float32Array:
    """Mean over the overlap of the pairs' products, summed over each block's pairs (blocks, lags, shifts).

    One FFT per line and one per block and lag.
    """
    spectra = fft.rfft(lines, plan.fft_length, axis=1, workers=1)[:, : plan.frequencies]
    conjugate = np.conj(spectra)
    span, reach = blocks * plan.step_lines, plan.reach
    cross = np.empty((span, plan.frequencies), np.complex64)
    of_blocks = cross.view(np.float32).reshape(blocks, plan.step_lines, -1)
    every_line = np.ones(plan.step_lines, np.float32)
    summed = np.zeros((blocks, plan.fft_length // 2 + 1), np.complex64)
    kept = summed.view(np.float32)[:, : 2 * plan.frequencies]
    out = np.empty((blocks, len(plan.lags), plan.shifts), np.float32)
    per_pixel = _per_pixel(plan)
    for i, lag in enumerate(plan.lags.tolist()):
        first = _first_partner(lag, plan)
        np.multiply(conjugate[first : first + span], spectra[first + lag : first + lag + span], out=cross)
        np.matmul(every_line, of_blocks, out=kept)
        curve = fft.irfft(summed, plan.fft_length, axis=1, workers=1)
        np.multiply(curve[:, : reach + 1], per_pixel[reach:], out=out[:, i, reach:])
        np.multiply(curve[:, -reach:], per_pixel[:reach], out=out[:, i, :reach])
    return out


def _energies(lines: Float32Array, good: Float32Array, plan: Plan, blocks: int) -> Float32Array:
    """Half the mean squares over the overlap of both lines of the pairs, summed like the products.

    From a shift of d >= 0 to the next, the last of the columns still in the overlap leaves the earlier line and the
    first leaves the later one; at d < 0 it is the other way round.
    """
    reach, lags = plan.reach, len(plan.lags)
    lost = lines * lines
    lost *= np.float32(-0.5)  # what a sum over the overlap changes by when a column leaves it
    early, late = np.empty((2, blocks, lags, plan.columns), np.float32)
    for i, lag in enumerate(plan.lags.tolist()):
        first = _first_partner(lag, plan)
        one, other = (slice(line, line + blocks * plan.step_lines) for line in (first, first + lag))
        _sum_used(lost[one], good[other], early[:, i])
        _sum_used(lost[other], good[one], late[:, i])
    every_column = np.full(plan.columns, -1, np.float32)
    out = np.empty((blocks, lags, plan.shifts), np.float32)
    out[..., reach] = early @ every_column + late @ every_column
    for way, left, right in ((out[..., reach:], late, early), (out[..., reach::-1], early, late)):
        np.add(left[..., :reach], right[..., : -reach - 1 : -1], out=way[..., 1:])
        np.add.accumulate(way, axis=-1, out=way)
    out *= _per_pixel(plan)
    return out


def _sum_used(lines: Float32Array, used: Float32Array, out: Float32Array) -> None:
    """Sum of the used lines of every block, into `out` (blocks, columns)."""
    blocks, columns = out.shape
    np.matmul(used.reshape(blocks, 1, -1), lines.reshape(blocks, -1, columns), out=out[:, None])

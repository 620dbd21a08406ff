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


def window_sum(blocks: Float32Array, plan: Plan) -> Float32Array:
    """Weighted sum of the four blocks of every window.

    Parameters
    ----------
    blocks
        One value or curve for every block and lag (blocks, lags, ...).
    plan
        Weights.

    Returns
    -------
    (blocks - 3, lags, ...)
    """
    windows = len(blocks) - BLOCKS + 1
    weight = plan.block_weight.reshape((BLOCKS, -1) + (1,) * (blocks.ndim - 2))
    total = (blocks[:windows] + blocks[BLOCKS - 1 :]) * weight[0]
    for inner in range(1, BLOCKS - 1):
        total += blocks[inner : inner + windows]
    return total


def window_sums(blocks: PairSums, plan: Plan) -> PairSums:
    """Pair sums of every window from those of the blocks."""
    parts = (blocks.product, blocks.energy, blocks.pairs)
    return PairSums(*(window_sum(part, plan) for part in parts))


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
    out = np.empty((blocks, len(plan.lags), plan.shifts), np.float32)
    for i, lag in enumerate(plan.lags.tolist()):
        first = _first_partner(lag, plan)
        np.multiply(conjugate[first : first + span], spectra[first + lag : first + lag + span], out=cross)
        summed = (every_line @ of_blocks).view(np.complex64)
        curve = fft.irfft(summed, plan.fft_length, axis=1, workers=1)
        out[:, i, reach:] = curve[:, : reach + 1]
        out[:, i, :reach] = curve[:, -reach:]
    out *= 1 / (plan.columns - np.abs(np.arange(-reach, reach + 1, dtype=np.float32)))
    return out


def _energies(lines: Float32Array, good: Float32Array, plan: Plan, blocks: int) -> Float32Array:
    """Half the mean squares over the overlap of both lines of the pairs, summed like the products.

    At a shift of d >= 0 the first columns - d pixels of the earlier line and the last of the later one overlap, so that
    one sum along the line serves both, the later line mirrored; at d < 0 it is the other way round.
    """
    reach, columns = plan.reach, plan.columns
    squares = lines * lines
    early, late = np.empty((2, blocks, len(plan.lags), columns), np.float32)
    for i, lag in enumerate(plan.lags.tolist()):
        first = _first_partner(lag, plan)
        early[:, i] = _block_energy(squares, first, good, first + lag, (blocks, plan.step_lines))
        late[:, i] = _block_energy(squares, first + lag, good, first, (blocks, plan.step_lines))
    forward, backward = early + late[..., ::-1], late + early[..., ::-1]
    out = np.empty((blocks, len(plan.lags), plan.shifts), np.float32)
    half_mean = np.float32(0.5) * plan.overlap_mean
    out[..., reach:] = (forward.reshape(-1, columns) @ half_mean).reshape(blocks, -1, reach + 1)
    out[..., :reach] = (backward.reshape(-1, columns) @ half_mean[:, :0:-1]).reshape(blocks, -1, reach)
    return out


def _block_energy(
    squares: Float32Array, line: int, good: Float32Array, partner: int, shape: tuple[int, int]
) -> Float32Array:
    """Energy in every column (blocks, columns) of the lines from `line` on whose partner is good.

    `shape` holds the number of blocks and of lines in each.
    """
    blocks, step = shape
    span = blocks * step
    used = good[partner : partner + span].reshape(blocks, 1, step)
    return (used @ squares[line : line + span].reshape(blocks, step, -1))[:, 0]

"""Correlations of pairs of lines, summed over short blocks of lines."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import fft

from .arrays import Float32Array, Float64Array
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
        """Minus half the squared difference of the shifted lines beyond what noise explains (rows, lags, shifts).

        Nearly 0 for a perfect match. Unlike the product alone it has no bias from what enters and leaves the overlap.

        Parameters
        ----------
        noise
            `noise_energy` of every shift (shifts,).
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
    product = _products(lines, plan, blocks)
    energy = _Energies(lines, good, plan, blocks).of_all_lags()
    share = np.arange(-plan.reach, plan.reach + 1)
    inverse = (1.0 / (plan.columns - np.abs(share))).astype(np.float32)
    product *= inverse
    energy *= np.float32(0.5) * inverse
    return PairSums(product, energy, pairs)


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


def noise_energy(noise: Float32Array, plan: Plan) -> Float32Array:
    """Half the noise energy of two lines in the overlap at every shift (shifts,).

    It varies with the shift where columns differ in noise, and would pull the match to or from shift 0.

    Parameters
    ----------
    noise
        Variance of the noise in every column (columns,).
    plan
        Shifts.
    """
    early = np.array([noise[max(-d, 0) : plan.columns - max(d, 0)].mean() for d in range(-plan.reach, plan.reach + 1)])
    return (0.5 * (early + early[::-1])).astype(np.float32)


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
    """Sum over each block's pairs of the cross-correlation, through one FFT per line and one per block and lag."""
    spectra = fft.rfft(lines, plan.fft_length, axis=1, workers=1)[:, : plan.frequencies]
    conjugate = np.conj(spectra)
    span, reach = blocks * plan.step_lines, plan.reach
    out = np.empty((blocks, len(plan.lags), plan.shifts), np.float32)
    for i, lag in enumerate(plan.lags.tolist()):
        first = _first_partner(lag, plan)
        cross = conjugate[first : first + span] * spectra[first + lag : first + lag + span]
        summed = cross.reshape(blocks, plan.step_lines, -1).sum(1)
        curve = fft.irfft(summed, plan.fft_length, axis=1, workers=1)
        out[:, i, reach:] = curve[:, : reach + 1]
        out[:, i, :reach] = curve[:, -reach:]
    return out


class _Energies:
    """Energies of the overlapping pixels of the pairs of every block, from running sums along the line."""

    def __init__(self, lines: Float32Array, good: Float32Array, plan: Plan, blocks: int) -> None:
        self._plan, self._blocks, self._good = plan, blocks, good
        self._along = np.zeros((len(lines), plan.columns + 1))
        np.cumsum(lines * lines, axis=1, out=self._along[:, 1:])
        self._complete = bool(good.all())
        self._down: Float64Array | None = None
        if self._complete:
            self._down = np.zeros((len(lines) + 1, plan.columns + 1))
            np.cumsum(self._along, axis=0, out=self._down[1:])

    def of_all_lags(self) -> Float32Array:
        """Sum of both lines' energies in the overlap (blocks, lags, shifts)."""
        plan, columns, reach = self._plan, self._plan.columns, self._plan.reach
        out = np.empty((self._blocks, len(plan.lags), plan.shifts), np.float32)
        for i, lag in enumerate(plan.lags.tolist()):
            first = _first_partner(lag, plan)
            early = self._block_energy(first, first + lag)
            late = self._block_energy(first + lag, first)
            out[:, i, reach:] = early[:, columns - reach :][:, ::-1] + (late[:, -1:] - late[:, : reach + 1])
            out[:, i, :reach] = (early[:, -1:] - early[:, reach:0:-1]) + late[:, columns - reach : columns]
        return out

    def _block_energy(self, line: int, partner: int) -> Float32Array:
        """Running energy along the line (blocks, columns + 1) of lines whose partner is good too."""
        step, blocks = self._plan.step_lines, self._blocks
        if self._down is not None:
            edge = self._down[line + step * np.arange(blocks + 1)]
            return np.diff(edge, axis=0).astype(np.float32)
        span = blocks * step
        used = self._along[line : line + span] * self._good[partner : partner + span, None]
        return used.reshape(blocks, step, -1).sum(1).astype(np.float32)

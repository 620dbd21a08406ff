"""Coarse search: the best speed of every window on a grid, and how clearly it wins."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import BoolArray, Float32Array, Float64Array
from .blocks import PairSums
from .plan import Plan

KAPPA = 6.0
"""Noise standard deviations subtracted from the score: a lower confidence bound."""

_NOISE = 2.0
_LEAST_ENERGY = 0.05
_CLEAR_GAP = 0.02
_CLEAR_CONTRAST = 0.2
_CLEAR_FAST_GAP = 0.1
_FAST = 0.2


@dataclass(frozen=True, slots=True)
class SearchResult:
    """What the coarse search says of every window; all (windows,)."""

    speed: Float64Array
    """Best speed on the grid, px/line."""

    z: Float32Array
    """Score at the best speed / its noise sd."""

    rho: Float32Array
    """Normalised correlation at the best speed, 1 for a perfect match."""

    contrast: Float32Array
    """rho - median over speeds."""

    gap: Float32Array
    """Distance of the confidence bound to the best one at a distant speed."""

    energy: Float32Array
    """Mean square of the matched signal, in the units of the source."""

    is_clear: BoolArray
    """Whether one speed stands out: no distant one, nor most others, match nearly as well."""


def search_speed(sums: PairSums, plan: Plan) -> SearchResult:
    """Best speed of every window by the lower confidence bound of its correlation.

    Parameters
    ----------
    sums
        Pair sums of the windows.
    plan
        Speed grid and overlaps.

    Notes
    -----
    score(v) = sum over lags of overlap x correlation at v x lag / sum of overlaps; its noise sd is 2 / root of the
    pixel pairs that went in; the speed is the arg max of score - 6 noise sd.
    """
    score, pixel_pairs = _scores(sums, plan)
    noise_sd = _NOISE / np.sqrt(np.maximum(pixel_pairs, 1))
    bound = score - np.float32(KAPPA) * noise_sd
    best = np.argmax(bound, 0)
    window = np.arange(len(best))
    speed = plan.speeds[best]
    distant = np.abs(plan.speeds[:, None] - speed) > np.maximum(0.3 * np.abs(speed), 12.0 / plan.window_lines)
    median = np.sort(score, axis=0)[len(score) // 2]  # 0 and as many speeds either way: their number is odd
    rho = score[best, window]
    gap = bound[best, window] - np.where(distant, bound, -np.inf).max(0)
    return SearchResult(
        speed=speed,
        z=rho / noise_sd[best, window],
        rho=rho,
        contrast=rho - median,
        gap=gap,
        energy=rho * signal_energy(sums, plan),
        is_clear=(rho - median > _CLEAR_CONTRAST * rho) & (gap > _clear_gap(rho, speed, plan)),
    )


def signal_energy(sums: PairSums, plan: Plan) -> Float32Array:
    """Mean square of the pixels of every window (windows,), from the unshifted pairs of the first lag."""
    energy = sums.energy[:, 0, plan.reach] / np.maximum(sums.pairs[:, 0], 1)
    return energy.astype(np.float32) + np.float32(1e-12)


def _clear_gap(rho: Float32Array, speed: Float64Array, plan: Plan) -> Float64Array:
    """Least gap of a clear window: more for fast ones, whose few overlapping pixels match by chance more easily."""
    fast = np.abs(speed) > _FAST * plan.limit
    return np.where(fast, np.maximum(_CLEAR_GAP, _CLEAR_FAST_GAP * rho), _CLEAR_GAP)


def _scores(sums: PairSums, plan: Plan) -> tuple[Float32Array, Float32Array]:
    """Overlap-weighted normalised correlation and the pixel pairs behind it, both (speeds, windows)."""
    least = (np.float32(_LEAST_ENERGY) * signal_energy(sums, plan))[:, None, None] * sums.pairs[:, :, None]
    correlation = np.maximum(sums.energy, least + np.float32(1e-20))
    np.divide(sums.product, correlation, out=correlation)
    total = np.zeros((len(plan.speeds), len(correlation)), np.float32)
    for i, interpolate in enumerate(plan.interpolate):
        total += (interpolate @ np.ascontiguousarray(correlation[:, i].T)) * sums.pairs[:, i]
    pixel_pairs = (sums.pairs @ plan.overlap).T
    return total / np.maximum(pixel_pairs, 1), pixel_pairs

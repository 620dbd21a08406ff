"""Levels of a profile: background, vessel, and whether it is cut off at its limits."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Flags, FloatArray, IntArray

_BASELINE, _PEAK = 0.1, 0.9
_LOWEST, _HIGHEST = 0.01, 0.99
_LEAST_DISTANCE = 0.01
_HIGH_SHARE = 0.8


@dataclass(frozen=True, slots=True, eq=False)
class Levels:
    """Brightness of every profile (profiles,)."""

    baseline: FloatArray
    """10th percentile."""
    peak: FloatArray
    """90th percentile."""
    total: FloatArray
    """Plain sum."""
    is_cut_off: Flags
    """Whether a hundredth of the pixels or more lie at the lowest or the highest value."""

    @property
    def contrast(self) -> FloatArray:
        """Peak minus baseline."""
        return self.peak - self.baseline


def profile_levels(profiles: FloatArray) -> Levels:
    """Levels of each profile (profiles, columns); values without a number are left out, but not of the sum."""
    ranked = np.sort(profiles, axis=1)  # NaN comes last
    count = np.isfinite(profiles).sum(1)
    lowest, highest = ranked[:, 0], _at(ranked, count - 1)
    low, base, peak, high = (_quantile(ranked, count, share) for share in (_LOWEST, _BASELINE, _PEAK, _HIGHEST))
    spread = highest - lowest
    with np.errstate(invalid="ignore", divide="ignore"):
        below, above = (low - lowest) / spread, (highest - high) / spread
        is_cut_off = (spread == 0) | (below < _LEAST_DISTANCE) | (above < _LEAST_DISTANCE)
    return Levels(base, peak, profiles.sum(1), is_cut_off)


def _at(ranked: FloatArray, index: IntArray) -> FloatArray:
    return ranked[np.arange(len(ranked)), index]


def _quantile(ranked: FloatArray, count: IntArray, share: float) -> FloatArray:
    """Percentile with linear interpolation, rounded as numpy does."""
    place = (count - 1) * share
    whole = np.maximum(np.floor(place), 0).astype(np.intp)
    low, high = _at(ranked, whole), _at(ranked, np.minimum(whole + 1, np.maximum(count - 1, 0)))
    part, step = place - whole, high - low
    return np.where(part < 0.5, low + step * part, high - step * (1 - part))


def has_two_peaks(profiles: FloatArray, levels: Levels) -> Flags:
    """Whether a profile has two or more separate maxima near its peak (profiles,)."""
    middle, before, after = profiles[:, 1:-1], profiles[:, :-2], profiles[:, 2:]
    least = levels.baseline + _HIGH_SHARE * levels.contrast
    summits = (middle > before) & (middle >= after) & (middle >= least[:, None])
    flags: Flags = (levels.contrast > 0) & (summits.sum(1) >= 2)
    return flags

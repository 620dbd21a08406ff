"""Edges where the smoothed profile rises and falls the most, in whole pixels."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter1d

from .arrays import FloatArray
from .edges import Edges

_LEAST_SHARE = 0.2


def gradient_edges(profiles: FloatArray, contrast: FloatArray, *, sigma_px: float, least_strength: float) -> Edges:
    """Steepest rise and steepest fall of each profile.

    Parameters
    ----------
    profiles
        Profiles (profiles, columns) of a vessel that is bright; pixels without a number are interpolated.
    contrast
        Peak minus baseline of each (profiles,).
    sigma_px
        Standard deviation of the Gaussian that smooths along the profile; 0 for none.
    least_strength
        Edges of fewer counts per pixel, or a fifth of the contrast per pixel, are weak.

    Returns
    -------
    Edges in whole pixels and their strengths. Where the fall comes before the rise both are missing.
    """
    is_known = np.isfinite(profiles).any(1)
    smooth = _filled(profiles)
    if sigma_px > 0:
        smooth = gaussian_filter1d(smooth, sigma_px, axis=1, mode="nearest", truncate=4.0)
    slope = np.gradient(smooth, axis=1)
    left, right, row = slope.argmax(1), slope.argmin(1), np.arange(len(slope))
    strength_left, strength_right = np.maximum(slope[row, left], 0), np.maximum(-slope[row, right], 0)
    weaker = np.fmin(strength_left, strength_right)
    with np.errstate(invalid="ignore", divide="ignore"):
        is_weak = (weaker < least_strength) | ((contrast > 0) & (weaker / contrast < _LEAST_SHARE))
    is_reversed = is_known & (left >= right)
    is_good = is_known & ~is_reversed
    return Edges(
        np.where(is_good, left, np.nan),
        np.where(is_good, right, np.nan),
        np.where(is_known, strength_left, np.nan),
        np.where(is_known, strength_right, np.nan),
        is_reversed,
        is_known & is_weak,
    )


def _filled(profiles: FloatArray) -> FloatArray:
    """Profiles whose gaps are straight lines between the numbers beside them, and level at the ends."""
    good = np.isfinite(profiles)
    if good.all():
        return profiles
    columns, last = np.arange(profiles.shape[1]), profiles.shape[1] - 1
    before = np.maximum.accumulate(np.where(good, columns, -1), axis=1)
    after = np.minimum.accumulate(np.where(good, columns, last + 1)[:, ::-1], axis=1)[:, ::-1]
    before, after = (
        np.where(before < 0, after, before).clip(0, last),
        np.where(after > last, before, after).clip(0, last),
    )
    low, high = (np.take_along_axis(profiles, at, axis=1) for at in (before, after))
    with np.errstate(invalid="ignore"):
        slope = (high - low) / np.maximum(after - before, 1)
        return np.where(good, profiles, low + slope * (columns - before))

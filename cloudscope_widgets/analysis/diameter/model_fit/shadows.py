"""Rows that cells darken: fitted again without the dark pixels, and with the amplitude of their neighbourhood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import percentile_filter, uniform_filter1d

from cloudscope_widgets.analysis.diameter.arrays import AnyArray, Flags, FloatArray

from .least_squares import AMPLITUDE, WIDTH, Fits, Model, Profiles, Usual, fit_lumens, standard_errors

_SPAN = 5
_SHADOW = 4.0
_DROP = 3.5
_MANY = 0.05
_NEIGHBOURS = 40
_PERCENTILES = (50, 70, 50, 60)
_AMPLITUDE_SHIFT = 0.52
"""70th percentile of a normal distribution, in standard deviations above its middle."""


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """How far neighbouring rows tell of one another."""

    apart: int
    """Distance of rows that share no line."""

    @property
    def reach(self) -> int:
        """Rows to either side that tell what is usual."""
        return _NEIGHBOURS * self.apart


def without_shadows(
    model: Model, profiles: Profiles, fits: Fits, near: Neighbourhood, check: Callable[[], None]
) -> tuple[Fits, float]:
    """Fit rows again that depart from the lumen.

    Parameters
    ----------
    model, profiles, fits
        The record, and how its rows were fitted.
    near
        How rows tell of one another.
    check
        Raises to stop.

    Returns
    -------
    fits
        The same, changed in place.
    share
        Share of the rows that depart.

    Notes
    -----
    Where one row in twenty or more departs, all are fitted again: cells that are too faint to be seen bias the rest.
    """
    is_odd = _departs(model, profiles, fits)
    good = fits.found[:, AMPLITUDE] > 0
    error = float(np.median(standard_errors(fits.covariance, AMPLITUDE)))
    is_odd |= _is_unusual(fits, good, near, error)
    share = float(is_odd.mean())
    again = np.flatnonzero(is_odd | (share > _MANY))
    if not len(again) or good.sum() < 5 or not np.isfinite(error):
        return fits, share
    for thin in (2 * near.apart, 2 * near.apart, 1):  # what is usual from rows that share no line first, then every row
        usual = _usual(fits.found, good, near, error)
        some = again[::thin]
        known = Usual(usual[some, AMPLITUDE], 1 / max(error, 0.01 * float(np.median(usual[:, AMPLITUDE]))) ** 2)
        start = np.where(is_odd[some, None] | (thin > 1), usual[some], fits.found[some])
        new = fit_lumens(model, profiles[some], start, usual=known, leaves_shadows_out=True, iterations=10, check=check)
        fits.put(some, new)
        is_known = ~is_odd
        is_known[some] = True
        good = good & is_known if (good & is_known).sum() >= 5 else good
    return fits, share


def _departs(model: Model, profiles: Profiles, fits: Fits) -> Flags:
    """Rows with a patch that is darker or brighter than noise makes it, or that fit badly as a whole."""
    residual = model.residual(profiles, fits.found)[0]
    residual = np.where(profiles.lines > 0, residual, 0)
    patch = np.abs(uniform_filter1d(residual, _SPAN, axis=1)).max(1) * np.sqrt(_SPAN)
    seen = (profiles.lines > 0).sum(1)
    flags: Flags = (patch > _SHADOW) | (fits.cost > (seen - 4) + 5 * np.sqrt(2 * seen))
    return flags


def _is_unusual(fits: Fits, good: Flags, near: Neighbourhood, error: float) -> Flags:
    """Rows darker than those around them, or of another width."""
    amplitude, width = fits.found[:, AMPLITUDE], fits.found[:, WIDTH]
    bright = running_percentile(amplitude, good, near.reach, 70) - _AMPLITUDE_SHIFT * error
    usual = running_percentile(width, good, near.reach, 50)
    spread, wide = (standard_errors(fits.covariance, at) for at in (AMPLITUDE, WIDTH))
    with np.errstate(invalid="ignore"):
        flags: Flags = (bright - amplitude > _DROP * spread) | (
            np.abs(width - usual) > np.maximum(0.25 * usual, 5 * wide)
        )
    return flags


def _usual(found: FloatArray, good: Flags, near: Neighbourhood, error: float) -> FloatArray:
    """Parameters that the neighbourhood of each row lets expect (rows, 4)."""
    usual = [
        running_percentile(values, good, near.reach, percentile)
        for values, percentile in zip(found.T, _PERCENTILES, strict=True)
    ]
    slow = np.stack(usual, axis=1)
    slow[:, AMPLITUDE] -= _AMPLITUDE_SHIFT * error
    return slow


def running_percentile(values: FloatArray, good: AnyArray, reach: int, percentile: float) -> FloatArray:
    """Percentile of the good values within so many rows to either side; NaN where fewer than three are good."""
    at = np.flatnonzero(good)
    row = np.arange(len(values))
    if len(at) < 3:
        return np.full(len(values), np.nan)
    filled = np.interp(row, at, values[at])
    step = max(1, reach // 25)  # the answer is slow, so that every so many rows are enough
    slow = percentile_filter(filled[::step], percentile, size=2 * (reach // step) + 1, mode="nearest")
    found: FloatArray = np.interp(row, row[::step], slow)
    return found

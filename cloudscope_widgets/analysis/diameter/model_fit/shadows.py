"""Rows that cells darken: fitted again without the dark pixels, and with the amplitude of their neighbourhood."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from scipy.ndimage import percentile_filter, uniform_filter1d

from cloudscope_widgets.analysis.diameter.arrays import AnyArray, Flags, FloatArray

from .least_squares import AMPLITUDE, CENTER, WIDTH, Fits, Model, Profiles, Usual, fit_lumens, standard_errors

_SPAN = 5
_SHADOW = 4.0
_DROP = 3.5
_MANY = 0.05
_INSIDE = 0.7
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
        if share > _MANY:
            usual[:, AMPLITUDE] = _clear_amplitude(model, profiles, fits.found, near)
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


def _clear_amplitude(model: Model, profiles: Profiles, found: FloatArray, near: Neighbourhood) -> FloatArray:
    """Amplitude of the pixels that no cell darkens, from the upper tail of their values (rows,).

    Notes
    -----
    Of values that are normal around A, 6.7 % lie above A + 1.5 sd and 30.9 % above A + 0.5 sd. Darkened pixels lie
    below, so that the ratio of both counts tells A whatever share of the pixels is darkened. Counted in stretches of
    rows, and interpolated between them.
    """
    rows = len(found)
    middles, amplitudes = [], []
    for first in range(0, rows, near.reach):
        part = slice(max(0, min(first, rows - near.reach)), min(first + near.reach, rows))
        middles.append((part.start + part.stop - 1) / 2)
        amplitudes.append(_clear_amplitude_of(model, profiles[part], found[part]))
    clear: FloatArray = np.interp(np.arange(rows), middles, amplitudes)
    return clear


def _clear_amplitude_of(model: Model, profiles: Profiles, found: FloatArray) -> float:
    """The same of one stretch of rows."""
    brightness = model.lumen(profiles.place, found[:, CENTER], found[:, WIDTH]).brightness
    inside = (brightness > _INSIDE) & (profiles.lines > 0)
    if not inside.any():
        return float(np.median(found[:, AMPLITUDE]))
    values = ((profiles.values - found[:, :1])[inside]) / brightness[inside]
    variance = model.variance(np.ones((), np.float32)) / np.square(brightness[inside]) / profiles.lines[inside]
    return _upper_normal(values, float(np.sqrt(np.median(variance))))


def _upper_normal(values: AnyArray, sd: float) -> float:
    """Middle of the normal distribution of known width that the upper tail of values belongs to."""
    ranked = np.sort(values)
    grid = np.median(ranked) + sd * np.arange(-3, 6, 0.05)
    above = len(ranked) - np.searchsorted(ranked, grid[:, None] + sd * np.array([0.5, 1.5]))
    is_enough = above[:, 1] >= 10
    ratio = np.where(is_enough, above[:, 1] / np.maximum(above[:, 0], 1), 0.0)
    at = np.flatnonzero(ratio >= 0.0668 / 0.3085)
    return float(grid[at[-1]] if len(at) else grid[60])


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

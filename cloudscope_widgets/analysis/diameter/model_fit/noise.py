"""Noise of a record, from what the model leaves over."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from cloudscope_widgets.analysis.diameter.arrays import AnyArray, FloatArray

from .least_squares import Model, Noise, Profiles

_LEAST_PIXELS = 50
_LEAST_SD = 5e-3
"""Of the range of values; rounding to whole counts, and the table of lumens, are hardly more exact."""
_MOST_LINES = 2000
_LEAST_LINES = 20
_LARGEST_LAG = 4
_LEAST_CORRELATION = 0.05


def first_noise(profiles: Profiles) -> Noise:
    """Noise from the differences of neighbouring pixels, before any fit."""
    variance = float(np.median(np.abs(np.diff(profiles.values, axis=1))) ** 2 * np.median(profiles.lines))
    variance = max(variance, _least_variance(profiles))
    return Noise(variance, variance)


def _least_variance(profiles: Profiles) -> float:
    """Variance below which noise does not count."""
    return max((_LEAST_SD * float(np.ptp(profiles.values[profiles.lines > 0]))) ** 2, 1e-30)


def line_variance(pixels: AnyArray) -> FloatArray:
    """Variance of the noise of each column, from how neighbouring lines differ (columns,); NaN where that is not known.

    Cells darken several lines, so that most neighbouring lines differ by noise alone.
    """
    first = np.linspace(0, len(pixels) - 2, min(len(pixels) - 1, _MOST_LINES)).astype(int)
    if len(first) < _LEAST_LINES:
        return np.full(pixels.shape[1], np.nan)
    with np.errstate(invalid="ignore"):
        change = pixels[first + 1].astype(np.float64) - pixels[first]
    change = np.where(np.isfinite(change), change, np.nan)
    change = np.where(np.isnan(change).all(0), 0.0, change)
    variance: FloatArray = np.square(1.4826 * np.nanmedian(np.abs(change), axis=0)) / 2
    return np.where(variance > 0, variance, np.nan)


def with_line_noise(model: Model, found: FloatArray, variance: FloatArray) -> Model:
    """Model whose noise inside is at most that of neighbouring lines; shadows make the residuals of a fit larger."""
    center, width = np.median(found[:, 2:], axis=0)
    inside = variance[np.abs(np.arange(len(variance)) - center) < 0.35 * width]
    inside = inside[np.isfinite(inside)]
    if not len(inside):
        return model
    most = max(float(np.median(inside)), 0.25 * model.noise.outside)
    return replace(model, noise=Noise(model.noise.outside, min(model.noise.inside, most)))


def noise_of(model: Model, profiles: Profiles, found: FloatArray) -> Noise:
    """Noise outside of the lumen and inside; inside from upward residuals only, which shadows do not make.

    Notes
    -----
    Both are raised by the noise that neighbouring pixels share, 1 + 2 · sum of the correlations outside of the lumen,
    so that standard errors hold where pixels are not independent.
    """
    shape = model.lumen(profiles.place, found[:, 2], found[:, 3])
    mean = model.seen(found[:, :1] + found[:, 1:2] * shape.brightness)[0]
    good = profiles.lines > 0
    residual = np.where(good, profiles.values - mean, 0) * np.sqrt(profiles.lines)
    is_outside = (shape.brightness < 0.05) & good
    around, within = residual[is_outside], residual[(shape.brightness > 0.7) & good]
    enough = len(around) > _LEAST_PIXELS
    outside = float((1.4826 * np.median(np.abs(around))) ** 2 if enough else np.mean(residual**2))
    upward = within[within > 0]
    inside = float((np.median(upward) / 0.6745) ** 2) if len(upward) > _LEAST_PIXELS else outside
    shared = _shared(np.where(is_outside, residual, 0).clip(-4 * outside**0.5, 4 * outside**0.5))
    least = _least_variance(profiles)
    return Noise(max(outside, least) * shared, max(inside, 0.25 * outside, least) * shared)


def _shared(residual: AnyArray) -> float:
    """Factor by which noise that neighbours share raises the variance of a sum."""
    power = max(float(np.mean(residual * residual)), 1e-300)
    columns = residual.shape[1]
    lags = [
        float(np.mean(residual[:, lag:] * residual[:, : columns - lag])) / power
        for lag in range(1, min(_LARGEST_LAG, columns - 1) + 1)
    ]
    return 1 + 2 * sum(value for value in np.minimum.accumulate(lags) if value > _LEAST_CORRELATION)

"""Brightness of a blurred lumen in every pixel of a line, from its Fourier transform: exact, not sampled."""

from __future__ import annotations

from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray
from scipy.special import gamma, jv

FloatArray: TypeAlias = NDArray[np.float64]

EXPONENTS = {"flat": 0.0, "chord": 0.5}
"""Exponent p of a lumen (1 − u²)^p by name; u is the distance from the middle, 1 at the wall."""
_REACH_SIGMA = 7.0
_LARGEST_FREQUENCY = 1.08
"""In units of 1 / sigma; at higher ones a Gaussian leaves less than 1e-10 of the amplitude."""
_NEAR_ZERO = 1e-6


def lumen_brightness(
    columns: int, center_px: FloatArray, diameter_px: FloatArray, *, exponent: float, sigma_px: float
) -> FloatArray:
    """Brightness of a lumen in every pixel, its middle being 1 without blur.

    Parameters
    ----------
    columns
        Pixels of a line; pixel k covers k − ½ … k + ½.
    center_px, diameter_px
        Middle and width of the lumen in every line (lines,).
    exponent
        p of (1 − u²)^p: 0 for a flat lumen, ½ for one that is as thick as a round vessel.
    sigma_px
        Standard deviation of the Gaussian blur.

    Returns
    -------
    Mean over each pixel (lines, columns).

    Notes
    -----
    The Fourier series of a periodic row of lumens, so far apart that none reaches into the line of another:

        S(x) = 1/L Σ F(f) exp(−2 π² σ² f²) sinc(f) exp(2 π i f (x − c)),   f = k / L
        F(f) = w/2 · √π Γ(p + 1) (2/z)^(p + ½) J_(p + ½)(z),   z = π f w
    """
    reach = diameter_px / 2 + _REACH_SIGMA * sigma_px + 1
    period = max(columns, float((center_px + reach).max())) - min(0.0, float((center_px - reach).min()))
    frequency = np.arange(int(np.ceil(_LARGEST_FREQUENCY / sigma_px * period)) + 1) / period
    weight = np.exp(-2 * (np.pi * sigma_px * frequency) ** 2) * np.sinc(frequency) * 2 / period
    weight[0] /= 2
    amplitude = diameter_px[:, None] / 2 * _transform(np.pi * frequency * diameter_px[:, None], exponent) * weight
    turn, place = 2 * np.pi * frequency, np.arange(columns)[:, None]
    even = (amplitude * np.cos(turn * center_px[:, None])) @ np.cos(turn * place).T
    odd = (amplitude * np.sin(turn * center_px[:, None])) @ np.sin(turn * place).T
    brightness: FloatArray = even + odd
    return brightness


def _transform(z: FloatArray, exponent: float) -> FloatArray:
    """Fourier transform of (1 − u²)^p, |u| < 1, at the angular frequency z."""
    order = exponent + 0.5
    away = np.maximum(z, _NEAR_ZERO)
    found: FloatArray = np.sqrt(np.pi) * gamma(exponent + 1) * (2 / away) ** order * jv(order, away)
    return found

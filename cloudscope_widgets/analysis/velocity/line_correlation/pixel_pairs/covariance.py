"""How alike two points of the moving pattern are."""

from __future__ import annotations

import numpy as np
from scipy.special import erfc

from cloudscope_widgets.analysis.velocity.line_correlation.arrays import Float64Array

_LARGEST_EXPONENT = 60.0


def pattern_covariance(distance: Float64Array, *, blur: float, length: float) -> Float64Array:
    """Covariance of the pattern at two points, 1 at distance 0.

    Parameters
    ----------
    distance
        px, of any shape.
    blur
        Standard deviation of a Gaussian blur, px.
    length
        Distance over which the pattern without blur forgets itself, px.

    Returns
    -------
    Of the shape of `distance`.

    Notes
    -----
    exp(-|d| / length), that of edges at random places, convolved with a Gaussian of variance blur²: positive definite,
    hence also a model of any set of points.
    """
    d, a = np.abs(distance), blur / length
    falling = np.exp(-d / length) * erfc((a - d / blur) / np.sqrt(2))
    rising = np.exp(np.minimum(d / length, _LARGEST_EXPONENT)) * erfc((a + d / blur) / np.sqrt(2))
    covariance: Float64Array = 0.5 * (falling + rising) / erfc(a / np.sqrt(2))
    return covariance

"""What is known of the moving pattern of a record: how strong it is, how sharp and how lasting."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from cloudscope_widgets.analysis.velocity.line_correlation.arrays import Float64Array

_CLASSES_PER_FOLD = 4
"""Classes of the signal to noise ratio in a factor of e."""
_LEAST_SNR = 1e-3


@dataclass(frozen=True, slots=True)
class Shape:
    """All that weights of pairs depend on, besides columns and window."""

    snr: float
    """Variance of the pattern / variance of the noise in a pixel."""

    blur: float
    """Standard deviation of the blur of its edges, px."""

    length: float
    """Distance over which it forgets itself, px."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """A moving pattern with noise, as a Gaussian process."""

    noise: float
    """Variance of the noise in a pixel."""

    energy: float
    """Mean square of the pixels: pattern and noise."""

    shape: Shape
    """Strength and covariance."""

    excess: Float64Array = field(compare=False)
    """Variance that pixels on one streak gain with every lag, of the noise's (lags,): cells change on their way."""

    @property
    def snr_db(self) -> float:
        """Signal to noise ratio in decibel."""
        return float(10 * np.log10(self.shape.snr))


def rounded_shape(snr: float, *, blur: float, length: float, classes_per_fold: int = _CLASSES_PER_FOLD) -> Shape:
    """A shape whose signal to noise ratio is one of few, so that records share weights."""
    steps = np.round(np.log(max(snr, _LEAST_SNR)) * classes_per_fold)
    return Shape(float(np.exp(steps / classes_per_fold)), blur, length)

"""What is known of the moving pattern of a record: how strong it is, how sharp and how lasting."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from ..arrays import Float64Array

_CLASSES_PER_FOLD = 4
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


def pattern_of(*, noise: float, energy: float, blur: float, length: float, excess: Float64Array) -> Pattern:
    """A pattern whose signal to noise ratio is rounded, so that records share weights."""
    return Pattern(noise, energy, Shape(rounded_snr((energy - noise) / noise), blur, length), excess)


def rounded_snr(snr: float) -> float:
    """The nearest ratio of a grid of four in every factor of e."""
    steps = np.round(np.log(max(snr, _LEAST_SNR)) * _CLASSES_PER_FOLD)
    return float(np.exp(steps / _CLASSES_PER_FOLD))

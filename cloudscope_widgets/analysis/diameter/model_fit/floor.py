"""Lowest value that a camera or a file can hold, where it cuts off noise."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.special import ndtr

from cloudscope_widgets.analysis.diameter.arrays import AnyArray

_LEAST_SHARE = 0.005
_MOST_ROWS = 1500
_LARGEST_SD = 4.0


@dataclass(frozen=True, slots=True)
class Floor:
    """Noise that is cut off at a value lifts the mean: a rectified Gaussian."""

    value: float
    sd: float
    """Standard deviation of the noise of one line."""

    def seen(self, mean: AnyArray) -> tuple[AnyArray, AnyArray]:
        """Mean of what was recorded where the light has a mean, and the derivative of the one by the other."""
        z = (mean - np.float32(self.value)) / np.float32(self.sd)
        part = ndtr(z)
        density = np.exp(-z * z / 2) / np.float32(np.sqrt(2 * np.pi))
        return np.float32(self.value) + np.float32(self.sd) * (z * part + density), part


def find_floor(pixels: AnyArray, *, is_dark: bool) -> Floor | None:
    """Floor of a record, None where hardly a pixel lies on it; of one with a dark vessel, of its negative.

    Notes
    -----
    The noise is that of the upper half of the values, 84th percentile minus median, in the darkest third of the
    columns. Pixels at the lowest value make a floor where they are about as many as this noise would put below it.
    """
    some = pixels[:: max(1, len(pixels) // _MOST_ROWS)].astype(np.float64)
    some = np.where(np.isfinite(some), -some if is_dark else some, np.nan)
    some = some[:, np.isfinite(some).any(0)]
    lowest = np.nanmin(some)
    if np.mean(some == lowest) <= _LEAST_SHARE:
        return None
    middle, upper = np.nanpercentile(some, [50, 84.13], axis=0)
    dark = middle <= np.nanpercentile(middle, 33)
    sd = float(np.nanmedian((upper - middle)[dark]))
    if sd <= 0:
        return None
    z = float(np.nanmedian((middle - lowest)[dark])) / sd
    is_cut = 0 < z < _LARGEST_SD and np.mean(some[:, dark] == lowest) > 0.5 * ndtr(-z)
    return Floor(float(lowest), sd) if is_cut else None

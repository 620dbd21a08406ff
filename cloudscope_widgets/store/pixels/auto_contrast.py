"""Limits of contrast that are found from the pixels, and what a session shows where nobody has chosen any."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

from cloudscope_widgets.core.numbers import within_limits
from cloudscope_widgets.store.pixels.counts import PixelCounts

AutoMode = Literal["percentile", "range", "deviation"]


@dataclass(frozen=True, slots=True)
class AutoContrast:
    """How limits are found; see ``limits``."""

    mode: AutoMode = "percentile"
    """By shares of the pixels, from the smallest to the largest value, or around the mean."""
    low_percent: float = 1.0
    """Share of the pixels below the lower limit, in percent."""
    high_percent: float = 99.5
    """Share of the pixels below the upper limit, in percent."""
    deviations: float = 2.0
    """Standard deviations from the mean to each limit."""

    def __post_init__(self) -> None:
        """Refuse numbers that give no limits."""
        if not 0 <= self.low_percent < self.high_percent <= 100:  # noqa: PLR2004  (percent)
            raise ValueError(
                f"percentiles must go upwards between 0 and 100, got {self.low_percent:g} and {self.high_percent:g}"
            )
        if not (math.isfinite(self.deviations) and self.deviations > 0):
            raise ValueError(f"the count of standard deviations must be above 0, got {self.deviations:g}")

    def limits(self, pixels: PixelCounts) -> tuple[float, float]:
        """Limits for the pixels of one channel, never beyond its values; 0 and 1 when it has no value.

        Where most pixels are equal, so that both limits would be, they are the smallest and the largest value.
        """
        if not len(pixels.values):
            return 0.0, 1.0
        smallest, largest = within_limits(float(pixels.values[0])), within_limits(float(pixels.values[-1]))
        low, high = self._found(pixels)
        if not (math.isfinite(low) and math.isfinite(high)):  # of values whose squares are too large to add up
            return smallest, largest
        low, high = max(low, smallest), min(high, largest)
        if pixels.is_whole:
            low, high = float(math.floor(low)), float(math.ceil(high))
        return (low, high) if low < high else (smallest, largest)

    def _found(self, pixels: PixelCounts) -> tuple[float, float]:
        if self.mode == "percentile":
            return pixels.percentile(self.low_percent), pixels.percentile(self.high_percent)
        if self.mode == "deviation":
            mean, deviation = pixels.mean_and_deviation()
            return mean - self.deviations * deviation, mean + self.deviations * deviation
        return float(pixels.values[0]), float(pixels.values[-1])

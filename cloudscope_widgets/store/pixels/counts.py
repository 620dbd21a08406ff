"""How often each pixel value of a channel occurs, counted from a sample, and what follows from that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.store.pixels.value_range import sampled_values

_MOST_BINS = 256
_MOST_VALUES = 65_536
"""Values kept of types with more different ones; they stand for equal shares of the sample."""
_COUNTED_AT_ONCE = 500_000
_AXIS_PERCENT = (0.01, 99.99)
"""Values beyond are so few, such as hot pixels, that they would only squeeze the histogram."""
_AXIS_MARGIN = 0.1


@dataclass(frozen=True, slots=True)
class Histogram:
    """Counts of equal steps of the pixel value, without the few outliers at both ends."""

    start: float
    """Lower edge of the first step."""
    step: float
    counts: tuple[int, ...]
    """At most 256 counts."""
    below: int
    """Count of the values left out at the lower end."""
    above: int
    """Count of the values left out at the upper end."""


@dataclass(frozen=True, slots=True, eq=False)
class PixelCounts:
    """Different values of a sample in ascending order, and how often each occurs."""

    values: NDArray[np.float64]
    counts: NDArray[np.int64]
    is_whole: bool
    """True for types that hold whole numbers only."""

    def percentile(self, percent: float) -> float:
        """Value of the sample below which a share of it lies; NaN when there is no value."""
        if not len(self.values):
            return float("nan")
        rank = round(percent / 100 * (int(self.counts.sum()) - 1))
        at = int(np.searchsorted(np.cumsum(self.counts), rank, side="right"))
        return float(self.values[min(at, len(self.values) - 1)])

    def mean_and_deviation(self) -> tuple[float, float]:
        """Mean and standard deviation; NaN when there is no value."""
        if not len(self.values):
            return float("nan"), float("nan")
        mean = float(np.average(self.values, weights=self.counts))
        return mean, float(np.sqrt(np.average((self.values - mean) ** 2, weights=self.counts)))

    def histogram(self) -> Histogram:
        """Counts of at most 256 steps; one step for each value where there are few whole ones."""
        low, high = self._axis()
        if self.is_whole:
            step = float(max(-(-int(high - low + 1) // _MOST_BINS), 1))
            bins = int(high - low) // int(step) + 1
        else:
            bins, step = _MOST_BINS, (high - low) / _MOST_BINS or 1.0
        index = np.floor((self.values - low) / step)
        index = np.where((self.values <= high) & (index == bins), bins - 1, index)  # the last step holds its end
        inside = (index >= 0) & (index < bins)
        counts = np.bincount(index[inside].astype(np.int64), self.counts[inside], bins).astype(np.int64)
        below, above = (int(self.counts[part].sum()) for part in (index < 0, index >= bins))
        return Histogram(low, step, tuple(counts.tolist()), below, above)

    def _axis(self) -> tuple[float, float]:
        """Range of values that the histogram shows."""
        if not len(self.values):
            return 0.0, 1.0
        low, high = (self.percentile(percent) for percent in _AXIS_PERCENT)
        margin = (high - low) * _AXIS_MARGIN
        low, high = max(low - margin, float(self.values[0])), min(high + margin, float(self.values[-1]))
        return (float(np.floor(low)), float(np.ceil(high))) if self.is_whole else (low, high)


def count_pixels(pixels: Any) -> PixelCounts:  # noqa: ANN401  (anything that can be sliced)
    """Count the values of a channel, from 64 stretches of lines when it has more than 4 million pixels."""
    sample = sampled_values(pixels)
    if sample.dtype.kind == "f":
        return _of_shares(sample.astype(np.float64), is_whole=False)
    if sample.dtype.itemsize > 2:  # noqa: PLR2004  (more values than can be counted one by one)
        return _of_shares(sample.astype(np.float64), is_whole=True)
    if not len(sample):
        return PixelCounts(np.empty(0), np.empty(0, np.int64), is_whole=True)
    lowest = int(np.iinfo(sample.dtype).min) if sample.dtype.kind == "i" else 0
    counts = np.zeros(1 << (8 * sample.dtype.itemsize), np.int64)
    for start in range(0, len(sample), _COUNTED_AT_ONCE):  # numbers that can be counted take four times the memory
        part = sample[start : start + _COUNTED_AT_ONCE].astype(np.int64)
        counts += np.bincount(part - lowest, minlength=len(counts))
    there = np.flatnonzero(counts)
    return PixelCounts((there + lowest).astype(np.float64), counts[there], is_whole=True)


def _of_shares(sample: NDArray[np.float64], *, is_whole: bool) -> PixelCounts:
    """Count values of which there may be as many as pixels; the smallest and the largest one are kept."""
    ordered = np.sort(sample)
    if len(ordered) > _MOST_VALUES:
        ordered = ordered[np.linspace(0, len(ordered) - 1, _MOST_VALUES).round().astype(np.int64)]
    values, counts = np.unique(ordered, return_counts=True)
    return PixelCounts(values, counts.astype(np.int64), is_whole=is_whole)

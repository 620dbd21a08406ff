"""Where an event crosses levels between onset and peak, on its way up and down: its widths."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

FloatArray = NDArray[np.float64]

CrossingStatus = Literal[
    "ok",
    "left_not_found",
    "right_not_found_within_width_search_window",
    "both_not_found",
    "peak_not_found",
]
_STATUS: dict[tuple[bool, bool], CrossingStatus] = {
    (True, True): "ok",
    (False, True): "left_not_found",
    (True, False): "right_not_found_within_width_search_window",
    (False, False): "both_not_found",
}


@dataclass(frozen=True, slots=True)
class LevelCrossing:
    """One level of an event; indices are fractional lines from the first line of the region."""

    fraction: float
    value: float | None
    left_index: float | None
    right_index: float | None
    status: CrossingStatus

    @property
    def width(self) -> float | None:
        """Lines between both sides."""
        if self.left_index is None or self.right_index is None:
            return None
        return self.right_index - self.left_index


def level_crossing(signal: FloatArray, fraction: float, *, onset: int, peak: int, last: int) -> LevelCrossing:
    """Where a signal is first at a level after its onset, and first again after its peak up to ``last``.

    Parameters
    ----------
    signal
        The trace (lines,).
    fraction
        Level between the value at the onset, 0, and that at the peak, 1.
    onset, peak, last
        Lines of onset, peak and the end of the search.
    """
    level = float(signal[onset] + fraction * (signal[peak] - signal[onset]))
    left, right = _first_crossing(signal, level, onset, peak), _first_crossing(signal, level, peak, last)
    return LevelCrossing(fraction, level, left, right, _STATUS[left is not None, right is not None])


def _first_crossing(signal: FloatArray, level: float, start: int, stop: int) -> float | None:
    """Fractional line at which the signal first reaches the level between two lines, None when it does not."""
    before, after = signal[start:stop], signal[start + 1 : stop + 1]
    hits = (np.minimum(before, after) <= level) & (level <= np.maximum(before, after))
    place = int(np.argmax(hits)) if len(hits) else 0
    if not len(hits) or not hits[place]:
        return None
    low, high = float(before[place]), float(after[place])
    return start + place + (0.0 if high == low else (level - low) / (high - low))

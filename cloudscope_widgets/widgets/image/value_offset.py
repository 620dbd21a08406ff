"""A number taken from the values of a channel before they are sent, so that they stay apart as 32-bit numbers.

Wide types are sent as float32, which tells whole numbers apart up to 16 million. Values of 4 billion with a contrast of
some thousands would become a handful. The page adds the number again wherever it shows a value.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.io.images.read_ahead import scattered_lines

_LINES = 64
_WIDE = frozenset({"uint32", "int32", "uint64", "int64", "float64"})
_EXACT_UP_TO = 2**24
_LEAST_SHARE = 2**-12
"""A contrast of a smaller share of the values than this would show steps."""


def value_offset(pixels: Any) -> float:  # noqa: ANN401  (anything that can be sliced)
    """Number to take from the values of a channel, found from some of its lines; 0 where none is needed."""
    if np.dtype(pixels.dtype).name not in _WIDE:
        return 0.0
    rows = np.unique(np.linspace(0, len(pixels) - 1, _LINES).astype(np.intp))
    sample = np.concatenate(scattered_lines(pixels, [slice(row, row + 1) for row in rows.tolist()]))
    finite = sample[np.isfinite(sample)]
    if not finite.size:
        return 0.0
    smallest, largest = float(finite.min()), float(finite.max())
    most = max(abs(smallest), abs(largest))
    if finite.dtype.kind in "ui":
        return smallest if most > _EXACT_UP_TO else 0.0
    return smallest if largest - smallest < most * _LEAST_SHARE else 0.0


def without_offset(values: NDArray[Any], offset: float) -> NDArray[Any]:
    """Return values less a number, exactly."""
    if not offset:
        return values
    if values.dtype.kind not in "ui":
        return values - offset
    least = np.uint64(int(offset) % 2**64)  # differences of whole numbers are right whatever the size of both
    return (values.astype(np.uint64) - least).view(np.int64)

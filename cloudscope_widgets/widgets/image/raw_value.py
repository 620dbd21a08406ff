"""The value of one pixel as it is in the file."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

_LARGEST_WHOLE = 2**53
"""Larger whole numbers are no longer exact in a page."""


def raw_value(pixels: Any, line: int, column: int) -> float | int | str | None:  # noqa: ANN401  (can be sliced)
    """Value of one pixel; None where it is missing or no finite number, which a page cannot be told.

    A whole number with more digits than a page can hold is text.
    """
    found = np.asarray(pixels[line : line + 1, column : column + 1])[0, 0]
    if found.dtype.kind != "f":
        return int(found) if abs(int(found)) <= _LARGEST_WHOLE else str(found)
    return float(found) if math.isfinite(found) else None

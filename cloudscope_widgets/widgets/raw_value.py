"""The value of one pixel as it is in the file."""

from __future__ import annotations

import math
from typing import Any

import numpy as np


def raw_value(pixels: Any, line: int, column: int) -> float | int | None:  # noqa: ANN401  (anything that can be sliced)
    """Value of one pixel; None where it is missing or no finite number, which a page cannot be told."""
    found = np.asarray(pixels[line : line + 1, column : column + 1])[0, 0]
    if found.dtype.kind != "f":
        return int(found)
    return float(found) if math.isfinite(found) else None

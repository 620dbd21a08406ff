"""The square in which a window is rotated for its Radon transform."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Frame:
    """Square that holds a window at every angle, and where the window lies in it."""

    side: int
    """Rows and columns of the square, and bins of the detector."""
    offsets: tuple[int, int]
    """Row and column of the window's first pixel."""

    @classmethod
    def around(cls, shape: tuple[int, int]) -> Frame:
        """Square around a window of some lines and columns."""
        diagonal = np.sqrt(2) * max(shape)
        pads = [int(np.ceil(diagonal - size)) for size in shape]
        rows, cols = ((size + pad) // 2 - size // 2 for size, pad in zip(shape, pads, strict=True))
        return cls(shape[0] + pads[0], (rows, cols))


def place_taken_from(frame: Frame, angle: float, dtype: type[np.floating[Any]]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Row and column, in the square, of what is seen at every place once it is rotated about its centre by ``angle``.

    Parameters
    ----------
    frame
        The square.
    angle
        In radians.
    dtype
        Precision of the result.
    """
    centre = frame.side // 2
    cos, sin = np.cos(angle), np.sin(angle)
    to_row = np.array([-sin, cos, -centre * (cos - sin - 1)]).astype(dtype)
    to_col = np.array([cos, sin, -centre * (cos + sin - 1)]).astype(dtype)
    rows, cols = np.ogrid[: frame.side, : frame.side]
    rows, cols = rows.astype(dtype), cols.astype(dtype)
    row = to_row[0] * cols + to_row[1] * rows + to_row[2]
    col = to_col[0] * cols + to_col[1] * rows + to_col[2]
    return row, col

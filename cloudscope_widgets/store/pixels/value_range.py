"""Pixel values of a channel, found from a sample where it is large."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.core.numbers import within_limits
from cloudscope_widgets.io.images.read_ahead import scattered_lines

_SAMPLED_PIXELS = 4_000_000
_STRETCHES = 64


def pixel_range(pixels: Any) -> tuple[float, float]:  # noqa: ANN401  (anything that can be sliced)
    """Smallest and largest finite value of 64 stretches of lines, all lines of images up to 4 million pixels.

    Values that no saved file holds are cut to the largest that one does.
    """
    values = sampled_values(pixels)
    if not len(values):
        return 0.0, 1.0
    return within_limits(float(values.min())), within_limits(float(values.max()))


def sampled_values(pixels: Any) -> NDArray[Any]:  # noqa: ANN401  (anything that can be sliced)
    """Finite values of 64 stretches of lines, all lines of images up to 4 million pixels, in no order."""
    lines, columns = pixels.shape
    length = max(_SAMPLED_PIXELS // (columns * _STRETCHES), 1)
    if length * _STRETCHES >= lines:
        values = np.asarray(pixels[:]).ravel()
    else:
        starts = np.linspace(0, lines - length, _STRETCHES).astype(int)
        parts = [slice(start, start + length) for start in starts.tolist()]
        values = np.concatenate([part.ravel() for part in scattered_lines(pixels, parts)])
    return values[np.isfinite(values)] if values.dtype.kind == "f" else values

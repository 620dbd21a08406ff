"""Profiles across the vessel: neighbouring lines taken together."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from .arrays import AnyArray, FloatArray, IntArray
from .finite_median import finite_median

_PIXELS_PER_CHUNK = 1 << 17
"""So few that a chunk and what is computed from it stay in the cache."""


def center_rows(lines: int, stride: int) -> IntArray:
    """Lines that profiles are centred on."""
    return np.arange(0, lines, stride)


def row_chunks(rows: IntArray, columns: int) -> Iterator[slice]:
    """Cut the profiles of a record into pieces that are measured one by one."""
    size = max(_PIXELS_PER_CHUNK // max(columns, 1), 1)
    for first in range(0, len(rows), size):
        yield slice(first, min(first + size, len(rows)))


def mean_profiles(pixels: AnyArray, rows: IntArray, window_rows: int) -> tuple[FloatArray, FloatArray]:
    """Mean of the numbers in the lines around each centre.

    Parameters
    ----------
    pixels
        Lines x columns, any real type.
    rows
        Lines in the centre, evenly spaced.
    window_rows
        Lines taken together, odd; fewer at both ends of the record.

    Returns
    -------
    profiles
        Means (rows, columns), NaN where no line has a number.
    count
        How many numbers each is the mean of (rows, columns).
    """
    total, count = np.zeros((len(rows), pixels.shape[1])), np.zeros((len(rows), pixels.shape[1]))
    for place, lines in _shifted(pixels, rows, window_rows):
        if lines.dtype.kind == "f":
            good = np.isfinite(lines)
            total[place] += np.where(good, lines, 0)
            count[place] += good
        else:
            total[place] += lines
            count[place] += 1
    with np.errstate(invalid="ignore"):
        return total / count, count


def median_profiles(pixels: AnyArray, rows: IntArray, window_rows: int) -> FloatArray:
    """Median of the numbers in the lines around each centre; see `mean_profiles`."""
    layers = np.full((window_rows, len(rows), pixels.shape[1]), np.nan)
    for layer, (place, lines) in zip(layers, _shifted(pixels, rows, window_rows), strict=True):
        layer[place] = np.where(np.isfinite(lines), lines, np.nan) if lines.dtype.kind == "f" else lines
    return finite_median(layers)


def _shifted(pixels: AnyArray, rows: IntArray, window_rows: int) -> Iterator[tuple[slice, AnyArray]]:
    """For every place in the window, the profiles that have a line there, and these lines; from first to last."""
    half, lines = window_rows // 2, len(pixels)
    step = int(rows[1] - rows[0]) if len(rows) > 1 else 1
    for shift in range(-half, half + 1):
        first, stop = np.searchsorted(rows + shift, [0, lines])
        start = int(rows[0]) + int(first) * step + shift
        yield slice(int(first), int(stop)), pixels[start : start + (int(stop) - int(first) - 1) * step + 1 : step]


def flipped(profiles: FloatArray) -> FloatArray:
    """Profiles upside down: the largest value of each minus its values."""
    highest = np.fmax.reduce(profiles, axis=1, keepdims=True)
    turned: FloatArray = highest - profiles
    return turned

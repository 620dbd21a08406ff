"""Intensity of every line: its sum over the columns, smoothed over lines and filtered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from cloudscope_widgets.analysis.sum_intensity.settings import SumIntensitySettings
from cloudscope_widgets.core.numbers import LARGEST_NUMBER

FloatArray = NDArray[np.float64]
Flags = NDArray[np.bool_]

LEAST_LINES = 2
_PIXELS_PER_CHUNK = 1 << 20
_LEAST_SHARE = 0.5
"""Of the columns, and of the light, that a line must have to be measured."""


@dataclass(frozen=True, slots=True, eq=False)
class LineSums:
    """Sum of every line over the columns that have numbers."""

    sums: FloatArray
    """Sum of every line (lines,); missing lines are interpolated between those beside them."""
    missing: Flags
    """Lines without numbers (lines,)."""
    columns: int
    """Columns that were summed."""
    left_out: tuple[int, ...] = ()
    """Columns without any number, counted from 1."""
    estimated: int = 0
    """Lines of which some pixels have no number, so that their sum was estimated from the others."""


def line_sums(pixels: NDArray[Any]) -> LineSums:
    """Sum every line over its columns.

    Parameters
    ----------
    pixels
        Lines x columns, any real type.

    Returns
    -------
    Sums in the counts of the image.

    Raises
    ------
    ValueError
        When no line has enough numbers.

    Notes
    -----
    Columns without any number are left out. A line that lacks up to half of the others, and of the light, is
    sum(its finite pixels) * sum(profile) / sum(profile where it is finite), with the mean of each column as profile,
    so that a dark or bright column that is missing does not change the trace. Lines that lack more are missing.
    """
    if pixels.ndim != 2 or pixels.shape[0] < LEAST_LINES or pixels.shape[1] < 1:
        lines = pixels.shape[0]
        raise ValueError(f"a trace needs at least two lines and one column, and the region has {lines} lines")
    with np.errstate(over="ignore", invalid="ignore"):
        sums = _plain_sums(pixels)
        found = LineSums(sums, np.zeros(len(sums), np.bool_), pixels.shape[1])
        if not np.isfinite(sums).all():
            found = _sums_of_finite(pixels)
    if not (np.abs(found.sums) <= LARGEST_NUMBER).all():
        raise ValueError(f"its pixel values are too large: the sum of a line must be below {LARGEST_NUMBER:g}")
    return found


def _plain_sums(pixels: NDArray[Any]) -> FloatArray:
    """Row sums in float64, piece by piece so that memory stays small."""
    lines, columns = pixels.shape
    sums = np.empty(lines)
    step = max(_PIXELS_PER_CHUNK // columns, 1)
    for first in range(0, lines, step):
        sums[first : first + step] = np.sum(pixels[first : first + step], axis=1, dtype=np.float64)
    return sums


def _sums_of_finite(pixels: NDArray[Any]) -> LineSums:
    finite = np.isfinite(pixels)
    kept = finite.any(axis=0)
    if not kept.any():
        raise ValueError("none of its pixels has a number; choose another region")
    finite = finite[:, kept]
    values = np.where(finite, pixels[:, kept], 0.0).astype(np.float64)
    shares = _shares_seen(values, finite)
    missing = shares < _LEAST_SHARE
    known = np.flatnonzero(~missing)
    if len(known) < LEAST_LINES:
        raise ValueError("fewer than two of its lines have numbers in half of their pixels; choose another region")
    sums = np.interp(np.arange(len(values)), known, values[known].sum(axis=1) / shares[known])
    left_out = tuple(int(number) + 1 for number in np.flatnonzero(~kept))
    return LineSums(sums, missing, int(kept.sum()), left_out, int((~finite[known].all(axis=1)).sum()))


def _shares_seen(values: FloatArray, finite: Flags) -> FloatArray:
    """Part of the light of each line that its finite pixels have, by the mean of each column (lines,)."""
    counts = finite.mean(axis=1)
    whole = finite & (counts >= _LEAST_SHARE)[:, None]
    profile = np.where(whole, values, 0.0).sum(axis=0) / np.maximum(whole.sum(axis=0), 1)
    if profile.min() < 0 or profile.sum() == 0:  # not the light of anything
        return counts
    shares: FloatArray = np.minimum(finite @ profile / profile.sum(), counts >= _LEAST_SHARE)
    return np.where(finite.all(axis=1), 1.0, shares)


def rolling_mean(values: FloatArray, radius: int) -> FloatArray:
    """Mean of up to ``radius`` values on either side; the window is clipped at the ends."""
    total = np.concatenate([[0.0], np.cumsum(values)])
    place = np.arange(len(values))
    start, stop = np.maximum(place - radius, 0), np.minimum(place + radius + 1, len(values))
    mean: FloatArray = (total[stop] - total[start]) / (stop - start)
    return mean


def filtered(values: FloatArray, settings: SumIntensitySettings) -> tuple[FloatArray, tuple[str, ...]]:
    """Trace after the median filter, and what was changed of its kernel, in words."""
    kernel = settings.median_filter_kernel_points
    if settings.filter_method == "none" or kernel == 1:
        return values.copy(), ()
    said: tuple[str, ...] = ()
    if kernel % 2 == 0:
        said = (f"The median filter needs an odd number of points, so {kernel + 1} were taken instead of {kernel}.",)
        kernel += 1
    return ndimage.median_filter(values, size=kernel, mode="nearest"), said

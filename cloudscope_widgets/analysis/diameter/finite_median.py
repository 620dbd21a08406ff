"""Median of the finite values among several layers."""

from __future__ import annotations

import numpy as np

from .arrays import Flags, FloatArray, IntArray


def finite_median(layers: FloatArray) -> FloatArray:
    """Median over the first axis, leaving out NaN; of an even number of values the mean of the two in the middle.

    Parameters
    ----------
    layers
        Values (layers, ...); changed in place.

    Returns
    -------
    Medians (...); NaN where no layer has a value.
    """
    layers.sort(axis=0)  # NaN comes last
    count = np.isfinite(layers).sum(0)
    low, high = np.maximum(count - 1, 0) // 2, np.minimum(count // 2, len(layers) - 1)
    if count.size and (count == count.flat[0]).all():
        return (layers[low.flat[0]] + layers[high.flat[0]]) / 2
    return (_picked(layers, low) + _picked(layers, high)) / 2


def _picked(layers: FloatArray, index: IntArray) -> FloatArray:
    return np.take_along_axis(layers, index[None], axis=0)[0]


def median_filtered(values: FloatArray, kernel: int) -> FloatArray:
    """Running median of the finite values in a window that is clipped at both ends.

    Parameters
    ----------
    values
        One value a row (rows,), NaN where there is none.
    kernel
        Rows in the window, odd.

    Returns
    -------
    Medians (rows,), NaN exactly where `values` is.
    """
    half = kernel // 2
    padded = np.pad(values, half, constant_values=np.nan)
    layers = np.stack([padded[shift : shift + len(values)] for shift in range(kernel)])
    return np.where(np.isfinite(values), finite_median(layers), np.nan)


def is_changed(raw: FloatArray, filtered: FloatArray) -> Flags:
    """Whether a filter changed a value by more than rounding (rows,)."""
    flags: Flags = np.isfinite(raw) & ~np.isclose(raw, filtered)
    return flags

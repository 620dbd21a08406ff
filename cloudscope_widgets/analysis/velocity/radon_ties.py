"""Decides between angles whose projections vary alike but for rounding, in the arithmetic of scikit-image."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.analysis.velocity.radon_frame import Frame, place_taken_from

Float32Array = NDArray[np.float32]
FloatArray = NDArray[np.float64]

LARGEST_ROUNDING = 1e-5
"""Relative difference of two variances that rounding can make or undo."""


def first_best(
    variance: Float32Array, windows: Float32Array, shape: tuple[int, int], angles_deg: FloatArray
) -> FloatArray:
    """Angle of the largest variance of every window; the first of equal ones.

    Parameters
    ----------
    variance
        Variance of each projection (angles, windows).
    windows
        The windows minus their means, one per column (lines · columns, windows).
    shape
        Lines and columns of a window.
    angles_deg
        The angles (angles,).
    """
    columns = np.arange(variance.shape[1])
    best = variance.argmax(axis=0)
    most = variance[best, columns]
    alike = (variance >= most * np.float32(1 - LARGEST_ROUNDING)) & (most > 0)
    for window in np.flatnonzero(alike.sum(axis=0) > 1):
        rivals = np.flatnonzero(alike[:, window])
        exact = _exact_variance(windows[:, window].reshape(shape), angles_deg[rivals])
        best[window] = rivals[exact.argmax()]
    found: FloatArray = angles_deg[best]
    return found


def _exact_variance(window: Float32Array, angles_deg: FloatArray) -> Float32Array:
    """Variance of the projections of one window at two or more angles, to the last bit."""
    frame = Frame.around(window.shape)
    padded = np.zeros((frame.side + 2, frame.side + 2), np.float32)  # a rim of zeros for places outside
    rows, cols = (
        slice(1 + offset, 1 + offset + size) for offset, size in zip(frame.offsets, window.shape, strict=True)
    )
    padded[rows, cols] = window
    projections = [_rotated(padded, frame, angle).sum(axis=0) for angle in np.deg2rad(angles_deg)]
    variance: Float32Array = np.stack(projections, axis=1).var(axis=0)
    return variance


def _rotated(padded: Float32Array, frame: Frame, angle: float) -> Float32Array:
    """Rotate by linear interpolation, each product and sum in the precision in which scikit-image has it."""
    row, col = place_taken_from(frame, angle, np.float32)
    low_row, low_col = np.floor(row), np.floor(col)
    right, down = col - low_col, row - low_row
    left, up = 1 - right.astype(np.float64), 1 - down.astype(np.float64)

    def line(at_row: Float32Array) -> FloatArray:
        return left * _at(padded, at_row, low_col) + right * _at(padded, at_row, np.ceil(col))

    values: Float32Array = (up * line(low_row) + down * line(np.ceil(row))).astype(np.float32)
    return values


def _at(padded: Float32Array, row: Float32Array, col: Float32Array) -> Float32Array:
    last = padded.shape[0] - 1
    values: Float32Array = padded[np.clip(row.astype(np.intp) + 1, 0, last), np.clip(col.astype(np.intp) + 1, 0, last)]
    return values

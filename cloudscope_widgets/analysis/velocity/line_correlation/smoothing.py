"""Gaussian smoothing along the line."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import correlate1d

from .arrays import Float32Array

_TILE_COLUMNS = 64


@dataclass(frozen=True, slots=True)
class Smoothing:
    """Weighted sums of neighbouring pixels, as a matrix with a narrow band.

    Products with the tiles of the band are twice as fast as a filter, and weigh the columns on the way.
    """

    response: Float32Array
    """What becomes of a line with one pixel of 1 (columns, columns)."""

    radius: int
    """How many pixels to either side take part."""

    def __call__(self, lines: Float32Array) -> Float32Array:
        """Smoothed lines (lines, columns); every pixel must be finite."""
        columns = len(self.response)
        smoothed = np.empty_like(lines)
        for start in range(0, columns, _TILE_COLUMNS):
            stop = min(start + _TILE_COLUMNS, columns)
            near = slice(max(start - self.radius, 0), stop + self.radius)
            np.matmul(lines[:, near], self.response[near, start:stop], out=smoothed[:, start:stop])
        return smoothed

    def times(self, gain: Float32Array) -> Smoothing:
        """The same, every column multiplied by its gain (columns,)."""
        return Smoothing(self.response * gain, self.radius)

    def remaining_noise(self, noise: float) -> Float32Array:
        """Variance in every smoothed column of white noise of variance `noise` in the pixels (columns,)."""
        return np.float32(noise) * (self.response**2).sum(0)


def no_smoothing(columns: int) -> Smoothing:
    """Lines of `columns` pixels as they are."""
    return Smoothing(np.eye(columns, dtype=np.float32), 0)


def gaussian_smoothing(columns: int, sd_px: float) -> Smoothing:
    """Smoothing of lines of `columns` pixels, continued beyond their ends by point reflection.

    Repeated edge values would flatten every slope at the ends and hold the match back at no shift.
    """
    radius = int(np.ceil(3 * sd_px))
    kernel = np.exp(-0.5 * (np.arange(-radius, radius + 1) / sd_px) ** 2)
    kernel = (kernel / kernel.sum()).astype(np.float32)
    unit = np.eye(columns, dtype=np.float32)
    response: Float32Array = correlate1d(unit, kernel, axis=1, mode="nearest")
    # beyond the start lies 2 x[0] - x[i] instead of x[0]; pixel p sees it with kernel[radius - p - i]
    place = np.arange(radius)
    beyond = place[:, None] + 1 + place
    weight = np.where(beyond <= radius, kernel[np.maximum(radius - beyond, 0)], 0).astype(np.float32)
    response[:, :radius] += (unit[:, :1] - unit[:, 1 : radius + 1]) @ weight
    response[:, : -radius - 1 : -1] += (unit[:, -1:] - unit[:, -2 : -radius - 2 : -1]) @ weight
    return Smoothing(response, radius)

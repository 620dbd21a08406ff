"""Brightness of a blurred lumen by distance from its wall and by its width, from one table per record."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from scipy.fft import next_fast_len

from cloudscope_widgets.analysis.diameter.arrays import AnyArray, FloatArray

EXPONENTS = {"flat": 0.0, "chord": 0.5}
"""Exponent p of a lumen (1 − u²)^p by name; u is the distance from the middle, 1 at the wall."""

_PER_PX = 10
_WIDTH_STEP_PX = 0.5
_MOST_WIDTHS = 300


class Shape(NamedTuple):
    """A lumen of amplitude 1 in every pixel, and how it changes (rows, columns)."""

    brightness: AnyArray
    by_center: AnyArray
    by_width: AnyArray


class LumenTable:
    """Lumen blurred by a Gaussian and averaged over a pixel, for all distances and widths that occur."""

    def __init__(self, profile: str, sigma_px: float, columns: int, widths: tuple[float, float]) -> None:
        """Compute the table for lumens of the least to the largest width."""
        self.profile = profile
        self.sigma_px = sigma_px
        self.least_width = max(1.0, widths[0])
        self._step = max(_WIDTH_STEP_PX, (widths[1] - self.least_width) / _MOST_WIDTHS)
        width = self.least_width + self._step * np.arange(int((widths[1] - self.least_width) / self._step) + 3)
        self.largest_width = float(width[-2])
        self._first = -width[-1] / 2 - 5 * sigma_px - 1
        count = next_fast_len(int((columns + 6 + 5 * sigma_px - self._first) * _PER_PX))
        distance = self._first + np.arange(count) / _PER_PX
        sharp = _pixels(distance + width[:, None] / 2, width[:, None] / 2, profile)
        blur = np.exp(-2 * (np.pi * sigma_px * np.fft.rfftfreq(count, 1 / _PER_PX)) ** 2)
        table = np.fft.irfft(np.fft.rfft(sharp) * blur, count)
        self._count, self._flat = count, table.astype(np.float32).ravel()

    def __call__(self, place: AnyArray, center: FloatArray, width: FloatArray) -> Shape:
        """Lumen of every row at places of its own, interpolated between the four nearest entries."""
        away = place - center[:, None]
        row = np.clip((width - self.least_width) / self._step, 0, None)
        whole_row = row.astype(np.intp)
        part_row = (row - whole_row)[:, None].astype(np.float32)
        col = (np.abs(away) - (width / 2 + self._first)[:, None]) * _PER_PX
        np.clip(col, 0, self._count - 2, out=col)
        whole_col = col.astype(np.int32)
        part_col = (col - whole_col).astype(np.float32)
        at = whole_col + (whole_row * self._count)[:, None]
        a, b = self._flat.take(at), self._flat.take(at + 1)
        at += self._count
        c, d = self._flat.take(at), self._flat.take(at + 1)
        narrow, wide = a + part_col * (b - a), c + part_col * (d - c)
        slope = ((b - a) + part_row * ((d - c) - (b - a))) * np.float32(_PER_PX)
        brightness = narrow + part_row * (wide - narrow)
        by_width = (wide - narrow) * np.float32(1 / self._step) - np.float32(0.5) * slope
        return Shape(brightness, np.where(away > 0, -slope, slope), by_width)


def _pixels(place: FloatArray, half: FloatArray, profile: str) -> FloatArray:
    """Mean of a sharp lumen over pixels at some places."""
    return _area(place + 0.5, half, profile) - _area(place - 0.5, half, profile)


def _area(place: FloatArray, half: FloatArray, profile: str) -> FloatArray:
    """Integral of a sharp lumen from its middle."""
    u = np.clip(place / half, -1, 1)
    if profile == "flat":
        return half * u
    return half * 0.5 * (u * np.sqrt(1 - u * u) + np.arcsin(u))

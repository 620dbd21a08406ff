"""Prepared lines: smoothed along space, standing background removed, missing lines zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.ndimage import correlate1d
from scipy.sparse import csr_array

from .arrays import BoolArray, Float32Array
from .lines import LineSource

_SAMPLED_LINES = 1500
_SMOOTHING_SD_PX = (0.8, 2.0)


@dataclass(frozen=True, slots=True)
class SignalAndNoise:
    """Variances of what moves and of the white noise, in the units of the source."""

    signal: float
    """Variance of the moving picture, at least a thousandth of the noise."""

    noise: float
    """Variance of white noise in a pixel."""

    @property
    def snr_db(self) -> float:
        """Signal to noise ratio in decibel."""
        return float(10 * np.log10(self.signal / self.noise))

    @property
    def smoothing_sd_px(self) -> float:
        """Standard deviation of the Gaussian smoothing that suits this ratio, px."""
        return float(np.clip(1.0 - self.snr_db / 12.0, *_SMOOTHING_SD_PX))


@dataclass(frozen=True, slots=True)
class PreparedLines:
    """Chunk-wise access to the lines of a record, ready for correlation."""

    source: LineSource
    """The record."""

    good: BoolArray
    """Usable lines (lines,)."""

    kernel: Float32Array
    """Smoothing along the line."""

    background: Float32Array
    """Standing background at the middle of every block of lines (blocks, columns)."""

    block_lines: int
    """Lines per block of the background."""

    gain: Float32Array
    """Factor for every column that makes the cells equally contrasted along the line (columns,)."""

    noise: Float32Array
    """Variance of the noise left in every column (columns,): smoothing leaves more of it at the ends."""

    def read(self, start: int, stop: int) -> tuple[Float32Array, Float32Array]:
        """Prepared lines and their flags.

        Parameters
        ----------
        start, stop
            First line and the one after the last; both may lie outside the record.

        Returns
        -------
        Lines (stop - start, columns), zero where missing or outside; 1 for usable lines, else 0 (stop - start,).
        """
        lines, columns = self.source.shape
        low, high = max(start, 0), min(stop, lines)
        prepared = np.zeros((stop - start, columns), np.float32)
        flags = np.zeros(stop - start, np.float32)
        if high > low:
            inside = slice(low - start, high - start)
            good = self.good[low:high]
            part = smooth_along_line(self.source.read(low, high), self.kernel)
            part -= self._background_of(low, high)
            part *= self.gain
            if not good.all():
                part[~good] = 0
            prepared[inside] = part
            flags[inside] = good
        return prepared, flags

    def _background_of(self, start: int, stop: int) -> Float32Array:
        """Background of every line, linear between the middles of the blocks."""
        last = len(self.background) - 1
        place = (np.arange(start, stop) + 0.5) / self.block_lines - 0.5
        block = np.clip(np.floor(place), 0, max(last - 1, 0)).astype(np.intp)
        part = np.clip(place - block, 0, 1).astype(np.float32)[:, None]
        near = np.stack([block, np.minimum(block + 1, last)], 1)
        weight = np.concatenate([1 - part, part], 1)
        first, stop_block = int(near.min()), int(near.max()) + 1
        row_ends = np.arange(0, weight.size + 1, 2)
        shape = (stop - start, stop_block - first)
        between = csr_array((weight.ravel(), (near - first).ravel(), row_ends), shape=shape)
        return between @ self.background[first:stop_block]


def smooth_along_line(lines: Float32Array, kernel: Float32Array) -> Float32Array:
    """Lines smoothed with a symmetric kernel, continued beyond their ends by point reflection.

    Repeated edge values would flatten every slope at the ends and hold the match back at no shift.
    """
    smoothed: Float32Array = correlate1d(lines, kernel, axis=1, mode="nearest")
    radius = len(kernel) // 2
    # beyond the start lies 2 x[0] - x[i] instead of x[0]; pixel p sees it with kernel[radius - p - i]
    place = np.arange(radius)
    beyond = place[:, None] + 1 + place
    weight = np.where(beyond <= radius, kernel[np.maximum(radius - beyond, 0)], 0).astype(np.float32)
    smoothed[:, :radius] += (lines[:, :1] - lines[:, 1 : radius + 1]) @ weight
    smoothed[:, : -radius - 1 : -1] += (lines[:, -1:] - lines[:, -2 : -radius - 2 : -1]) @ weight
    return smoothed


def remaining_noise(noise: float, kernel: Float32Array, gain: Float32Array) -> Float32Array:
    """Variance in every prepared column of white noise of variance `noise` in the pixels (columns,)."""
    response = smooth_along_line(np.eye(len(gain), dtype=np.float32), kernel)
    return np.float32(noise) * (response**2).sum(0) * gain**2


def gaussian_kernel(sd_px: float) -> Float32Array:
    """Normalised Gaussian out to three standard deviations."""
    radius = int(np.ceil(3 * sd_px))
    place = np.arange(-radius, radius + 1)
    kernel = np.exp(-0.5 * (place / sd_px) ** 2)
    return (kernel / kernel.sum()).astype(np.float32)


def sampled_lines(source: LineSource, good: BoolArray) -> Float32Array:
    """Good lines from all over the record, at most 1,500 (lines, columns)."""
    lines = np.flatnonzero(good)
    lines = lines[np.linspace(0, len(lines) - 1, min(len(lines), _SAMPLED_LINES)).astype(np.intp)]
    return source.take(lines)


def signal_and_noise(sample: Float32Array) -> SignalAndNoise:
    """Variance of the moving picture and of the noise, from differences of far lines (the background cancels)."""
    noise = float(np.median(np.mean(np.diff(sample - sample.mean(0), 2, axis=1) ** 2, 1))) / 6
    eighth = max(1, len(sample) // 8)
    distances = [d for d in (1, eighth, 2 * eighth, 4 * eighth) if d < len(sample)]
    changes = [float(np.mean((sample[d:] - sample[:-d]) ** 2)) for d in distances]
    noise = max(noise, 1e-12)
    return SignalAndNoise(max(0.5 * max(changes, default=0.0) - noise, 1e-3 * noise), noise)

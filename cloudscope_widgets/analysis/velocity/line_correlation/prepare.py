"""Prepared lines: smoothed along space, standing background removed, missing lines zero."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.sparse import csr_array

from .arrays import BoolArray, Float32Array
from .lines import LineSource
from .smoothing import Smoothing

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

    smoothing: Smoothing
    """Smoothing along the line, with the gain."""

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
            First line and the one after the last, some of them in the record; both may lie outside it.

        Returns
        -------
        Lines (stop - start, columns), zero where missing or outside; 1 for usable lines, else 0 (stop - start,).
        """
        lines, columns = self.source.shape
        low, high = max(start, 0), min(stop, lines)
        prepared = np.empty((stop - start, columns), np.float32)
        flags = np.zeros(stop - start, np.float32)
        inside = slice(low - start, high - start)
        prepared[: inside.start] = prepared[inside.stop :] = 0
        good = self.good[low:high]
        flags[inside] = good
        pixels = self.source.read(low, high)
        missing = np.flatnonzero(~good)
        pixels[missing] = 0  # they may hold what is not finite
        np.subtract(self.smoothing(pixels), self._background_of(low, high), out=prepared[inside])
        prepared[low - start + missing] = 0
        return prepared, flags

    def _background_of(self, start: int, stop: int) -> Float32Array:
        """Background of every line times the gain, linear between the middles of the blocks."""
        last = len(self.background) - 1
        place = np.clip((np.arange(start, stop) + 0.5) / self.block_lines - 0.5, 0, last)
        block = place.astype(np.int32)
        first, stop_block = int(block[0]), min(int(block[-1]) + 1, last) + 1
        part = place - block
        near = np.stack([block, np.minimum(block + 1, last)], 1) - np.int32(first)
        weight = np.stack([1 - part, part], 1).astype(np.float32)
        row_ends = np.arange(0, weight.size + 1, 2, dtype=np.int32)
        shape = (stop - start, stop_block - first)
        between = csr_array((weight.ravel(), near.ravel(), row_ends), shape=shape)
        return np.asarray(between @ (self.background[first:stop_block] * self.gain))


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

"""Mean pictures of blocks of lines, and how much each differs from its neighbours."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import uniform_filter1d

from .arrays import Float32Array, Float64Array

_RENEWAL_GAIN = 3.0
_DISTANCES = (2, 4, 8)


@dataclass(frozen=True, slots=True)
class BlockPictures:
    """Mean line of every block and the weight it deserves in a mean of the standing background."""

    mean: Float32Array
    """Mean line of every block (blocks, columns)."""

    filled: Float32Array
    """1 where a block holds a good line, else 0 (blocks,)."""

    renewal: Float32Array
    """How much of the picture is new in every block (blocks,): 0 stands still, 1 is all new."""

    least_renewal: float
    """Renewal that noise alone can feign."""

    block_lines: int
    """Lines per block."""

    @property
    def weight(self) -> Float32Array:
        """Weight of every block in a mean (blocks,): a long stall counts as the one picture it is."""
        return (self.renewal + np.float32(self.least_renewal)) * self.filled

    def odd_blocks(self, lines: float) -> int:
        """Number of blocks that cover about `lines` lines, odd and at least 1."""
        return max(round(lines / self.block_lines), 1) | 1


def running_sum(values: NDArray[np.floating], blocks: int) -> Float32Array:
    """Sum over `blocks` neighbours along the first axis, nothing beyond the ends."""
    total: Float32Array = uniform_filter1d(values, blocks, axis=0, mode="constant") * blocks
    return total


def mean_square(rows: Float32Array) -> Float32Array:
    """Mean square of every row."""
    square: Float32Array = np.einsum("ij,ij->i", rows, rows) / np.float32(rows.shape[1])
    return square


def noise_variance(rows: Float32Array) -> Float32Array:
    """Variance of white noise in every row, from its second difference (smooth pictures drop out)."""
    return np.mean(np.diff(rows, 2, axis=1) ** 2, 1) / np.float32(6)


def measure_renewal(mean: Float32Array, counts: Float32Array) -> tuple[Float32Array, float]:
    """How much the picture is renewed from block to block.

    The mean square change to the previous and to the next block, noise removed, the smaller of the two; relative to
    the change between distant blocks.

    Parameters
    ----------
    mean
        Mean line of every block (blocks, columns).
    counts
        Good lines in every block (blocks,).

    Returns
    -------
    Renewal of every block (blocks,), 0 ... 1, and the renewal that noise alone can feign, 0.001 ... 1.
    """
    if len(mean) < 2:
        return np.ones(len(mean), np.float32), 1.0
    change = np.diff(mean, axis=0)
    noise = noise_variance(change)
    usual_noise = float(np.median(noise))
    noise_sd = 3 * usual_noise * np.sqrt(2.0 / mean.shape[1])
    energy = mean_square(change)
    energy[np.minimum(counts[1:], counts[:-1]) == 0] = 0
    step = np.maximum(np.maximum(energy - noise, 0) - noise_sd, 0)
    reference = _distant_change(mean, step, usual_noise) + noise_sd + 1e-12
    both = np.minimum(np.r_[step[:1], step], np.r_[step, step[-1:]])
    renewal = np.clip(_RENEWAL_GAIN * both / reference, 0, 1).astype(np.float32)
    return renewal, float(np.clip(noise_sd / reference, 1e-3, 1))


def _distant_change(mean: Float32Array, step: Float32Array, noise: float) -> float:
    """Upper range (80 %) of the change between blocks, whichever distance shows the most."""
    changes: list[Float32Array | Float64Array] = [step]
    changes += [
        np.maximum(mean_square(mean[distance:] - mean[:-distance]) - noise, 0)
        for distance in _DISTANCES
        if distance < len(mean) - 2
    ]
    return max(float(np.quantile(change, 0.8)) for change in changes)

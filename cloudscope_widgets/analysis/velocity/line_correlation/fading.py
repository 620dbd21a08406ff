"""How a record fades: dyes bleach, and the whole picture with them."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from .arrays import Float32Array, Float64Array
from .pictures import BlockPictures

_LEAST_BLOCKS = 8
_LEAST = 0.05
_CLEAR = 0.2
_UNEXPLAINED = 0.2
_GUARD = 1.5


@dataclass(frozen=True, slots=True)
class Fading:
    """Brightness that falls or rises by the same factor in equal times."""

    gain: Float32Array
    """Brightness of every block relative to the middle of the record (blocks,)."""

    is_clear: bool
    """Whether it is large, and tells most of how the brightness of the lines varies."""


def measure_fading(pictures: BlockPictures, black: float) -> Fading | None:
    """The exponential that fits the brightness of the lines, None when the record hardly fades.

    Parameters
    ----------
    pictures
        Mean pictures of the blocks.
    black
        Value of a pixel without light, in their units.
    """
    level = pictures.mean.mean(1).astype(np.float64) - black
    used = (pictures.filled > 0) & (level > 0)
    if used.sum() < _LEAST_BLOCKS:
        return None
    time = np.linspace(-0.5, 0.5, len(level))
    log_level = np.log(level[used])
    slope, _ = np.polyfit(time[used], log_level, 1)
    if abs(slope) < _LEAST:
        return None
    rest = log_level - slope * time[used]
    is_clear = abs(slope) > _CLEAR and rest.var() < _UNEXPLAINED * log_level.var()
    return Fading(np.exp(slope * time).astype(np.float32), bool(is_clear))


def trend(pictures: BlockPictures, values: Float32Array) -> Float32Array:
    """Straight line through one number per block, as far as passing cells do not explain its slope (blocks,).

    The slope is shrunk by 1 - 1.5 x its variance / its square (James-Stein); its variance is that of the rest over the
    number of independent pictures.
    """
    weight = pictures.weight.astype(np.float64)
    time: Float64Array = np.linspace(-1, 1, len(values))
    total = max(weight.sum(), 1e-12)
    time -= (weight @ time) / total
    level = (weight @ values) / total
    spread = max(float(weight @ time**2) / total, 1e-12)
    slope = float(weight @ (time * (values - level))) / total / spread
    scatter = float(weight @ (values - level - slope * time) ** 2) / total
    variance = scatter / max(float(pictures.renewal.sum()), 1.0) / spread
    keep = np.clip(1 - _GUARD * variance / (slope**2 + 1e-20), 0, 1)
    line: Float32Array = (level + keep * slope * time).astype(np.float32)
    return line

"""Reading the lines of a record piece by piece, and what every line says about itself."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .arrays import AnyArray, BoolArray, Float32Array, IndexArray

_PIXELS_PER_CHUNK = 1 << 20
_SAMPLED_LINES = 1500


@dataclass(frozen=True, slots=True)
class LineSource:
    """A record read as float32 with its own offset and scale taken out.

    This keeps float32 exact enough for every input type and makes the results independent of offset and scale.
    """

    image: AnyArray
    """Record, lines x columns, any real type; never copied as a whole."""

    offset: float
    """Subtracted from every pixel."""

    factor: float
    """Multiplies every pixel afterwards."""

    @property
    def black(self) -> float:
        """What a pixel of value 0 is read as: one without light, if the camera adds no constant."""
        return -self.offset * self.factor

    @property
    def shape(self) -> tuple[int, int]:
        """Lines and columns of the record."""
        return self.image.shape[0], self.image.shape[1]

    def read(self, start: int, stop: int) -> Float32Array:
        """Lines `start` to `stop`, float32, offset and scale taken out."""
        return _convert(self.image[start:stop], self.offset, self.factor)

    def take(self, lines: IndexArray) -> Float32Array:
        """The lines of the given numbers, float32, offset and scale taken out."""
        return _convert(self.image[lines], self.offset, self.factor)

    def chunks(self, check: Callable[[], None], multiple: int = 1) -> Iterator[tuple[int, Float32Array]]:
        """First line and pixels of one stretch after the other.

        Parameters
        ----------
        check
            Called before each stretch; raises to stop.
        multiple
            Every stretch but the last is a multiple of this number of lines.
        """
        lines, columns = self.shape
        size = max(_PIXELS_PER_CHUNK // (columns * multiple), 1) * multiple
        for start in range(0, lines, size):
            check()
            yield start, self.read(start, min(lines, start + size))


@dataclass(frozen=True, slots=True)
class LineStatistics:
    """Mean and standard deviation of every line, and which lines are usable."""

    mean: Float32Array
    """Mean of every line (lines,), in the units of the source."""

    sd: Float32Array
    """Standard deviation along every line (lines,)."""

    good: BoolArray
    """False for missing lines (lines,): blank, dark, or with a pixel that is not finite."""


def line_source(image: AnyArray) -> LineSource:
    """A source with the offset (median) and scale (middle 90 %) of a sample of the record's lines.

    Raises
    ------
    ValueError
        If no sampled pixel is finite, or all have one value.
    """
    lines = np.linspace(0, len(image) - 1, min(len(image), _SAMPLED_LINES)).astype(np.intp)
    sample = np.asarray(image[lines], np.float64)
    sample = sample[np.isfinite(sample)]
    if not sample.size:
        raise ValueError("the image holds no finite pixel in the lines that were sampled: choose a region with data")
    low, middle, high = np.quantile(sample, (0.05, 0.5, 0.95))
    spread = high - low or sample.max() - sample.min()
    if not spread > 0:
        raise ValueError(f"all pixels have the value {middle:g}: a speed needs a picture that changes along the line")
    return LineSource(image, float(middle), 1.0 / float(spread))


def line_statistics(source: LineSource, check: Callable[[], None]) -> LineStatistics:
    """Statistics of every line, in one pass over the record.

    Parameters
    ----------
    source
        The record.
    check
        Called between stretches of lines; raises to stop.
    """
    mean = np.empty(source.shape[0], np.float32)
    sd = np.empty_like(mean)
    every_column = np.full(source.shape[1], 1 / source.shape[1], np.float32)
    with np.errstate(invalid="ignore", over="ignore"):
        for start, pixels in source.chunks(check):
            part = slice(start, start + len(pixels))
            np.matmul(pixels, every_column, out=mean[part])
            square = np.einsum("ij,ij->i", pixels, pixels) / pixels.shape[1]
            sd[part] = np.sqrt(np.maximum(square - mean[part] ** 2, 0))
    return LineStatistics(mean, sd, find_good_lines(mean, sd))


def find_good_lines(mean: Float32Array, sd: Float32Array) -> BoolArray:
    """Lines that are not missing.

    A line is missing if it is flat (standard deviation below a tenth of the usual), or dark: its mean lies far below
    that of the other lines compared with how these differ, and it is also flatter than half the usual, or no more than
    half as uneven again as usual and lower by more than three times the usual standard deviation along a line. A line
    that is uneven holds a cell, which in a record of few cells is dark for a line. Only differences of means are
    compared, so a constant added to the image changes nothing.

    Parameters
    ----------
    mean, sd
        Mean and standard deviation of every line (lines,); not finite where a pixel is not.

    Returns
    -------
    Flags (lines,).
    """
    good = np.isfinite(mean) & np.isfinite(sd)
    used = good & (sd > 0)
    if not used.any():
        return used
    usual_sd = np.median(sd[used])
    usual_mean = np.median(mean[used])
    spread = 1.4826 * np.median(np.abs(mean[used] - usual_mean))
    drop = np.where(good, usual_mean - mean, 0)
    dark = (drop > 8 * spread) & ((sd < 0.5 * usual_sd) | ((drop > 3 * usual_sd) & (sd < 1.5 * usual_sd)))
    flat = ~(sd > 0.1 * usual_sd)
    return good & ~dark & ~flat


def block_means(
    source: LineSource, good: BoolArray, block_lines: int, check: Callable[[], None]
) -> tuple[Float32Array, Float32Array]:
    """Mean line of every block of lines, missing lines left out.

    Parameters
    ----------
    source
        The record.
    good
        Usable lines (lines,).
    block_lines
        Lines per block; the last block may hold fewer.
    check
        Called between stretches of lines; raises to stop.

    Returns
    -------
    Means (blocks, columns), zero for a block without a good line, and the number of good lines (blocks,).
    """
    lines, columns = source.shape
    sums = np.zeros((-(-lines // block_lines), columns), np.float32)
    counts = np.add.reduceat(good, np.arange(0, lines, block_lines), dtype=np.float32)
    for start, pixels in source.chunks(check, block_lines):
        usable = good[start : start + len(pixels)]
        if not usable.all():
            pixels[~usable] = 0
        block, whole = start // block_lines, len(pixels) // block_lines
        split = whole * block_lines
        sums[block : block + whole] = pixels[:split].reshape(whole, block_lines, columns).sum(1)
        if split < len(pixels):
            sums[block + whole] = pixels[split:].sum(0)
    return (sums / np.maximum(counts, 1)[:, None]).astype(np.float32), counts.astype(np.float32)


def _convert(pixels: AnyArray, offset: float, factor: float) -> Float32Array:
    exact = pixels.dtype.itemsize <= 2 or (pixels.dtype.kind == "f" and pixels.dtype.itemsize == 4)
    wide: NDArray[np.floating] = pixels.astype(np.float32 if exact else np.float64)
    with np.errstate(over="ignore"):
        wide -= offset
        wide *= factor
        return wide.astype(np.float32, copy=False)

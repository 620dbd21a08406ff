"""Cuts an image into tiles small enough to send, coarser and coarser in time, without ever copying the whole image.

Level L holds the means of blocks of ``2**L`` lines; positions are kept as they are. The last level is a single tile.
"""

from __future__ import annotations

import mmap
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

TILE_BYTES = 256 * 1024
"""Most bytes of one tile: what every host passes on quickly."""
_MOST_ROWS = 4096
_MOST_COLUMNS = 8192
"""Textures of graphics cards hold no more; wider images are averaged along the line."""
_MOST_PIXELS_READ = 8_000_000
"""A tile that spans more pixels is made from a sample of its lines."""
_LINES_SAMPLED = 8

ValueKind = Literal["uint8", "uint16", "float32"]


@dataclass(frozen=True, slots=True)
class TileGrid:
    """How an image is cut."""

    lines: int
    columns: int
    kind: ValueKind
    """Type of the values that are sent."""

    @property
    def column_step(self) -> int:
        """Columns that are averaged into one; 1 unless the image is too wide for a texture."""
        return -(-self.columns // _MOST_COLUMNS)

    @property
    def tile_columns(self) -> int:
        """Columns of every tile."""
        return -(-self.columns // self.column_step)

    @property
    def tile_rows(self) -> int:
        """Rows of a whole tile, a power of two; the last tile of a level may have fewer."""
        rows = TILE_BYTES // (self.tile_columns * np.dtype(self.kind).itemsize)
        return min(1 << (max(rows, 1).bit_length() - 1), _MOST_ROWS)

    @property
    def levels(self) -> int:
        """Count of levels."""
        tiles = -(-self.lines // self.tile_rows)
        return (tiles - 1).bit_length() + 1

    def span(self, level: int, index: int) -> tuple[int, int]:
        """First line of a tile, and the one after its last; ValueError when there is no such tile."""
        if not 0 <= level < self.levels:
            raise ValueError(f"there is no level {level} of this image, which has {self.levels}")
        length = self.tile_rows << level
        start = index * length
        if not 0 <= start < self.lines:
            raise ValueError(f"there is no tile {index} of level {level}; the image has {self.lines} lines")
        return start, min(start + length, self.lines)


def tile_grid(shape: tuple[int, int], dtype: str) -> TileGrid:
    """Grid for an image; bytes and 16-bit whole numbers stay what they are, all other types become float32."""
    name = np.dtype(dtype).name
    kind: ValueKind = "uint8" if name == "uint8" else "uint16" if name == "uint16" else "float32"
    return TileGrid(int(shape[0]), int(shape[1]), kind)


def read_tile(pixels: Any, grid: TileGrid, level: int, index: int) -> NDArray[Any]:  # noqa: ANN401  (anything that can be sliced)
    """Values (rows, columns) of one tile, little-endian and in memory of their own.

    Missing values do not count in a mean; a mean of nothing but missing values is missing.
    """
    start, stop = grid.span(level, index)
    block = 1 << level
    step = _step(block, (stop - start) * grid.columns)
    with _scattered_reading(pixels, is_scattered=step > 1):
        values = np.asarray(pixels[start:stop:step])
        values = values.copy() if step > 1 else values  # a slice of a mapped file is read only now
    means = _block_means(values, block // step, grid.kind)
    if grid.column_step > 1:
        means = _block_means(means.T, grid.column_step, grid.kind).T
    return np.ascontiguousarray(means, dtype=np.dtype(grid.kind).newbyteorder("<"))


def _step(block: int, pixels: int) -> int:
    """Distance of the lines that are read."""
    return 1 if pixels <= _MOST_PIXELS_READ else max(block // _LINES_SAMPLED, 1)


def _block_means(values: NDArray[Any], size: int, kind: ValueKind) -> NDArray[Any]:
    """Means of ``size`` rows each; the last block may be shorter."""
    if size == 1:
        return values.astype(kind)
    whole = len(values) // size * size
    parts = [_means_of(values[:whole], size, kind)] if whole else []
    if whole < len(values):
        parts.append(_means_of(values[whole:], len(values) - whole, kind))
    return np.concatenate(parts)


def _means_of(values: NDArray[Any], size: int, kind: ValueKind) -> NDArray[Any]:
    """Means of whole blocks, one line of each block at a time: strided sums are far quicker than reshaped ones."""
    if kind != "float32":
        sums = np.zeros((len(values) // size, values.shape[1]), np.uint32)
        for offset in range(size):
            sums += values[offset::size]
        return ((sums + size // 2) // size).astype(kind)
    totals = np.zeros((len(values) // size, values.shape[1]))
    counts = np.zeros(totals.shape, np.uint32)
    for offset in range(size):
        lines = values[offset::size].astype(np.float64)
        is_there = np.isfinite(lines)
        totals += np.where(is_there, lines, 0.0)
        counts += is_there
    means: NDArray[Any] = np.divide(totals, counts, out=np.full(totals.shape, np.nan), where=counts > 0)
    return means.astype(np.float32)


@contextmanager
def _scattered_reading(pixels: Any, *, is_scattered: bool) -> Iterator[None]:  # noqa: ANN401  (anything that can be sliced)
    """Keep the system from reading ahead in a mapped file while single lines of it are read."""
    mapped = _mapping(pixels) if is_scattered else None
    if mapped is None:
        yield
        return
    mapped.madvise(mmap.MADV_RANDOM)
    try:
        yield
    finally:
        mapped.madvise(mmap.MADV_NORMAL)


def _mapping(pixels: Any) -> mmap.mmap | None:  # noqa: ANN401  (anything that can be sliced)
    """Mapped file behind an array; None when there is none, or the system takes no advice."""
    base = pixels
    while isinstance(base, np.ndarray):
        base = base.base
    return base if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_RANDOM") else None

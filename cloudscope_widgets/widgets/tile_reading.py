"""Reads the values of one tile, without ever copying the whole image or reading more of a long file than needed."""

from __future__ import annotations

import mmap
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.widgets.tiles import TileGrid, ValueKind

COLD_S = 0.02
"""Reading one line of each block of a tile takes longer only when it comes from the disk."""
_MOST_PIXELS_READ = 8_000_000
"""A tile that spans more pixels is made from a sample of its lines."""
_LINES_SAMPLED = 8
_READERS = 16
"""Parts that are asked of the disk at the same time."""

_SHARED = ("r", "r+")
"""Modes of numpy.memmap in which the file holds everything; of others, changes would be forgotten."""

Care = Literal["quick", "best"]
"""``quick`` leaves it at one line of each block where the disk is slow."""


def read_tile(pixels: Any, grid: TileGrid, level: int, index: int) -> NDArray[Any]:  # noqa: ANN401  (anything that can be sliced)
    """Values (rows, columns) of one tile, little-endian and in memory of their own.

    Missing values do not count in a mean; a mean of nothing but missing values is missing.
    """
    values, _ = read_tile_with(pixels, grid, level, index, "best")
    return values


def read_tile_with(
    pixels: Any,  # noqa: ANN401  (anything that can be sliced)
    grid: TileGrid,
    level: int,
    index: int,
    care: Care,
) -> tuple[NDArray[Any], bool]:
    """Values of one tile, and whether they are rough: one line of each block, because the disk is slow."""
    start, stop = grid.span(level, index)
    block = grid.block(level)
    if block == 1:
        return _sent(np.asarray(pixels[start:stop]), grid), False
    rows = -(-(stop - start) // block)
    shape = rows, grid.columns
    if (stop - start) * grid.columns <= _MOST_PIXELS_READ:
        values = np.asarray(pixels[start:stop])
        return _sent(_means((values[offset::block] for offset in range(block)), shape, grid.kind), grid), False
    with _scattered_reading(pixels) as readers:
        began_s = time.perf_counter()
        middle = _lines(pixels, start + block // 2, stop, block, readers)
        if care == "quick" and time.perf_counter() - began_s > COLD_S:
            last = np.asarray(pixels[stop - 1 : stop])  # the last block may end before its middle
            return _sent(np.concatenate([middle, last])[:rows], grid), True
        offsets = sorted({block * (2 * part + 1) // (2 * _LINES_SAMPLED) for part in range(_LINES_SAMPLED)})
        sampled = (_lines(pixels, start + offset, stop, block, readers) for offset in offsets)
        return _sent(_means(sampled, shape, grid.kind), grid), False


def _sent(values: NDArray[Any], grid: TileGrid) -> NDArray[Any]:
    """Values as they are sent: averaged along lines that are too wide, little-endian."""
    if grid.column_step > 1:
        parts = (values[:, offset :: grid.column_step].T for offset in range(grid.column_step))
        values = _means(parts, (grid.tile_columns, len(values)), grid.kind).T
    return np.ascontiguousarray(values, dtype=np.dtype(grid.kind).newbyteorder("<"))


def _means(parts: Iterable[NDArray[Any]], shape: tuple[int, int], kind: ValueKind) -> NDArray[Any]:
    """Means of blocks, of which each part holds one line; the last block may lack some."""
    return _float_means(parts, shape) if kind == "float32" else _whole_means(parts, shape, kind)


def _whole_means(parts: Iterable[NDArray[Any]], shape: tuple[int, int], kind: ValueKind) -> NDArray[Any]:
    """Rounded means; strided sums are far quicker than reshaped ones."""
    sums = np.zeros(shape, np.int32 if kind.startswith("int") else np.uint32)
    counts = np.zeros((shape[0], 1), sums.dtype)
    for part in parts:
        sums[: len(part)] += part
        counts[: len(part)] += 1
    whole: NDArray[Any] = (sums + counts // 2) // counts
    return whole


def _float_means(parts: Iterable[NDArray[Any]], shape: tuple[int, int]) -> NDArray[Any]:
    totals, counts = np.zeros(shape), np.zeros(shape, np.int32)
    for part in parts:
        lines = part.astype(np.float64)
        is_there = np.isfinite(lines)
        totals[: len(part)] += np.where(is_there, lines, 0.0)
        counts[: len(part)] += is_there
    means: NDArray[Any] = np.divide(totals, counts, out=np.full(shape, np.nan), where=counts > 0)
    return means.astype(np.float32)


# ---------------------------------------------------------------- long files
def _lines(pixels: Any, start: int, stop: int, step: int, readers: Executor | None) -> NDArray[Any]:  # noqa: ANN401
    """Every ``step``-th line, in memory of its own; of a mapped file many at the same time."""
    wanted = pixels[start:stop:step]
    if readers is None:
        return np.asarray(wanted)
    found = np.empty(wanted.shape, wanted.dtype)
    edges = np.linspace(0, len(wanted), _READERS + 1).astype(int).tolist()

    def read(part: int) -> None:
        here = slice(edges[part], edges[part + 1])
        np.copyto(found[here], wanted[here])  # lets other threads run while the disk is asked

    list(readers.map(read, range(_READERS)))
    return found


@contextmanager
def _scattered_reading(pixels: Any) -> Iterator[Executor | None]:  # noqa: ANN401  (anything that can be sliced)
    """Keep the system from reading ahead in a mapped file while single lines of it are read; gives who reads them."""
    mapped = _mapping(pixels)
    if mapped is None:
        yield None
        return
    mapped.madvise(mmap.MADV_RANDOM)
    try:
        with ThreadPoolExecutor(_READERS) as readers:
            yield readers
    finally:
        mapped.madvise(mmap.MADV_NORMAL)
        if getattr(pixels, "mode", "") in _SHARED:  # what was read counts as memory of this process until then
            mapped.madvise(mmap.MADV_DONTNEED)


def _mapping(pixels: Any) -> mmap.mmap | None:  # noqa: ANN401  (anything that can be sliced)
    """Mapped file behind an array; None when there is none, or the system takes no advice."""
    base = pixels
    while isinstance(base, np.ndarray):
        base = base.base
    return base if isinstance(base, mmap.mmap) and hasattr(mmap, "MADV_RANDOM") else None

"""Reads the values of one tile, without ever copying the whole image or reading more of a long file than needed."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.io.images.read_ahead import scattered_lines, scattered_reading
from cloudscope_widgets.widgets.image.tiles import TileGrid, ValueKind
from cloudscope_widgets.widgets.image.value_offset import without_offset

COLD_S = 0.05
"""Reading some lines of each block of a tile takes longer only when they come from the disk."""
_MOST_PIXELS_READ = 8_000_000
"""A tile that spans more pixels is made from a sample of its lines."""
_LINES_SAMPLED = 8
_PAIRS_FROM, _FOURS_FROM = 256, 512
"""In blocks of so many lines those that are sampled lie together in twos and fours, which a disk brings at once."""

Care = Literal["quick", "best"]
"""``quick`` leaves it at few lines of each block where all of them would take long."""
Pick = Literal["mean", "max"]
"""What becomes of the lines of a block: their mean, or the largest value at each position."""


@dataclass(frozen=True, slots=True)
class WantedTile:
    """One tile of an image, and how it is to be read."""

    level: int
    index: int
    pick: Pick = "mean"
    care: Care = "best"


ReadTile = tuple[NDArray[Any], bool]
"""Values of a tile (rows, columns), and whether they are rough: made of a few lines, to be read again."""


def read_tile(pixels: Any, grid: TileGrid, tile: WantedTile, offset: float = 0.0) -> ReadTile:  # noqa: ANN401  (can be sliced)
    """Read one tile; its values are less ``offset``, little-endian and in memory of their own.

    Missing values do not count; where there are no others, the value of a block is missing. Where the lines of a block
    are too many, a mean is made of eight of them, which is not rough; a largest value is found among all of them.
    """
    pick = tile.pick
    start, stop = grid.span(tile.level, tile.index)
    block = grid.block(tile.level)
    if block == 1:
        return _sent(without_offset(np.asarray(pixels[start:stop]), offset), grid, pick), False
    rows = -(-(stop - start) // block)
    shape = rows, grid.columns
    if (stop - start) * grid.columns <= _MOST_PIXELS_READ:
        values = without_offset(np.asarray(pixels[start:stop]), offset)
        lines = (values[offset::block] for offset in range(block))
        return _sent(_picked(lines, shape, grid.kind, pick), grid, pick), False
    if pick == "max" and tile.care == "best":
        largest = [_largest(pixels, first, min(first + block, stop)) for first in range(start, stop, block)]
        return _sent(without_offset(np.stack(largest), offset), grid, pick), False
    stretches = _sampled_stretches(block)
    began_s = time.perf_counter()
    first = _lines(pixels, start, stop, block, stretches[0])
    if len(first[0]) < rows:  # the last block ends before
        first[0] = np.concatenate([first[0], np.asarray(pixels[stop - 1 : stop])])
    first = [without_offset(part, offset) for part in first]
    if tile.care == "quick" and time.perf_counter() - began_s > COLD_S:
        return _sent(_picked(first, shape, grid.kind, pick), grid, pick), True
    others = _lines(pixels, start, stop, block, [offset for stretch in stretches[1:] for offset in stretch])
    others = [without_offset(part, offset) for part in others]
    return _sent(_picked([*first, *others], shape, grid.kind, pick), grid, pick), pick == "max"


def _sampled_stretches(block: int) -> list[range]:
    """Which lines of a block stand for all of them."""
    together = 4 if block >= _FOURS_FROM else 2 if block >= _PAIRS_FROM else 1
    parts = _LINES_SAMPLED // together
    firsts = sorted({block * (2 * part + 1) // (2 * parts) for part in range(parts)})
    return [range(first, first + together) for first in firsts]


def _lines(pixels: Any, start: int, stop: int, step: int, offsets: Sequence[int]) -> list[NDArray[Any]]:  # noqa: ANN401
    """Every ``step``-th line from each offset, in memory of their own."""
    return scattered_lines(pixels, [slice(start + offset, stop, step) for offset in offsets])


def _largest(pixels: Any, start: int, stop: int) -> NDArray[Any]:  # noqa: ANN401  (anything that can be sliced)
    """Largest value of each position in some lines; missing where all are missing."""
    with scattered_reading(pixels, np.array([start]), stop - start):
        values = np.asarray(pixels[start:stop])
        if values.dtype.kind != "f":
            return np.asarray(values.max(axis=0))
        largest = np.where(np.isfinite(values), values, -np.inf).max(axis=0)
    return np.where(np.isfinite(largest), largest, np.nan)


def _sent(values: NDArray[Any], grid: TileGrid, pick: Pick) -> NDArray[Any]:
    """Values as they are sent: lines that are too wide made narrower, little-endian."""
    if grid.column_step > 1:
        parts = (values[:, offset :: grid.column_step].T for offset in range(grid.column_step))
        values = _picked(parts, (grid.tile_columns, len(values)), grid.kind, pick).T
    return np.ascontiguousarray(values, dtype=np.dtype(grid.kind).newbyteorder("<"))


def _picked(parts: Iterable[NDArray[Any]], shape: tuple[int, int], kind: ValueKind, pick: Pick) -> NDArray[Any]:
    """Means or largest values of blocks, of which each part holds one line; the last block may lack some."""
    if pick == "max":
        return _maxima(parts, shape, kind)
    return _float_means(parts, shape) if kind == "float32" else _whole_means(parts, shape, kind)


def _maxima(parts: Iterable[NDArray[Any]], shape: tuple[int, int], kind: ValueKind) -> NDArray[Any]:
    if kind == "float32":
        largest = np.full(shape, -np.inf)
        for part in parts:
            np.maximum(largest[: len(part)], np.where(np.isfinite(part), part, -np.inf), out=largest[: len(part)])
        return np.where(np.isfinite(largest), largest, np.nan).astype(np.float32)
    found = np.full(shape, np.iinfo(kind).min, kind)
    for part in parts:
        np.maximum(found[: len(part)], part, out=found[: len(part)])
    return found


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

"""Strips and tiles of an uncompressed page, whose sizes follow from its own where the file states them wrongly."""

from __future__ import annotations

import math

import numpy as np
import tifffile
from numpy.typing import NDArray

_WRAPS = (2**16, 2**32)
"""A size that was stored in too few bits counts on from 0."""
_LARGEST = 2**62
_NO_COMPRESSION = 1


def correct_pieces(page: tifffile.TiffPage, file_size: int) -> None:
    """Put the sizes of uncompressed pieces right where they are 0, missing, too large or stored in too few bits.

    They stay as they are where the pixels would not be in the file, or would lie over its head or the description of
    the page.
    """
    if page.compression != _NO_COMPRESSION or not page.dataoffsets:
        return
    whole = _tile_bytes(page) * math.prod(page.chunked) if page.is_tiled else int(page.nbytes)
    if not 0 < whole <= file_size:
        return
    offsets = np.minimum(np.asarray(page.dataoffsets, np.uint64), file_size).astype(np.int64)
    sizes = _sizes(page)
    if len(offsets) == 1:
        sizes = np.array([sizes.sum()]) if not page.is_tiled else sizes
    if len(offsets) != len(sizes):
        return
    counts = np.zeros(len(sizes), np.int64)
    said = np.minimum(np.asarray(page.databytecounts[: len(sizes)], np.uint64), _LARGEST).astype(np.int64)
    counts[: len(said)] = said
    is_long = counts > sizes
    is_guessed = (counts == 0) | np.logical_or.reduce([(sizes >= wrap) & (counts == sizes % wrap) for wrap in _WRAPS])
    ends = offsets + sizes
    is_free = (offsets >= 8) & ~((offsets <= page.offset) & (page.offset < ends))  # noqa: PLR2004  (bytes of the head)
    is_there = (ends <= file_size) & (is_long | (is_guessed & is_free & _apart(offsets, sizes)))
    page.databytecounts = tuple(np.where(is_there, sizes, counts).tolist())


def _sizes(page: tifffile.TiffPage) -> NDArray[np.int64]:
    """Bytes of every piece, by the size of the page."""
    bits = int(page.bitspersample) * (int(page.samplesperpixel) if page.planarconfig == 1 else 1)
    apart = 1 if page.planarconfig == 1 else int(page.samplesperpixel)
    if page.is_tiled:
        return np.full(math.prod(page.chunked), _tile_bytes(page), np.int64)
    line, lines = -(-int(page.imagewidth) * bits // 8), int(page.imagelength)
    rows = int(page.rowsperstrip) or lines
    strips = np.full(-(-lines // rows), rows, np.int64)
    strips[-1] = lines - rows * (len(strips) - 1)
    return np.tile(strips * line, apart)


def _tile_bytes(page: tifffile.TiffPage) -> int:
    samples = int(page.samplesperpixel) if page.planarconfig == 1 else 1
    return -(-int(page.tilewidth) * samples * int(page.bitspersample) // 8) * int(page.tilelength)


def _apart(offsets: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Whether each piece ends before the next one in the file begins."""
    order = np.argsort(offsets, kind="stable")
    is_apart = np.ones(len(offsets), np.bool_)
    is_apart[order[:-1]] = offsets[order[1:]] - offsets[order[:-1]] >= sizes[order[:-1]]
    return is_apart

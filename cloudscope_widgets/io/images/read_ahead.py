"""Reads lines here and there in a long mapped file as fast as the disk can, where the system takes advice."""

from __future__ import annotations

import contextlib
import mmap
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.io.images.lines import Lines
from cloudscope_widgets.io.platform.files import advise, mapped_file

_SHARED = ("r", "r+")
"""Modes of numpy.memmap in which the file holds everything; of others, changes would be forgotten."""
_TWO_DIMENSIONS = 2


def scattered_lines(pixels: Any, parts: Sequence[slice]) -> list[NDArray[Any]]:  # noqa: ANN401  (can be sliced)
    """Several slices of lines by columns, in memory; what a file holds of them is read together, as above."""
    wanted = [np.arange(part.start, part.stop, part.step or 1) for part in parts]
    if isinstance(pixels, Lines):
        return np.split(pixels[np.concatenate(wanted)], np.cumsum([len(rows) for rows in wanted])[:-1])
    with scattered_reading(pixels, np.concatenate(wanted)):
        return [np.array(pixels[part]) for part in parts]


@contextlib.contextmanager
def scattered_reading(pixels: Any, starts: NDArray[np.intp], length: int = 1) -> Iterator[None]:  # noqa: ANN401  (anything that can be sliced)
    """Read some lines of an array of which most are left out; of a mapped file, they come from the disk all at once.

    Read one after the other, each line that is not in memory would wait for the disk, which brings hundreds of others
    with it. Here the disk hears of all of them before the first one is read, and of no others. Afterwards they do not
    count as memory of this process any more. Nothing of this happens for arrays that are no mapped files, or where the
    system takes no advice.

    Parameters
    ----------
    pixels
        Any array of lines by columns.
    starts
        First line of each stretch that is going to be read.
    length
        Lines of a stretch.
    """
    mapped = mapped_file(pixels)
    if mapped is None:
        yield
        return
    advise(mapped, "MADV_RANDOM")
    for start, stop in _pages(pixels, mapped, starts, length):
        advise(mapped, "MADV_WILLNEED", start, stop - start)
    try:
        yield
    finally:
        advise(mapped, "MADV_NORMAL")
        if getattr(pixels, "mode", "") in _SHARED:
            advise(mapped, "MADV_DONTNEED")


def _pages(pixels: NDArray[Any], mapped: mmap.mmap, starts: NDArray[np.intp], length: int) -> list[tuple[int, int]]:
    """Stretches of a mapping, in bytes, that hold stretches of lines; none where lines are not apart."""
    if pixels.ndim != _TWO_DIMENSIONS or not len(starts):
        return []
    line, column = pixels.strides
    width = column * (pixels.shape[1] - 1) + pixels.itemsize
    if column < 0 or line < width:  # such as the other way round: each line would be all of the file
        return []
    first = _address(pixels) - _address(np.frombuffer(mapped, np.uint8, 1))
    begins = first + np.sort(starts) * line
    ends = begins + (length - 1) * line + width
    begins -= begins % mmap.PAGESIZE
    is_apart = np.concatenate([[True], begins[1:] > ends[:-1]])
    last = np.concatenate([is_apart[1:], [True]])
    return list(zip(begins[is_apart].tolist(), np.minimum(ends[last], len(mapped)).tolist(), strict=True))


def _address(array: NDArray[Any]) -> int:
    return int(array.__array_interface__["data"][0])

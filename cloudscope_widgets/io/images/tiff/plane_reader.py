"""Reads the planes of one channel: the first one, or all of them one after the other as lines of one image."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import tifffile
from numpy.typing import NDArray

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images.file_lines import Check, FileLines, Place
from cloudscope_widgets.io.images.lines import ArrayLines, Lines
from cloudscope_widgets.io.images.tiff.page_pixels import is_plain
from cloudscope_widgets.io.images.tiff.pieces import correct_pieces
from cloudscope_widgets.io.images.tiff.planes import ChannelPlanes, PlaneMap

_COPY_AGAIN = "Copy it again from the microscope."

DecodePage = Callable[[tifffile.TiffFile, tifffile.TiffPage], NDArray[Any]]
"""Pixels of one page (lines, columns, samples) that has to be unpacked."""


@dataclass(frozen=True, slots=True)
class PlaneReader:
    """Reads planes of a file, or of several, that all have the same size and type."""

    planes: PlaneMap
    decode: DecodePage
    largest_bytes: int
    """Most bytes of planes that are joined in memory."""
    decoded: WeakValueDictionary[tuple[int, int], NDArray[Any]] = field(default_factory=WeakValueDictionary)
    """Pages that are still in use, of which another sample may be wanted."""

    def first(self, channel: int, check: Check | None = None) -> Lines:
        """Lines of the first plane of a channel, in the file or unpacked; ``check`` is told what the file is then."""
        planes = self.planes.channels[channel]
        with _opened(self.planes, planes.files[:1]) as files:
            return self._plane(files, planes, 0, check)

    def joined(self, channel: int, check: Check | None = None) -> Lines:
        """Lines of all planes of a channel, one after the other; in the file where they lie at equal distances."""
        planes = _cut(self.planes.channels[channel], self.planes.count)
        with _opened(self.planes, planes.files) as files:
            even = self._even_place(files, planes)
            if even is not None:
                return FileLines(even, check)
            first = self._plane(files, planes, 0, check)
            lines, columns = first.shape
            size = len(planes) * first.nbytes
            if size > self.largest_bytes:
                raise ImageReadError(
                    f"{self.planes.files[0]} holds {size / 1e9:.1f} GB in {len(planes)} images that cannot be joined "
                    f"without reading them, more than the limit of {self.largest_bytes / 1e9:.1f} GB. Raise the limit "
                    "with largest_bytes, or open it as stored."
                )
            found = np.empty((len(planes), lines, columns), first.dtype.newbyteorder("="))
            for index in range(len(planes)):
                found[index] = self._plane(files, planes, index, check)[:]
            return ArrayLines(found.reshape(-1, columns))

    def _plane(self, files: _Files, planes: ChannelPlanes, index: int, check: Check | None) -> Lines:
        """Lines of one plane."""
        name = int(planes.files[index]), int(planes.pages[index])
        tiff, page = files.page(*name)
        inner = int(planes.inner[index])
        if not inner:
            correct_pieces(page, int(tiff.filehandle.size))
        if inner or is_plain(page):
            start = int(page.dataoffsets[0]) + inner * int(page.nbytes)
            return FileLines(_place(self.planes.files[name[0]], start, tiff, page, planes.sample), check)
        decoded = self.decoded.get(name)
        if decoded is None:
            decoded = self.decode(tiff, page)
            self.decoded[name] = decoded
        return ArrayLines(_sample_of(decoded, page, planes.sample))

    def _even_place(self, files: _Files, planes: ChannelPlanes) -> Place | None:
        """Place of all planes together; None when they are compressed or lie at different distances."""
        file = int(planes.files[0])
        tiff, page = files.page(file, int(planes.pages[0]))
        if not page.is_final or (planes.files != file).any():
            return None
        size = int(page.nbytes)
        if (planes.pages == planes.pages[0]).all():
            starts = int(page.dataoffsets[0]) + planes.inner * size
        else:
            starts = self.planes.tables[file].data[planes.pages]
        steps = np.diff(starts)
        step, size, lines = int(steps[0]), int(page.nbytes), int(page.imagelength)
        end = int(starts[-1]) + size
        is_even = starts.min() >= 0 and step > 0 and bool((steps == step).all()) and end <= int(tiff.filehandle.size)
        if not is_even or (lines > 1 and (step != size or _is_apart(page))):
            return None
        one = _place(self.planes.files[file], int(starts[0]), tiff, page, planes.sample)
        return replace(one, shape=(lines * len(starts), one.shape[1]), line=step if lines == 1 else one.line)


def _place(path: Path, start: int, tiff: tifffile.TiffFile, page: tifffile.TiffPage, sample: int) -> Place:
    """Place of one sample of the pixels of a page that begin at ``start``."""
    lines, columns, dtype = int(page.imagelength), int(page.imagewidth), _dtype(tiff, page)
    pixel = dtype.itemsize * (1 if _is_apart(page) else int(page.samplesperpixel))
    start += sample * dtype.itemsize * (lines * columns if _is_apart(page) else 1)
    place = Place(path, start, columns * pixel, pixel, (lines, columns), dtype)
    if place.stop > int(tiff.filehandle.size):
        raise ImageReadError(f"{path.name} is cut off: it ends before its last line. {_COPY_AGAIN}")
    return place


def _is_apart(page: tifffile.TiffPage) -> bool:
    """Whether the samples of a pixel stand in images of their own."""
    return bool(page.samplesperpixel > 1 and page.planarconfig == tifffile.PLANARCONFIG.SEPARATE)


def _dtype(tiff: tifffile.TiffFile, page: tifffile.TiffPage) -> np.dtype[Any]:
    return np.dtype(page.dtype).newbyteorder(tiff.byteorder)


def _sample_of(pixels: NDArray[Any], page: tifffile.TiffPage, sample: int) -> NDArray[Any]:
    """One sample of every pixel of a page (lines, columns)."""
    if page.samplesperpixel == 1:
        return pixels.reshape(page.imagelength, page.imagewidth)
    return np.asanyarray(pixels[sample] if _is_apart(page) else pixels[..., sample])


class _Files:
    """Open files of a recording."""

    def __init__(self, planes: PlaneMap, stack: ExitStack, numbers: NDArray[np.int32]) -> None:
        self._planes = planes
        self._open = {
            int(number): stack.enter_context(tifffile.TiffFile(planes.files[number], _multifile=False))
            for number in np.unique(numbers)
        }
        self._pages: dict[tuple[int, int], tifffile.TiffPage] = {}

    def page(self, number: int, index: int) -> tuple[tifffile.TiffFile, tifffile.TiffPage]:
        """One page of one file; only the last one that was asked for is kept."""
        tiff = self._open[number]
        if index == 0 and isinstance(tiff.pages.first, tifffile.TiffPage):
            return tiff, tiff.pages.first
        if (number, index) not in self._pages:
            self._pages.clear()
            tiff.filehandle.seek(int(self._planes.tables[number].offsets[index]))
            self._pages[number, index] = tifffile.TiffPage(tiff, index)
        return tiff, self._pages[number, index]


@contextmanager
def _opened(planes: PlaneMap, numbers: NDArray[np.int32]) -> Iterator[_Files]:
    """Open the files of some planes."""
    with ExitStack() as stack:
        yield _Files(planes, stack, numbers)


def _cut(planes: ChannelPlanes, count: int) -> ChannelPlanes:
    return ChannelPlanes(planes.pages[:count], planes.inner[:count], planes.files[:count], planes.sample)

"""Reads the planes of one channel: the first one, or all of them one after the other as lines of one image."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import Any
from weakref import WeakValueDictionary

import numpy as np
import tifffile
from numpy.typing import NDArray

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images.tiff.planes import ChannelPlanes, PlaneMap

DecodePage = Callable[[tifffile.TiffFile, tifffile.TiffPage], NDArray[Any]]
"""Pixels of one page (lines, columns, samples), mapped or in memory."""


@dataclass(frozen=True, slots=True)
class PlaneReader:
    """Reads planes of a file, or of several, that all have the same size and type."""

    planes: PlaneMap
    decode: DecodePage
    largest_bytes: int
    """Most bytes of planes that are joined in memory."""
    decoded: WeakValueDictionary[tuple[int, int], NDArray[Any]] = field(default_factory=WeakValueDictionary)
    """Pages that are still in use, of which another sample may be wanted."""

    def first(self, channel: int) -> NDArray[Any]:
        """Pixels of the first plane of a channel, mapped where the file allows it."""
        planes = self.planes.channels[channel]
        with _opened(self.planes, planes.files[:1]) as files:
            return self._plane(files, planes, 0)

    def joined(self, channel: int) -> NDArray[Any]:
        """All planes of a channel one after the other; mapped where they lie at equal distances."""
        planes = _cut(self.planes.channels[channel], self.planes.count)
        with _opened(self.planes, planes.files) as files:
            mapped = self._mapped(files, planes)
            if mapped is not None:
                return mapped
            first = self._plane(files, planes, 0)
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
                found[index] = self._plane(files, planes, index)
            return found.reshape(-1, columns)

    def _plane(self, files: _Files, planes: ChannelPlanes, index: int) -> NDArray[Any]:
        """Pixels of one plane (lines, columns)."""
        name = int(planes.files[index]), int(planes.pages[index])
        tiff, page = files.page(*name)
        inner = int(planes.inner[index])
        if not inner:
            decoded = self.decoded.get(name)
            if decoded is None:
                decoded = self.decode(tiff, page)
                self.decoded[name] = decoded
            return _sample_of(decoded, page, planes.sample)
        start = int(page.dataoffsets[0]) + inner * int(page.nbytes)
        raw = files.raw(int(planes.files[index]))
        return _sample_of(np.ndarray(page.shape, _dtype(tiff, page), raw, start), page, planes.sample)

    def _mapped(self, files: _Files, planes: ChannelPlanes) -> NDArray[Any] | None:
        """All planes as one mapped array; None when they are compressed or lie at different distances."""
        file = int(planes.files[0])
        tiff, page = files.page(file, int(planes.pages[0]))
        if not page.is_final or (planes.files != file).any():
            return None
        size = int(page.nbytes)
        if (planes.pages == planes.pages[0]).all():
            starts = int(page.dataoffsets[0]) + planes.inner * size
        else:
            starts = self.planes.tables[file].data[planes.pages]
        raw = files.raw(file)
        return _even(raw, starts, page, _dtype(tiff, page), planes.sample)


def _even(
    raw: NDArray[np.uint8], starts: NDArray[np.int64], page: tifffile.TiffPage, dtype: np.dtype[Any], sample: int
) -> NDArray[Any] | None:
    """Lines of planes that begin at equal distances; None when they do not."""
    steps = np.diff(starts)
    step, size = int(steps[0]), int(page.nbytes)
    lines, columns, samples = int(page.imagelength), int(page.imagewidth), int(page.samplesperpixel)
    is_even = starts.min() >= 0 and step > 0 and bool((steps == step).all()) and int(starts[-1]) + size <= len(raw)
    is_apart = samples > 1 and page.planarconfig == tifffile.PLANARCONFIG.SEPARATE
    if not is_even or (lines > 1 and (step != size or is_apart)):
        return None
    pixel = dtype.itemsize * (1 if is_apart else samples)
    start = int(starts[0]) + sample * dtype.itemsize * (columns if is_apart else 1)
    line = step if lines == 1 else columns * pixel
    return np.ndarray((lines * len(starts), columns), dtype, raw, start, (line, pixel))


def _dtype(tiff: tifffile.TiffFile, page: tifffile.TiffPage) -> np.dtype[Any]:
    return np.dtype(page.dtype).newbyteorder(tiff.byteorder)


def _sample_of(pixels: NDArray[Any], page: tifffile.TiffPage, sample: int) -> NDArray[Any]:
    """One sample of every pixel of a page (lines, columns)."""
    if page.samplesperpixel == 1:
        return pixels.reshape(page.imagelength, page.imagewidth)
    is_apart = page.planarconfig == tifffile.PLANARCONFIG.SEPARATE
    return np.asanyarray(pixels[sample] if is_apart else pixels[..., sample])


class _Files:
    """Open files of a recording."""

    def __init__(self, planes: PlaneMap, stack: ExitStack, numbers: NDArray[np.int32]) -> None:
        self._planes = planes
        self._open = {
            int(number): stack.enter_context(tifffile.TiffFile(planes.files[number], _multifile=False))
            for number in np.unique(numbers)
        }
        self._pages: dict[tuple[int, int], tifffile.TiffPage] = {}
        self._raw: dict[int, np.memmap[Any, Any]] = {}

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

    def raw(self, number: int) -> np.memmap[Any, Any]:
        """Bytes of one file, mapped."""
        if number not in self._raw:
            self._raw[number] = np.memmap(self._planes.files[number], np.uint8, mode="r")
        return self._raw[number]


@contextmanager
def _opened(planes: PlaneMap, numbers: NDArray[np.int32]) -> Iterator[_Files]:
    """Open the files of some planes."""
    with ExitStack() as stack:
        yield _Files(planes, stack, numbers)


def _cut(planes: ChannelPlanes, count: int) -> ChannelPlanes:
    return ChannelPlanes(planes.pages[:count], planes.inner[:count], planes.files[:count], planes.sample)

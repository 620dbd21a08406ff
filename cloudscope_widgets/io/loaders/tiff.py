"""TIFF images: checked before any pixel is read, memory-mapped where the file allows it."""

from __future__ import annotations

import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tifffile

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.loaders.tiff_tags import TagCalibration, tag_calibration

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIFF_SUFFIXES = (".tif", ".tiff")
LARGEST_IMAGE_BYTES = 2 * 1024**3
DTYPES = frozenset(
    {
        *("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32"),
        *("float16", "float32", "float64"),
    },
)
_MAGIC = {b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"}


@dataclass(frozen=True, slots=True)
class TiffImage:
    """One TIFF file that passed all checks; no pixel has been read."""

    path: Path
    shape: tuple[int, int]
    """Lines and columns of one channel."""
    dtype: np.dtype[Any]
    channels: int
    file_shape: tuple[int, ...]
    file_dims: tuple[str, ...]
    tags: TagCalibration
    notes: tuple[str, ...]
    read_channel: Callable[[int], NDArray[Any]]
    """Read-only pixels (lines, columns) of one channel; memory-mapped where possible."""


def open_tiff(path: Path, *, largest_bytes: int = LARGEST_IMAGE_BYTES) -> TiffImage:
    """Check a TIFF file and tell its size, type and calibration tags.

    Raises
    ------
    ImageReadError
        When the file is missing, no TIFF, cut off, too large or of a type that cannot be shown. The message
        says what, where and what to do.
    """
    file_size = _checked_file(path)
    try:
        with tifffile.TiffFile(path, _multifile=False) as tiff:
            return _described(tiff, path, file_size, largest_bytes)
    except ImageReadError:
        raise
    except Exception as error:  # the library raises more than a dozen types on damaged files
        msg = f"{path} is damaged and cannot be read as a TIFF image ({error}). Copy it again from the microscope."
        raise ImageReadError(msg) from error


def _checked_file(path: Path) -> int:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ImageReadError(f"{path} is not a file. Choose a TIFF image.")
        with path.open("rb") as file:
            magic = file.read(4)
    except OSError as error:
        reason = error.strerror or error
        raise ImageReadError(f"{path} cannot be opened: {reason}. Check the path and your rights.") from error
    if magic not in _MAGIC:
        raise ImageReadError(f"{path} is not a TIFF image: it does not begin like one. Choose another file.")
    return status.st_size


def _described(tiff: tifffile.TiffFile, path: Path, file_size: int, largest_bytes: int) -> TiffImage:
    page = tiff.pages.first
    if not isinstance(page, tifffile.TiffPage):  # pragma: no cover  (first pages are always whole)
        raise ImageReadError(f"{path} has no image in it. Choose another file.")
    _check_page(page, path, file_size, largest_bytes)
    dtype = page.dtype
    if dtype is None or dtype.name not in DTYPES:
        raise ImageReadError(
            f"{path} holds pixels of type {dtype}, which cannot be shown. Save it as 8- or 16-bit whole numbers.",
        )
    planes = _planes(tiff, page, path)
    for index in planes.pages[1:]:
        _check_page(_whole_page(tiff, index), path, file_size, largest_bytes)
    shape = (int(page.imagelength), int(page.imagewidth))
    return TiffImage(
        path=path,
        shape=shape,
        dtype=dtype.newbyteorder("="),
        channels=planes.channels,
        file_shape=shape if planes.channels == 1 else (planes.channels, *shape),
        file_dims=("Y", "X") if planes.channels == 1 else ("C", "Y", "X"),
        tags=tag_calibration(tiff),
        notes=planes.notes,
        read_channel=_Reader(path, planes),
    )


def _check_page(page: tifffile.TiffPage, path: Path, file_size: int, largest_bytes: int) -> None:
    lines, columns = int(page.imagelength), int(page.imagewidth)
    if lines < 1 or columns < 1 or page.imagedepth > 1:
        raise ImageReadError(f"{path} says it is {lines} lines by {columns} pixels, which is no image. Choose another.")
    if page.nbytes > largest_bytes:
        raise ImageReadError(
            f"{path} holds {page.nbytes / 1e9:.1f} GB of pixels, more than the limit of {largest_bytes / 1e9:.1f} GB. "
            "Raise the limit with largest_bytes, or cut the recording.",
        )
    ends = [int(at) + int(count) for at, count in zip(page.dataoffsets, page.databytecounts, strict=False)]
    stored = sum(int(count) for count in page.databytecounts)
    is_short = page.compression == 1 and not page.is_tiled and stored < lines * _line_bytes(page)
    if not ends or max(ends) > file_size or is_short:
        raise ImageReadError(
            f"{path} is cut off: its header promises {lines} lines by {columns} pixels, the file ends before. "
            "Copy it again from the microscope.",
        )


def _line_bytes(page: tifffile.TiffPage) -> int:
    """Least size of one stored line; one-bit pixels are packed."""
    return -(-int(page.imagewidth) * int(page.samplesperpixel) * int(page.bitspersample) // 8)


@dataclass(frozen=True, slots=True)
class _Planes:
    """Where the channels are: in pages of their own, or as samples of one page."""

    pages: tuple[int, ...]
    samples: int
    notes: tuple[str, ...] = ()

    @property
    def channels(self) -> int:
        return len(self.pages) * self.samples


def _planes(tiff: tifffile.TiffFile, page: tifffile.TiffPage, path: Path) -> _Planes:
    samples = int(page.samplesperpixel)
    if samples > 1:
        return _Planes((0,), samples, _stack_note(tiff, 1))
    channels = _channel_pages(tiff)
    same = all(_whole_page(tiff, index).shape == page.shape for index in range(1, channels))
    if channels > 1 and same:
        return _Planes(tuple(range(channels)), 1, _stack_note(tiff, channels))
    if channels > 1:
        raise ImageReadError(f"{path} has channels of different size. Save each channel as a file of its own.")
    return _Planes((0,), 1, _stack_note(tiff, 1))


def _whole_page(tiff: tifffile.TiffFile, index: int) -> tifffile.TiffPage:
    page = tiff.pages[index]
    return page.aspage() if isinstance(page, tifffile.TiffFrame) else page


def _channel_pages(tiff: tifffile.TiffFile) -> int:
    """Count of pages that are channels by the file's own words, 1 when it says nothing."""
    said = (tiff.imagej_metadata or {}).get("channels", 1) if tiff.is_imagej else _ome_channels(tiff)
    return int(said) if 1 < int(said) <= len(tiff.pages) else 1


def _ome_channels(tiff: tifffile.TiffFile) -> int:
    return tag_calibration(tiff).channels if tiff.is_ome else 1


def _stack_note(tiff: tifffile.TiffFile, used: int) -> tuple[str, ...]:
    pages = len(tiff.pages)
    if pages <= used:
        return ()
    return (f"The file holds {pages} images; the first {'is' if used == 1 else f'{used} are'} shown.",)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one channel of a checked file."""

    path: Path
    planes: _Planes

    def __call__(self, channel: int) -> NDArray[Any]:
        """Pixels (lines, columns) of one channel, read-only, in the machine's byte order or mapped as they are."""
        try:
            with tifffile.TiffFile(self.path, _multifile=False) as tiff:
                pixels = self._pixels(tiff, channel)
        except Exception as error:  # the library raises more than a dozen types on damaged files
            if "imagecodecs" in str(error):
                raise ImageReadError(
                    f"{self.path} is compressed in a way that needs another package. Install it with "
                    "pip install 'cloudscope-widgets[formats]'."
                ) from error
            msg = f"{self.path}: the pixels cannot be read ({error}). Copy the file again from the microscope."
            raise ImageReadError(msg) from error
        pixels.flags.writeable = False
        return pixels

    def _pixels(self, tiff: tifffile.TiffFile, channel: int) -> NDArray[Any]:
        index = channel if self.planes.samples == 1 else 0
        page = _whole_page(tiff, self.planes.pages[index])
        mapped = self._mapped(tiff, page)
        pixels = page.asarray() if mapped is None else mapped
        if self.planes.samples == 1:
            return pixels.reshape(page.imagelength, page.imagewidth)
        return pixels[channel] if page.planarconfig == tifffile.PLANARCONFIG.SEPARATE else pixels[..., channel]

    def _mapped(self, tiff: tifffile.TiffFile, page: tifffile.TiffPage) -> NDArray[Any] | None:
        if not page.is_memmappable or page.dtype is None:
            return None
        dtype = page.dtype.newbyteorder(tiff.byteorder)
        return np.memmap(self.path, dtype=dtype, mode="r", offset=page.dataoffsets[0], shape=page.shape)

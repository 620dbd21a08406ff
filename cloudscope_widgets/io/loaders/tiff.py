"""TIFF images: checked before any pixel is read, memory-mapped where the file allows it."""

from __future__ import annotations

import math
import stat
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tifffile

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.loaders.imagej import is_signed, without_offset
from cloudscope_widgets.io.loaders.lzw import lzw_fault
from cloudscope_widgets.io.loaders.scales import LineTime, TagCalibration, line_time
from cloudscope_widgets.io.loaders.tiff_structure import MOST_CHANNELS, DamagedTiffError, checked_images
from cloudscope_widgets.io.loaders.tiff_tags import tiff_words

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
_COPY_AGAIN = "Copy it again from the microscope."
_NO_COMPRESSION, _LZW = 1, 5
_MOST_SHRUNK = {_NO_COMPRESSION: 1, _LZW: 2000, 8: 2000, 32773: 128, 32946: 2000}
"""How far each kind of compression can shrink pixels at best: LZW, deflate, packed bits."""
_MOST_SHRUNK_OTHERWISE = 40_000


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
    images: int
    """Images of one channel in the file."""
    line_time: LineTime
    """Time between two lines by the tags."""
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
        images = checked_images(path)
        with tifffile.TiffFile(path, _multifile=False) as tiff:
            return _described(tiff, path, _Limits(file_size, largest_bytes, images))
    except ImageReadError:
        raise
    except DamagedTiffError as error:
        raise ImageReadError(f"{path} is damaged and cannot be read as a TIFF image: {error}. {_COPY_AGAIN}") from error
    except Exception as error:  # the library raises more than a dozen types on damaged files
        msg = f"{path} is damaged and cannot be read as a TIFF image ({error}). {_COPY_AGAIN}"
        raise ImageReadError(msg) from error


@dataclass(frozen=True, slots=True)
class _Limits:
    """What the pages of one file are checked against."""

    file_size: int
    largest_bytes: int
    images: int


def _checked_file(path: Path) -> int:
    """Size of a regular file that begins like a TIFF; nothing else is opened, since a pipe would block for ever."""
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):
            raise ImageReadError(f"{path} is not a file. Choose a TIFF image.")
        magic = b""
        if status.st_size:  # some files of the system have no size, and block
            with path.open("rb") as file:
                magic = file.read(4)
    except OSError as error:
        reason = error.strerror or error
        raise ImageReadError(f"{path} cannot be opened: {reason}. Check the path and your rights.") from error
    if magic not in _MAGIC:
        raise ImageReadError(f"{path} is not a TIFF image: it does not begin like one. Choose another file.")
    return status.st_size


def _described(tiff: tifffile.TiffFile, path: Path, limits: _Limits) -> TiffImage:
    page = tiff.pages.first
    if not isinstance(page, tifffile.TiffPage):  # pragma: no cover  (first pages are always whole)
        raise ImageReadError(f"{path} has no image in it. Choose another file.")
    dtype = page.dtype
    if dtype is None or dtype.name not in DTYPES:
        raise ImageReadError(
            f"{path} holds pixels of type {dtype or 'unknown'}, which cannot be shown. "
            "Save it as 8- or 16-bit whole numbers.",
        )
    _check_page(page, path, limits)
    words = tiff_words(tiff, limits.images)
    planes = _planes(tiff, page, path, limits.images, words.channels)
    for index in planes.pages[1:]:
        _check_page(_whole_page(tiff, index), path, limits)
    shape = (int(page.imagelength), int(page.imagewidth))
    signed = is_signed(words.imagej, dtype)
    return TiffImage(
        path=path,
        shape=shape,
        dtype=np.dtype(np.int16) if signed else dtype.newbyteorder("="),
        channels=planes.channels,
        file_shape=shape if planes.channels == 1 else (planes.channels, *shape),
        file_dims=("Y", "X") if planes.channels == 1 else ("C", "Y", "X"),
        tags=words.calibration,
        images=limits.images // len(planes.pages),
        line_time=line_time(words.calibration, images=limits.images // len(planes.pages), lines=shape[0]),
        notes=planes.notes,
        read_channel=_Reader(path, planes, signed=signed),
    )


def _check_page(page: tifffile.TiffPage, path: Path, limits: _Limits) -> None:
    """Refuse an image without size, above the limit, or with fewer pixels in the file than its size needs."""
    lines, columns = int(page.imagelength), int(page.imagewidth)
    if lines < 1 or columns < 1 or page.imagedepth != 1:
        raise ImageReadError(f"{path} says it is {lines} lines by {columns} pixels, which is no image. Choose another.")
    size = max(int(page.nbytes), _piece_bytes(page))
    if size > limits.largest_bytes:
        raise ImageReadError(
            f"{path} holds {size / 1e9:.1f} GB of pixels, more than the limit of {limits.largest_bytes / 1e9:.1f} GB. "
            "Raise the limit with largest_bytes, or cut the recording.",
        )
    ends = [int(at) + int(count) for at, count in zip(page.dataoffsets, page.databytecounts, strict=False)]
    if not ends or max(ends) > limits.file_size or _is_short(page):
        raise ImageReadError(
            f"{path} is cut off: its header promises {lines} lines by {columns} pixels, the file ends before. "
            f"{_COPY_AGAIN}",
        )


def _is_short(page: tifffile.TiffPage) -> bool:
    """Whether the stored bytes cannot hold all pixels, however well they are compressed."""
    most = _MOST_SHRUNK.get(int(page.compression), _MOST_SHRUNK_OTHERWISE)
    counts = [int(count) for count in page.databytecounts]
    if sum(counts) * most < int(page.imagelength) * _line_bytes(page):
        return True
    if len(counts) == 1 and most == 1 and not page.is_tiled:
        return False  # all lines in one stretch, whatever the file says of its pieces
    needed = math.prod(page.chunked)
    pieces = counts[:needed]
    is_lacking = len(pieces) < needed or 0 in pieces  # the library shows a piece that is not there as zeros
    return is_lacking or (page.is_tiled and min(pieces) * most < _piece_bytes(page))


def _piece_bytes(page: tifffile.TiffPage) -> int:
    """Size of one piece of the pixels, as it is in memory; tiles may be larger than the image."""
    return int(math.prod(page.chunks)) * int(page.bitspersample) // 8


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


def _planes(tiff: tifffile.TiffFile, page: tifffile.TiffPage, path: Path, images: int, said: int) -> _Planes:
    samples = int(page.samplesperpixel)
    if samples > 1:
        return _Planes((0,), samples, _stack_note(images, 1))
    if not 1 < said <= min(images, MOST_CHANNELS):
        lost = (f"The file says it holds {said} channels; only the first can be read.",) if said > 1 else ()
        return _Planes((0,), 1, (*lost, *_stack_note(images, 1)))
    others = [_whole_page(tiff, index) for index in range(1, said)]
    if any((other.shape, other.dtype) != (page.shape, page.dtype) for other in others):
        raise ImageReadError(f"{path} has channels of different size. Save each channel as a file of its own.")
    return _Planes(tuple(range(said)), 1, _stack_note(images, said))


def _whole_page(tiff: tifffile.TiffFile, index: int) -> tifffile.TiffPage:
    page = tiff.pages[index]
    return page.aspage() if isinstance(page, tifffile.TiffFrame) else page


def _stack_note(images: int, used: int) -> tuple[str, ...]:
    if images <= used:
        return ()
    return (f"The file holds {images} images; the first {'is' if used == 1 else f'{used} are'} shown.",)


@dataclass(frozen=True, slots=True)
class _Reader:
    """Reads one channel of a checked file."""

    path: Path
    planes: _Planes
    signed: bool = False
    """Whether ImageJ stored signed pixels with an offset."""

    def __call__(self, channel: int) -> NDArray[Any]:
        """Pixels (lines, columns) of one channel, read-only, in the machine's byte order or mapped as they are."""
        try:
            with tifffile.TiffFile(self.path, _multifile=False) as tiff:
                pixels = self._pixels(tiff, channel)
                if self.signed:
                    pixels = without_offset(pixels)
        except Exception as error:  # the library raises more than a dozen types on damaged files
            if "imagecodecs" in str(error):
                raise ImageReadError(
                    f"{self.path} is compressed in a way that needs another package. Install it with "
                    "pip install 'cloudscope-widgets[formats]'."
                ) from error
            msg = f"{self.path}: the pixels cannot be read ({error}). {_COPY_AGAIN}"
            raise ImageReadError(msg) from error
        pixels.flags.writeable = False
        return pixels

    def _pixels(self, tiff: tifffile.TiffFile, channel: int) -> NDArray[Any]:
        index = channel if self.planes.samples == 1 else 0
        page = _whole_page(tiff, self.planes.pages[index])
        if page.compression == _LZW:
            _check_lzw(tiff, page)
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


def _check_lzw(tiff: tifffile.TiffFile, page: tifffile.TiffPage) -> None:
    """Refuse compressed pixels that the library would not survive."""
    if page.fillorder != tifffile.FILLORDER.MSB2LSB:
        raise DamagedTiffError("its bits are stored in reverse")
    for offset, count in zip(page.dataoffsets, page.databytecounts, strict=False):
        tiff.filehandle.seek(int(offset))
        fault = lzw_fault(tiff.filehandle.read(int(count))) if count else ""
        if fault:
            raise DamagedTiffError(fault)

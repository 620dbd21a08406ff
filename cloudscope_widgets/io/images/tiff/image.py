"""TIFF images: checked before any pixel is read."""

from __future__ import annotations

import math
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import tifffile

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images.file_lines import Check, FileLines
from cloudscope_widgets.io.images.imagej import is_signed, without_offset
from cloudscope_widgets.io.images.lines import ArrayLines, Lines
from cloudscope_widgets.io.images.ome.document import document_text, read_ome
from cloudscope_widgets.io.images.ome.planes import find_ome_planes
from cloudscope_widgets.io.images.scales import LineTime, TagCalibration, line_time
from cloudscope_widgets.io.images.tiff.expanding import UnboundedError
from cloudscope_widgets.io.images.tiff.layout import DamagedTiffError, TooLargeTiffError
from cloudscope_widgets.io.images.tiff.library_log import quiet_library
from cloudscope_widgets.io.images.tiff.page_pixels import is_plain, page_pixels
from cloudscope_widgets.io.images.tiff.page_table import PageTable
from cloudscope_widgets.io.images.tiff.pieces import correct_pieces
from cloudscope_widgets.io.images.tiff.plane_reader import PlaneReader
from cloudscope_widgets.io.images.tiff.planes import PlaneMap, find_planes
from cloudscope_widgets.io.images.tiff.structure import MOST_CHANNELS, checked_pages
from cloudscope_widgets.io.images.tiff.tags import TiffWords, tiff_words

if TYPE_CHECKING:
    from numpy.typing import NDArray

TIFF_SUFFIXES = (".tif", ".tiff")
LARGEST_IMAGE_BYTES = 2 * 1024**3
DTYPES = frozenset(
    {
        *("bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64"),
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
    planes: PlaneMap
    """Planes of each channel; the first ones are the image as it is stored."""
    is_rgb: bool
    """Whether the channels are the colours of a picture, of which some may be empty."""
    notes: tuple[str, ...]
    reader: _Reader

    @property
    def line_time(self) -> LineTime:
        """Time between two lines of the image as it is stored, by its tags."""
        return line_time(self.tags, images=self.planes.count, lines=self.shape[0])

    @property
    def files(self) -> tuple[Path, ...]:
        """All files that hold planes of the recording, in the order of its channels and times."""
        return self.planes.files

    def lines(self, channel: int, *, is_joined: bool = False, check: Check | None = None) -> Lines:
        """Lines of one channel, those of its first plane or of all its planes one after the other.

        They are read from the file where they are asked for, if they stand in it as they are shown; ``check`` is told
        what the file is by then. Otherwise they are read and unpacked here.
        """
        return self.reader.lines(channel, is_joined=is_joined, check=check)

    def read_channel(self, channel: int, *, is_joined: bool = False) -> NDArray[Any]:
        """Read-only pixels (lines, columns) of the same lines, in memory."""
        return self.lines(channel, is_joined=is_joined)[:]


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
        table = checked_pages(path)
        with quiet_library(), tifffile.TiffFile(path, _multifile=False) as tiff:
            return _described(tiff, path, _Limits(file_size, largest_bytes, table))
    except ImageReadError:
        raise
    except TooLargeTiffError as error:
        raise ImageReadError(f"{path} cannot be shown: {error}.") from error
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
    table: PageTable


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
    page = _checked_first(tiff, path, limits)
    dtype = np.dtype(page.dtype)
    document = document_text(path, page.description) if tiff.is_ome else ""
    words = tiff_words(tiff, len(limits.table), document)
    planes = _planes(tiff, words, path, limits, document)
    shape = (int(page.imagelength), int(page.imagewidth))
    signed = is_signed(words.imagej, dtype)
    if signed:  # the offset of each pixel is taken away in memory
        _check_unpacked(int(page.nbytes), path, limits)
    channels = len(planes.channels)
    return TiffImage(
        path=path,
        shape=shape,
        dtype=np.dtype(np.int16) if signed else dtype.newbyteorder("="),
        channels=channels,
        file_shape=shape if channels == 1 else (channels, *shape),
        file_dims=("Y", "X") if channels == 1 else ("C", "Y", "X"),
        tags=words.calibration,
        planes=planes,
        is_rgb=page.photometric == tifffile.PHOTOMETRIC.RGB and channels > 1,
        notes=planes.notes,
        reader=_Reader(path, PlaneReader(planes, page_pixels, limits.largest_bytes), signed=signed),
    )


def _checked_first(tiff: tifffile.TiffFile, path: Path, limits: _Limits) -> tifffile.TiffPage:
    """First page of a file, whose size and type can be shown."""
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
    return page


def _planes(tiff: tifffile.TiffFile, words: TiffWords, path: Path, limits: _Limits, document: str) -> PlaneMap:
    """Find the planes of a recording, and check the first one of each channel."""
    page = tiff.pages.first
    planes = None
    if document:

        def open_other(other: Path) -> PageTable:
            return _checked_other(other, page, limits)

        planes = find_ome_planes(read_ome(document), path, limits.table, int(page.samplesperpixel), open_other)
    planes = planes or find_planes(tiff, words, limits.table, path)
    for channel in planes.channels[1:MOST_CHANNELS]:
        index = int(channel.pages[0])
        if index and planes.files[channel.files[0]] == path:
            tiff.filehandle.seek(int(limits.table.offsets[index]))
            _check_page(tifffile.TiffPage(tiff, index), path, limits)
    return planes


def _checked_other(path: Path, first: tifffile.TiffPage, limits: _Limits) -> PageTable:
    """Pages of another file of the same recording; ImageReadError when it is damaged or does not fit."""
    file_size = _checked_file(path)
    try:
        table = checked_pages(path)
        with quiet_library(), tifffile.TiffFile(path, _multifile=False) as tiff:
            page = _checked_first(tiff, path, _Limits(file_size, limits.largest_bytes, table))
    except (DamagedTiffError, TooLargeTiffError) as error:
        raise ImageReadError(f"{path} cannot be read: {error}. {_COPY_AGAIN}") from error
    if (page.shape, page.dtype) != (first.shape, first.dtype):
        raise ImageReadError(f"{path} has another size or type than the rest of the recording.")
    return table


def _check_page(page: tifffile.TiffPage, path: Path, limits: _Limits) -> None:
    """Refuse an image without size, above the limit, or with fewer pixels in the file than its size needs."""
    lines, columns = int(page.imagelength), int(page.imagewidth)
    if lines < 1 or columns < 1 or page.imagedepth != 1:
        raise ImageReadError(f"{path} says it is {lines} lines by {columns} pixels, which is no image. Choose another.")
    correct_pieces(page, limits.file_size)
    if not is_plain(page):
        _check_unpacked(max(int(page.nbytes), _piece_bytes(page)), path, limits)
    ends = [int(at) + int(count) for at, count in zip(page.dataoffsets, page.databytecounts, strict=False)]
    if not ends or max(ends) > limits.file_size or _is_short(page):
        raise ImageReadError(
            f"{path} is cut off: its header promises {lines} lines by {columns} pixels, the file ends before. "
            f"{_COPY_AGAIN}",
        )


def _check_unpacked(size: int, path: Path, limits: _Limits) -> None:
    """Refuse pixels above the limit that must be unpacked into memory."""
    if size > limits.largest_bytes:
        raise ImageReadError(
            f"{path} holds {size / 1e9:.1f} GB of pixels, more than the limit of {limits.largest_bytes / 1e9:.1f} GB. "
            "Raise the limit with largest_bytes, cut the recording, or save it uncompressed in one piece.",
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
class _Reader:
    """Reads one channel of a checked file."""

    path: Path
    planes: PlaneReader
    signed: bool = False
    """Whether ImageJ stored signed pixels with an offset."""

    def lines(self, channel: int, *, is_joined: bool, check: Check | None) -> Lines:
        """Lines of one channel; those that are in memory are read-only."""
        read = self.planes.joined if is_joined and self.planes.planes.count > 1 else self.planes.first
        try:
            with quiet_library():
                lines = read(channel, check)
                if isinstance(lines, FileLines) and not self.signed:
                    return lines
                pixels = without_offset(lines[:]) if self.signed else lines[:]
        except ImageReadError:
            raise
        except UnboundedError as error:
            raise ImageReadError(f"{self.path} is compressed in a way that cannot be read: {error}.") from error
        except Exception as error:  # the library raises more than a dozen types on damaged files
            if "imagecodecs" in str(error):
                raise ImageReadError(
                    f"{self.path} is compressed in a way that needs another package. Install it with "
                    "pip install 'cloudscope-widgets[formats]'."
                ) from error
            msg = f"{self.path}: the pixels cannot be read ({error}). {_COPY_AGAIN}"
            raise ImageReadError(msg) from error
        pixels.flags.writeable = False
        return ArrayLines(pixels)

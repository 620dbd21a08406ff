"""Pixels of one page of a TIFF file that do not stand in it as they are, expanded with a bound."""

from __future__ import annotations

from typing import Any

import tifffile
from numpy.typing import NDArray

from cloudscope_widgets.io.images.tiff.expanding import (
    LZW,
    ExpandError,
    UnboundedError,
    check_picture,
    expand_bytes,
    is_byte_stream,
)
from cloudscope_widgets.io.images.tiff.library_log import quiet_library

_NO_COMPRESSION = 1
_AS_THEY_ARE, _IN_REVERSE = 1, 2
_REVERSED = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
_MOST_OVERLAP = 16
"""Pieces of a file may be shared, but are not read more often than this."""


def page_pixels(tiff: tifffile.TiffFile, page: tifffile.TiffPage) -> NDArray[Any]:
    """Pixels of a page whose sizes have been checked, in the form that the library gives them.

    Raises
    ------
    ExpandError
        When compressed pixels expand to more than the page promises, or cannot be expanded safely.
    Exception
        Of a dozen other types, by the library, when they are damaged.
    """
    if sum(page.databytecounts) > _MOST_OVERLAP * int(tiff.filehandle.size):
        raise ExpandError("the pieces of its pixels lie over each other")
    if page.compression != _NO_COMPRESSION:
        _bound(page)
    return page.asarray()


def is_plain(page: tifffile.TiffPage) -> bool:
    """Whether pixels stand in the file as they are shown, so that none has to be unpacked."""
    return bool(page.is_final and page.dtype is not None)


def _bound(page: tifffile.TiffPage) -> None:
    """Let the page decode each of its pieces with a bound."""
    kind = int(page.compression)
    lines, columns, _ = _piece_shape(page)
    if page.jpegheader is not None:
        raise UnboundedError(kind)
    most = piece_bytes(page)
    is_stream = is_byte_stream(kind)
    put = _uncompressed_decode(page) if is_stream else page.decode
    is_reversed = page.fillorder == _IN_REVERSE
    if is_reversed and kind == LZW:
        raise ExpandError("its bits are stored in reverse")

    def decode(data: bytes | None, index: int, **how: Any) -> Any:  # noqa: ANN401  (as the library has it)
        with quiet_library():  # on the thread of the library that decodes
            if data is None:
                return put(data, index, **how)
            if is_stream:
                plain = expand_bytes(kind, data.translate(_REVERSED) if is_reversed else data, most)
                return put(bytearray(plain), index, **how)
            check_picture(kind, data, most, lines * columns)
            return put(data, index, **how)

    page.decode = decode


def _uncompressed_decode(page: tifffile.TiffPage) -> Any:  # noqa: ANN401  (as the library has it)
    """Function of the library that puts expanded bytes of a piece into place."""
    kind, order, known_by = page.compression, page.fillorder, page.hash
    page.__dict__.pop("decode", None)
    page.hash = hash((known_by, "expanded"))  # the library keeps one function for all pages of the same hash
    page.compression, page.fillorder = tifffile.COMPRESSION.NONE, _AS_THEY_ARE
    try:
        return page.decode
    finally:
        page.compression, page.fillorder, page.hash = kind, order, known_by


def piece_bytes(page: tifffile.TiffPage) -> int:
    """Size of one piece of the pixels, unpacked as the file stores them; tiles may be larger than the image."""
    lines, columns, samples = _piece_shape(page)
    return lines * -(-columns * samples * int(page.bitspersample) // 8)


def _piece_shape(page: tifffile.TiffPage) -> tuple[int, int, int]:
    samples = int(page.samplesperpixel) if page.planarconfig == 1 else 1
    if page.is_tiled:
        return int(page.tilelength), int(page.tilewidth), samples
    return int(page.rowsperstrip) or int(page.imagelength), int(page.imagewidth), samples

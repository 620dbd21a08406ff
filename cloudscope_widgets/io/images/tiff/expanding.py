"""Expanding compressed pixels to what the header of their image promises, and never to more.

A file of a megabyte can hold a strip that expands to gigabytes. Each kind of compression is therefore expanded with a
bound, or its own header is checked first, or it is refused.
"""

from __future__ import annotations

import lzma
import struct
import zlib
from collections.abc import Callable
from types import ModuleType

from cloudscope_widgets.io.images.tiff.lzw import lzw_fault

LZW, JPEG_KINDS = 5, frozenset({7, 33007, 34892})
_BITWISE_KINDS = frozenset({2, 3, 4})
"""Kinds of fax, whose library is told the size of the piece."""
_JPEG_2000_KINDS = frozenset({33003, 33004, 33005, 34712})
_PNG = 34933
_LZMA_MEMORY = 128 * 1024**2
_NAMES = {6: "old JPEG", 22610: "JPEG XR", 34887: "LERC", 34934: "JPEG XR", 50001: "WebP", 50002: "JPEG XL"}
_PACKBITS_NOTHING = 128
_FRAMES = frozenset({*range(0xC0, 0xD0)} - {0xC4, 0xC8, 0xCC})
_ALONE = frozenset({0x01, *range(0xD0, 0xD9)})
_SCAN = 0xDA
_MOST_TILES = 4096


class ExpandError(ValueError):
    """Compressed pixels cannot be expanded; the message is a clause that says why."""


class UnboundedError(ExpandError):
    """The kind of compression has no bound that could be kept."""

    def __init__(self, kind: int) -> None:
        """Name the kind."""
        super().__init__(
            f"its compression ({_NAMES.get(kind, f'kind {kind}')}) cannot be expanded safely; "
            "save it uncompressed or with LZW or deflate"
        )


def is_byte_stream(kind: int) -> bool:
    """Whether a kind of compression expands to the bytes of the pixels; others hold an image of their own."""
    return kind in _EXPANDERS


def expand_bytes(kind: int, raw: bytes, most: int) -> bytes:
    """Expand a piece of pixels, of a kind that is a stream of bytes, to at most ``most`` bytes.

    Raises
    ------
    ExpandError
        When it would expand to more, or is broken.
    ImportError
        When the package that expands it is missing.
    """
    found = _EXPANDERS[kind](raw, most)
    if len(found) > most:
        raise ExpandError(f"a piece of its pixels expands to more than the {most} bytes that its size explains")
    return found


def check_picture(kind: int, raw: bytes, most: int, pixels: int) -> None:
    """Refuse a piece that holds an image of its own, of more than ``most`` bytes or ``pixels`` pixels.

    Raises
    ------
    ExpandError
        When it is larger, has no header, or its kind cannot be bounded.
    """
    if kind in _BITWISE_KINDS:
        return
    if kind in JPEG_KINDS:
        found = _jpeg_pixels(raw)
    elif kind in _JPEG_2000_KINDS:
        found = _jpeg_2000_pixels(raw)
    elif kind == _PNG:
        found = _png_bytes(raw) * pixels // max(most, 1)
    else:
        raise UnboundedError(kind)
    if not 0 < found <= pixels:
        raise ExpandError(f"a piece of its pixels holds an image of another size than the {pixels} pixels of its own")


# ---------------------------------------------------------------- kinds that are streams of bytes
def _inflated(raw: bytes, most: int) -> bytes:
    return zlib.decompressobj().decompress(raw, most + 1)


def _lzma_expanded(raw: bytes, most: int) -> bytes:
    return lzma.LZMADecompressor(memlimit=_LZMA_MEMORY).decompress(raw, most + 1)


def _lzw_expanded(raw: bytes, most: int) -> bytes:
    fault = lzw_fault(raw)
    if fault:
        raise ExpandError(fault)
    return bytes(_imagecodecs().lzw_decode(raw, out=most))


def _zstd_expanded(raw: bytes, most: int) -> bytes:
    return bytes(_imagecodecs().zstd_decode(raw, out=most))


def _packed_bits_expanded(raw: bytes, most: int) -> bytes:
    """Expand runs of bytes, until there are enough: what comes behind them is filling."""
    found, at = bytearray(), 0
    while at < len(raw) and len(found) < most:
        head = raw[at]
        if head < _PACKBITS_NOTHING:
            found += raw[at + 1 : at + 2 + head]
            at += 2 + head
        elif head > _PACKBITS_NOTHING:
            found += raw[at + 1 : at + 2] * (257 - head)
            at += 2
        else:
            at += 1
    return bytes(found[:most])


def _imagecodecs() -> ModuleType:
    import imagecodecs  # noqa: PLC0415  (an extra that may be missing)

    return imagecodecs


_EXPANDERS: dict[int, Callable[[bytes, int], bytes]] = {
    LZW: _lzw_expanded,
    8: _inflated,
    32946: _inflated,
    50013: _inflated,
    32773: _packed_bits_expanded,
    34925: _lzma_expanded,
    34926: _zstd_expanded,
    50000: _zstd_expanded,
}


# ---------------------------------------------------------------- kinds that hold an image of their own
def _jpeg_pixels(raw: bytes) -> int:
    """Pixels of the largest frame before the first scan; 0 when there is none."""
    at, largest = 2, 0
    while raw[:2] == b"\xff\xd8" and at + 4 <= len(raw):
        if raw[at] != 0xFF:  # noqa: PLR2004  (each marker begins with it)
            return 0
        marker = raw[at + 1]
        if marker == 0xFF or marker in _ALONE:  # noqa: PLR2004  (a filling byte)
            at += 1 if marker == 0xFF else 2  # noqa: PLR2004
            continue
        if marker == _SCAN:
            return largest
        if marker in _FRAMES and at + 9 <= len(raw):
            height, width = struct.unpack(">HH", raw[at + 5 : at + 9])
            largest = max(largest, height * width)
        at += 2 + int.from_bytes(raw[at + 2 : at + 4], "big")
    return 0


def _jpeg_2000_pixels(raw: bytes) -> int:
    """Pixels by the first header of the code stream, which stands first in it; 0 when there is none."""
    at = raw.find(b"\xff\x4f\xff\x51")
    if at < 0 or len(raw) < at + 42:
        return 0
    right, bottom, left, top, tile_width, tile_height = struct.unpack(">6I", raw[at + 8 : at + 32])
    width, height = right - left, bottom - top
    if min(width, height, tile_width, tile_height) < 1:
        return 0
    tiles = -(-right // tile_width) * -(-bottom // tile_height)
    return width * height if tiles <= _MOST_TILES else 0


def _png_bytes(raw: bytes) -> int:
    """Bytes of the pixels; 0 when there is no header."""
    samples = {0: 1, 2: 3, 3: 3, 4: 2, 6: 4}
    if raw[:8] != b"\x89PNG\r\n\x1a\n" or raw[12:16] != b"IHDR" or len(raw) < 26:  # noqa: PLR2004
        return 0
    width, height, depth, colour = struct.unpack(">IIBB", raw[16:26])
    return int(height * -(-width * depth * samples.get(colour, 4) // 8))

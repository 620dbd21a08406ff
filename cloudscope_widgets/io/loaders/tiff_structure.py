"""Structure of a TIFF file, checked against its size before the library that reads it is let in.

A few bytes of a damaged file can make a reader allocate gigabytes or run in a circle, so that every list and text it
would load at once is measured here first. No pixel is read.
"""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

MOST_IMAGES = 100_000
MOST_CHANNELS = 64
LARGEST_TEXT_BYTES = 4 * 1024**2
"""Longest description that is read; OME puts a whole document there."""
LARGEST_VALUE_BYTES = 8 * 1024**2
"""Largest other value that the library loads at once, such as the overlay of ImageJ."""

_BIG_TIFF = 43
_MOST_TAGS = 4096
_MOST_STK_VALUES = 100_000
_BYTES_OF_KIND = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
_WIDTH, _LENGTH, _ROWS_PER_STRIP, _TILE_WIDTH, _TILE_LENGTH, _SAMPLES = 256, 257, 278, 322, 323, 277
_STRIPS, _TILES = (273, 279), (324, 325)
_TEXTS = (270, 305)
_LOADED = frozenset({*_STRIPS, *_TILES, *_TEXTS, 258, 282, 283, 330, 338, 339, 347, 513, 514, 530, 42113, 50838, 50839})
_STK = (33628, 33629)


class DamagedTiffError(ValueError):
    """The structure of a file is not that of a TIFF image; the message is a clause that says how."""


@dataclass(frozen=True, slots=True)
class _Layout:
    """How numbers and directories are stored: byte order, and the field sizes of TIFF or BigTIFF."""

    order: str
    is_big: bool

    @property
    def offset(self) -> struct.Struct:
        return struct.Struct(self.order + ("Q" if self.is_big else "I"))

    @property
    def tag_count(self) -> struct.Struct:
        return struct.Struct(self.order + ("Q" if self.is_big else "H"))

    @property
    def tag(self) -> struct.Struct:
        return struct.Struct(self.order + ("HHQ8s" if self.is_big else "HHI4s"))


@dataclass(frozen=True, slots=True)
class _Tag:
    kind: int
    count: int
    value: bytes
    """The value itself, or where it stands."""

    @property
    def size(self) -> int:
        return self.count * _BYTES_OF_KIND.get(self.kind, 0)


def checked_images(path: Path) -> int:
    """Count of images in a file whose directories, lists and texts all lie inside it.

    Raises
    ------
    DamagedTiffError
        When the structure is damaged or out of all measure.
    OSError
        When the file cannot be read.
    """
    with path.open("rb") as file:
        size = file.seek(0, 2)
        layout, offset = _layout(file)
        seen: set[int] = set()
        while offset:
            if offset in seen:
                raise DamagedTiffError("its list of images runs in a circle")
            if len(seen) == MOST_IMAGES:
                raise DamagedTiffError(f"it holds more than {MOST_IMAGES} images")
            tags, following = _directory(file, layout, offset, size, is_parsed=len(seen) < MOST_CHANNELS)
            _check_tags(tags, layout, size)
            seen.add(offset)
            offset = following
    if not seen:
        raise DamagedTiffError("there is no image in it")
    return len(seen)


def _layout(file: BinaryIO) -> tuple[_Layout, int]:
    file.seek(0)
    head = file.read(16)
    layout = _Layout("<" if head[:2] == b"II" else ">", _BIG_TIFF in head[2:4])
    start = 8 if layout.is_big else 4
    if len(head) < start + layout.offset.size:
        raise DamagedTiffError("it ends within its first line")
    if layout.is_big and struct.unpack(f"{layout.order}HH", head[4:8]) != (8, 0):
        raise DamagedTiffError("its first line is not that of a BigTIFF file")
    return layout, int(layout.offset.unpack_from(head, start)[0])


def _directory(
    file: BinaryIO, layout: _Layout, offset: int, size: int, *, is_parsed: bool
) -> tuple[Mapping[int, _Tag], int]:
    """Tags of one directory, and where the next one stands; an image that is never shown is not parsed."""
    file_end = DamagedTiffError("it is cut off: the description of an image lies behind its end")
    if offset + layout.tag_count.size > size:
        raise file_end
    file.seek(offset)
    count = int(layout.tag_count.unpack(file.read(layout.tag_count.size))[0])
    if not 0 < count <= _MOST_TAGS:
        raise DamagedTiffError(f"an image has {count} properties")
    raw = file.read(count * layout.tag.size)
    following = file.read(layout.offset.size)
    if len(following) < layout.offset.size:
        raise file_end
    tags: dict[int, _Tag] = {}
    for code, kind, values, value in layout.tag.iter_unpack(raw) if is_parsed else ():
        tags.setdefault(code, _Tag(kind, values, value))
    return tags, int(layout.offset.unpack(following)[0])


def _check_tags(tags: Mapping[int, _Tag], layout: _Layout, size: int) -> None:
    """Refuse lists and texts that lie outside of the file or are larger than the image can need."""
    for code in _LOADED & tags.keys():
        tag = tags[code]
        inside = layout.offset.size
        if tag.size > inside and int(layout.offset.unpack(tag.value)[0]) + tag.size > size:
            raise DamagedTiffError(f"it is cut off: the value of property {code} lies behind its end")
        is_list = code in (*_STRIPS, *_TILES)
        largest = LARGEST_TEXT_BYTES if code in _TEXTS else LARGEST_VALUE_BYTES
        if tag.size > largest and not is_list:
            raise DamagedTiffError(f"property {code} takes {tag.size} bytes, more than {largest}")
    if all(code in tags for code in _STK) and tags[_STK[0]].count * tags[_STK[1]].count > _MOST_STK_VALUES:
        raise DamagedTiffError("its MetaMorph properties are out of all measure")
    if tags:
        _check_pieces(tags, layout)


def _check_pieces(tags: Mapping[int, _Tag], layout: _Layout) -> None:
    """Refuse an image without size, and lists of its pieces that are longer than its size explains."""
    width, length = (_number(tags.get(code), layout) or 0 for code in (_WIDTH, _LENGTH))
    if not width or not length:
        raise DamagedTiffError(f"it says it is {length} lines by {width} pixels, which is no image")
    samples = _number(tags.get(_SAMPLES), layout) or 1
    if samples > MOST_CHANNELS:
        raise DamagedTiffError(f"it says it has {samples} channels, more than {MOST_CHANNELS}")
    down = _number(tags.get(_TILE_LENGTH if _TILES[0] in tags else _ROWS_PER_STRIP), layout) or length
    across = (_number(tags.get(_TILE_WIDTH), layout) or width) if _TILES[0] in tags else width
    pieces = -(-length // down) * -(-width // across) * samples
    for code in (*_STRIPS, *_TILES):
        if code in tags and tags[code].count > pieces:
            raise DamagedTiffError(f"it lists {tags[code].count} pieces of pixels, but its size explains {pieces}")


def _number(tag: _Tag | None, layout: _Layout) -> int | None:
    """Value of a tag with one whole number."""
    forms = {1: "B", 3: "H", 4: "I", 16: "Q"}
    if tag is None or tag.count != 1 or tag.kind not in forms:
        return None
    if tag.size > layout.offset.size:
        return None
    return int(struct.unpack_from(layout.order + forms[tag.kind], tag.value)[0])

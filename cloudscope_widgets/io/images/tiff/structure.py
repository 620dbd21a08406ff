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

from cloudscope_widgets.io.images.tiff.layout import (
    BYTES_OF_KIND,
    DamagedTiffError,
    TiffLayout,
    TooLargeTiffError,
    read_layout,
)
from cloudscope_widgets.io.images.tiff.page_table import MOST_TAGS, PageTable, read_page_table

MOST_CHANNELS = 64
LARGEST_TEXT_BYTES = 24 * 1024**2
"""Longest description that is read; OME puts a whole document there, with a line for each plane."""
LARGEST_VALUE_BYTES = 24 * 1024**2
"""Largest other value that the library loads at once, such as the notes and overlay of ImageJ."""

_MOST_STK_VALUES = 100_000
_WIDTH, _LENGTH, _ROWS_PER_STRIP, _TILE_WIDTH, _TILE_LENGTH, _SAMPLES = 256, 257, 278, 322, 323, 277
_STRIPS, _TILES = (273, 279), (324, 325)
_TEXTS = (270, 305)
_LOADED = frozenset({*_STRIPS, *_TILES, *_TEXTS, 258, 282, 283, 330, 338, 339, 347, 513, 514, 530, 42113, 50838, 50839})
_STK = (33628, 33629)


@dataclass(frozen=True, slots=True)
class _Tag:
    kind: int
    count: int
    value: bytes
    """The value itself, or where it stands."""

    @property
    def size(self) -> int:
        return self.count * BYTES_OF_KIND.get(self.kind, 0)


def checked_pages(path: Path) -> PageTable:
    """Find all images of a file whose directories, lists and texts lie inside it.

    Raises
    ------
    DamagedTiffError
        When the structure is damaged or out of all measure.
    TooLargeTiffError
        When a sound file has more images or longer texts than are read.
    OSError
        When the file cannot be read.
    """
    table = read_page_table(path)
    if not len(table):
        raise DamagedTiffError("there is no image in it")
    with path.open("rb") as file:
        size = file.seek(0, 2)
        layout, _ = read_layout(file)
        for offset in table.offsets[:MOST_CHANNELS].tolist():
            _check_tags(_directory(file, layout, offset, size), layout, size)
    return table


def checked_first_page(path: Path) -> None:
    """Check the first image of a file alone; errors are those of ``checked_pages``."""
    with path.open("rb") as file:
        size = file.seek(0, 2)
        layout, offset = read_layout(file)
        _check_tags(_directory(file, layout, offset, size), layout, size)


def _directory(file: BinaryIO, layout: TiffLayout, offset: int, size: int) -> Mapping[int, _Tag]:
    """Tags of one directory."""
    file_end = DamagedTiffError("it is cut off: the description of an image lies behind its end")
    if offset + layout.tag_count.size > size:
        raise file_end
    file.seek(offset)
    count = int(layout.tag_count.unpack(file.read(layout.tag_count.size))[0])
    if not 0 < count <= MOST_TAGS:
        raise DamagedTiffError(f"an image has {count} properties")
    raw = file.read(count * layout.tag.size)
    if len(raw) < count * layout.tag.size:
        raise file_end
    tags: dict[int, _Tag] = {}
    for code, kind, values, value in layout.tag.iter_unpack(raw):
        tags.setdefault(code, _Tag(kind, values, value))
    return tags


def _check_tags(tags: Mapping[int, _Tag], layout: TiffLayout, size: int) -> None:
    """Refuse lists and texts that lie outside of the file or are larger than the image can need."""
    for code in _LOADED & tags.keys():
        tag = tags[code]
        inside = layout.offset.size
        if tag.size > inside and int(layout.offset.unpack(tag.value)[0]) + tag.size > size:
            raise DamagedTiffError(f"it is cut off: the value of property {code} lies behind its end")
        is_list = code in (*_STRIPS, *_TILES)
        largest = LARGEST_TEXT_BYTES if code in _TEXTS else LARGEST_VALUE_BYTES
        if tag.size > largest and not is_list:
            raise TooLargeTiffError(
                f"its property {code}, a text or a list, takes {tag.size / 1e6:.0f} MB, and not more than "
                f"{largest / 1e6:.0f} MB are read. Save the image without it"
            )
    if all(code in tags for code in _STK) and tags[_STK[0]].count * tags[_STK[1]].count > _MOST_STK_VALUES:
        raise DamagedTiffError("its MetaMorph properties are out of all measure")
    if tags:
        _check_pieces(tags, layout)


def _check_pieces(tags: Mapping[int, _Tag], layout: TiffLayout) -> None:
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


def _number(tag: _Tag | None, layout: TiffLayout) -> int | None:
    """Value of a tag with one whole number."""
    forms = {1: "B", 3: "H", 4: "I", 16: "Q"}
    if tag is None or tag.count != 1 or tag.kind not in forms:
        return None
    if tag.size > layout.offset.size:
        return None
    return int(struct.unpack_from(layout.order + forms[tag.kind], tag.value)[0])

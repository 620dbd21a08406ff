"""How the numbers and descriptions of a TIFF file are stored."""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO, Literal

import numpy as np

BYTES_OF_KIND = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 6: 1, 7: 1, 8: 2, 9: 4, 10: 8, 11: 4, 12: 8, 13: 4, 16: 8, 17: 8, 18: 8}
"""Size of one value of a property, by the number of its type."""
_BIG_TIFF = 43


class DamagedTiffError(ValueError):
    """The structure of a file is not that of a TIFF image; the message is a clause that says how."""


class TooLargeTiffError(ValueError):
    """A sound file is beyond what is read of it; the message is a clause that says what and what to do."""


@dataclass(frozen=True, slots=True)
class TiffLayout:
    """How numbers and directories are stored: byte order, and the field sizes of TIFF or BigTIFF."""

    order: Literal["<", ">"]
    is_big: bool

    @property
    def offset(self) -> struct.Struct:
        """Place in the file."""
        return struct.Struct(self.order + ("Q" if self.is_big else "I"))

    @property
    def tag_count(self) -> struct.Struct:
        """Count of the properties of an image."""
        return struct.Struct(self.order + ("Q" if self.is_big else "H"))

    @property
    def tag(self) -> struct.Struct:
        """One property: code, type, count of values, and the value or its place."""
        return struct.Struct(self.order + ("HHQ8s" if self.is_big else "HHI4s"))

    @property
    def tag_dtype(self) -> np.dtype[np.void]:
        """The same for many properties at once."""
        count, value = ("u8", 8) if self.is_big else ("u4", 4)
        fields = [
            *(("code", f"{self.order}u2"), ("kind", f"{self.order}u2"), ("count", f"{self.order}{count}")),
            ("value", "u1", (value,)),
        ]
        return np.dtype(fields)


def read_layout(file: BinaryIO) -> tuple[TiffLayout, int]:
    """Layout of a file, and where its first image is described; DamagedTiffError when it has none."""
    file.seek(0)
    head = file.read(16)
    layout = TiffLayout("<" if head[:2] == b"II" else ">", _BIG_TIFF in head[2:4])
    start = 8 if layout.is_big else 4
    if len(head) < start + layout.offset.size:
        raise DamagedTiffError("it ends within its first line")
    if layout.is_big and struct.unpack(f"{layout.order}HH", head[4:8]) != (8, 0):
        raise DamagedTiffError("its first line is not that of a BigTIFF file")
    return layout, int(layout.offset.unpack_from(head, start)[0])

"""How an image is cut into tiles small enough to send, coarser and coarser in time.

A tile holds the means of blocks of lines, or their largest values; positions are kept as they are. Blocks have 1, 2, 4,
… lines, on the last level as many as make about a thousand rows of the whole recording, which is what a screen shows of
it: that level is all that is needed of a recording of any length before somebody looks closer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

TILE_BYTES = 256 * 1024
"""Most bytes of one tile: what every host passes on quickly."""
TOP_ROWS = 1024
"""Most rows of the last level."""
_MOST_ROWS = 4096
_MOST_COLUMNS = 8192
"""Textures of graphics cards hold no more; wider images are averaged along the line."""

ValueKind = Literal["uint8", "uint16", "int8", "int16", "float32"]
_KINDS: dict[str, ValueKind] = {
    "bool": "uint8",
    "uint8": "uint8",
    "uint16": "uint16",
    "int8": "int8",
    "int16": "int16",
}


@dataclass(frozen=True, slots=True)
class TileGrid:
    """How an image is cut."""

    lines: int
    columns: int
    kind: ValueKind
    """Type of the values that are sent."""

    @property
    def column_step(self) -> int:
        """Columns that are averaged into one; 1 unless the image is too wide for a texture."""
        return -(-self.columns // _MOST_COLUMNS)

    @property
    def tile_columns(self) -> int:
        """Columns of every tile."""
        return -(-self.columns // self.column_step)

    @property
    def tile_rows(self) -> int:
        """Rows of a whole tile, a power of two; the last tile of a level may have fewer."""
        rows = TILE_BYTES // (self.tile_columns * np.dtype(self.kind).itemsize)
        return min(1 << (max(rows, 1).bit_length() - 1), _MOST_ROWS)

    @property
    def top_block(self) -> int:
        """Lines of a block of the last level."""
        return -(-self.lines // TOP_ROWS)

    @property
    def levels(self) -> int:
        """Count of levels."""
        return (self.top_block - 1).bit_length() + 1

    def block(self, level: int) -> int:
        """Lines that become one row; ValueError when there is no such level."""
        if not 0 <= level < self.levels:
            raise ValueError(f"there is no level {level} of this image, which has {self.levels}")
        return self.top_block if level == self.levels - 1 else 1 << level

    def tiles(self, level: int) -> int:
        """Count of the tiles of a level."""
        return -(-self.lines // (self.tile_rows * self.block(level)))

    def span(self, level: int, index: int) -> tuple[int, int]:
        """First line of a tile, and the one after its last; ValueError when there is no such tile."""
        length = self.tile_rows * self.block(level)
        start = index * length
        if not 0 <= start < self.lines:
            raise ValueError(f"there is no tile {index} of level {level}; the image has {self.lines} lines")
        return start, min(start + length, self.lines)


def tile_grid(shape: tuple[int, int], dtype: str) -> TileGrid:
    """Grid for an image; whole numbers of up to 16 bits stay what they are, all other types become float32."""
    return TileGrid(int(shape[0]), int(shape[1]), _KINDS.get(np.dtype(dtype).name, "float32"))

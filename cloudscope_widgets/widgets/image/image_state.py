"""What a page needs to know of an image before it has any pixel of it."""

from __future__ import annotations

from typing import TypedDict

from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.widgets.image.tiles import ValueKind, tile_grid


class ImageState(TypedDict):
    """An image: its size, its units, and the tiles that it is cut into."""

    token: str
    """Names the image; tiles of another one are not taken for it."""
    name: str
    lines: int
    columns: int
    channels: int
    seconds_per_line: float
    um_per_pixel: float
    is_time_known: bool
    is_space_known: bool
    value_kind: ValueKind
    tile_rows: int
    tile_columns: int
    levels: int
    top_block: int
    """Lines of a block of the last level; those before have 1, 2, 4, … lines."""


class ImageProblem(TypedDict):
    """Why a recording that was chosen cannot be shown."""

    name: str
    reason: str


def image_state(acquisition: Acquisition, token: str) -> ImageState:
    """Tell what a page needs to know of the image of a recording, under the name ``token``."""
    header = acquisition.header
    grid = tile_grid(header.shape, header.dtype)
    return {
        "token": token,
        "name": acquisition.path.name,
        "lines": grid.lines,
        "columns": grid.columns,
        "channels": header.channels,
        "seconds_per_line": header.seconds_per_line,
        "um_per_pixel": header.um_per_pixel,
        "is_time_known": header.calibration.is_time_known,
        "is_space_known": header.calibration.is_space_known,
        "value_kind": grid.kind,
        "tile_rows": grid.tile_rows,
        "tile_columns": grid.tile_columns,
        "levels": grid.levels,
        "top_block": grid.top_block,
    }

"""Values far from 0 keep their differences on their way to the page."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from cloudscope_widgets.widgets.image.raw_value import raw_value
from cloudscope_widgets.widgets.image.tile_reading import WantedTile, read_tile
from cloudscope_widgets.widgets.image.tiles import tile_grid
from cloudscope_widgets.widgets.image.value_offset import value_offset, without_offset

LEVELS = np.random.default_rng(5).integers(0, 4000, (3000, 20))


@pytest.mark.parametrize(
    ("dtype", "base"),
    [
        ("uint32", 4_000_000_000),
        ("int32", -2_000_000_000),
        ("int64", 2**62),
        ("int64", -(2**62)),
        ("uint64", 2**63 + 2**20),
        ("float64", 1e12),
    ],
)
def test_a_large_offset_leaves_every_level(dtype: str, base: float) -> None:
    pixels = LEVELS.astype(dtype) + np.array(base).astype(dtype)
    offset = value_offset(pixels)
    values, _ = read_tile(pixels, tile_grid(pixels.shape, dtype), WantedTile(0, 0), offset)
    shift = int(offset) - int(base)
    np.testing.assert_array_equal(values.astype(np.int64) + shift, LEVELS[: len(values)])


@pytest.mark.parametrize("pick", ["mean", "max"])
@pytest.mark.parametrize("lines", [3000, 600_000])
def test_blocks_of_lines_are_the_same_as_without_the_offset(pick: Any, lines: int) -> None:  # noqa: ANN401
    near = np.resize(LEVELS, (lines, 20)).astype("uint32")
    far = near + np.uint32(4_000_000_000)
    grid, offset = tile_grid(near.shape, "uint32"), value_offset(far)
    tile = WantedTile(grid.levels - 1, 0, pick)
    expected, found = (read_tile(pixels, grid, tile, less)[0] for pixels, less in ((near, 0.0), (far, offset)))
    np.testing.assert_allclose(found + (offset - 4e9), expected, atol=1e-3)  # float32 of numbers up to 4000


@pytest.mark.parametrize(
    "pixels",
    [
        LEVELS.astype("uint16"),
        LEVELS.astype("float32") + 1e6,
        LEVELS.astype("uint32"),
        LEVELS / 4000,
        np.full((9, 9), np.nan),
    ],
    ids=["uint16", "float32", "small", "near 0", "nothing"],
)
def test_other_values_are_sent_as_they_are(pixels: Any) -> None:  # noqa: ANN401
    assert value_offset(pixels) == 0
    assert without_offset(pixels, 0.0) is pixels


def test_missing_values_stay_missing() -> None:
    pixels = LEVELS + 1e12
    pixels[3, 4] = np.nan
    offset = value_offset(pixels)
    values, _ = read_tile(pixels, tile_grid(pixels.shape, "float64"), WantedTile(0, 0), offset)
    assert np.isnan(values).sum() == 1


def test_one_pixel_is_told_to_its_last_digit() -> None:
    pixels = np.array([[2**53 + 1, 4_000_000_007]], np.uint64)
    assert raw_value(pixels, 0, 0) == "9007199254740993"
    assert raw_value(pixels, 0, 1) == 4_000_000_007

"""Tiles hold the pixels they should, of any type and at any length, without reading more than they need."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cloudscope_widgets.widgets.image import tile_reading
from cloudscope_widgets.widgets.image.tile_reading import Care, Pick, WantedTile, read_tile
from cloudscope_widgets.widgets.image.tiles import TILE_BYTES, TOP_ROWS, TileGrid, tile_grid


def _read(pixels: Any, grid: TileGrid, level: int, index: int, pick: Pick = "mean") -> Any:  # noqa: ANN401  (arrays)
    """Values of one tile."""
    return read_tile(pixels, grid, WantedTile(level, index, pick))[0]


def _whole_level(pixels: Any, level: int, pick: Pick = "mean") -> Any:  # noqa: ANN401  (an array of any type)
    """All tiles of one level, put together."""
    grid = tile_grid(pixels.shape, pixels.dtype.name)
    return np.concatenate([_read(pixels, grid, level, index, pick) for index in range(grid.tiles(level))])


@pytest.mark.parametrize(
    ("dtype", "kind"),
    [
        *(("uint8", "uint8"), ("uint16", "uint16"), (">u2", "uint16"), ("bool", "uint8")),
        *(("int8", "int8"), (">i2", "int16"), ("int32", "float32"), ("float16", "float32")),
    ],
)
def test_the_finest_level_holds_every_pixel(dtype: str, kind: str) -> None:
    pixels = np.random.default_rng(1).integers(0, 2, (9000, 38)).astype(dtype)
    tiles = _whole_level(pixels, 0)
    assert tiles.dtype == np.dtype(kind).newbyteorder("<")
    np.testing.assert_array_equal(tiles, pixels)


def test_a_coarser_level_holds_means_and_the_last_block_may_be_shorter() -> None:
    for dtype, lowest in ((">u2", 0), ("int16", -32_768), ("bool", 0)):
        highest = 2 if dtype == "bool" else lowest + 65_536
        pixels = np.random.default_rng(2).integers(lowest, highest, (9099, 38)).astype(dtype)
        for level, block in ((2, 4), (4, 9)):  # the last level has as many lines as make a thousand rows
            expected = [pixels[start : start + block].astype(float).mean(axis=0) for start in range(0, 9099, block)]
            np.testing.assert_allclose(_whole_level(pixels, level), expected, atol=0.5)  # rounded to whole numbers


def test_missing_values_do_not_count_in_a_mean() -> None:
    pixels = np.array([[1.0, np.nan], [3.0, np.nan], [np.inf, 5.0], [7.0, 9.0]], np.float32)
    grid = TileGrid(2**12, 2, "float32")
    tile = _read(np.tile(pixels, (2**10, 1)), grid, 1, 0)
    np.testing.assert_array_equal(tile[:2], [[2.0, np.nan], [7.0, 7.0]])


@pytest.mark.parametrize("dtype", [">u2", "int16", "bool", "float32"])
def test_a_coarser_level_can_hold_the_largest_values_instead(dtype: str) -> None:
    numbers = np.random.default_rng(2).integers(-(2**15), 2**15, (9099, 38))
    pixels = (numbers > 0 if dtype == "bool" else numbers.astype("int16")).astype(dtype)
    if dtype == "float32":
        pixels[5], pixels[8:12, 3], pixels[:2, 4] = np.nan, np.nan, np.inf
    for level, block in ((2, 4), (4, 9)):
        there = np.where(np.isfinite(pixels), pixels, -np.inf)
        expected = np.maximum.reduceat(there, np.arange(0, 9099, block))
        expected[np.isinf(expected)] = np.nan
        np.testing.assert_array_equal(_whole_level(pixels, level, "max"), expected)


@pytest.mark.parametrize("dtype", ["uint16", "float32"])
def test_no_streak_of_a_long_recording_is_missed_when_it_is_read_with_care(dtype: str) -> None:
    pixels = np.zeros((2_000_000, 20), dtype)
    streaks = np.random.default_rng(5).integers(0, len(pixels), 40)
    pixels[streaks, 3] = 7
    grid = tile_grid(pixels.shape, dtype)
    top, rows = grid.levels - 1, np.zeros(grid.tiles(grid.levels - 1) * grid.tile_rows, bool)
    rows[streaks // grid.top_block] = True
    wanted = [WantedTile(top, index, "max", care) for index in range(grid.tiles(top)) for care in ("quick", "best")]
    read = [read_tile(pixels, grid, tile) for tile in wanted]
    assert [is_rough for _, is_rough in read] == [tile.care == "quick" for tile in wanted]
    best = np.concatenate([values for values, is_rough in read if not is_rough])
    np.testing.assert_array_equal(best[:, 3], np.where(rows[: len(best)], 7, 0))


def test_one_line_is_one_tile_of_one_level() -> None:
    pixels = np.arange(128, dtype=np.uint16)[np.newaxis]
    grid = tile_grid(pixels.shape, "uint16")
    assert grid.levels == 1
    np.testing.assert_array_equal(_read(pixels, grid, 0, 0), pixels)


@pytest.fixture
def long_recording(tmp_path: Path) -> Any:  # noqa: ANN401  (memory map)
    """Three million lines that take no room on the disk; the value of a line is its number in thousands."""
    path = tmp_path / "long.raw"
    written = np.memmap(path, np.uint16, "w+", shape=(3_000_000, 64))
    written[::1000] = np.arange(3000, dtype=np.uint16)[:, np.newaxis]
    written[999_000:1_000_000] = 999
    written.flush()
    return np.memmap(path, np.uint16, "r", shape=(3_000_000, 64))


def test_the_top_of_a_long_memory_map_reads_few_lines(long_recording: Any) -> None:  # noqa: ANN401  (memory map)
    grid = tile_grid(long_recording.shape, "uint16")
    counted = _Counted(long_recording)
    top = _read(counted, grid, grid.levels - 1, 0)
    assert top.nbytes <= TILE_BYTES
    assert counted.lines <= 9 * TOP_ROWS
    assert len(top) == TOP_ROWS


def test_of_a_slow_disk_few_lines_come_first_and_the_others_when_asked_again(
    long_recording: Any,  # noqa: ANN401  (memory map)
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    grid = tile_grid(long_recording.shape, "uint16")
    top = grid.levels - 1
    monkeypatch.setattr(tile_reading, "COLD_S", -1.0)
    rough, is_rough = read_tile(long_recording, grid, WantedTile(top, 0, care="quick"))
    assert is_rough
    stretches = np.arange(TOP_ROWS)[:, np.newaxis] * grid.top_block + grid.top_block // 4 + np.arange(4)
    few = long_recording[np.minimum(stretches, len(long_recording) - 1)]
    np.testing.assert_allclose(rough, few.astype(float).mean(axis=1), atol=0.5)  # rounded to whole numbers
    best, is_rough = read_tile(long_recording, grid, WantedTile(top, 0))
    assert not is_rough
    np.testing.assert_array_equal(best, _read(long_recording, grid, top, 0))


@pytest.mark.parametrize("care", ["quick", "best"])
def test_the_last_block_of_a_long_recording_may_be_one_line(care: Care, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tile_reading, "COLD_S", -1.0)
    pixels = np.zeros((TOP_ROWS * 599 - 598, 64), np.uint16)
    pixels[-1] = 7
    grid = tile_grid(pixels.shape, "uint16")
    assert grid.top_block == 599
    tile, _ = read_tile(pixels, grid, WantedTile(grid.levels - 1, grid.tiles(grid.levels - 1) - 1, care=care))
    assert (tile[-1] == 7).all()
    assert not tile[:-1].any()


def test_lines_that_are_read_at_the_same_time_are_those_that_were_asked_for(long_recording: Any) -> None:  # noqa: ANN401
    grid = tile_grid(long_recording.shape, "uint16")
    mapped = _read(long_recording, grid, grid.levels - 1, 0)
    np.testing.assert_array_equal(mapped, _read(_Counted(long_recording), grid, grid.levels - 1, 0))


def test_a_fine_tile_of_a_long_memory_map_is_exact(long_recording: Any) -> None:  # noqa: ANN401  (memory map)
    grid = tile_grid(long_recording.shape, "uint16")
    index = 999_500 // grid.tile_rows
    tile = _read(long_recording, grid, 0, index)
    assert (tile[999_500 - index * grid.tile_rows] == 999).all()


@pytest.mark.parametrize("lines", [1, 2047, 2048, 2049, 100_000, 3_000_000])
@pytest.mark.parametrize(("columns", "kind"), [(1, "uint8"), (38, "uint16"), (128, "float32"), (20_000, "uint16")])
def test_levels_end_with_the_last_line_and_the_top_is_a_thousand_rows(lines: int, columns: int, kind: Any) -> None:  # noqa: ANN401
    grid = TileGrid(lines, columns, kind)
    assert grid.tile_rows * grid.tile_columns * np.dtype(kind).itemsize <= TILE_BYTES
    assert grid.levels == 1 or grid.block(grid.levels - 2) < grid.top_block
    assert -(-lines // grid.top_block) <= TOP_ROWS
    for level in range(grid.levels):
        last = (lines - 1) // (grid.tile_rows * grid.block(level))
        assert grid.span(level, last)[1] == lines
        with pytest.raises(ValueError, match="there is no tile"):
            grid.span(level, last + 1)
    with pytest.raises(ValueError, match="there is no level"):
        grid.span(grid.levels, 0)


def test_a_line_too_wide_for_a_texture_is_averaged_along_it() -> None:
    pixels = np.tile(np.arange(20_000, dtype=np.float32), (3, 1))
    grid = tile_grid(pixels.shape, "float32")
    tile = _read(pixels, grid, 0, 0)
    assert tile.shape == (3, grid.tile_columns) == (3, 6667)
    np.testing.assert_array_equal(tile[0, :3], [1, 4, 7])


class _Counted:
    """An array that counts the lines that are read of it."""

    def __init__(self, array: Any) -> None:  # noqa: ANN401  (memory map)
        self.array, self.lines = array, 0
        self.shape, self.dtype = array.shape, array.dtype

    def __getitem__(self, key: slice) -> Any:  # noqa: ANN401  (an array)
        found = self.array[key]
        self.lines += len(found)
        return found

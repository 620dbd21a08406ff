"""Planes of a file: which channel and time each belongs to, in the words of every program."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images.tiff.image import TiffImage, open_tiff

LINES, COLUMNS = 4, 6


def planes(**sizes: int) -> NDArray[np.uint16]:
    """Planes of which each pixel tells channel, slice and time in its hundreds, tens and ones; slowest axis first."""
    names, shape = "".join(sizes), tuple(sizes.values())
    grid = dict(zip(names, np.meshgrid(*(np.arange(size) for size in shape), indexing="ij"), strict=True))
    values = 100 * grid.get("C", 0) + 10 * grid.get("Z", 0) + grid.get("T", 0)
    return np.broadcast_to(np.asarray(values)[..., None, None], (*shape, LINES, COLUMNS)).astype(np.uint16)


def firsts(image: TiffImage) -> list[int]:
    return [int(image.read_channel(channel)[0, 0]) for channel in range(image.channels)]


def all_times(image: TiffImage, channel: int) -> list[int]:
    return [int(value) for value in image.read_channel(channel, is_joined=True)[::LINES, 0]]


@pytest.mark.parametrize("how", [{}, {"byteorder": ">"}, {"compression": "zlib"}, {"tile": (16, 16)}], ids=str)
@pytest.mark.parametrize(
    ("axes", "sizes", "channels", "times"),
    [
        ("CYX", {"C": 2}, [0, 100], [0]),
        ("TYX", {"T": 3}, [0], [0, 1, 2]),
        ("ZYX", {"Z": 3}, [0], [0, 10, 20]),
        ("TCYX", {"T": 3, "C": 2}, [0, 100], [0, 1, 2]),
        ("CTYX", {"C": 2, "T": 3}, [0, 100], [0, 1, 2]),
        ("ZCYX", {"Z": 3, "C": 2}, [0, 100], [0, 10, 20]),
        ("TZCYX", {"T": 2, "Z": 2, "C": 2}, [0, 100], [0, 10, 1, 11]),
        ("ZTCYX", {"Z": 2, "T": 2, "C": 2}, [0, 100], [0, 10, 1, 11]),
    ],
)
def test_axes_that_the_tifffile_library_names_give_channels_and_times(  # noqa: PLR0913, PLR0917  (cases)
    tmp_path: Path, axes: str, sizes: dict[str, int], channels: list[int], times: list[int], how: dict[str, Any]
) -> None:
    tifffile.imwrite(tmp_path / "a.tif", planes(**sizes), photometric="minisblack", metadata={"axes": axes}, **how)
    image = open_tiff(tmp_path / "a.tif")
    assert (firsts(image), all_times(image, 0)) == (channels, times)
    if len(channels) > 1:
        assert all_times(image, 1) == [100 + time for time in times]


@pytest.mark.parametrize("is_ome", [False, True])
@pytest.mark.parametrize("bigtiff", [False, True])
def test_planes_that_one_page_describes_are_found_behind_it(tmp_path: Path, is_ome: bool, bigtiff: bool) -> None:  # noqa: FBT001
    name = "a.ome.tif" if is_ome else "a.tif"
    tifffile.imwrite(
        tmp_path / name, planes(T=3, C=2), photometric="minisblack", metadata={"axes": "TCYX"}, bigtiff=bigtiff
    )
    image = open_tiff(tmp_path / name)
    assert (firsts(image), all_times(image, 1)) == ([0, 100], [100, 101, 102])


@pytest.mark.parametrize("lines", [1, LINES])
@pytest.mark.parametrize(
    ("axes", "sizes", "times"),
    [
        ("TYX", {"T": 3}, [0, 1, 2]),
        ("ZYX", {"Z": 3}, [0, 10, 20]),
        ("CYX", {"C": 2}, [0]),
        ("TCYX", {"T": 3, "C": 2}, [0, 1, 2]),
        ("TZCYX", {"T": 2, "Z": 2, "C": 2}, [0, 10, 1, 11]),
    ],
)
def test_a_hyperstack_of_imagej_gives_channels_and_times(
    tmp_path: Path, axes: str, sizes: dict[str, int], times: list[int], lines: int
) -> None:
    tifffile.imwrite(tmp_path / "a.tif", planes(**sizes)[..., :lines, :], imagej=True, metadata={"axes": axes})
    image = open_tiff(tmp_path / "a.tif")
    assert image.channels == sizes.get("C", 1)
    for channel in range(image.channels):
        values = image.read_channel(channel, is_joined=True)[::lines, 0].tolist()
        assert values == [100 * channel + time for time in times]


def imagej_in_one_page(path: Path, stack: NDArray[np.uint16], said: str) -> None:
    """Write a stack as ImageJ writes large ones: one page, all other planes behind the first one."""
    tifffile.imwrite(path, stack[0], photometric="minisblack", metadata=None, description=f"ImageJ=1.54f\n{said}")
    with path.open("ab") as file:
        file.write(b"")
    with tifffile.TiffFile(path) as tiff:
        offset = tiff.pages.first.dataoffsets[0]
    raw = path.read_bytes()
    path.write_bytes(raw[:offset] + stack.tobytes())


def test_a_large_stack_of_imagej_has_all_its_planes_behind_one_page(tmp_path: Path) -> None:
    said = "images=6\nchannels=2\nframes=3\nhyperstack=true\n"
    imagej_in_one_page(tmp_path / "a.tif", planes(T=3, C=2).reshape(6, LINES, COLUMNS), said)
    image = open_tiff(tmp_path / "a.tif")
    assert (firsts(image), all_times(image, 1)) == ([0, 100], [100, 101, 102])
    assert image.notes == ()


@pytest.mark.parametrize("said", ["images=1000000000\n", "images=8\nslices=8\n", "frames=1000000000\n"])
def test_planes_that_are_promised_and_not_there_are_told_and_left_out(tmp_path: Path, said: str) -> None:
    imagej_in_one_page(tmp_path / "a.tif", planes(T=3), said)
    image = open_tiff(tmp_path / "a.tif")
    assert all_times(image, 0) == [0, 1, 2]
    assert "but there are 3" in image.notes[0]


def test_channels_that_are_promised_and_not_there_are_told(tmp_path: Path) -> None:
    imagej_in_one_page(tmp_path / "a.tif", planes(C=1), "images=1000\nchannels=1000\n")
    image = open_tiff(tmp_path / "a.tif")
    assert (image.channels, firsts(image)) == (1, [0])
    assert "1000 channels" in image.notes[0]


@pytest.mark.parametrize("planar", ["contig", "separate"])
@pytest.mark.parametrize("lines", [1, LINES])
def test_colours_of_several_images_are_channels_of_each(tmp_path: Path, planar: str, lines: int) -> None:
    values = np.arange(3 * lines * COLUMNS * 3, dtype=np.uint8).reshape(3, lines, COLUMNS, 3)
    stored = values if planar == "contig" else np.moveaxis(values, -1, 1)
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for plane in stored:
            writer.write(plane, photometric="rgb", planarconfig=planar, metadata=None, contiguous=False)
    image = open_tiff(tmp_path / "a.tif")
    assert (image.channels, image.is_rgb) == (3, True)
    for channel in range(3):
        joined = image.read_channel(channel, is_joined=True)
        np.testing.assert_array_equal(joined, values[..., channel].reshape(-1, COLUMNS))


@pytest.mark.parametrize("compression", [None, "zlib", "lzw"])
def test_lines_as_pages_are_mapped_where_they_lie_evenly_and_read_otherwise(
    tmp_path: Path, compression: str | None
) -> None:
    values = np.arange(300 * 7, dtype=np.uint16).reshape(300, 7)
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for index, line in enumerate(values):
            said = "uneven" * (index % 3)
            writer.write(line[None], metadata=None, contiguous=False, description=said or None, compression=compression)
    image = open_tiff(tmp_path / "a.tif")
    np.testing.assert_array_equal(image.read_channel(0, is_joined=True), values)


def test_images_of_another_size_are_told_and_left_out(tmp_path: Path) -> None:
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for size in (6, 3, 6, 3):
            writer.write(np.full((LINES, size), size, np.uint16), metadata=None, contiguous=False)
    image = open_tiff(tmp_path / "a.tif")
    assert image.planes.count == 2
    assert "2 images of another size" in image.notes[0]


def test_a_palette_or_white_is_zero_keeps_stored_values(tmp_path: Path) -> None:
    values = np.arange(LINES * COLUMNS, dtype=np.uint8).reshape(LINES, COLUMNS)
    colours = np.tile(np.arange(256, dtype=np.uint16)[::-1] * 257, (3, 1))
    tifffile.imwrite(tmp_path / "palette.tif", values, photometric="palette", colormap=colours)
    tifffile.imwrite(tmp_path / "white.tif", values, photometric="miniswhite")
    for name in ("palette.tif", "white.tif"):
        image = open_tiff(tmp_path / name)
        assert not image.is_rgb
        np.testing.assert_array_equal(image.read_channel(0), values)


def test_images_that_would_be_too_large_in_memory_are_not_joined(tmp_path: Path) -> None:
    stack = np.zeros((5, LINES, COLUMNS), np.uint16)
    tifffile.imwrite(tmp_path / "a.tif", stack, photometric="minisblack", compression="zlib")
    tifffile.imwrite(tmp_path / "plain.tif", stack, photometric="minisblack")
    image = open_tiff(tmp_path / "a.tif", largest_bytes=stack.nbytes - 1)
    assert image.read_channel(0).shape == (LINES, COLUMNS)
    with pytest.raises(ImageReadError, match="5 images that cannot be joined"):
        image.read_channel(0, is_joined=True)
    mapped = open_tiff(tmp_path / "plain.tif", largest_bytes=stack.nbytes - 1)
    assert mapped.read_channel(0, is_joined=True).shape == (5 * LINES, COLUMNS)

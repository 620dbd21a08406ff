"""TIFF images of every kind that laboratories have."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images.tiff.image import open_tiff

PIXELS = np.arange(60 * 7, dtype=np.uint16).reshape(60, 7)


@pytest.mark.parametrize(
    "how",
    [
        {},
        {"byteorder": ">"},
        {"compression": "zlib"},
        {"compression": "lzw"},
        {"tile": (16, 16)},
        {"rowsperstrip": 7},
        {"bigtiff": True},
    ],
    ids=str,
)
def test_pixels_are_exact_however_they_are_stored(tmp_path: Path, how: dict[str, Any]) -> None:
    path = tmp_path / "a.tiff"
    tifffile.imwrite(path, PIXELS, **how)
    image = open_tiff(path)
    assert (image.shape, image.dtype.name, image.channels) == ((60, 7), "uint16", 1)
    np.testing.assert_array_equal(image.read_channel(0), PIXELS)


@pytest.mark.parametrize("compression", [None, "zlib"])
def test_what_is_read_is_read_only(tmp_path: Path, compression: str | None) -> None:
    tifffile.imwrite(tmp_path / "a.tif", PIXELS, compression=compression)
    lines = open_tiff(tmp_path / "a.tif").lines(0)
    for pixels in (lines[:], lines[3:9], lines[3:9, 1:], lines[[5, 2]], lines[4]):
        with pytest.raises(ValueError, match="read-only"):
            pixels[0] = 1


@pytest.mark.parametrize(
    "dtype", ["bool", "uint8", "int8", "int16", "uint32", "int32", "float16", "float32", "float64"]
)
def test_types_that_can_be_shown_are_read(tmp_path: Path, dtype: str) -> None:
    pixels = (PIXELS % 2).astype(dtype)
    tifffile.imwrite(tmp_path / "a.tif", pixels)
    np.testing.assert_array_equal(open_tiff(tmp_path / "a.tif").read_channel(0), pixels)


def test_other_types_are_refused_with_a_sentence(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", PIXELS.astype(np.complex64))
    with pytest.raises(ImageReadError, match="complex64, which cannot be shown"):
        open_tiff(tmp_path / "a.tif")


def test_channels_of_imagej_and_ome_are_channels(tmp_path: Path) -> None:
    stack = np.stack([PIXELS, PIXELS + 1, PIXELS + 2])
    tifffile.imwrite(tmp_path / "imagej.tif", stack, imagej=True, metadata={"axes": "CYX"})
    tifffile.imwrite(tmp_path / "a.ome.tif", stack, metadata={"axes": "CYX"})
    for name in ("imagej.tif", "a.ome.tif"):
        image = open_tiff(tmp_path / name)
        assert (image.channels, image.notes) == (3, ())
        np.testing.assert_array_equal(image.read_channel(2), PIXELS + 2)


@pytest.mark.parametrize("planar", ["contig", "separate"])
def test_samples_of_one_page_are_channels(tmp_path: Path, planar: str) -> None:
    samples = np.stack([PIXELS, PIXELS + 1, PIXELS + 2], axis=-1 if planar == "contig" else 0)
    tifffile.imwrite(tmp_path / "a.tif", samples, photometric="rgb", planarconfig=planar)
    image = open_tiff(tmp_path / "a.tif")
    assert (image.shape, image.channels) == ((60, 7), 3)
    np.testing.assert_array_equal(image.read_channel(1), PIXELS + 1)


def test_a_stack_opens_as_its_first_plane_and_says_so(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.stack([PIXELS] * 5), photometric="minisblack")
    image = open_tiff(tmp_path / "a.tif")
    assert (image.shape, image.channels) == ((60, 7), 1)
    assert (image.planes.count, image.notes) == (5, ())


def test_calibration_of_imagej_is_read(tmp_path: Path) -> None:
    tifffile.imwrite(
        tmp_path / "a.tif",
        PIXELS,
        imagej=True,
        resolution=(1 / 0.25, 1 / 0.002),
        metadata={"unit": "um", "yunit": "sec"},
    )
    image = open_tiff(tmp_path / "a.tif")
    assert image.tags.um_per_pixel == pytest.approx(0.25, rel=1e-5)
    assert image.line_time.seconds == pytest.approx(0.002, rel=1e-5)


def test_calibration_of_ome_is_read(tmp_path: Path) -> None:
    said = {
        "axes": "YX",
        "PhysicalSizeX": 250,
        "PhysicalSizeXUnit": "nm",
        "TimeIncrement": 2,
        "TimeIncrementUnit": "ms",
    }
    tifffile.imwrite(tmp_path / "a.ome.tif", PIXELS, metadata=said)
    image = open_tiff(tmp_path / "a.ome.tif")
    assert image.tags.um_per_pixel == pytest.approx(0.25)
    assert image.line_time.seconds == pytest.approx(0.002)


def test_a_resolution_in_inches_is_no_calibration(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", PIXELS, resolution=(300, 300), resolutionunit="INCH")
    assert open_tiff(tmp_path / "a.tif").tags.um_per_pixel is None


def test_a_cut_off_image_is_refused_with_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.tif"
    tifffile.imwrite(path, PIXELS)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(ImageReadError, match=r"a\.tif is cut off: its header promises 60 lines by 7 pixels"):
        open_tiff(path)


@pytest.mark.parametrize("content", [b"", b"hello", b"II*\0", b"II*\0\xff\xff\xff\x7f", b"MM\0*" + bytes(40)])
def test_what_is_no_tiff_is_refused_with_a_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(content)
    with pytest.raises(ImageReadError, match=r"a\.tif"):
        open_tiff(path)


def test_missing_files_folders_and_pipes_are_refused_at_once(tmp_path: Path) -> None:
    (tmp_path / "folder.tif").mkdir()
    os.mkfifo(tmp_path / "pipe.tif")
    for name, reason in {"folder.tif": "not a file", "pipe.tif": "not a file", "none.tif": "cannot be opened"}.items():
        with pytest.raises(ImageReadError, match=reason):
            open_tiff(tmp_path / name)


def test_an_image_above_the_limit_says_how_to_raise_it(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", PIXELS, compression="zlib")
    with pytest.raises(ImageReadError, match="Raise the limit with largest_bytes"):
        open_tiff(tmp_path / "a.tif", largest_bytes=100)


def test_the_limit_is_only_for_what_must_be_unpacked(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", PIXELS)
    np.testing.assert_array_equal(open_tiff(tmp_path / "a.tif", largest_bytes=100).read_channel(0), PIXELS)


def test_all_real_recordings_open(real: Path) -> None:
    shapes = {path.name: open_tiff(path).shape for path in real.rglob("*.tif")}
    assert shapes["Capillary1_0001.tif"] == (30000, 38)
    assert shapes["Image15.tif"] == (500, 512)
    assert len(shapes) == 4

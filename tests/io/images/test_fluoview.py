"""The header of FluoView."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest
import tifffile

from cloudscope_widgets.io.images.tiff.image import TiffImage, open_tiff

Dimension = tuple[str, int, float, str]
X: Dimension = ("X", 7, 0.331, "µm")
PIXELS = np.arange(60 * 7, dtype=np.uint16).reshape(60, 7)


def header(dimensions: tuple[Dimension, ...], order: str) -> bytes:
    rows = [
        struct.pack(f"{order}16sidd64s", name.encode("cp1252"), size, 0.0, step, unit.encode("cp1252"))
        for name, size, step, unit in dimensions
    ]
    return bytes(284) + b"".join(rows) + bytes((10 - len(rows)) * 100 + 200)


def opened(
    folder: Path, *dimensions: Dimension, pixels: np.ndarray = PIXELS, code: int = 34361, order: str = "<"
) -> TiffImage:
    path, raw = folder / "a.tif", header(dimensions, order)
    planes = pixels if pixels.ndim == 3 else pixels[None]
    with tifffile.TiffWriter(path, byteorder=order) as writer:  # type: ignore[arg-type]  # one of its two
        for plane in planes:
            extra = [(code, "B", len(raw), raw, True), (34362, "B", 64, bytes(64), True)]
            writer.write(
                plane, description="[Acquisition Parameters]", resolution=(72, 72), resolutionunit="INCH",
                metadata=None, contiguous=False, extratags=extra,
            )  # fmt: skip
    return open_tiff(path)


@pytest.mark.parametrize("code", [34361, 285])
@pytest.mark.parametrize("order", ["<", ">"])
def test_size_and_time_of_a_line_scan_are_read(tmp_path: Path, code: int, order: str) -> None:
    image = opened(tmp_path, X, ("T", 60, 0.001146, "s"), code=code, order=order)
    assert (image.tags.um_per_pixel, image.line_time.seconds) == (0.331, 0.001146)


@pytest.mark.parametrize(
    ("lines", "seconds"),
    [
        ((("Y", 60, 1.146, "ms"),), 0.001146),
        ((("Y", 60, 0.331, "um"),), None),
        ((("Y", 60, 1.0, "pixel"), ("T", 60, 0.001, "sec")), 0.001),
        ((("Y", 1, 1.0, "um"), ("Z", 1, 1.0, "um"), ("T", 60, 0.001, "s")), 0.001),
        ((("T", 120, 0.001, "s"),), None),
        ((("T", 60, 0.0, "s"),), None),
        ((("T", 60, 1.0, "hour"),), None),
        ((), None),
    ],
)
def test_the_time_per_line_is_that_of_the_dimension_of_the_lines(
    tmp_path: Path, lines: tuple[Dimension, ...], seconds: float | None
) -> None:
    image = opened(tmp_path, X, *lines)
    assert (image.tags.um_per_pixel, image.line_time.seconds) == (0.331, seconds and pytest.approx(seconds))


def test_two_channels_are_two(tmp_path: Path) -> None:
    stack = np.stack([PIXELS, PIXELS + 1])
    image = opened(tmp_path, X, ("T", 60, 0.001, "s"), ("Ch", 2, 1.0, "Channel"), pixels=stack)
    assert (image.shape, image.channels, image.notes) == ((60, 7), 2, ())
    assert image.line_time.seconds == 0.001
    np.testing.assert_array_equal(image.read_channel(1), PIXELS + 1)


def test_the_time_between_images_is_no_time_per_line(tmp_path: Path) -> None:
    stack = np.stack([PIXELS] * 3)
    image = opened(tmp_path, X, ("Y", 60, 0.331, "µm"), ("T", 3, 0.5, "s"), pixels=stack)
    assert image.line_time.seconds is None
    assert "0.5 s from one image to the next" in image.line_time.note


def test_time_along_the_columns_is_told(tmp_path: Path) -> None:
    image = opened(tmp_path, ("T", 7, 0.001, "s"), ("X", 60, 0.331, "µm"))
    assert image.tags.is_time_on_columns
    assert (image.tags.columns.seconds, image.tags.lines.um) == (0.001, 0.331)


def test_a_header_of_another_width_is_not_believed(tmp_path: Path) -> None:
    image = opened(tmp_path, ("X", 14, 0.331, "µm"), ("T", 60, 0.001, "s"))
    assert (image.tags.um_per_pixel, image.line_time.seconds) == (None, None)
    assert "another width" in image.tags.notes[0]


def test_the_dummies_of_other_tags_are_not_used(tmp_path: Path) -> None:
    image = opened(tmp_path)
    assert (image.tags.um_per_pixel, image.line_time.seconds, image.tags.notes) == (None, None, ())

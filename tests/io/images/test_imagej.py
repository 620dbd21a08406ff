"""Calibration of ImageJ, and its signed pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

from cloudscope_widgets.io.images.tiff.image import TiffImage, open_tiff

PIXELS = np.arange(60 * 7, dtype=np.uint16).reshape(60, 7)


def opened(folder: Path, words: str, pixels: np.ndarray = PIXELS, **how: Any) -> TiffImage:  # noqa: ANN401  (keywords of tifffile)
    path = folder / "a.tif"
    resolution = how.pop("resolution", (4, 500))
    text = f"ImageJ=1.54f\n{words}\n"
    tifffile.imwrite(path, pixels, description=text, resolution=resolution, metadata=None, **how)
    return open_tiff(path)


@pytest.mark.parametrize(
    ("words", "seconds"),
    [
        ("finterval=2\ntunit=ms", 0.002),
        ("finterval=0.002", 0.002),
        ("finterval=0.002\ntunit=", 0.002),
        ("finterval=2000\ntunit=\\u00B5s", 0.002),
        ("finterval=2000\ntunit=usec", 0.002),
        ("finterval=0.001\ntunit=min", 0.06),
        ("finterval=1\ntunit=hour", None),
        ("finterval=1\ntunit=frames", None),
        ("finterval=1\ntunit=pixel", None),
        ("finterval=0", None),
        ("finterval=-0.1", None),
        ("fps=500", None),
    ],
)
def test_the_interval_has_a_unit(tmp_path: Path, words: str, seconds: float | None) -> None:
    image = opened(tmp_path, f"unit=micron\n{words}")
    assert image.tags.um_per_pixel == pytest.approx(0.25)
    assert image.line_time.seconds == (None if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("words", "um", "seconds"),
    [
        ("unit=um\nyunit=sec", 0.25, 0.002),
        ("unit=um\nyunit=ms", 0.25, 2e-6),
        ("unit=nm", 0.25e-3, None),
        ("unit=mm\nyunit=pixel", 250.0, None),
        ("unit=pixel\nyunit=sec", None, 0.002),
        ("unit=sec\nyunit=um", None, None),
        ("unit=sec", None, 0.002),
        ("", None, None),
    ],
)
def test_each_axis_has_its_unit(tmp_path: Path, words: str, um: float | None, seconds: float | None) -> None:
    image = opened(tmp_path, words)
    assert image.tags.um_per_pixel == (None if um is None else pytest.approx(um))
    assert image.line_time.seconds == (None if seconds is None else pytest.approx(seconds))
    assert image.tags.is_time_on_columns == (words == "unit=sec\nyunit=um")


def test_inches_of_a_screen_are_no_calibration(tmp_path: Path) -> None:
    assert opened(tmp_path, "unit=inch", resolution=(72, 72)).tags.um_per_pixel is None
    assert opened(tmp_path, "unit=inch", resolution=(25400, 25400)).tags.um_per_pixel == pytest.approx(1.0)


@pytest.mark.parametrize("byteorder", ["<", ">"])
def test_signed_pixels_are_read_with_their_sign(tmp_path: Path, byteorder: str) -> None:
    stored = np.array([[0, 32767, 32768, 32769, 65535]], np.uint16)
    image = opened(tmp_path, "cf=0\nc0=-32768.0\nc1=1.0\nvunit=gray value", stored, byteorder=byteorder)
    assert image.dtype == np.int16
    pixels = image.read_channel(0)
    assert pixels.dtype == np.int16
    np.testing.assert_array_equal(pixels, [[-32768, -1, 0, 1, 32767]])
    assert not pixels.flags.writeable


@pytest.mark.parametrize("words", ["", "cf=0\nc0=-32768\nc1=2", "cf=0\nc0=0\nc1=1", "cf=20\nc0=-32768\nc1=1", "cf=0"])
def test_other_calibration_functions_leave_pixels_as_they_are(tmp_path: Path, words: str) -> None:
    image = opened(tmp_path, words)
    assert image.dtype == np.uint16
    np.testing.assert_array_equal(image.read_channel(0), PIXELS)


@pytest.mark.parametrize("words", ["images=1000000000", "channels=1000000000\nimages=1000000000", f"slices={'9' * 30}"])
def test_a_claim_of_very_many_planes_opens_with_what_is_there(tmp_path: Path, words: str) -> None:
    image = opened(tmp_path, f"{words}\nhyperstack=true\nfinterval=0.1\nunit=um")
    assert (image.shape, image.channels) == ((60, 7), 1)
    np.testing.assert_array_equal(image.read_channel(0), PIXELS)

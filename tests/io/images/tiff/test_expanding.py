"""Compressed pixels expand to what the header of their image promises, and to no more."""

from __future__ import annotations

import lzma
import sys
import zlib
from pathlib import Path
from typing import Any

import imagecodecs
import numpy as np
import pytest
import tifffile

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images.tiff.expanding import ExpandError, UnboundedError, check_picture, expand_bytes
from cloudscope_widgets.io.images.tiff.image import open_tiff
from tests.faults.measuring import measured
from tests.faults.tiff_bytes import Tiff

ZEROS = bytes(64 * 1024**2)
LARGE = np.zeros((4000, 4000), np.uint8)
PIXELS = np.random.default_rng(4).integers(0, 4000, (600, 48)).astype(np.uint16)
MIB = 1024**2


def bomb(kind: int) -> bytes:
    """Few bytes that expand to many."""
    if kind in {8, 32946}:
        return zlib.compress(ZEROS, 9)
    if kind == 34925:
        return lzma.compress(ZEROS, preset=0)
    if kind == 32773:
        return b"\x81\0" * 500_000
    if kind == 50000:
        return bytes(imagecodecs.zstd_encode(ZEROS))
    if kind == 34933:
        return bytes(imagecodecs.png_encode(LARGE))
    return bytes(imagecodecs.jpeg_encode(LARGE) if kind == 7 else imagecodecs.jpeg2k_encode(LARGE))


@pytest.mark.parametrize("kind", [8, 32946, 34925, 32773, 50000, 7, 34712, 34933])
def test_an_image_whose_strip_expands_beyond_its_size_takes_no_memory(tmp_path: Path, kind: int) -> None:
    raw, path = bomb(kind), tmp_path / "cell.tif"
    bits = {258: (3, [8])} if kind in {7, 34712, 34933} else {}
    path.write_bytes(Tiff({259: (3, [kind]), 279: (4, [len(raw)]), **bits}, pixels=raw).written())

    def said() -> str:
        try:
            return str(open_tiff(path).read_channel(0).shape)
        except ImageReadError as error:
            return str(error)

    found = measured(said, limit_s=20)
    assert found.peak_bytes < 32 * MIB
    if kind != 32773:  # packed bits have no end, so that what comes behind the pixels is filling
        assert (
            "more than the 840 bytes" in found.answer
            or "another size" in found.answer
            or "cannot be read" in found.answer
        )


@pytest.mark.parametrize("kind", [8, 34925, 32773])
def test_what_needs_no_other_package_is_read_without_it(kind: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    raw = {8: zlib.compress(b"abc" * 9), 34925: lzma.compress(b"abc" * 9), 32773: b"\x1a" + b"abc" * 9}[kind]
    assert expand_bytes(kind, raw, 27) == b"abc" * 9
    if kind != 32773:
        with pytest.raises(ExpandError, match="more than the 26 bytes"):
            expand_bytes(kind, raw, 26)


@pytest.mark.parametrize("kind", [5, 50000])
def test_a_kind_whose_package_is_missing_says_so(kind: int, monkeypatch: pytest.MonkeyPatch) -> None:
    raw = bytes((imagecodecs.lzw_encode if kind == 5 else imagecodecs.zstd_encode)(b"abc" * 9))
    assert expand_bytes(kind, raw, 27) == b"abc" * 9
    monkeypatch.setitem(sys.modules, "imagecodecs", None)
    with pytest.raises(ImportError, match="imagecodecs"):
        expand_bytes(kind, raw, 27)


def test_lzw_stops_at_the_size_of_the_piece() -> None:
    raw = bytes(imagecodecs.lzw_encode(bytes(range(256)) * 400))
    try:
        found = expand_bytes(5, raw, 1000)
    except ExpandError:
        return
    assert len(found) <= 1000


def test_packed_bits_are_expanded_as_they_were_packed() -> None:
    values = np.repeat(np.random.default_rng(2).integers(0, 9, 900), np.random.default_rng(3).integers(1, 200, 900))
    pixels = values.astype(np.uint8).tobytes()
    assert expand_bytes(32773, bytes(imagecodecs.packbits_encode(pixels)), len(pixels)) == pixels
    assert expand_bytes(32773, b"\x80\xff\x07\x80", 9) == b"\x07\x07"


@pytest.mark.parametrize(
    ("compression", "how"),
    [
        (kind, how)
        for kind in ("zlib", "lzw", "zstd", "lzma", "packbits")
        for how in ({}, {"predictor": 2}, {"tile": (64, 32)}, {"rowsperstrip": 7}, {"byteorder": ">", "predictor": 2})
        if not (kind == "packbits" and "predictor" in how)
    ],
    ids=str,
)
def test_sound_pixels_are_read_exactly(tmp_path: Path, compression: str, how: dict[str, Any]) -> None:
    tifffile.imwrite(tmp_path / "a.tif", PIXELS, compression=compression, **how)
    np.testing.assert_array_equal(open_tiff(tmp_path / "a.tif").read_channel(0), PIXELS)


@pytest.mark.parametrize("dtype", ["float16", "float32", "float64"])
def test_predicted_floats_are_read_exactly(tmp_path: Path, dtype: str) -> None:
    pixels = (PIXELS / 7).astype(dtype)
    tifffile.imwrite(tmp_path / "a.tif", pixels, compression="zlib", predictor=3)
    np.testing.assert_array_equal(open_tiff(tmp_path / "a.tif").read_channel(0), pixels)


@pytest.mark.parametrize("compression", ["jpeg2000", "png"])
@pytest.mark.parametrize("how", [{}, {"tile": (64, 32)}, {"rowsperstrip": 16}], ids=str)
def test_pictures_of_the_right_size_are_read_exactly(tmp_path: Path, compression: str, how: dict[str, Any]) -> None:
    tifffile.imwrite(tmp_path / "a.tif", PIXELS, compression=compression, **how)
    np.testing.assert_array_equal(open_tiff(tmp_path / "a.tif").read_channel(0), PIXELS)


def test_jpeg_of_the_right_size_is_read(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", (PIXELS // 16).astype(np.uint8), compression="jpeg", tile=(64, 32))
    found = open_tiff(tmp_path / "a.tif").read_channel(0)
    assert np.abs(found.astype(int) - PIXELS // 16).mean() < 3


def test_channels_in_pieces_are_read_exactly(tmp_path: Path) -> None:
    stack = np.stack([PIXELS, PIXELS + 1, PIXELS + 2])
    for planar in ("contig", "separate"):
        pixels = stack if planar == "separate" else np.moveaxis(stack, 0, -1)
        path = tmp_path / f"{planar}.tif"
        tifffile.imwrite(path, pixels, photometric="rgb", planarconfig=planar, compression="zlib", rowsperstrip=16)
        np.testing.assert_array_equal(open_tiff(path).read_channel(2), stack[2])


@pytest.mark.parametrize("kind", [6, 22610, 34887, 50001, 50002, 9999])
def test_a_kind_without_a_bound_is_refused_with_what_to_do(kind: int) -> None:
    with pytest.raises(UnboundedError, match=r"cannot be expanded safely; save it uncompressed or with LZW or deflate"):
        check_picture(kind, b"anything", 100, 100)


@pytest.mark.parametrize("kind", [7, 34712, 34933])
@pytest.mark.parametrize(
    "raw", [b"", b"\xff\xd8", b"\xff\xd8\xff\xc0", bytes(100), b"\x89PNG\r\n\x1a\n", b"\xff\x4f\xff\x51"]
)
def test_a_picture_without_its_header_is_refused(kind: int, raw: bytes) -> None:
    with pytest.raises(ExpandError, match="another size"):
        check_picture(kind, raw, 100, 100)


def test_strips_that_lie_over_each_other_are_not_read_again_and_again(tmp_path: Path) -> None:
    path, count = tmp_path / "a.tif", 600
    tifffile.imwrite(path, PIXELS, compression="zlib", rowsperstrip=1)
    with tifffile.TiffFile(path, mode="r+") as tiff:
        tags = tiff.pages.first.tags
        tags["StripOffsets"].overwrite([8] * count, dtype=4)
        tags["StripByteCounts"].overwrite([path.stat().st_size - 8] * count, dtype=4)
    with pytest.raises(ImageReadError, match="lie over each other"):
        open_tiff(path).read_channel(0)

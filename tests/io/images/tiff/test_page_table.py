"""The table of pages: of very many at equal distances, of some at any, and of none in a circle."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.io.images.tiff import page_table
from cloudscope_widgets.io.images.tiff.layout import DamagedTiffError, TooLargeTiffError
from cloudscope_widgets.io.images.tiff.page_table import read_page_table

WIDTH = 8


def many_pages(path: Path, gaps: list[int], *, order: str = "<", is_big: bool = False, last: int = 0) -> None:
    """Write one line per page; all lines first, then all descriptions with gaps after them."""
    lines = np.arange(len(gaps) * WIDTH, dtype=f"{order}u2").tobytes()
    place, count, tag = ("Q", "Q", "HHQQ") if is_big else ("I", "H", "HHII")
    head = 16 if is_big else 8
    magic = (b"II" if order == "<" else b"MM") + struct.pack(f"{order}H", 43 if is_big else 42)
    magic += struct.pack(f"{order}HH", 8, 0) if is_big else b""
    out = bytearray(magic + struct.pack(order + place, head + len(lines)) + lines)
    size = struct.calcsize(order + count) + 9 * struct.calcsize(order + tag) + struct.calcsize(order + place)
    for index, gap in enumerate(gaps):
        following = len(out) + size + gap if index < len(gaps) - 1 else last
        out += struct.pack(order + count, 9)
        tags = (256, WIDTH), (257, 1), (258, 16), (259, 1), (262, 1), (273, head + index * WIDTH * 2)
        for code, value in (*tags, (277, 1), (278, 1), (279, WIDTH * 2)):
            out += struct.pack(order + tag, code, 16 if is_big else 4, 1, value)
        out += struct.pack(order + place, following) + bytes(gap)
    path.write_bytes(out)


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("is_big", [False, True])
@pytest.mark.parametrize("kind", ["even", "uneven", "far apart", "one gap"])
def test_every_page_is_found_with_its_pixels(tmp_path: Path, kind: str, order: str, is_big: bool) -> None:  # noqa: FBT001
    gaps = {
        "even": [0] * 5000,
        "uneven": [index * 7 % 5 for index in range(500)],
        "far apart": [1_000_000] * 20,
        "one gap": [0] * 50 + [3] + [0] * 50,
    }[kind]
    many_pages(tmp_path / "a.tif", gaps, order=order, is_big=is_big)
    table = read_page_table(tmp_path / "a.tif")
    assert (len(table), set(table.kinds.tolist())) == (len(gaps), {0})
    np.testing.assert_array_equal(np.diff(table.data), WIDTH * 2)


def test_more_than_a_hundred_thousand_lines_are_one_recording(tmp_path: Path) -> None:
    many_pages(tmp_path / "a.tif", [0] * 100_001)
    acq = cs.open(tmp_path / "a.tif")
    assert (acq.layout, acq.header.shape) == ("joined", (100_001, WIDTH))
    assert acq.pixels()[77_777, 3] == (77_777 * WIDTH + 3) % 2**16


def test_too_many_pages_at_unequal_distances_are_counted_and_refused_as_sound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_table, "MOST_PAGES_ONE_BY_ONE", 100)
    many_pages(tmp_path / "a.tif", [index % 3 for index in range(400)])
    with pytest.raises(TooLargeTiffError, match="holds 400 images"):
        read_page_table(tmp_path / "a.tif")
    with pytest.raises(cs.ImageReadError, match=r"400 images.*Save the recording as one image") as error:
        cs.open(tmp_path / "a.tif")
    assert "damaged" not in str(error.value)


def test_pages_in_a_circle_are_refused(tmp_path: Path) -> None:
    many_pages(tmp_path / "a.tif", [0] * 300, last=8 + 300 * WIDTH * 2)
    with pytest.raises(DamagedTiffError, match="circle"):
        read_page_table(tmp_path / "a.tif")


def test_a_chain_that_leaves_the_file_is_refused(tmp_path: Path) -> None:
    many_pages(tmp_path / "a.tif", [0] * 300, last=10**9)
    with pytest.raises(DamagedTiffError, match="cut off"):
        read_page_table(tmp_path / "a.tif")

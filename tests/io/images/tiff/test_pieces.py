"""Files whose strips are stated oddly, though all pixels are there."""

from __future__ import annotations

import logging
import struct
from pathlib import Path

import numpy as np
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images.file_lines import FileLines
from cloudscope_widgets.io.images.tiff.image import open_tiff
from cloudscope_widgets.io.images.tiff.library_log import quiet_library
from tests.faults.tiff_bytes import COLUMNS, LINES, PIXELS, Tiff, Value

EXPECTED = np.frombuffer(PIXELS, "<u2").reshape(LINES, COLUMNS)
SIZE = len(PIXELS)


@pytest.mark.parametrize(
    "tags",
    [
        {279: (4, [0])},
        {279: (3, [SIZE])},
        {279: (4, [SIZE + 1])},
        {279: (4, [2**32 - 1])},
        {279: None},
        {278: None},
        {278: (4, [2**32 - 1])},
        {278: (4, [2**31])},
        {278: (3, [1])},
        {278: None, 279: (4, [0])},
        {278: (4, [2**32 - 1]), 279: (4, [SIZE * 9])},
        {278: (3, [0])},
    ],
    ids=str,
)
@pytest.mark.parametrize("padding", [0, 1000])
def test_an_odd_but_sound_strip_is_read(tmp_path: Path, tags: dict[int, Value | None], padding: int) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(Tiff(tags, pixels=PIXELS + bytes(padding)).written())
    image = open_tiff(path)
    lines = image.lines(0)
    assert image.shape == (LINES, COLUMNS)
    np.testing.assert_array_equal(lines[:], EXPECTED)
    assert isinstance(lines, FileLines)


def striped(folder: Path, counts: list[int] | None = None, *, gap: int = 0, rows: int = 16) -> Path:
    """Image in strips, the sizes of which are stated as given."""
    line, strips = COLUMNS * 2, -(-LINES // rows)
    parts = [PIXELS[at * rows * line : (at + 1) * rows * line] for at in range(strips)]
    starts = [sum(len(part) + gap for part in parts[:at]) for at in range(strips)]
    said = [len(part) for part in parts] if counts is None else counts
    path = folder / "a.tif"
    head = 8 + 2 + 10 * 12 + 4
    first = head + 2 * 4 * strips
    tags: dict[int, tuple[int, int, int]] = {
        256: (3, 1, COLUMNS), 257: (3, 1, LINES), 258: (3, 1, 16), 259: (3, 1, 1), 262: (3, 1, 1),
        273: (4, strips, head), 277: (3, 1, 1), 278: (3, 1, rows), 279: (4, strips, head + 4 * strips), 339: (3, 1, 1),
    }  # fmt: skip
    body = struct.pack("<H", 10) + b"".join(struct.pack("<HHII", code, *tag) for code, tag in tags.items()) + bytes(4)
    lists = struct.pack(f"<{strips}I", *(first + at for at in starts)) + struct.pack(f"<{strips}I", *said)
    path.write_bytes(b"II*\0" + struct.pack("<I", 8) + body + lists + b"".join(part + bytes(gap) for part in parts))
    return path


@pytest.mark.parametrize("counts", [None, [0] * 4, [10**6] * 4, [224, 0, 224, 168], [2**32 - 1, 224, 0, 0]], ids=str)
@pytest.mark.parametrize("gap", [0, 6])
def test_strips_with_wrong_sizes_are_read(tmp_path: Path, counts: list[int] | None, gap: int) -> None:
    path = striped(tmp_path, counts, gap=gap)
    np.testing.assert_array_equal(open_tiff(path).read_channel(0), EXPECTED)


def test_a_size_that_was_stored_in_two_bytes_is_read(tmp_path: Path) -> None:
    lines = 6000
    raw = np.arange(lines * COLUMNS, dtype="<u2")
    size = raw.nbytes
    assert size > 2**16
    tags = {257: (4, [lines]), 278: (4, [lines]), 279: (3, [size % 2**16])}
    path = tmp_path / "a.tif"
    path.write_bytes(Tiff(tags, pixels=raw.tobytes()).written())
    np.testing.assert_array_equal(open_tiff(path).read_channel(0), raw.reshape(lines, COLUMNS))


@pytest.mark.parametrize(
    ("tags", "pixels"),
    [
        ({279: (4, [0])}, PIXELS[:-2]),
        ({279: (4, [SIZE - 1])}, PIXELS),
        ({279: (4, [2**32 - 1])}, PIXELS[:-2]),
        ({279: (4, [0]), 259: (3, [8])}, PIXELS),
        ({279: None}, PIXELS[:-2]),
    ],
)
def test_pixels_that_are_not_there_are_still_refused(
    tmp_path: Path, tags: dict[int, Value | None], pixels: bytes
) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(Tiff(tags, pixels=pixels).written())
    with pytest.raises(ImageReadError):
        open_tiff(path).read_channel(0)


def test_strips_without_sizes_that_lie_over_each_other_are_refused(tmp_path: Path) -> None:
    raw = bytearray(striped(tmp_path, [0] * 4).read_bytes())
    head = 8 + 2 + 10 * 12 + 4
    raw[head + 4 : head + 8] = raw[head : head + 4]
    (tmp_path / "a.tif").write_bytes(raw)
    with pytest.raises(ImageReadError, match="cut off"):
        open_tiff(tmp_path / "a.tif")


def test_an_uncompressed_image_of_any_size_is_read_where_it_stands(tmp_path: Path) -> None:
    lines, columns = 3_000_000, 512
    tags = {256: (4, [columns]), 257: (4, [lines]), 278: (4, [lines]), 279: (4, [lines * columns * 2])}
    path = tmp_path / "long.tif"
    path.write_bytes(Tiff(tags, pixels=b"").written())
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size + lines * columns * 2)  # no block of it stands on the disk
    session = cs.Session(path)
    try:
        acquisition = session.select(path)
        assert acquisition.header.shape == (lines, columns)
        found = acquisition.lines(0)
        assert isinstance(found, FileLines)
        assert found[-1].sum() == 0
    finally:
        session.close()


def test_the_log_of_the_library_is_heard_by_its_users_only(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    path = tmp_path / "a.tif"
    path.write_bytes(Tiff({279: None, 278: (3, [1])}).written())  # the library says that sizes are missing
    caplog.set_level(logging.DEBUG, "tifffile")
    open_tiff(path).read_channel(0)
    assert not [record for record in caplog.records if record.name.startswith("tifffile")]
    with quiet_library(), quiet_library():
        logging.getLogger("tifffile").error("unheard")
    with tifffile.TiffFile(path) as tiff:
        assert tiff.pages.first.shape == EXPECTED.shape
    assert [record for record in caplog.records if record.name.startswith("tifffile")]
    assert "unheard" not in caplog.text

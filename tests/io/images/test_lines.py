"""Lines that are read from a file where they are asked for are those of the whole image."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images import file_lines, lines
from cloudscope_widgets.io.images.file_lines import FileLines, Place
from cloudscope_widgets.io.images.lines import ArrayLines, Lines, TurnedLines

HEAD = 13


@dataclass(frozen=True)
class Written:
    """Lines in a file, and what they must be."""

    lines: Lines
    expected: Any


def written(  # noqa: PLR0913  (each a property of the file)
    folder: Path,
    shape: tuple[int, int] = (900, 40),
    *,
    dtype: str = "<u2",
    samples: int = 1,
    sample: int = 0,
    gap: int = 0,
) -> Written:
    """Write lines with gaps behind them, of pixels of several samples."""
    kind, (count, columns) = np.dtype(dtype), shape
    values = np.random.default_rng(3).integers(0, 200, (count, columns, samples)).astype(kind)
    path = folder / "lines.raw"
    raw = bytes(gap).join(line.tobytes() for line in values)  # nothing stands behind the last line
    path.write_bytes(bytes(HEAD) + raw)
    line = columns * samples * kind.itemsize + gap
    place = Place(path, HEAD + sample * kind.itemsize, line, samples * kind.itemsize, shape, kind)
    return Written(FileLines(place), values[:, :, sample])


KINDS: dict[str, dict[str, Any]] = {
    "plain": {},
    "of another byte order": {"dtype": ">u2"},
    "of one byte": {"dtype": "u1"},
    "of fractions": {"dtype": ">f8"},
    "with gaps": {"gap": 180},
    "with wide gaps": {"gap": 5000},
    "of colours": {"samples": 3, "sample": 2},
    "of colours with gaps": {"samples": 3, "sample": 1, "gap": 4100},
    "that are long": {"shape": (30, 9001)},
    "that are long, of colours": {"shape": (30, 9001), "samples": 3, "sample": 2},
    "of one pixel": {"shape": (500, 1)},
    "alone": {"shape": (1, 50)},
}
KEYS: list[Any] = [
    slice(None), ..., 0, -1, slice(3, 17), slice(20, 3), slice(None, None, 7), slice(None, None, -1), slice(-9, None),
    (slice(2, 9), slice(5, 6)), (slice(None), slice(-3, None)), (0, 0), (..., 0), (slice(None), slice(None, None, -2)),
    (slice(None, None, 300), slice(0, 3)), (slice(5, 5), slice(None)), (slice(None), [0, -1]), (0, ...),
]  # fmt: skip


@pytest.mark.parametrize("is_turned", [False, True], ids=["stored", "turned"])
@pytest.mark.parametrize("kind", KINDS)
def test_lines_of_a_file_are_those_of_the_array(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str, *, is_turned: bool
) -> None:
    monkeypatch.setattr(file_lines, "_CHUNK_BYTES", 10_000)
    monkeypatch.setattr(lines, "_CHUNK_BYTES", 10_000)
    made = written(tmp_path, **KINDS[kind])
    found, expected = (TurnedLines(made.lines), made.expected.T) if is_turned else (made.lines, made.expected)
    assert (found.shape, found.ndim, len(found), found.dtype) == (
        expected.shape, 2, len(expected), expected.dtype.newbyteorder("=")
    )  # fmt: skip
    numbers = np.random.default_rng(5).integers(-len(expected), len(expected), 400)
    for key in [*KEYS, numbers, sorted({*numbers.tolist()}), numbers[:0], expected[:, 0] > 100]:
        part = found[key]
        np.testing.assert_array_equal(part, expected[key], str(key))
        assert part.dtype == found.dtype
    np.testing.assert_array_equal(np.asarray(found), expected)
    if min(expected.shape) > 6:
        inside = expected[2:-1, 1:5]
        region = found.region(2, len(expected) - 1, 1, 5)
        for key in (slice(None), slice(1, 4), [2, 0], (slice(0, 2), slice(1, 3))):
            np.testing.assert_array_equal(region[key], inside[key], str(key))


@pytest.mark.parametrize(
    "key", [900, -901, (0, 40), [900], (1, 2, 3), "a", [0.5], None, (slice(None), "a"), ([1], [1])]
)
def test_what_is_not_there_is_told(tmp_path: Path, key: Any) -> None:  # noqa: ANN401  (anything)
    for found in (written(tmp_path).lines, ArrayLines(written(tmp_path).lines[:])):
        with pytest.raises(IndexError, match=r"outside of the|asked for|choose lines|lines and columns"):
            found[key]


@pytest.mark.parametrize(
    "key", [slice(None), slice(880, None), [1, 700], [899], slice(None, None, 100), (slice(None), 3)]
)
@pytest.mark.parametrize("is_posix", [True, False], ids=["pread", "seek"])
def test_a_file_that_ends_before_gives_a_sentence(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    key: Any,  # noqa: ANN401  (a key)
    *,
    is_posix: bool,
) -> None:
    if not is_posix:
        without_pread(monkeypatch)
    made = written(tmp_path)
    os.truncate(tmp_path / "lines.raw", 30_000)
    np.testing.assert_array_equal(made.lines[:300], made.expected[:300])
    with pytest.raises(ImageReadError, match=r"lines\.raw ends before its last line. Copy it again"):
        made.lines[key]
    (tmp_path / "lines.raw").unlink()
    with pytest.raises(ImageReadError, match=r"lines\.raw cannot be read: No such file"):
        made.lines[key]


def test_a_pipe_or_a_folder_in_the_place_of_a_file_does_not_block(tmp_path: Path) -> None:
    made = written(tmp_path)
    (tmp_path / "lines.raw").unlink()
    (tmp_path / "lines.raw").mkdir()
    with pytest.raises(ImageReadError, match=r"lines\.raw cannot be read: it is no file"):
        made.lines[:5]
    (tmp_path / "lines.raw").rmdir()
    os.mkfifo(tmp_path / "lines.raw")
    with pytest.raises(ImageReadError, match=r"lines\.raw cannot be read: it is no file"):
        made.lines[:5]


def test_no_handle_stays_open(tmp_path: Path) -> None:
    made = written(tmp_path)
    before = len(list(Path("/proc/self/fd").iterdir()))
    for key in (slice(None), [1, 500], slice(None, None, 9)):
        made.lines[key]
    os.truncate(tmp_path / "lines.raw", 500)
    with pytest.raises(ImageReadError):
        made.lines[:]
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def without_pread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have a system as Windows is."""
    for name in ("pread", "preadv", "posix_fadvise"):
        monkeypatch.delattr(os, name)


@pytest.mark.parametrize("kind", ["plain", "of colours with gaps", "that are long"])
def test_a_system_without_pread_reads_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    without_pread(monkeypatch)
    made = written(tmp_path, **KINDS[kind])
    for key in (slice(None), slice(3, 11), [29, 2, 0], (slice(None), slice(2, 4)), slice(None, None, 9)):
        if len(made.expected) > 29:
            np.testing.assert_array_equal(made.lines[key], made.expected[key])

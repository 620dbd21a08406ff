"""A program that had a saved file open when we replaced it, and writes into it afterwards."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

import pytest

from cloudscope_widgets.io.commit import displaced_files as displaced
from cloudscope_widgets.io.commit.backups import THEIRS, backups_folder, kept_backups
from cloudscope_widgets.io.commit.content import content_hash
from cloudscope_widgets.io.commit.journal import commit_files
from cloudscope_widgets.io.commit.recovery import recover
from cloudscope_widgets.io.paths import sidecar_path, work_folder

pytestmark = pytest.mark.plants_files()  # contents that tell who wrote them, and nothing true


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "cell.tif"
    path.write_bytes(b"pixels")
    save(path, b"ours 1", before=None)
    return path


@pytest.fixture
def foreign(image: Path) -> Iterator[BinaryIO]:
    """The sidecar as another program has it open, to write into it."""
    with sidecar_path(image).open("r+b") as file:
        yield file


def save(image: Path, raw: bytes, before: bytes | None) -> None:
    commit_files(image, {sidecar_path(image): raw}, {sidecar_path(image): content_hash(before)})


def write_late(foreign: BinaryIO, raw: bytes) -> None:
    """Write, as long ago as it takes to count as finished."""
    foreign.seek(0)
    foreign.truncate()
    foreign.write(raw)
    foreign.flush()
    ago_s = time.time() - displaced.QUIET_S
    os.utime(foreign.fileno(), (ago_s, ago_s))


def kept(image: Path) -> list[bytes]:
    return [backup.path.read_bytes() for backup in kept_backups(backups_folder(image))]


def watched(image: Path) -> list[Path]:
    return list((work_folder(image) / "displaced").iterdir())


def test_what_is_written_into_a_displaced_file_is_kept_and_told_once(image: Path, foreign: BinaryIO) -> None:
    save(image, b"ours 2", before=b"ours 1")
    write_late(foreign, b"theirs")
    (notice,) = recover(image).notices
    (named,) = (path for path in backups_folder(image).iterdir() if str(path) in notice)
    assert named.read_bytes() == b"theirs"
    assert "Another program was writing" in notice
    assert recover(image).notices == ()
    assert sidecar_path(image).read_bytes() == b"ours 2"
    assert {b"ours 1", b"ours 2"} <= set(kept(image))


def test_what_is_written_while_we_save_is_kept_and_told_by_the_next_save(image: Path, foreign: BinaryIO) -> None:
    save(image, b"ours 2", before=b"ours 1")
    write_late(foreign, b"theirs")
    raw = {sidecar_path(image): b"ours 3"}
    (notice,) = commit_files(image, raw, {sidecar_path(image): content_hash(b"ours 2")}).notices
    assert "Another program was writing" in notice
    assert b"theirs" in kept(image)


def test_a_program_that_is_still_writing_is_waited_for(image: Path, foreign: BinaryIO) -> None:
    save(image, b"ours 2", before=b"ours 1")
    foreign.truncate(0)
    assert recover(image).notices == ()
    write_late(foreign, b"theirs")
    assert len(recover(image).notices) == 1
    assert b"theirs" in kept(image)


def test_a_version_that_nobody_has_taken_in_outlives_the_count_of_backups(image: Path, foreign: BinaryIO) -> None:
    save(image, b"ours 2", before=b"ours 1")
    write_late(foreign, b"theirs")
    recover(image)
    for number in range(2, 12):
        save(image, f"ours {number + 1}".encode(), before=f"ours {number}".encode())
    assert b"theirs" in kept(image)
    assert b"ours 2" not in kept(image)


def test_a_displaced_file_that_nobody_writes_into_is_let_go(
    image: Path, foreign: BinaryIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    save(image, b"ours 2", before=b"ours 1")
    assert len(watched(image)) == 1
    foreign.close()
    monkeypatch.setattr(displaced, "WATCHED_S", 0.0)
    monkeypatch.setattr(displaced, "QUIET_S", 0.0)
    assert recover(image).notices == ()
    assert watched(image) == []
    assert sorted(kept(image)) == [b"ours 1", b"ours 2"]


def test_a_late_version_that_is_saved_already_is_not_told(image: Path, foreign: BinaryIO) -> None:
    save(image, b"ours 2", before=b"ours 1")
    write_late(foreign, b"ours 2")
    assert recover(image).notices == ()
    assert sorted(kept(image)) == [b"ours 1", b"ours 2"]


def test_own_saves_in_quick_succession_are_not_the_writing_of_another_program(image: Path) -> None:
    for number in range(1, 9):
        save(image, f"ours {number + 1}".encode(), before=f"ours {number}".encode())
    assert recover(image).notices == ()
    assert not [path for path in backups_folder(image).iterdir() if path.name.endswith(THEIRS)]


def test_quick_saves_do_not_read_all_that_they_displaced_again_and_again(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[Path] = []
    monkeypatch.setattr(displaced, "file_hash", read.append)
    monkeypatch.setattr(displaced, "QUIET_S", 0.0)
    for number in range(1, 5):
        save(image, f"ours {number + 1}".encode(), before=f"ours {number}".encode())
    assert len(watched(image)) == 4
    assert read == []


def test_writing_that_no_clock_tells_of_is_found_at_the_end(
    image: Path, foreign: BinaryIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    long_ago_s = time.time() - 60.0
    os.utime(sidecar_path(image), (long_ago_s, long_ago_s))
    save(image, b"ours 2", before=b"ours 1")
    write_late(foreign, b"others")
    os.utime(foreign.fileno(), (long_ago_s, long_ago_s))
    assert recover(image).notices == ()
    monkeypatch.setattr(displaced, "WATCHED_S", 0.0)
    assert len(recover(image).notices) == 1
    assert b"others" in kept(image)


@pytest.mark.parametrize("written_s", [0, 1, 4_000_000_000])
def test_files_of_any_date_are_watched(image: Path, written_s: int) -> None:
    os.utime(sidecar_path(image), (written_s, written_s))
    save(image, b"ours 2", before=b"ours 1")
    assert displaced.is_watching(image)

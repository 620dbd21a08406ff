"""The save journal: what is refused, what is left behind, and who clears it away."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.core.errors import FilesChanged
from cloudscope_widgets.io.commit import saved_files
from cloudscope_widgets.io.commit.backups import backups_folder
from cloudscope_widgets.io.commit.content import bytes_of, content_hash
from cloudscope_widgets.io.commit.journal import commit_files
from cloudscope_widgets.io.commit.journal_file import (
    DamagedJournal,
    Entry,
    Journal,
    journal_number,
    journal_path,
    journal_paths,
    parse_journal,
    written_journal,
)
from cloudscope_widgets.io.commit.recovery import FINISHED_KEPT_S, Recovery, recover, recover_locked
from cloudscope_widgets.io.commit.writer_id import Writer
from cloudscope_widgets.io.paths import sidecar_path, table_path, work_folder
from cloudscope_widgets.io.platform.files import rename_new
from cloudscope_widgets.io.platform.process import process_started
from cloudscope_widgets.synthetic import kymograph

pytestmark = pytest.mark.plants_files()  # contents that tell which save they belong to, and nothing true


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = tmp_path / "cell.tif"
    path.write_bytes(b"pixels")
    return path


def save(image: Path, old: dict[Path, bytes | None], new: dict[Path, bytes | None]) -> None:
    commit_files(image, new, {path: content_hash(raw) for path, raw in old.items()})


def first_save(image: Path) -> dict[Path, bytes | None]:
    new: dict[Path, bytes | None] = {table_path(image, "radon_velocity"): b"1,2\n", sidecar_path(image): b"{}"}
    save(image, dict.fromkeys(new), new)
    return new


def decided(image: Path, files: dict[Path, bytes | None], *, writer: Writer | None = None) -> Journal:
    """Leave the disk as a process does that is killed right after it has decided to save."""
    work_folder(image).mkdir(exist_ok=True)
    writer, decision = writer or dead_writer(), recover_locked(image).next_number
    entries = []
    for number, (path, raw) in enumerate(files.items()):
        temporary = None if raw is None else work_folder(image) / f"{image.name}.{writer.name}.{number}.tmp"
        if raw is not None and temporary is not None:
            temporary.write_bytes(raw)
        entries.append(Entry(path, temporary, content_hash(raw), content_hash(bytes_of(path))))
    journal = written_journal(image, journal_path(image, decision), writer.name, entries)
    journal.path.write_bytes(journal.raw)
    return journal


def dead_writer() -> Writer:
    """Name a process that has ended."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        process.wait()
    return replace(Writer.of_this_process(), process=process.pid)


def contents(image: Path, suffix: str) -> list[bytes]:
    return [path.read_bytes() for path in sorted(work_folder(image).iterdir()) if path.name.endswith(suffix)]


# ---------------------------------------------------------------- refusals
def test_what_another_program_has_changed_is_not_overwritten(image: Path) -> None:
    old = first_save(image)
    sidecar_path(image).write_bytes(b'{"theirs": 1}')
    with pytest.raises(FilesChanged, match=r"cell\.tif was not saved: another program has changed .*cell\.tif\.json"):
        save(image, old, {**old, table_path(image, "radon_velocity"): b"3,4\n"})
    assert bytes_of(table_path(image, "radon_velocity")) == b"1,2\n"
    assert contents(image, ".tmp") == []


@pytest.mark.parametrize("is_there", [True, False])
def test_a_file_that_came_or_went_meanwhile_is_a_change(image: Path, *, is_there: bool) -> None:
    old = first_save(image)
    path = table_path(image, "radon_velocity")
    if is_there:
        path.unlink()
    else:
        path = table_path(image, "diameter")
        path.touch()
        old = {**old, path: None}
    with pytest.raises(FilesChanged):
        save(image, old, {**old, sidecar_path(image): b"new"})


def test_what_is_on_the_disk_already_is_not_written(image: Path) -> None:
    old = first_save(image)
    before = {path: path.stat().st_mtime_ns for path in old}
    assert commit_files(image, old, {path: content_hash(raw) for path, raw in old.items()}).changed == ()
    assert {path: path.stat().st_mtime_ns for path in old} == before


def test_who_may_read_a_saved_file_stays_as_it_was(image: Path) -> None:
    old = first_save(image)
    sidecar_path(image).chmod(0o664)
    save(image, old, {**old, sidecar_path(image): b"new"})
    assert sidecar_path(image).stat().st_mode & 0o777 == 0o664


def test_long_names_leave_room_for_the_names_of_temporaries(tmp_path: Path) -> None:
    image = tmp_path / f"{'µ' * 110}.tif"
    image.write_bytes(b"pixels")
    old = first_save(image)
    save(image, old, {**old, sidecar_path(image): b"new"})
    assert bytes_of(sidecar_path(image)) == b"new"


# ---------------------------------------------------------------- recovery
def test_a_decided_save_is_finished_once(image: Path) -> None:
    old = first_save(image)
    new: dict[Path, bytes | None] = {table_path(image, "radon_velocity"): None, sidecar_path(image): b"new"}
    decided(image, new)
    assert recover(image).finished == tuple(new)
    assert {path: bytes_of(path) for path in new} == new
    assert recover(image) == Recovery()
    assert old[table_path(image, "radon_velocity")] in {path.read_bytes() for path in backups_folder(image).iterdir()}


def test_a_save_that_was_slow_to_decide_is_refused(image: Path) -> None:
    old = first_save(image)
    number = recover_locked(image).next_number
    save(image, old, {**old, sidecar_path(image): b"new"})
    slow = work_folder(image) / "slow"
    slow.write_bytes(b"")
    with pytest.raises(FileExistsError):
        rename_new(slow, journal_path(image, number))


def test_only_the_latest_journal_stays_after_a_while(image: Path) -> None:
    old = first_save(image)
    for text in (b"second", b"third"):
        save(image, old, {**old, sidecar_path(image): text})
        old = {**old, sidecar_path(image): text}
    assert [journal_number(image, path) for path in journal_paths(image)] == [1, 2, 3]
    for path in journal_paths(image):
        then_s = path.stat().st_mtime - FINISHED_KEPT_S - 1
        os.utime(path, (then_s, then_s))
    save(image, old, {**old, sidecar_path(image): b"fourth"})
    assert [journal_number(image, path) for path in journal_paths(image)] == [4]


def test_opening_finishes_a_decided_save(tmp_path: Path) -> None:
    image = kymograph(100, 40).write(tmp_path / "cell.tif")
    acq = cs.open(image)
    acq.update_experiment(note="first")
    acq.save()
    decided(image, {sidecar_path(image): sidecar_path(image).read_bytes().replace(b"first", b"second")})
    assert cs.open(image).experiment.note == "second"


def test_what_is_read_belongs_together_although_another_save_begins_meanwhile(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_save(image)
    table, sidecar = table_path(image, "radon_velocity"), sidecar_path(image)
    decided(image, {table: b"3,4\n", sidecar: b"second"})
    third: dict[Path, bytes | None] = {table: b"5,6\n", sidecar: b"third"}
    rounds = iter(range(10))

    def recover_while_another_saves(path: Path) -> Recovery:
        done = recover(path)
        if next(rounds) == 0:
            temporary = decided(image, third).entries[0].temporary
            assert temporary is not None
            temporary.replace(table)
        return done

    monkeypatch.setattr(saved_files, "recover", recover_while_another_saves)
    assert saved_files.read_saved_files(image, [table, sidecar]).raw == third


def test_a_save_finishes_the_one_before_and_then_sees_the_change(image: Path) -> None:
    old = first_save(image)
    decided(image, {sidecar_path(image): b"theirs"})
    with pytest.raises(FilesChanged):
        save(image, old, {**old, sidecar_path(image): b"ours"})
    assert bytes_of(sidecar_path(image)) == b"theirs"


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[:-10],
        lambda raw: raw.replace(b"cell.tif.json", b"cell.tif.xson"),
        lambda _raw: b"",
        lambda _raw: b"\0" * 300,
    ],
    ids=["cut off", "changed", "empty", "zeros"],
)
def test_a_damaged_journal_is_kept_and_told(image: Path, damage: object) -> None:
    old = first_save(image)
    journal = decided(image, {sidecar_path(image): b"new"})
    raw = damage(journal.raw)  # type: ignore[operator]  # a function of bytes
    journal.path.write_bytes(raw)
    for _ in range(2):
        (notice,) = recover(image).notices
        assert "was interrupted and could not be finished" in notice
        assert ".journal." in notice
    assert {path: bytes_of(path) for path in old} == old
    assert {b"new", raw} <= set(contents(image, ".damaged"))


@pytest.mark.parametrize("damaged", [b"ne", b"", None], ids=["cut off", "empty", "lost"])
def test_new_contents_that_are_damaged_replace_nothing(image: Path, damaged: bytes | None) -> None:
    old = first_save(image)
    journal = decided(image, {table_path(image, "radon_velocity"): b"5,6\n", sidecar_path(image): b"new"})
    temporary = journal.entries[1].temporary
    assert temporary is not None
    temporary.unlink()
    if damaged is not None:
        temporary.write_bytes(damaged)
    (notice,) = recover(image).notices
    assert "could not be finished" in notice
    assert {path: bytes_of(path) for path in old} == old
    assert journal.raw in contents(image, ".damaged")
    assert b"5,6\n" in contents(image, ".damaged")


def test_a_recording_with_a_damaged_journal_opens_and_says_so(tmp_path: Path) -> None:
    image = kymograph(100, 40).write(tmp_path / "cell.tif")
    acq = cs.open(image)
    acq.add_rect()
    acq.save()
    journal_path(image, 100).write_bytes(b"nonsense")
    again = cs.open(image)
    assert len(again.rois) == 1
    assert [notice for notice in again.notices if "could not be finished" in notice]


@pytest.mark.parametrize(
    "name", ["../cell.tif.json", "other.tif.json", "cell.tif", "/etc/cell.tif.json", "cell.tif.x/../../y"]
)
def test_a_journal_that_names_files_that_are_not_ours_is_damaged(image: Path, name: str) -> None:
    entry = Entry(image.with_name("cell.tif.json"), work_folder(image) / "cell.tif.x.tmp", "0" * 64, None)
    path = journal_path(image, 1)
    said = json.loads(written_journal(image, path, "writer", [entry]).raw.split(b"\n")[1])
    said["files"][0]["name"] = name
    forged = b"writer\n" + json.dumps(said).encode()
    with pytest.raises(DamagedJournal):
        parse_journal(image, path, forged + b"\n" + str(content_hash(forged)).encode() + b"\n")


# ---------------------------------------------------------------- what is left behind
def left_behind(image: Path, writer: Writer) -> Path:
    work_folder(image).mkdir(exist_ok=True)
    path = work_folder(image) / f"{image.name}.{writer.name}.0.tmp"
    path.write_bytes(b"unfinished")
    return path


def test_temporaries_of_dead_writers_go_and_those_of_living_ones_stay(image: Path) -> None:
    dead, living = left_behind(image, dead_writer()), left_behind(image, Writer.of_this_process())
    reused = left_behind(image, replace(Writer.of_this_process(), started="1"))
    other = work_folder(image) / "notes.tmp"
    other.write_bytes(b"not ours")
    recover(image)
    assert [path.exists() for path in (dead, living, reused, other)] == [False, True, False, True]


def test_temporaries_of_another_machine_stay_for_a_day(image: Path) -> None:
    path = left_behind(image, replace(Writer.of_this_process(), place="elsewhere"))
    recover(image)
    assert path.exists()
    os.utime(path, (0, 0))
    recover(image)
    assert not path.exists()


def test_a_neighbour_whose_name_begins_alike_is_left_alone(image: Path) -> None:
    neighbour = image.with_name("cell.tif.old.tif")
    path = left_behind(neighbour, dead_writer())
    recover(image)
    assert path.exists()


def test_a_writer_is_read_back_from_its_name() -> None:
    writer = Writer.of_this_process()
    assert (Writer.parse(writer.name), writer.is_living, writer.started) == (writer, True, process_started(os.getpid()))
    assert Writer.parse("cell") is None

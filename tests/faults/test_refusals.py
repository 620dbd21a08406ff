"""Shares that refuse links, locks or forcing to the disk, and programs that hold a file open."""

from __future__ import annotations

import errno
import stat
from pathlib import Path

import pytest

from cloudscope_widgets.io.commit.backups import backups_folder
from cloudscope_widgets.io.commit.recovery import recover
from cloudscope_widgets.io.commit.saved_files import read_saved_files
from cloudscope_widgets.io.paths import bundle_paths
from cloudscope_widgets.io.platform import files as platform
from tests.faults.failing_calls import Call, Fault, error, faults
from tests.faults.saves import SCENARIOS, Case, new_case, told_and_found

pytestmark = pytest.mark.plants_files()  # contents that tell which save they belong to, and nothing true


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "REPLACE_PAUSES_S", (0.0,))


def refuse(kind: str, number: int) -> Fault:
    def fail(call: Call, _at: int) -> None:
        if call[0] == kind:
            raise error(number)

    return fail


def hold_open(*ends: str) -> Fault:
    """Refuse to replace or remove the files with these endings, as Windows does while a program has them open."""

    def fail(call: Call, _at: int) -> None:
        if call[0] in {"replace", "rename"} and any(str(path).endswith(ends) for path in call[1][:2]):
            raise error(errno.EACCES)

    return fail


@pytest.mark.parametrize("scenario", SCENARIOS)
@pytest.mark.parametrize(
    ("kind", "number"),
    [("link", errno.EPERM), ("link", errno.ENOTSUP), ("flock", errno.ENOLCK), ("flock", errno.ENOSYS),
     ("chmod", errno.EPERM), ("sendfile", errno.ENOSPC)],
)  # fmt: skip
def test_a_share_that_refuses_something_saves_all_the_same(
    tmp_path: Path, scenario: str, kind: str, number: int
) -> None:
    made = new_case(tmp_path, scenario)
    assert told_and_found(made, before=refuse(kind, number)) == ("saved", "saved")


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_share_that_cannot_force_folders_to_the_disk_saves_all_the_same(tmp_path: Path, scenario: str) -> None:
    def fail(call: Call, _at: int) -> None:
        if call[0] == "fsync" and stat.S_ISDIR(Path(f"/proc/self/fd/{call[1][0]}").stat().st_mode):
            raise error(errno.EINVAL)

    made = new_case(tmp_path, scenario)
    assert told_and_found(made, before=fail) == ("saved", "saved")


@pytest.mark.parametrize("is_linking", [True, False], ids=["links", "copies"])
def test_what_is_displaced_is_kept(tmp_path: Path, *, is_linking: bool) -> None:
    made = new_case(tmp_path, "replacing")
    for path in backups_folder(made.image).iterdir():
        path.unlink()
    with faults(before=None if is_linking else refuse("link", errno.EPERM)):
        made.save()
    kept = {path.read_bytes() for path in backups_folder(made.image).iterdir()}
    assert kept == {*made.old.values(), *made.new.values()}


def held_case(tmp_path: Path, *ends: str) -> tuple[Case, Fault]:
    made, hold = new_case(tmp_path, "replacing"), hold_open(*ends)
    with faults(before=hold):
        commit = made.save()
    assert [path.name for path in commit.pending] == [f"{made.image.name}{end}" for end in ends]
    return made, hold


def test_a_table_that_excel_holds_open_is_saved_and_waits(tmp_path: Path) -> None:
    made, hold = new_case(tmp_path, "replacing"), hold_open(".radon_velocity.csv")
    held, other, sidecar = made.old
    with faults(before=hold):
        commit = made.save()
        again = recover(made.image)
    assert commit.notices == again.requests == ("Close Excel to finish cell.tif.radon_velocity.csv.",)
    assert (commit.pending, again.pending, commit.changed) == ((held,), (held,), tuple(made.new))
    assert made.now() == {held: made.old[held], other: made.new[other], sidecar: made.new[sidecar]}
    assert recover(made.image).finished == (held,)
    assert made.now() == made.new
    assert recover(made.image).notices == ()


def test_what_waits_is_read_as_if_it_were_there(tmp_path: Path) -> None:
    made, hold = held_case(tmp_path, ".radon_velocity.csv")
    with faults(before=hold):
        files = read_saved_files(made.image, bundle_paths(made.image))
    assert {path: files.raw[path] for path in made.new} == made.new
    assert files.notices == ("Close Excel to finish cell.tif.radon_velocity.csv.",)


def test_a_save_after_one_that_waits_takes_it_along(tmp_path: Path) -> None:
    made, hold = held_case(tmp_path, ".radon_velocity.csv")
    sidecar = made.image.with_name("cell.tif.json")
    later = Case(made.image, made.new, {**made.new, sidecar: b"{}"})
    with faults(before=hold):
        later.save()
    assert recover(made.image).pending == ()
    assert later.now() == later.new


def test_a_save_replaces_what_waits_of_the_one_before(tmp_path: Path) -> None:
    made, hold = held_case(tmp_path, ".radon_velocity.csv")
    table = made.image.with_name("cell.tif.radon_velocity.csv")
    later = Case(made.image, made.new, {**made.new, table: b"third"})
    with faults(before=hold):
        assert later.save().pending == (table,)
    recover(made.image)
    assert later.now() == later.new
    assert list(made.image.parent.glob(".cloudscope/*.tmp")) == []


def test_what_excel_saves_over_a_table_that_waits_is_kept_and_told(tmp_path: Path) -> None:
    made, hold = held_case(tmp_path, ".radon_velocity.csv")
    table = made.image.with_name("cell.tif.radon_velocity.csv")
    with faults(before=hold):
        table.write_bytes(b"typed into Excel")
        recover(made.image)
    (notice,) = recover(made.image).notices
    assert "was changed by another program while it was being saved" in notice
    assert b"typed into Excel" in {path.read_bytes() for path in backups_folder(made.image).iterdir()}
    assert made.now() == made.new


def test_a_sidecar_that_is_held_open_is_told_without_excel(tmp_path: Path) -> None:
    made, hold = new_case(tmp_path, "replacing"), hold_open("cell.tif.json")
    with faults(before=hold):
        commit = made.save()
    assert commit.notices == ("Close the program that has cell.tif.json open to finish it.",)

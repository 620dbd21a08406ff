"""What differs between operating systems, emulated on the one at hand."""

from __future__ import annotations

import errno
import importlib
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import NoReturn, cast

import numpy as np
import pytest

from cloudscope_widgets.io.platform import files as platform
from cloudscope_widgets.io.platform.files import (
    advise,
    is_hidden,
    is_link,
    link_or_copy,
    mapped_file,
    rename_new,
    replace_file,
    state_folder,
    sync_file,
    sync_folder,
    write_synced,
)


@pytest.fixture
def synced(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Kinds of what has been synced, in order."""
    calls: list[str] = []

    def fsync(descriptor: int) -> None:
        calls.append("folder" if stat.S_ISDIR(os.fstat(descriptor).st_mode) else "file")

    monkeypatch.setattr(os, "fsync", fsync)
    return calls


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(platform, "REPLACE_PAUSES_S", (0.0, 0.0, 0.0))


def failing(number: int) -> Callable[..., NoReturn]:
    """Stand-in for a function of the system that fails with this error number."""

    def fail(*_: object, **__: object) -> NoReturn:
        raise OSError(number, os.strerror(number))

    return fail


def on_macos(monkeypatch: pytest.MonkeyPatch, answer: Callable[..., object]) -> None:
    """Pretend to be on macOS, where ``answer`` is the call that empties the drive's cache."""
    monkeypatch.setattr(platform, "_system", lambda: "Darwin")
    monkeypatch.setattr(importlib, "import_module", lambda _: SimpleNamespace(fcntl=answer, F_FULLFSYNC=51))


def test_a_synced_file_has_no_bytes_left_in_its_buffer(tmp_path: Path, synced: list[str]) -> None:
    with (tmp_path / "a").open("wb") as file:
        file.write(b"pixels")
        sync_file(file)
        assert (tmp_path / "a").read_bytes() == b"pixels"
    assert synced == ["file"]


def test_a_bare_descriptor_is_synced(tmp_path: Path, synced: list[str]) -> None:
    with (tmp_path / "a").open("wb") as file:
        sync_file(file.fileno())
    assert synced == ["file"]


def test_macos_empties_the_cache_of_the_drive(
    tmp_path: Path, synced: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    on_macos(monkeypatch, lambda _, command: asked.append(command))
    with (tmp_path / "a").open("wb") as file:
        sync_file(file)
    assert (asked, synced) == ([51], [])


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.ENOTTY])
def test_a_share_on_macos_that_refuses_a_full_sync_gets_a_plain_one(
    tmp_path: Path, synced: list[str], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    on_macos(monkeypatch, failing(number))
    with (tmp_path / "a").open("wb") as file:
        sync_file(file)
    assert synced == ["file"]


def test_a_failing_drive_on_macos_is_no_refusal(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    on_macos(monkeypatch, failing(errno.EIO))
    with (tmp_path / "a").open("wb") as file, pytest.raises(OSError, match="Input/output"):
        sync_file(file)


def test_a_folder_is_synced(tmp_path: Path, synced: list[str]) -> None:
    sync_folder(tmp_path)
    assert synced == ["folder"]


@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EISDIR])
def test_a_folder_that_cannot_be_opened_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "open", failing(number))
    sync_folder(tmp_path)


@pytest.mark.parametrize("number", [errno.EINVAL, errno.ENOTSUP, errno.EACCES, errno.EBADF])
def test_a_share_that_cannot_sync_folders_is_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    monkeypatch.setattr(os, "fsync", failing(number))
    sync_folder(tmp_path)


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC, errno.EDQUOT])
def test_a_failing_or_full_disk_is_told_and_the_folder_closed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    opened: list[int] = []
    open_folder = os.open

    def note(path: str, flags: int) -> int:
        opened.append(open_folder(path, flags))
        return opened[-1]

    monkeypatch.setattr(os, "open", note)
    monkeypatch.setattr(os, "fsync", failing(number))
    with pytest.raises(OSError, match=os.strerror(number)):
        sync_folder(tmp_path)
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(opened[0])


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        sync_folder(tmp_path / "none")


def refuse_replacing(monkeypatch: pytest.MonkeyPatch, number: int, *, times: int) -> list[int]:
    """Let the first tries to replace a file fail; each try is noted in the list returned."""
    tries: list[int] = []
    replace = os.replace

    def refuse(source: str, target: str) -> None:
        tries.append(number)
        if len(tries) <= times:
            raise OSError(number, os.strerror(number))
        replace(source, target)

    monkeypatch.setattr(os, "replace", refuse)
    return tries


def two_files(folder: Path) -> tuple[Path, Path]:
    source, target = folder / "new", folder / "old"
    source.write_bytes(b"new")
    target.write_bytes(b"old")
    return source, target


@pytest.mark.usefixtures("no_waiting")
@pytest.mark.parametrize("number", [errno.EACCES, errno.EPERM, errno.EBUSY])
def test_a_file_that_another_program_lets_go_is_replaced(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    source, target = two_files(tmp_path)
    tries = refuse_replacing(monkeypatch, number, times=3)
    replace_file(source, target)
    assert (target.read_bytes(), source.exists(), len(tries)) == (b"new", False, 4)


@pytest.mark.usefixtures("no_waiting")
def test_a_file_that_stays_open_elsewhere_is_told_and_nothing_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = two_files(tmp_path)
    tries = refuse_replacing(monkeypatch, errno.EACCES, times=99)
    with pytest.raises(PermissionError):
        replace_file(source, target)
    assert (target.read_bytes(), source.read_bytes(), len(tries)) == (b"old", b"new", 4)


def test_another_error_on_replacing_is_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, target = two_files(tmp_path)
    tries = refuse_replacing(monkeypatch, errno.EIO, times=99)
    with pytest.raises(OSError, match="Input/output"):
        replace_file(source, target)
    assert len(tries) == 1


def test_waiting_for_another_program_is_bounded() -> None:
    assert 0.5 <= sum(platform.REPLACE_PAUSES_S) <= 1.5


def test_a_link_holds_the_same_file(tmp_path: Path) -> None:
    source, _ = two_files(tmp_path)
    link_or_copy(source, tmp_path / "backup")
    assert (tmp_path / "backup").samefile(source)


def test_a_new_file_is_written_and_synced(tmp_path: Path, synced: list[str]) -> None:
    write_synced(tmp_path / "a", b"new", mode=0o100640)
    assert ((tmp_path / "a").read_bytes(), synced) == (b"new", ["file"])
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == 0o640


def test_a_write_cut_short_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = os.write
    monkeypatch.setattr(os, "write", lambda descriptor, raw: whole(descriptor, raw[:10]))
    write_synced(tmp_path / "a", bytes(range(256)))
    assert (tmp_path / "a").read_bytes() == bytes(range(256))


def test_writing_a_new_file_never_touches_one_that_is_there(tmp_path: Path) -> None:
    _, target = two_files(tmp_path)
    with pytest.raises(FileExistsError):
        write_synced(target, b"new")
    assert target.read_bytes() == b"old"


RENAMERS = ["links", "no links", "Windows"]


@pytest.fixture(params=RENAMERS)
def renamer(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    """A system that renames without replacing in its own way."""
    if request.param == "no links":
        monkeypatch.setattr(os, "link", failing(errno.EPERM))
    if request.param == "Windows":
        plain_rename = os.rename

        def rename(source: str, target: str) -> None:
            if Path(target).exists():
                raise FileExistsError(errno.EEXIST, "in use")
            plain_rename(source, target)

        monkeypatch.setattr(platform, "_system", lambda: "Windows")
        monkeypatch.setattr(os, "rename", rename)


@pytest.mark.usefixtures("renamer")
def test_a_file_gets_a_name_that_is_free(tmp_path: Path) -> None:
    source, target = two_files(tmp_path)
    target.unlink()
    rename_new(source, target)
    assert (target.read_bytes(), source.exists()) == (b"new", False)


@pytest.mark.usefixtures("renamer")
def test_a_file_never_gets_a_name_that_is_taken(tmp_path: Path) -> None:
    source, target = two_files(tmp_path)
    with pytest.raises(FileExistsError):
        rename_new(source, target)
    assert (source.read_bytes(), target.read_bytes()) == (b"new", b"old")


def test_a_share_that_answers_twice_has_renamed_once(tmp_path: Path) -> None:
    source, target = two_files(tmp_path)
    target.unlink()
    target.hardlink_to(source)
    rename_new(source, target)
    assert (target.read_bytes(), source.exists()) == (b"new", False)


def test_a_file_that_was_in_the_way_and_has_gone_since_is_told_as_in_the_way(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target = two_files(tmp_path)

    def link(_source: object, _target: object, **_options: object) -> None:
        target.unlink()
        raise FileExistsError(errno.EEXIST, "File exists")

    monkeypatch.setattr(os, "link", link)
    with pytest.raises(FileExistsError):
        rename_new(source, target)
    assert source.exists()


def test_a_disk_that_fails_to_rename_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, _ = two_files(tmp_path)
    monkeypatch.setattr(os, "link", failing(errno.EIO))
    with pytest.raises(OSError, match="Input/output"):
        rename_new(source, tmp_path / "free")


NO_LINKS = [errno.EPERM, errno.ENOTSUP, errno.EXDEV, errno.EMLINK, errno.EACCES, errno.ENOSYS]


@pytest.mark.parametrize("number", NO_LINKS, ids=lambda number: errno.errorcode[number])
def test_a_file_is_copied_and_synced_where_links_are_refused(
    tmp_path: Path, synced: list[str], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    source, _ = two_files(tmp_path)
    monkeypatch.setattr(os, "link", failing(number))
    link_or_copy(source, tmp_path / "backup")
    assert (tmp_path / "backup").read_bytes() == b"new"
    assert not (tmp_path / "backup").samefile(source)
    assert synced == ["file"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["backup", "new", "old"]


def test_a_drive_of_windows_without_links_gets_a_copy(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **__: object) -> NoReturn:
        error = OSError(errno.EINVAL, "Incorrect function")
        error.winerror = 1  # type: ignore[attr-defined]  # what exFAT answers there
        raise error

    source, _ = two_files(tmp_path)
    monkeypatch.setattr(os, "link", refuse)
    link_or_copy(source, tmp_path / "backup")
    assert (tmp_path / "backup").read_bytes() == b"new"


@pytest.mark.parametrize("are_links_refused", [False, True])
def test_a_link_or_copy_never_replaces_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, are_links_refused: bool
) -> None:
    source, target = two_files(tmp_path)
    if are_links_refused:
        monkeypatch.setattr(os, "link", failing(errno.EPERM))
    with pytest.raises(FileExistsError):
        link_or_copy(source, target)
    assert target.read_bytes() == b"old"
    assert len(list(tmp_path.iterdir())) == 2


def test_a_copy_that_fails_leaves_nothing_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, _ = two_files(tmp_path)
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    monkeypatch.setattr(os, "fsync", failing(errno.ENOSPC))
    with pytest.raises(OSError, match="No space"):
        link_or_copy(source, tmp_path / "backup")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["new", "old"]


def test_a_copy_has_its_name_only_when_it_is_whole(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, _ = two_files(tmp_path)
    was_there: list[bool] = []
    monkeypatch.setattr(os, "link", failing(errno.EPERM))
    monkeypatch.setattr(os, "fsync", lambda _: was_there.append((tmp_path / "backup").exists()))
    link_or_copy(source, tmp_path / "backup")
    assert was_there == [False]


@pytest.mark.parametrize("number", [errno.EIO, errno.ENOSPC])
def test_a_failing_disk_is_no_refusal_to_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int) -> None:
    source, _ = two_files(tmp_path)
    monkeypatch.setattr(os, "link", failing(number))
    with pytest.raises(OSError, match=os.strerror(number)):
        link_or_copy(source, tmp_path / "backup")
    assert not (tmp_path / "backup").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="not run: only Linux tells which advice a mapping was given")
@pytest.mark.parametrize("is_view", [False, True])
def test_the_system_hears_how_a_mapped_image_is_read(tmp_path: Path, *, is_view: bool) -> None:
    mapped = np.memmap(tmp_path / "advised.raw", dtype=np.uint16, mode="w+", shape=(5000, 38))
    behind = mapped_file(np.asarray(mapped)[10:, 2:] if is_view else mapped)
    assert behind is not None
    advise(behind, "MADV_RANDOM")
    maps = Path("/proc/self/smaps").read_text(encoding="utf-8").split("advised.raw")[1]
    flags = next(line for line in maps.splitlines() if line.startswith("VmFlags"))
    assert "rr" in flags.split()


def test_arrays_in_memory_take_no_advice_and_systems_need_not_know_it(tmp_path: Path) -> None:
    assert mapped_file(np.zeros((3, 3))) is None
    behind = mapped_file(np.memmap(tmp_path / "a.raw", dtype=np.uint8, mode="w+", shape=(3, 3)))
    assert behind is not None
    advise(behind, "MADV_OF_A_LATER_SYSTEM")


def entry_of_windows(**status: int) -> os.DirEntry[str]:
    """Entry of a folder as Windows describes it."""
    fake = SimpleNamespace(name="cell.tif", is_symlink=lambda: False, stat=lambda **_: SimpleNamespace(**status))
    return cast(os.DirEntry[str], fake)


def test_a_leading_dot_hides_a_file(tmp_path: Path) -> None:
    assert is_hidden(tmp_path / ".cloudscope")
    assert not is_hidden(tmp_path / "cell.tif")


@pytest.mark.usefixtures("windows")
def test_an_attribute_of_windows_hides_a_file() -> None:
    assert is_hidden(entry_of_windows(st_file_attributes=stat.FILE_ATTRIBUTE_HIDDEN | stat.FILE_ATTRIBUTE_ARCHIVE))
    assert not is_hidden(entry_of_windows(st_file_attributes=stat.FILE_ATTRIBUTE_ARCHIVE))


@pytest.mark.usefixtures("windows")
def test_a_file_that_is_gone_is_not_hidden(tmp_path: Path) -> None:
    assert not is_hidden(tmp_path / "gone.tif")


@pytest.mark.usefixtures("windows")
def test_a_junction_of_windows_is_a_link() -> None:
    assert is_link(entry_of_windows(st_reparse_tag=0xA0000003))
    assert not is_link(entry_of_windows(st_reparse_tag=0x9000001A))  # a file that OneDrive keeps elsewhere


@pytest.mark.skipif(sys.platform != "linux", reason="not run: other systems have their own place for it")
def test_the_state_of_the_program_has_a_folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert state_folder() == tmp_path / "cloudscope-widgets"

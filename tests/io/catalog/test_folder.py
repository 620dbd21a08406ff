"""Finding the recordings in a folder."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.catalog.folder import is_inside, recording_path, scan_folder, split_channels

pytestmark = pytest.mark.plants_files()  # names of saved files, with nothing true in them


def make(root: Path, *names: str) -> Path:
    """Make files, each as many bytes long as its name."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * len(path.name))
    return root


def listed(root: Path) -> list[str]:
    """What a scan finds, as paths from the root; no folder may fail."""

    def fail(path: Path, error: OSError) -> None:
        pytest.fail(f"{path}: {error}")

    return [entry.relative for entry in scan_folder(root, on_error=fail)]


def test_recordings_come_in_the_order_people_count_in(tmp_path: Path) -> None:
    make(tmp_path, "cell10.tif", "Cell2.tif", "cell1.tif", "b.tif", "day10/a.tif", "day9/a.tif")
    assert listed(tmp_path) == ["b.tif", "cell1.tif", "Cell2.tif", "cell10.tif", "day9/a.tif", "day10/a.tif"]


def test_tiff_images_are_known_by_their_ending_in_any_case(tmp_path: Path) -> None:
    make(tmp_path, "a.tif", "b.TIFF", "c.Tif", "d.tif.json", "e.txt", "f.tif.radon_velocity.csv", "gtif")
    assert listed(tmp_path) == ["a.tif", "b.TIFF", "c.Tif"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.tif", "._a.tif", ".cloudscope/b.tif", "day/.cloudscope/c.tif", ".tif")
    assert listed(tmp_path) == ["a.tif"]


def test_an_entry_tells_path_size_time_and_whether_it_is_saved(tmp_path: Path) -> None:
    make(tmp_path, "day/a.tif", "day/a.tif.json", "day/b.tif")
    os.utime(tmp_path / "day" / "a.tif", (0, 1234.5))
    saved, unsaved = scan_folder(tmp_path)
    assert (saved.path, saved.name, saved.relative) == (tmp_path / "day" / "a.tif", "a.tif", "day/a.tif")
    assert (saved.size_bytes, saved.modified_s, saved.is_saved) == (5, 1234.5, True)
    assert saved.channel_paths == (saved.path,)
    assert not unsaved.is_saved


def test_the_sidecar_of_another_image_is_not_taken_for_its_own(tmp_path: Path) -> None:
    make(tmp_path, "a.tif", "a.json", "a.TIF.json")
    if (tmp_path / "a.tif.json").exists():
        pytest.skip("not run: this file system takes both names for one file")
    assert [entry.is_saved for entry in scan_folder(tmp_path)] == [False]


def test_a_sidecar_spelled_otherwise_counts_where_the_file_system_ignores_case(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "a.TIF", "a.tif.json")
    monkeypatch.setattr(Path, "samefile", lambda path, other: path.name.lower() == Path(other).name.lower())
    assert [entry.is_saved for entry in scan_folder(tmp_path)] == [True]


def test_two_images_that_differ_in_case_keep_their_own_sidecars(tmp_path: Path) -> None:
    make(tmp_path, "a.TIF", "a.TIF.json", "a.tif", "a.tif.json")
    assert all(entry.is_saved for entry in scan_folder(tmp_path))


def test_pipes_and_folders_named_as_images_are_left_out(tmp_path: Path) -> None:
    make(tmp_path, "a.tif", "folder.tif/b.tif")
    os.mkfifo(tmp_path / "pipe.tif")
    (tmp_path / "link-to-pipe.tif").symlink_to(tmp_path / "pipe.tif")
    assert listed(tmp_path) == ["a.tif", "folder.tif/b.tif"]


def test_links_out_of_the_root_are_not_followed(tmp_path: Path) -> None:
    make(tmp_path, "data/a.tif", "data-private/secret.tif")
    (tmp_path / "data" / "linked.tif").symlink_to(tmp_path / "data-private" / "secret.tif")
    (tmp_path / "data" / "linked").symlink_to(tmp_path / "data-private")
    assert listed(tmp_path / "data") == ["a.tif"]


def test_links_inside_the_root_show_each_folder_once_and_never_loop(tmp_path: Path) -> None:
    make(tmp_path, "day/a.tif", ".store/b.dat")
    (tmp_path / "day" / "up").symlink_to(tmp_path)
    (tmp_path / "again").symlink_to(tmp_path / "day")
    (tmp_path / "self.tif").symlink_to(tmp_path / "self.tif")
    (tmp_path / "broken.tif").symlink_to(tmp_path / "none.tif")
    (tmp_path / "b.tif").symlink_to(tmp_path / ".store" / "b.dat")
    assert listed(tmp_path) == ["b.tif", "day/a.tif"]


def test_a_root_may_be_a_link(tmp_path: Path) -> None:
    make(tmp_path, "data/day/a.tif")
    (tmp_path / "data" / "day" / "b.tif").symlink_to(tmp_path / "data" / "day" / "a.tif")
    (tmp_path / "link").symlink_to(tmp_path / "data")
    assert [entry.path for entry in scan_folder(tmp_path / "link")] == [
        tmp_path / "link" / "day" / "a.tif",
        tmp_path / "link" / "day" / "b.tif",
    ]


def test_a_sibling_with_the_same_beginning_is_outside(tmp_path: Path) -> None:
    assert is_inside(tmp_path / "data" / "a.tif", tmp_path / "data")
    assert not is_inside(tmp_path / "data-private" / "a.tif", tmp_path / "data")
    assert not is_inside(tmp_path / "data" / ".." / "a.tif", tmp_path / "data")


def break_folder(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Let the folder of this name refuse to be read; rights alone do not stop an administrator."""
    scandir: Callable[..., Any] = os.scandir

    def refuse(path: Any) -> Any:  # noqa: ANN401  (as in os)
        if Path(path).name == name:
            raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(path))
        return scandir(path)

    monkeypatch.setattr(os, "scandir", refuse)


def test_a_folder_that_cannot_be_read_is_told_and_the_others_are_listed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make(tmp_path, "day1/a.tif", "day2/b.tif", "day3/c.tif")
    break_folder(monkeypatch, "day2")
    told: list[tuple[Path, int | None]] = []
    found = [entry.name for entry in scan_folder(tmp_path, on_error=lambda path, e: told.append((path, e.errno)))]
    assert found == ["a.tif", "c.tif"]
    assert told == [(tmp_path / "day2", errno.EACCES)]


def test_a_folder_that_is_left_out_is_logged_when_nobody_listens(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    assert list(scan_folder(tmp_path / "none")) == []
    assert "none cannot be read and is left out of the list: No such file" in caplog.text


def test_a_file_that_vanishes_during_the_scan_is_told_and_the_others_are_listed(tmp_path: Path) -> None:
    make(tmp_path, "a.tif", "b.tif", "c.tif")
    told: list[Path] = []
    scan = scan_folder(tmp_path, on_error=lambda path, _: told.append(path))
    first = next(scan)
    (tmp_path / "b.tif").unlink()
    assert [first.name, *(entry.name for entry in scan)] == ["a.tif", "c.tif"]
    assert told == [tmp_path / "b.tif"]


def test_a_scan_stops_when_asked_to(tmp_path: Path) -> None:
    make(tmp_path, "a.tif", "b.tif", "day/c.tif")
    answers = iter([False, False, True])  # before the folder, its first and its second recording
    assert [entry.name for entry in scan_folder(tmp_path, should_stop=lambda: next(answers))] == ["a.tif"]
    assert list(scan_folder(tmp_path, should_stop=lambda: True)) == []


def test_folders_are_read_only_when_their_recordings_are_asked_for(tmp_path: Path) -> None:
    make(tmp_path, "a.tif", "day/b.tif")
    scan = scan_folder(tmp_path, on_error=lambda path, _: pytest.fail(str(path)))
    assert next(scan).name == "a.tif"
    make(tmp_path, "day/c.tif")
    assert [entry.name for entry in scan] == ["b.tif", "c.tif"]


def test_split_channels_are_one_recording(tmp_path: Path) -> None:
    names = ("cell_C001T001.tif", "cell_C002T001.tif", "cell_C003T001.tif")
    make(tmp_path, *reversed(names))
    os.utime(tmp_path / names[1], (0, 4e9))
    (entry,) = scan_folder(tmp_path)
    assert entry.path == tmp_path / names[0]
    assert entry.channel_paths == tuple(tmp_path / name for name in names)
    assert (entry.size_bytes, entry.modified_s) == (3 * len(names[0]), 4e9)


@pytest.mark.parametrize(
    "names",
    [
        ("cell_C001T001.tif", "cell_C002T002.tif"),
        ("cell_C001T001.tif", "vessel_C002T001.tif"),
        ("cell_C001T001.tif", "cell_C002T001.tiff"),
        ("cell_C001T001.tif", "cell_C002T001_aligned.tif"),
        ("cell_C0011.tif", "cell_C0021.tif"),
        ("cell_C01.tif", "cell_C02.tif"),
        ("mouse_C101.tif", "mouse_C102.tif"),
        ("C001.tif", "C002.tif"),
    ],
    ids=["time", "stem", "ending", "text behind", "four digits", "two digits", "animal", "no underscore"],
)
def test_images_that_differ_in_more_than_the_channel_are_recordings_of_their_own(
    tmp_path: Path, names: tuple[str, ...]
) -> None:
    make(tmp_path, *names)
    assert sorted(listed(tmp_path)) == sorted(names)
    assert split_channels(tmp_path / names[0]) == (tmp_path / names[0],)


@pytest.mark.parametrize(
    "form",
    ["cell_{}T1.tif", "cell_{}T001.tif", "cell_{}T001_aligned.TIF", "m_C009T1_cell_{}T2.tif", "two\nlines_{}T1.tif"],
)
def test_channels_are_found_from_any_of_them(tmp_path: Path, form: str) -> None:
    names = [form.format(f"C00{channel}") for channel in (1, 2)]
    make(tmp_path, *names, form.format("C00x"), form.format("C003") + ".json", "sub/" + form.format("C003"))
    expected = tuple(tmp_path / name for name in names)
    assert split_channels(expected[0]) == expected
    assert split_channels(expected[1]) == expected


@pytest.mark.parametrize(
    ("saved", "expected"),
    [((), 1), ((1,), 1), ((2,), 2), ((3,), 3), ((1, 2), 1), ((2, 3), 2)],
)
def test_the_first_saved_channel_stands_for_a_recording(tmp_path: Path, saved: tuple[int, ...], expected: int) -> None:
    make(tmp_path, *(f"cell_C00{channel}T001.tif" for channel in (1, 2, 3)))
    make(tmp_path, *(f"cell_C00{channel}T001.tif.json" for channel in saved))
    path = tmp_path / f"cell_C00{expected}T001.tif"
    (entry,) = scan_folder(tmp_path)
    assert (entry.path, entry.relative, entry.is_saved) == (path, path.name, bool(saved))
    assert [channel.name[8] for channel in entry.channel_paths] == ["1", "2", "3"]
    assert {recording_path(channel) for channel in entry.channel_paths} == {path}


def test_a_channel_that_is_no_visible_file_is_not_part_of_the_recording(tmp_path: Path) -> None:
    make(tmp_path, "data/cell_C001T001.tif", "data/cell_C003T001.tif/x", "outside.tif")
    os.mkfifo(tmp_path / "data" / "cell_C002T001.tif")
    (tmp_path / "data" / "cell_C004T001.tif").symlink_to(tmp_path / "outside.tif")
    path = tmp_path / "data" / "cell_C001T001.tif"
    assert split_channels(path, root=tmp_path / "data") == (path,)
    assert split_channels(path, root=tmp_path) == (path, tmp_path / "data" / "cell_C004T001.tif")


def test_a_missing_image_stands_for_itself(tmp_path: Path) -> None:
    make(tmp_path, "cell_C002T001.tif")
    for path in (tmp_path / "cell_C001T001.tif", tmp_path / "none" / "cell.tif"):
        assert split_channels(path) == (path,)
        assert recording_path(path) == path


def test_channels_in_a_folder_that_cannot_be_read_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, "day/cell_C001T001.tif")
    break_folder(monkeypatch, "day")
    with pytest.raises(ImageReadError, match=r"cell_C001T001\.tif cannot be found: Permission denied\. Check"):
        split_channels(tmp_path / "day" / "cell_C001T001.tif")


def test_a_sidecar_costs_no_call_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make(tmp_path, *(f"cell{index}.tif" for index in range(50)), "cell7.tif.json")
    monkeypatch.setattr(os, "stat", lambda path, **_: pytest.fail(f"asked for {path}"))
    assert [entry.name for entry in scan_folder(tmp_path) if entry.is_saved] == ["cell7.tif"]


def test_the_real_recordings_are_listed(real: Path) -> None:
    assert listed(real) == [
        "Capillary1_0001.tif",
        "Image15.tif",
        "20250722/20250722_A89_0002.tif",
        "20250722/20250722_A89_0003.tif",
    ]

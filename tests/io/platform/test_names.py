"""Long paths of Windows, and names that file systems take for one."""

from __future__ import annotations

from pathlib import Path

import pytest

from cloudscope_widgets.io.platform import files as platform
from cloudscope_widgets.io.platform.files import is_same_name, long_path, true_name

DEEP = "\\".join(["deep-folder"] * 30)


@pytest.mark.usefixtures("windows")
@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (f"C:\\{DEEP}\\cell.tif", f"\\\\?\\C:\\{DEEP}\\cell.tif"),
        (f"C:/{DEEP}/./cell.tif", f"\\\\?\\C:\\{DEEP}\\cell.tif"),
        (f"\\\\server\\share\\{DEEP}\\cell.tif", f"\\\\?\\UNC\\server\\share\\{DEEP}\\cell.tif"),
        (f"\\\\?\\C:\\{DEEP}\\cell.tif", f"\\\\?\\C:\\{DEEP}\\cell.tif"),
        (f"{DEEP}\\cell.tif", f"{DEEP}\\cell.tif"),
        (f"C:{DEEP}\\cell.tif", f"C:{DEEP}\\cell.tif"),
        (f"\\{DEEP}\\cell.tif", f"\\{DEEP}\\cell.tif"),
        ("C:\\" + "a" * 245, "\\\\?\\C:\\" + "a" * 245),
        ("C:\\" + "a" * 244, "C:\\" + "a" * 244),
    ],
    ids=[
        "drive",
        "slashes",
        "share",
        "prefixed",
        "relative",
        "relative on C",
        "on the drive in use",
        "248 characters",
        "247 characters",
    ],
)
def test_long_paths_of_windows_get_the_prefix_they_need(path: str, expected: str) -> None:
    assert long_path(path) == expected


@pytest.mark.usefixtures("windows")
def test_a_folder_of_windows_leaves_room_for_the_names_in_it() -> None:
    assert long_path("C:\\data", room=241) == "\\\\?\\C:\\data"
    assert long_path("C:\\data", room=200) == "C:\\data"


def test_long_paths_elsewhere_stay_as_they_are() -> None:
    path = Path("/" + "deep-folder/" * 30)
    assert long_path(path) is path


def fold_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pretend that the file system finds a file under any spelling of its name, as on Windows and most Macs."""

    def is_same(path: Path, other: str | Path) -> bool:
        return platform.folded_name(path.name) == platform.folded_name(Path(other).name)

    monkeypatch.setattr(Path, "samefile", is_same)


@pytest.mark.parametrize(
    ("on_disk", "asked"),
    [("cell.TIF", "cell.tif"), ("Gefa\u0308ß.tif", "Gefäß.tif"), ("Gefäß.tif", "GEFA\u0308SS.TIF")],
)
def test_a_file_opened_under_another_spelling_gets_its_true_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, on_disk: str, asked: str
) -> None:
    (tmp_path / on_disk).touch()
    (tmp_path / "other.tif").touch()
    fold_names(monkeypatch)
    assert true_name(tmp_path / asked).name == on_disk


def test_two_files_that_differ_in_case_only_keep_their_names(tmp_path: Path) -> None:
    (tmp_path / "cell.TIF").touch()
    (tmp_path / "cell.tif").touch()
    if len(list(tmp_path.iterdir())) == 1:
        pytest.skip("not run: this file system takes both names for one file")
    assert true_name(tmp_path / "cell.tif").name == "cell.tif"
    assert not is_same_name("cell.TIF", "cell.tif", tmp_path)


def test_a_name_that_is_there_is_the_true_one(tmp_path: Path) -> None:
    (tmp_path / "cell.TIF").touch()
    if (tmp_path / "cell.tif").exists():
        pytest.skip("not run: this file system takes both names for one file")
    (tmp_path / "cell.tif").hardlink_to(tmp_path / "cell.TIF")
    assert {true_name(path) for path in tmp_path.iterdir()} == set(tmp_path.iterdir())


def test_a_missing_file_and_a_missing_folder_have_no_other_name(tmp_path: Path) -> None:
    assert true_name(tmp_path / "none.tif") == tmp_path / "none.tif"
    assert true_name(tmp_path / "none" / "a.tif") == tmp_path / "none" / "a.tif"


def test_names_are_the_same_file_only_where_the_file_system_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "cell.TIF").touch()
    (tmp_path / "vessel.tif").hardlink_to(tmp_path / "cell.TIF")
    assert is_same_name("cell.TIF", "cell.TIF", tmp_path)
    assert not is_same_name("cell.TIF", "vessel.tif", tmp_path)
    fold_names(monkeypatch)
    assert is_same_name("cell.TIF", "cell.tif", tmp_path)

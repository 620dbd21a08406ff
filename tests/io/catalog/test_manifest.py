"""A list of recordings given as a CSV file."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.catalog import manifest
from cloudscope_widgets.io.catalog.folder import FolderListing, list_folder
from cloudscope_widgets.io.catalog.manifest import read_manifest

pytestmark = pytest.mark.plants_files()  # names of saved files, with nothing true in them


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A folder with recordings, beside one that must stay out of reach."""
    root = tmp_path / "data"
    names = ("a.tif", "day/b.TIF", "day/cell_C001T001.tif", "day/cell_C002T001.tif", ".cloudscope/c.tif", "notes.txt")
    for name in (*names, "../data-private/secret.tif"):
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x" * 7)
    return root


def write(root: Path, text: str, encoding: str = "utf-8") -> Path:
    path = root / "list.csv"
    path.write_bytes(text.encode(encoding))
    return path


def names_and_warnings(path: Path) -> tuple[list[str], list[str]]:
    entries, warnings = read_manifest(path)
    return [entry.relative for entry in entries], [text.removeprefix(f"{path}, ") for text in warnings]


def test_recordings_come_in_the_order_of_the_rows(data: Path) -> None:
    path = write(data, "condition,_rel_path\ncontrol,day/b.TIF\nstroke,a.tif\n")
    entries, warnings = read_manifest(path)
    assert [entry.path for entry in entries] == [data / "day" / "b.TIF", data / "a.tif"]
    assert [(entry.relative, entry.size_bytes, entry.is_saved) for entry in entries] == [
        ("day/b.TIF", 7, False),
        ("a.tif", 7, False),
    ]
    assert warnings == ()


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig"])
def test_lists_made_by_windows_programs_are_read(data: Path, encoding: str) -> None:
    text = '_rel_path ,note\r\nday\\b.TIF,"two\r\nlines µ"\r\n\r\n./a.tif,\r\n,,\r\n'
    assert names_and_warnings(write(data, text, encoding)) == (["day/b.TIF", "a.tif"], [])


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("../data-private/secret.tif", "leads out of the folder."),
        ("..\\data-private\\secret.tif", "leads out of the folder."),
        ("day/../../data-private/secret.tif", "leads out of the folder."),
        ("/etc/a.tif", "must be relative"),
        ("\\\\server\\share\\a.tif", "must be relative"),
        ("C:\\a.tif", "must be relative"),
        ("C:a.tif", "must be relative"),
        ("linked.tif", "leads out of the folder through a link"),
        ("linked/secret.tif", "leads out of the folder through a link"),
        ("none.tif", "is not there"),
        ("none/a.tif", "No such file"),
        ("folder.tif", "is not there or is no file"),
        ("pipe.tif", "is not there or is no file"),
        ("notes.txt", "is no TIFF image by its name"),
        ("day", "is no TIFF image by its name"),
        (".cloudscope/c.tif", "is in a hidden folder"),
        (".hidden.tif", "is hidden"),
        ("a\0.tif", "is no path"),
        ("x" * 300 + ".tif", "name too long"),
        (",has a note only", "is empty"),
    ],
)
def test_a_bad_row_becomes_a_warning_with_line_and_reason(data: Path, row: str, reason: str) -> None:
    private = data.parent / "data-private"
    (data / "linked.tif").symlink_to(private / "secret.tif")
    (data / "linked").symlink_to(private)
    (data / "folder.tif").mkdir()
    (data / ".hidden.tif").touch()
    os.mkfifo(data / "pipe.tif")
    names, warnings = names_and_warnings(write(data, f"_rel_path,note\na.tif,\n{row}\nday/b.TIF,\n"))
    assert names == ["a.tif", "day/b.TIF"]
    assert len(warnings) == 1
    assert warnings[0].startswith('line 3: _rel_path "')
    assert reason in warnings[0]


def test_a_row_that_ends_before_the_path_becomes_a_warning(data: Path) -> None:
    path = write(data, "note,_rel_path\nshort\nlong,a.tif\n")
    assert names_and_warnings(path) == (["a.tif"], ['line 2: _rel_path "" is empty.'])


def test_a_warning_names_the_list_and_stays_on_one_short_line(data: Path) -> None:
    path = write(data, f'_rel_path\n"a\n{"b" * 5000}.tif"\n')
    (warning,) = read_manifest(path)[1]
    assert warning.startswith(f'{path}, line 2: _rel_path "a bbb')
    assert len(warning) < len(str(path)) + 200


def test_the_line_of_a_warning_is_right_behind_a_row_of_several_lines(data: Path) -> None:
    path = write(data, '_rel_path,note\na.tif,"one\ntwo"\n\nnone.tif,\n')
    assert names_and_warnings(path)[1][0].startswith("line 5: ")


@pytest.mark.parametrize("again", ["day/b.TIF", "day\\b.TIF", "./day//b.TIF", "day/../day/b.TIF", "again/b.TIF"])
def test_a_recording_is_listed_once_however_its_path_is_written(data: Path, again: str) -> None:
    (data / "again").symlink_to(data / "day")
    names, warnings = names_and_warnings(write(data, f"_rel_path\nday/b.TIF\n{again}\n"))
    assert names == ["day/b.TIF"]
    assert warnings == [f'line 3: _rel_path "{again}" stands in an earlier line.']


def test_rows_of_split_channels_are_one_recording(data: Path) -> None:
    path = write(data, "_rel_path\nday/cell_C002T001.tif\nday/cell_C001T001.tif\n")
    (entry,), warnings = read_manifest(path)
    assert (entry.relative, len(entry.channel_paths), warnings) == ("day/cell_C001T001.tif", 2, ())


def test_a_name_in_another_case_is_found_where_the_file_system_finds_it(
    data: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Path, "is_file", lambda _: True)
    monkeypatch.setattr(Path, "samefile", lambda path, other: path.name.lower() == Path(other).name.lower())
    assert names_and_warnings(write(data, "_rel_path\nA.TIF\n")) == (["a.tif"], [])


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"", "first line must name the column _rel_path once. Add the column"),
        (b"path,note\na.tif,\n", "first line must name the column _rel_path once"),
        (b"_rel_path,_rel_path\na.tif,a.tif\n", "first line must name the column _rel_path once"),
        (b"_rel_path;note\na.tif;\n", "separate columns by commas"),
        (b"_rel_path\n\xff.tif\n", "byte 10 is no UTF-8 text. Save it as CSV in UTF-8"),
        ("_rel_path\na.tif\n".encode("utf-16"), "no UTF-8 text"),
        (b'_rel_path,note\na.tif,"open\nday/b.TIF,\n', "line 3: unexpected end of data. Correct the quotes"),
    ],
)
def test_a_file_that_is_no_list_is_refused_with_a_remedy(data: Path, content: bytes, reason: str) -> None:
    path = data / "list.csv"
    path.write_bytes(content)
    with pytest.raises(ImageReadError) as caught:
        read_manifest(path)
    assert str(path) in str(caught.value)
    assert reason in str(caught.value)


def test_missing_lists_folders_and_pipes_are_refused_at_once(data: Path) -> None:
    os.mkfifo(data / "pipe.csv")
    for name, reason in {"pipe.csv": "it is no file", "day": "it is no file", "none.csv": "No such file"}.items():
        with pytest.raises(ImageReadError, match=reason):
            read_manifest(data / name)


def test_a_list_above_the_limit_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert manifest.LARGEST_MANIFEST_BYTES == 20 * 1024**2
    path = write(data, "_rel_path\na.tif\n")
    monkeypatch.setattr(manifest, "LARGEST_MANIFEST_BYTES", path.stat().st_size)
    assert len(read_manifest(path)[0]) == 1
    monkeypatch.setattr(manifest, "LARGEST_MANIFEST_BYTES", path.stat().st_size - 1)
    with pytest.raises(ImageReadError, match="it is larger than"):
        read_manifest(path)


def test_a_folder_is_read_once_for_all_its_rows(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[Path] = []

    def note(folder: Path, *, root: Path | None) -> FolderListing:
        read.append(folder)
        return list_folder(folder, root=root)

    monkeypatch.setattr(manifest, "list_folder", note)
    names = ["a.tif", "day/b.TIF", "none.tif", "day/cell_C001T001.tif", "day/none.tif"]
    read_manifest(write(data, "\n".join(["_rel_path", *names, ""])))
    assert read == [data, data / "day"]

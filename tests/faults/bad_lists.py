"""Lists of recordings that name what is not there, lead out of their folder, or are no lists."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

from tests.faults.case import Case
from tests.faults.tiff_bytes import Tiff

ROWS = {
    "../secret.tif": "leads out of the folder",
    "..\\secret.tif": "leads out of the folder",
    "day/../../secret.tif": "leads out of the folder",
    "/etc/hosts.tif": "must be relative to the folder",
    "C:\\data\\cell.tif": "must be relative to the folder",
    "C:cell.tif": "must be relative to the folder",
    "\\\\server\\share\\cell.tif": "must be relative to the folder",
    "//server/share/cell.tif": "must be relative to the folder",
    "linked.tif": "leads out of the folder through a link",
    "out/secret.tif": "leads out of the folder through a link",
    "none.tif": "is not there or is no file",
    "none/cell.tif": "cannot be read: No such file",
    "pipe.tif": "is not there or is no file",
    "folder.tif": "is not there or is no file",
    "notes.txt": "is no TIFF image by its name",
    ".": "is no TIFF image by its name",
    "a\0b.tif": "is no path",
    f"{'a' * 300}.tif": "cannot be read|is not there",
    ".hidden.tif": "is hidden",
    '" "': "is empty",
}
LISTS: dict[str, tuple[bytes, str]] = {
    "is empty": (b"", "its first line must name the column _rel_path once"),
    "has no such column": (b"path\ncell.tif\n", "its first line must name the column _rel_path once"),
    "has the column twice": (b"_rel_path,_rel_path\ncell.tif,cell.tif\n", "must name the column _rel_path once"),
    "has semicolons": (b"_rel_path;note\ncell.tif;\n", "separate columns by commas"),
    "is UTF-16": ("_rel_path\ncell.tif\n".encode("utf-16"), "no UTF-8 text"),
    "has a byte of Latin-1": (b"_rel_path\nGr\xfc\xdfe.tif\n", "no UTF-8 text"),
    "has an open quote": (b'_rel_path\n"cell.tif\n', "Correct the quotes in that line"),
    "has a field without end": (b"_rel_path\n" + b"a" * 200_000, "line 2: field larger than field limit"),
    "is an image": (Tiff().written(), "no UTF-8 text"),
}


def list_cases() -> Iterator[Case]:
    """All lists that must be refused, and lists of one row that must be left out."""
    for row, error in ROWS.items():
        yield Case(
            f"row: {row[:30]!r}", "list", f"list.csv, line 2: .*({error})", _listed(f"_rel_path\n{row}\n".encode())
        )
    for name, (raw, error) in LISTS.items():
        yield Case(f"list: {name}", "list", f"list.csv cannot be read: .*({error})", _listed(raw))
    yield Case("list: larger than 20 MB", "list", "it is larger than 20 MB. Split the list", _large)
    yield Case("list: a pipe", "list", "it is no file. Choose a CSV file", _pipe)
    yield Case("list: not there", "list", "does not exist. Choose a folder", lambda folder: folder / "list.csv")


def _listed(raw: bytes) -> Callable[[Path], Path | str]:
    def make(folder: Path) -> Path:
        inner = folder / "study"
        (inner / "folder.tif").mkdir(parents=True)
        (folder / "secret.tif").write_bytes(Tiff().written())
        (folder / "outside").mkdir()
        (folder / "outside" / "secret.tif").write_bytes(Tiff().written())
        (inner / ".hidden.tif").write_bytes(Tiff().written())
        (inner / "linked.tif").symlink_to(folder / "secret.tif")
        (inner / "out").symlink_to(folder / "outside")
        os.mkfifo(inner / "pipe.tif")
        (inner / "list.csv").write_bytes(raw)
        return inner / "list.csv"

    return make


def _large(folder: Path) -> Path:
    with (folder / "list.csv").open("wb") as file:
        file.truncate(21 * 1024**2)
    return folder / "list.csv"


def _pipe(folder: Path) -> Path:
    os.mkfifo(folder / "list.csv")
    return folder / "list.csv"

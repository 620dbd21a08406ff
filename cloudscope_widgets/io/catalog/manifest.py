"""A list of recordings given as a CSV file, the manifest."""

from __future__ import annotations

import csv
import io
import posixpath
import stat
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path, PureWindowsPath

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.catalog.folder import FileEntry, FolderListing, is_inside, is_tiff_name, list_folder
from cloudscope_widgets.io.platform.files import is_hidden, true_name

PATH_COLUMN = "_rel_path"
LARGEST_MANIFEST_BYTES = 20 * 1024**2
_MOST_SHOWN = 100


def read_manifest(path: Path) -> tuple[tuple[FileEntry, ...], tuple[str, ...]]:
    """Read the recordings that a manifest names, and a warning for each row that names none.

    The column ``_rel_path`` holds paths from the manifest's folder, with slashes or backslashes; they must stay
    inside it. Rows for several channels of one recording give one entry.

    Returns
    -------
    Entries in the order of the rows, and warnings that state file, line and reason.

    Raises
    ------
    ImageReadError
        When the file cannot be read, is too large, no UTF-8, no CSV, or has no column ``_rel_path``.
    """
    places = _Places(path.parent)
    entries: dict[Path, FileEntry] = {}
    warnings: list[str] = []
    for line, text in _rows(path):
        try:
            entry = places.entry(text)
        except ValueError as reason:
            warnings.append(f"{path}, line {line}: {PATH_COLUMN} {_shown(text)} {reason}.")
        else:
            entries.setdefault(entry.path, entry)
    return tuple(entries.values()), tuple(warnings)


def _shown(text: str) -> str:
    """Text of a row as it fits a sentence: short, and without characters that break a line."""
    short = text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN]}…"
    return f'"{"".join(sign if sign.isprintable() else " " for sign in short)}"'


@dataclass(frozen=True, slots=True)
class _Places:
    """Finds the files that rows name; each folder is read once, however many rows lead there."""

    root: Path
    listings: dict[Path, FolderListing] = field(default_factory=dict)
    seen: set[Path] = field(default_factory=set)

    def entry(self, text: str) -> FileEntry:
        """Entry of the recording that a row names; raises ValueError with the reason when it names none."""
        path = self.root / _relative(text)
        try:
            listing = self._listing(path.parent)
            name = path.name if path.name in listing.images else self._other_spelling(path, listing)
            entry = listing.entry(listing.channels(name), self.root)
        except OSError as error:
            raise ValueError(f"cannot be read: {error.strerror or error}") from error
        if listing.folder / name in self.seen:
            raise ValueError("stands in an earlier line")
        self.seen.add(listing.folder / name)
        return entry

    def _listing(self, folder: Path) -> FolderListing:
        if folder not in self.listings:
            if not is_inside(folder, self.root):
                raise ValueError("leads out of the folder through a link")
            inner = [folder, *folder.parents][: len(folder.relative_to(self.root).parts)]
            if any(is_hidden(part) for part in inner):
                raise ValueError("is in a hidden folder")
            real = folder.resolve()
            self.listings[real] = self.listings.get(real) or list_folder(folder, root=self.root)
            self.listings[folder] = self.listings[real]
        return self.listings[folder]

    def _other_spelling(self, path: Path, listing: FolderListing) -> str:
        """Name of a file that is not listed under the name of the row, or ValueError with the reason."""
        if not is_inside(path, self.root):
            raise ValueError("leads out of the folder through a link")
        if not path.is_file():
            raise ValueError("is not there or is no file")
        name = true_name(path).name
        if name not in listing.images:
            raise ValueError("is hidden")
        return name


def _relative(text: str) -> str:
    """Path of a row with slashes and without detours; raises ValueError when it is none below the folder."""
    slashed = text.replace("\\", "/")
    if not text:
        raise ValueError("is empty")
    if "\0" in text:
        raise ValueError("is no path")
    if PureWindowsPath(slashed).anchor:
        raise ValueError("must be relative to the folder of the list")
    relative = posixpath.normpath(slashed)
    if relative.split("/")[0] == "..":
        raise ValueError("leads out of the folder")
    if not is_tiff_name(relative):
        raise ValueError("is no TIFF image by its name")
    return relative


def _rows(path: Path) -> Iterator[tuple[int, str]]:
    """Line number and path text of each row that is not blank."""
    reader = csv.reader(io.StringIO(_text(path), newline=""), strict=True)
    try:
        column = _column(next(reader, []), path)
        line = reader.line_num + 1
        for row in reader:
            if any(row):
                yield line, row[column].strip() if column < len(row) else ""
            line = reader.line_num + 1
    except csv.Error as error:
        raise _refused(path, f"line {reader.line_num}: {error}", "Correct the quotes in that line.") from error


def _column(header: list[str], path: Path) -> int:
    names = [name.strip() for name in header]
    if names.count(PATH_COLUMN) != 1:
        reason = f"its first line must name the column {PATH_COLUMN} once"
        raise _refused(path, reason, "Add the column and separate columns by commas.")
    return names.index(PATH_COLUMN)


def _text(path: Path) -> str:
    try:
        status = path.stat()
        if not stat.S_ISREG(status.st_mode):  # a named pipe would block for ever
            raise _refused(path, "it is no file", "Choose a CSV file.")
        if status.st_size > LARGEST_MANIFEST_BYTES:
            limit = f"{LARGEST_MANIFEST_BYTES // 1024**2} MB"
            raise _refused(path, f"it is larger than {limit}", "Split the list into several files.")
        return path.read_bytes().decode("utf-8-sig")
    except OSError as error:
        raise _refused(path, f"{error.strerror or error}", "Check the path and your rights.") from error
    except UnicodeDecodeError as error:
        raise _refused(path, f"byte {error.start} is no UTF-8 text", "Save it as CSV in UTF-8.") from error


def _refused(path: Path, reason: str, remedy: str) -> ImageReadError:
    return ImageReadError(f"The list of recordings {path} cannot be read: {reason}. {remedy}")

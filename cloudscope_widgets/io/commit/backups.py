"""Versions of saved files that were displaced, and copies of what was saved last, in the hidden folder.

CloudScope writes its files in place. The copy of what we saved is what remains of it when such a program, which read
the files earlier, writes over it.
"""

from __future__ import annotations

import contextlib
import re
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cloudscope_widgets.io.paths import is_own_folder, short_name, work_folder
from cloudscope_widgets.io.platform.files import link_or_copy, long_path, rename_new, replace_file

LARGEST_FOLDER_BYTES = 200_000_000
"""Most bytes of all backups beside the images of one folder."""
OLD_S = 86_400.0
"""Age after which something unfinished is taken for abandoned when nobody can tell who makes it."""
KEPT_TABLES = 1
KEPT_OTHERS = 5

THEIRS = ".theirs"
"""Ends the name of what another program wrote and nobody has taken in; only the limit of the folder ends it."""
OVERWRITTEN = ".overwritten"
"""Ends the name of what was saved here and another program, which may not have read it, wrote over; likewise."""

_NAME = re.compile(
    r"(?P<name>.+)\.(?P<made>\d{8}T\d{12})\.(?P<size>\d+)\.(?P<digest>[0-9a-f]{12})"
    r"(?P<ending>\.theirs|\.overwritten|\.-?\d+)?"
)
_DIGEST_LENGTH = 12


@dataclass(frozen=True, slots=True)
class Backup:
    """One kept version of a saved file."""

    path: Path
    name: str
    """Of the saved file, shortened where it is long."""
    made: str
    """When it was kept, UTC, as text that sorts by time."""
    size: int
    digest: str
    """First digits of the hash of its content."""
    ending: str = ""
    """``THEIRS``, ``OVERWRITTEN``, nothing, or of a file that is watched the time of its last change in nanoseconds."""

    @property
    def is_table(self) -> bool:
        """Whether it holds results, which can be computed again."""
        return self.name.endswith((".csv", ".tsv"))

    def is_of(self, sha256: str, size: int) -> bool:
        """Whether it was kept with this content."""
        return (self.size, self.digest) == (size, sha256[:_DIGEST_LENGTH])


def backups_folder(image: Path) -> Path:
    """Folder of the backups of one image and its neighbours."""
    return work_folder(image) / "backups"


def kept_backups(folder: Path) -> list[Backup]:
    """Backups in a folder, the oldest first; anything else there is left out."""
    if not (is_own_folder(folder.parent) and is_own_folder(folder)):
        return []
    try:
        found = [_backup(path) for path in folder.iterdir()]
    except OSError:  # there are none, or nobody may look
        return []
    return sorted((backup for backup in found if backup is not None), key=lambda backup: backup.made)


def named_backup(folder: Path, path: Path, sha256: str, size: int, ending: str = "") -> Path:
    """Path for a version of a saved file that is kept from now on."""
    digest = sha256[:_DIGEST_LENGTH].ljust(_DIGEST_LENGTH, "0")
    return folder / f"{short_name(path.name)}.{datetime.now(UTC):%Y%m%dT%H%M%S%f}.{size}.{digest}{ending}"


def _backup(path: Path) -> Backup | None:
    match = _NAME.fullmatch(path.name)
    if match is None:
        return None
    return Backup(path, match["name"], match["made"], int(match["size"]), match["digest"], match["ending"] or "")


class Keeper:
    """Keeps versions of the saved files of one image, each content once."""

    def __init__(self, image: Path) -> None:
        """Keep in the folder beside ``image``."""
        self.folder = backups_folder(image)
        self._kept = kept_backups(self.folder)
        self._fresh: set[Path] = set()

    def keep(self, path: Path, sha256: str, size: int, ending: str = "") -> Path:
        """Keep the content of a file that is about to be displaced, as a link where there are links.

        Parameters
        ----------
        path
            Of the file.
        sha256, size
            Of its content.
        ending
            ``THEIRS`` for a content that only another program knows.

        Raises
        ------
        OSError
            When it can be neither linked nor copied.
        """
        known = self._found(path, sha256, size)
        if known is not None and known.ending == ending:
            self._fresh.add(known.path)
            return known.path
        target = self._new_path(path, sha256, size, ending)
        link_or_copy(path, target)
        self._note(target)
        return target

    def hold(self, path: Path, found: tuple[str, int], new: tuple[str, int]) -> None:
        """Hold on to what was saved here last when another program has written over it.

        Parameters
        ----------
        path
            Of the saved file.
        found, new
            SHA-256 and size of what it holds now, and of what it is about to hold.
        """
        saved = [backup for backup in self._kept if backup.name == short_name(path.name) and not backup.is_of(*new)]
        if not saved or saved[-1].is_of(*found) or saved[-1].ending:
            return
        with contextlib.suppress(OSError):  # another process has seen to it
            target = saved[-1].path.with_name(f"{saved[-1].path.name}{OVERWRITTEN}")
            rename_new(saved[-1].path, target)
            self._kept.remove(saved[-1])
            self._note(target)

    def keep_copy(self, path: Path, source: Path, sha256: str, size: int) -> None:
        """Keep a copy of what ``path`` is about to hold, a file of its own that nobody writes into.

        Does nothing where there is no space; the saved file itself is safe without it.
        """
        if size > LARGEST_FOLDER_BYTES:
            return
        known = self._found(path, sha256, size)
        unfinished = source.with_name(f"{source.name.removesuffix('.tmp')}.copy.tmp")
        try:
            target = self._new_path(path, sha256, size)
            if known is None:
                shutil.copyfile(long_path(source), long_path(unfinished))
            rename_new(unfinished if known is None else known.path, target)
        except OSError:
            with contextlib.suppress(OSError):
                unfinished.unlink()
            return
        if known is not None:
            self._kept.remove(known)
        self._note(target)

    def take(self, path: Path, sha256: str | None, size: int) -> Path:
        """Move a file that is to go among the backups; OSError when it cannot be moved."""
        target = self._new_path(path, sha256 or "", size)
        replace_file(path, target)
        self._note(target)
        return target

    def prune(self) -> None:
        """Delete what is beyond the limits, tables first and then the oldest, but nothing that was kept just now."""
        for backup in self._surplus():
            with contextlib.suppress(OSError):  # it is tried again after the next save
                backup.path.unlink()
        with contextlib.suppress(OSError):
            for path in self.folder.glob("*.tmp"):
                if time.time() - path.stat().st_mtime > OLD_S:  # a copy that was cut off
                    path.unlink()

    def _surplus(self) -> Iterator[Backup]:
        first_to_stay = sorted(
            self._kept, key=lambda backup: (backup.path in self._fresh, not backup.is_table, backup.made), reverse=True
        )
        counts: dict[str, int] = {}
        total = 0
        for backup in first_to_stay:
            counts[backup.name] = counts.get(backup.name, 0) + (not backup.ending)
            most = 1 + (KEPT_TABLES if backup.is_table else KEPT_OTHERS)  # with the present content
            total += backup.size
            is_one_too_many = not backup.ending and counts[backup.name] > most
            if backup.path not in self._fresh and (is_one_too_many or total > LARGEST_FOLDER_BYTES):
                total -= backup.size
                yield backup

    def _found(self, path: Path, sha256: str, size: int) -> Backup | None:
        """Backup of this very content, None when there is none."""
        name = short_name(path.name)
        found = (backup for backup in self._kept if backup.name == name and backup.is_of(sha256, size))
        return next(filter(_is_whole, found), None)

    def _new_path(self, path: Path, sha256: str, size: int, ending: str = "") -> Path:
        self.folder.mkdir(exist_ok=True)
        return named_backup(self.folder, path, sha256, size, ending)

    def _note(self, target: Path) -> None:
        self._fresh.add(target)
        self._kept += [backup for backup in (_backup(target),) if backup is not None]


def _is_whole(backup: Backup) -> bool:
    """Whether a copy that was never forced to the disk survived a power failure."""
    try:
        return backup.path.stat().st_size == backup.size
    except OSError:
        return False

"""Files that a save displaced, watched for a while: a program that has one open goes on writing into it.

Such a program (CloudScope writes in place, and slowly) had opened the file before our rename took its place, so what it
writes has no name any more. A second name, made before the rename, keeps it.
"""

from __future__ import annotations

import contextlib
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from cloudscope_widgets.io.commit.backups import THEIRS, Backup, backups_folder, kept_backups, named_backup
from cloudscope_widgets.io.commit.content import file_hash, stamp_of
from cloudscope_widgets.io.paths import bundle_paths, short_name, work_folder
from cloudscope_widgets.io.platform.files import long_path, rename_new, second_name

WATCHED_S = 20.0
"""How long after a save something is expected to be written into the file that it displaced."""
QUIET_S = 1.0
"""How long nothing must have been written for a file to count as whole; clocks of shares differ by less."""


@dataclass(frozen=True, slots=True)
class _Watched:
    """One displaced file under its second name."""

    backup: Backup
    """What it was when it was displaced."""
    size: int
    written_ns: int
    age_s: float

    @property
    def is_over(self) -> bool:
        return self.age_s >= WATCHED_S

    @property
    def is_quiet(self) -> bool:
        """Whether a program that was writing has come to an end."""
        return time.time() - self.written_ns / 1e9 >= QUIET_S

    @property
    def looks_touched(self) -> bool:
        """Whether its size or its time tells of writing since; clocks too coarse to tell are why it is read at last."""
        return (self.size, f".{self.written_ns}") != (self.backup.size, self.backup.ending)


def watch(path: Path, sha256: str, size: int) -> None:
    """Give a file that is about to be displaced a second name, where the system has such names.

    Parameters
    ----------
    path
        Of the saved file.
    sha256, size
        Of what it is known to hold.
    """
    with contextlib.suppress(OSError):  # nothing that was known is lost without it
        folder = _displaced_folder(path)
        folder.mkdir(exist_ok=True)
        _, _, written_ns = stamp_of(path) or (0, 0, 0)
        second_name(path, named_backup(folder, path, sha256, size, f".{written_ns}"))


def is_watching(image: Path) -> bool:
    """Whether files displaced by the last saves of one recording are still watched."""
    return bool(_displaced(image))


def keep_late_writing(image: Path) -> tuple[str, ...]:
    """Keep what was written into displaced files since, and let go of those that nobody wrote into.

    Parameters
    ----------
    image
        Path of the image.

    Returns
    -------
    Sentences that the user should see.
    """
    saved = _saved_names(image)
    found = [(saved[backup.name], _looked_at(backup)) for backup in _displaced(image)]
    told = [_settled(path, watched) for path, watched in found if watched is not None]
    return tuple(notice for notice in told if notice)


def _displaced_folder(neighbour: Path) -> Path:
    return work_folder(neighbour) / "displaced"


def _saved_names(image: Path) -> dict[str, Path]:
    return {short_name(path.name): path for path in bundle_paths(image)}


def _displaced(image: Path) -> list[Backup]:
    names = _saved_names(image)
    return [backup for backup in kept_backups(_displaced_folder(image)) if backup.name in names]


def _looked_at(backup: Backup) -> _Watched | None:
    try:
        status = backup.path.stat()
    except OSError:  # another process has seen to it
        return None
    made = datetime.strptime(backup.made, "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
    return _Watched(backup, status.st_size, status.st_mtime_ns, time.time() - made.timestamp())


def _settled(path: Path, watched: _Watched) -> str:
    """Decide about one file; returns a sentence for the user when another program has written into it."""
    try:
        if not watched.is_quiet or not (watched.is_over or watched.looks_touched):
            return ""
        held = watched.backup.path
        if not _is_in_place(path, held):
            kept = _kept(path, watched.backup)
            if kept is not None:
                return _notice(path, kept)
        if watched.is_over:
            held.unlink()
    except OSError:  # another process has seen to it, or it is looked at again the next time
        pass
    return ""


def _is_in_place(path: Path, held: Path) -> bool:
    """Whether a file was not displaced after all, so that its content has a name of its own."""
    try:
        return Path(long_path(path)).samefile(held)
    except FileNotFoundError:
        return False


def _kept(path: Path, displaced: Backup) -> Path | None:
    """Keep what a displaced file holds now, unless that is nothing or the same as before, or is kept or saved."""
    held = displaced.path
    size, sha256 = held.stat().st_size, file_hash(held)
    folder = backups_folder(path)
    others = [backup for backup in kept_backups(folder) if backup.name == short_name(path.name)]
    if not size or sha256 is None or file_hash(path) == sha256:
        return None
    if any(backup.is_of(sha256, size) for backup in (displaced, *others)):
        return None
    folder.mkdir(exist_ok=True)
    kept = named_backup(folder, path, sha256, size, THEIRS)
    rename_new(held, kept)
    for backup in others:  # a name that tells what it held before
        if backup.path.samefile(kept):
            backup.path.unlink()
    return kept


def _notice(path: Path, kept: Path) -> str:
    return (
        f"Another program was writing {path} while it was being saved. What was saved here counts; what the other "
        f"program wrote is kept as {kept}."
    )

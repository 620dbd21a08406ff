"""Writes the saved files of one recording: all of them or none, whatever happens meanwhile.

New contents are written under temporary names and forced to the disk; then a journal that lists them gets its name,
which decides that the save takes place; then the files are renamed. Whoever comes next finishes what was cut off.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import cast

from cloudscope_widgets.core.errors import FilesChanged, SaveError
from cloudscope_widgets.core.package_log import package_logger
from cloudscope_widgets.io.commit.content import Stamp, bytes_of, content_hash, stamp_of
from cloudscope_widgets.io.commit.journal_file import Entry, Journal, journal_path, written_journal
from cloudscope_widgets.io.commit.lock import courtesy_lock
from cloudscope_widgets.io.commit.recovery import Recovery, close_journal, finish, recover_locked
from cloudscope_widgets.io.commit.save_place import why_not_saved
from cloudscope_widgets.io.commit.writer_id import Writer
from cloudscope_widgets.io.paths import short_name, sidecar_path, work_folder
from cloudscope_widgets.io.platform.files import rename_new, sync_folder, write_synced

_TRIES = 3
_UNFINISHED = "The rest is done when the recording is opened or saved next."

_logger = package_logger(__name__)


@dataclass(frozen=True, slots=True)
class Commit:
    """What one save did."""

    changed: tuple[Path, ...] = ()
    """Files that have, or will have, another content; empty when everything was on the disk already."""
    pending: tuple[Path, ...] = ()
    """Those of them that wait for another program to let go of them; the journal keeps their contents."""
    notices: tuple[str, ...] = ()
    """Sentences that the user should see."""
    hashes: Mapping[Path, str | None] = field(default_factory=dict)
    """SHA-256 of every file as it is saved now, for the next save."""
    interruption: BaseException | None = field(default=None, compare=False, repr=False)
    """What interrupted the clean-up after the save was decided on; to be raised when the save has been noted."""


@dataclass(slots=True)
class _Attempt:
    """One save up to its decision."""

    image: Path
    changed: Mapping[Path, bytes | None]
    known: Mapping[Path, str | None]
    hashes: Mapping[Path, str | None]
    """Of the new contents."""
    earlier: Recovery
    """What was found of earlier saves."""
    stamps: Mapping[Path, Stamp | None] = field(default_factory=dict)
    """Of the files when their contents were compared."""
    made: list[Path] = field(default_factory=list)
    """Temporaries on the disk."""
    writer: Writer = field(default_factory=Writer.of_this_process)
    journal: Journal | None = None

    @property
    def waiting(self) -> dict[Path, Entry]:
        """What still waits of an earlier save."""
        return {entry.path: entry for entry in self.earlier.waiting}

    def decide(self) -> BaseException | None:
        """Do everything that can fail, and give the journal its name; what interrupted it after that is returned."""
        self.compare()
        try:
            path = journal_path(self.image, self.earlier.next_number)
            self.journal = written_journal(self.image, path, self.writer.name, self.written_entries())
            temporary = self.temporary()
            write_synced(temporary, self.journal.raw)
            sync_folder(work_folder(self.image))
            if any(stamp_of(path) != stamp for path, stamp in self.stamps.items()):
                self.compare()
            rename_new(temporary, path)
        except BaseException as error:
            if not self.is_decided():
                self.discard()
                raise
            return None if isinstance(error, Exception) else error
        return None

    def compare(self) -> None:
        """Refuse to go on when a file is not what is known of it; what waits counts as if it were in place."""
        stamps: dict[Path, Stamp | None] = {}
        for path, expected in self.known.items():
            stamp = stamp_of(path)
            if path in self.waiting:
                found = self.waiting[path].sha256
            else:
                found, stamps[path] = content_hash(bytes_of(path)), stamp
            if found != expected:
                raise FilesChanged(
                    f"{self.image.name} was not saved: another program has changed {path} since it was opened. "
                    "Open the recording again to see its state; your edits stay here until then."
                )
        self.stamps = stamps

    def written_entries(self) -> tuple[Entry, ...]:
        """Write every new content under a temporary name; what still waits from before is taken along."""
        entries = [entry for path, entry in self.waiting.items() if path not in self.changed]
        for path, raw in self.changed.items():
            temporary = None if raw is None else self.temporary()
            if raw is not None and temporary is not None:
                write_synced(temporary, raw, mode=_mode(path))
            displaced = self.waiting[path].displaced if path in self.waiting else self.known.get(path)
            entries.append(Entry(path, temporary, self.hashes[path], displaced))
        return tuple(sorted(entries, key=lambda entry: entry.path == sidecar_path(self.image)))

    def temporary(self) -> Path:
        """Name a new temporary."""
        name = f"{short_name(self.image.name)}.{self.writer.name}.{len(self.made)}.tmp"
        self.made.append(work_folder(self.image) / name)
        return self.made[-1]

    def is_decided(self) -> bool:
        """Whether the journal has its name, although giving it was reported to have failed."""
        try:
            raw = None if self.journal is None else bytes_of(self.journal.path)
        except OSError:
            return False
        return raw is not None and raw.startswith(f"{self.writer.name}\n".encode())

    def discard(self) -> None:
        """Remove the temporaries."""
        _unlink(self.made)


def commit_files(image: Path, files: Mapping[Path, bytes | None], known: Mapping[Path, str | None]) -> Commit:
    """Bring the files beside an image to the given contents.

    Parameters
    ----------
    image
        Path of the image, which is not touched.
    files
        Bytes of each file in the order of renaming; None for a file that is to go (it is kept among the backups).
    known
        SHA-256 of each file as it was read or written last; None for a file that was not there.

    Returns
    -------
    What was done. From the moment it is decided on, a save never fails: what cannot be finished now is pending.

    Raises
    ------
    FilesChanged
        When another program has changed one of the files meanwhile; nothing is written.
    SaveError
        When a file cannot be written; nothing on the disk has changed.
    """
    hashes = {path: content_hash(raw) for path, raw in files.items()}
    changed = {path: raw for path, raw in files.items() if hashes[path] != known.get(path)}
    if not changed:
        return Commit(hashes=hashes)
    done: Commit | None = None
    try:
        check_place(image)
        _make_work_folder(image)
        with courtesy_lock(image):
            done = replace(_committed(image, changed, known, hashes), hashes=hashes)
    except OSError as error:
        if done is None:
            raise not_saved(image, error) from error
    except BaseException as error:
        if done is None:
            raise
        return replace(done, interruption=done.interruption or error)
    return done


def check_place(image: Path) -> None:
    """Refuse at once to save where that cannot be done, or would lead elsewhere; SaveError says why and what to do."""
    why = why_not_saved(image)
    if why:
        raise SaveError(f"{image.name} was not saved. {why}")


def not_saved(image: Path, error: OSError) -> SaveError:
    """Error for a save that failed before it was decided on."""
    where, reason = error.filename or image.parent, error.strerror or str(error)
    return SaveError(
        f"{image.name} was not saved: {where}: {reason}. Nothing on disk has changed; make the folder writable or free "
        "some space, and save again."
    )


def _make_work_folder(image: Path) -> None:
    folder = work_folder(image)
    if not folder.is_dir():
        folder.mkdir(exist_ok=True)
        sync_folder(image.parent)  # a journal in a folder that is lost would not count


# ---------------------------------------------------------------- up to the decision
def _committed(
    image: Path,
    changed: Mapping[Path, bytes | None],
    known: Mapping[Path, str | None],
    hashes: Mapping[Path, str | None],
) -> Commit:
    for tries_left in reversed(range(_TRIES)):
        earlier = recover_locked(image)
        attempt = _Attempt(image, changed, known, hashes, earlier)
        try:
            interruption = attempt.decide()
        except FileExistsError:  # without a lock another saver was quicker by a moment: see what it wrote
            if not tries_left:
                raise
        else:
            commit = _cleaned_up(attempt, interruption)
            return replace(commit, notices=(*earlier.notices, *commit.notices))
    raise AssertionError("the last try returns or raises")


def _mode(path: Path) -> int | None:
    """Who may read and write a file now, so that a shared folder stays shared."""
    try:
        return path.stat().st_mode
    except OSError:
        return None


# ---------------------------------------------------------------- after the decision
def _cleaned_up(attempt: _Attempt, interruption: BaseException | None) -> Commit:
    image, changed, journal = attempt.image, tuple(attempt.changed), cast("Journal", attempt.journal)
    if interruption is not None:
        return Commit(changed, _unfinished(journal), (_UNFINISHED,), interruption=interruption)
    try:
        if attempt.earlier.journal is not None:
            close_journal(attempt.earlier.journal)
        outcome = finish(image, journal, attempt.stamps)
    except BaseException as error:
        if isinstance(error, Exception):
            _logger.exception("the clean-up after saving %s broke off", image)
        interruption = None if isinstance(error, Exception) else error
        return Commit(changed, _unfinished(journal), (_UNFINISHED,), interruption=interruption)
    superseded = [attempt.waiting[path].temporary for path in changed if path in attempt.waiting]
    _unlink(path for path in superseded if path is not None)
    return Commit(changed, tuple(entry.path for entry in outcome.waiting), (*outcome.notices, *outcome.requests()))


def _unlink(paths: Iterable[Path]) -> None:
    for path in paths:
        with contextlib.suppress(OSError):  # it is seen to at the next save
            path.unlink()


def _unfinished(journal: Journal) -> tuple[Path, ...]:
    """Files whose new content has not got its name yet, and those that are still to go."""
    return tuple(entry.path for entry in journal.entries if (entry.temporary or entry.path).exists())

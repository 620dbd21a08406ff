"""Finishing what an interrupted save had decided on, and clearing away what it had not.

Every step may be repeated, by this process or by another one, and may be cut off anywhere.
"""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from cloudscope_widgets.io.commit.backups import OLD_S, THEIRS, Keeper
from cloudscope_widgets.io.commit.content import Stamp, bytes_of, file_hash, stamp_of
from cloudscope_widgets.io.commit.displaced_files import keep_late_writing, watch
from cloudscope_widgets.io.commit.journal_file import (
    ENDING,
    DamagedJournal,
    Entry,
    Journal,
    finished_length,
    is_finished,
    is_interrupted,
    journal_number,
    journal_paths,
    parse_journal,
    written_journal,
)
from cloudscope_widgets.io.commit.lock import courtesy_lock
from cloudscope_widgets.io.commit.writer_id import Writer
from cloudscope_widgets.io.paths import is_own_folder, short_name, work_folder
from cloudscope_widgets.io.platform.files import (
    cut_off,
    is_held_open,
    rename_new,
    replace_file,
    sync_folder,
    write_synced,
)

FINISHED_KEPT_S = 60.0
"""How much older than the latest a finished journal may get: longer than a process hangs that has begun to decide."""

_DAMAGED = ".damaged"


@dataclass(frozen=True, slots=True)
class Recovery:
    """What was found of earlier saves of one recording."""

    finished: tuple[Path, ...] = ()
    """Files that were brought up to date now."""
    waiting: tuple[Entry, ...] = ()
    """Files that still wait for another program to let go of them."""
    journal: Journal | None = None
    """What they wait in."""
    next_number: int = 0
    """Of the journal of a save that starts from here; 0 unless the caller holds the lock."""
    notices: tuple[str, ...] = ()
    """Sentences that the user should see."""
    requests: tuple[str, ...] = ()
    """What the user is to do about the files that wait, in sentences."""

    @property
    def pending(self) -> tuple[Path, ...]:
        """Paths of the files that still wait."""
        return tuple(entry.path for entry in self.waiting)


@dataclass(slots=True)
class Outcome:
    """How far the renames of one journal came."""

    finished: list[Path] = field(default_factory=list)
    waiting: dict[Entry, OSError] = field(default_factory=dict)
    notices: list[str] = field(default_factory=list)
    is_synced: bool = True

    def requests(self) -> tuple[str, ...]:
        """What the user is to do about the files that wait, in sentences."""
        held = [entry.path.name for entry, error in self.waiting.items() if is_held_open(error)]
        others = [(entry.path.name, error) for entry, error in self.waiting.items() if not is_held_open(error)]
        tables = [name for name in held if name.endswith((".csv", ".tsv"))]
        said = [f"Close Excel to finish {' and '.join(tables)}."] if tables else []
        said += [f"Close the program that has {name} open to finish it." for name in held if name not in tables]
        said += [
            f"{name} could not be brought in place ({error.strerror or error}). This is tried again when the recording "
            "is opened or saved next."
            for name, error in others
        ]
        return tuple(said)

    def sync(self, image: Path, folder: Path) -> None:
        """Wait until renames are on the disk; where the disk fails, the journal stays and the user is told once."""
        try:
            sync_folder(folder)
        except OSError as error:
            if self.is_synced:
                self.notices.append(
                    f"The disk did not confirm that {image.name} is saved ({error.strerror or error}). Check the disk, "
                    "then open the recording again."
                )
            self.is_synced = False


# ---------------------------------------------------------------- at open and before a save
def recover(image: Path) -> Recovery:
    """Finish an interrupted save of one recording, and remove what dead writers left behind.

    Parameters
    ----------
    image
        Path of the image, which is not touched.

    Returns
    -------
    What was done, and what still waits. Nothing that stands in the way raises: it waits for the next time.
    """
    if not is_own_folder(work_folder(image)):  # a link, for instance: nothing there is ours
        return Recovery()
    try:
        if not _has_work(image):
            return Recovery(notices=keep_late_writing(image))
        with courtesy_lock(image):
            return recover_locked(image)
    except OSError as error:
        reason = error.strerror or str(error)
        return Recovery(notices=(f"An interrupted save of {image.name} cannot be looked at: {reason}.",))


def _has_work(image: Path) -> bool:
    return bool(is_interrupted(image) or _left_behind(image) or _set_aside(image))


def recover_locked(image: Path) -> Recovery:
    """Do the same for a caller who holds the lock."""
    left = _left_behind(image)  # before the journals are listed: who is dead now decides on nothing any more
    paths = journal_paths(image)
    outcome = Outcome()
    journal = _latest(image, paths)
    if journal is not None:
        finish(image, journal, outcome=outcome)
    _clear(left, keep={entry.temporary for entry in outcome.waiting})
    return Recovery(
        finished=tuple(outcome.finished),
        waiting=tuple(outcome.waiting),
        journal=journal if outcome.waiting else None,
        next_number=max((journal_number(image, path) or 0 for path in paths), default=0) + 1,
        notices=(
            *outcome.notices,
            *keep_late_writing(image),
            *(_damage_notice(image, path) for path in _set_aside(image)),
        ),
        requests=outcome.requests(),
    )


def _latest(image: Path, paths: list[Path]) -> Journal | None:
    """Read the journal that counts, None when it is finished; damaged ones are put aside."""
    for path in reversed(paths):
        raw = bytes_of(path)
        if raw is None:  # it was an old one
            continue
        if is_finished(raw):
            return None
        journal = _read(image, path, raw)
        if journal is not None:
            return journal
    return None


def _read(image: Path, path: Path, raw: bytes) -> Journal | None:
    """Read a journal; one that is damaged, or whose new contents are, is put aside."""
    journal: Journal | None = None
    try:
        journal = parse_journal(image, path, raw)
        _check_temporaries(journal)
    except DamagedJournal:
        _put_aside(image, path, journal)
        return None
    return journal


def _check_temporaries(journal: Journal) -> None:
    """Refuse a journal whose new contents are damaged or gone, before any file is touched."""
    for entry in journal.entries:
        if entry.temporary is None:
            continue
        held = file_hash(entry.temporary)
        is_lost = held is None and entry.displaced != entry.sha256 and file_hash(entry.path) == entry.displaced
        if held not in {None, entry.sha256} or is_lost:
            raise DamagedJournal(f"the new {entry.path.name} is not what was written")


# ---------------------------------------------------------------- renames
def finish(
    image: Path,
    journal: Journal,
    stamps: Mapping[Path, Stamp | None] | None = None,
    outcome: Outcome | None = None,
) -> Outcome:
    """Bring every file of a journal in place; what another program holds open waits, the rest does not.

    Parameters
    ----------
    image
        Path of the image.
    journal
        What was decided on.
    stamps
        Stamps of the files when their contents were last compared; without them the contents are compared again.
    outcome
        To be added to.
    """
    outcome, keeper = outcome or Outcome(), Keeper(image)
    outcome.sync(image, work_folder(image))
    waiting: list[Entry] = []
    for entry in journal.entries:
        try:
            if _bring_in(entry, keeper, outcome, (stamps or {}).get(entry.path)):
                outcome.finished.append(entry.path)
        except OSError as error:
            if not _is_done(entry):
                outcome.waiting[entry] = error
                waiting.append(entry)
    outcome.sync(image, image.parent)  # names that linger in the work folder do no harm
    if outcome.is_synced:
        _shorten(image, journal, tuple(waiting))
    keeper.prune()
    return outcome


def _is_done(entry: Entry) -> bool:
    """Whether another process has done meanwhile what failed here."""
    return entry.temporary is not None and not os.path.lexists(entry.temporary)


def _bring_in(entry: Entry, keeper: Keeper, outcome: Outcome, stamp: Stamp | None) -> bool:
    """Do what one entry says; False when it was done before."""
    if entry.temporary is None:
        return _take_away(entry, keeper, outcome)
    new = stamp_of(entry.temporary)
    if new is None:
        return False
    _keep_displaced(entry, keeper, outcome, stamp, new[1])
    keeper.keep_copy(entry.path, entry.temporary, str(entry.sha256), new[1])
    with contextlib.suppress(FileNotFoundError):  # another process has finished it meanwhile
        replace_file(entry.temporary, entry.path)
    return True


def _keep_displaced(entry: Entry, keeper: Keeper, outcome: Outcome, stamp: Stamp | None, new_size: int) -> None:
    """Keep what is about to be replaced; what nobody of us has seen must be kept, or nothing is replaced."""
    now = stamp_of(entry.path)
    if now is None:
        return
    found = entry.displaced if stamp == now else file_hash(entry.path)
    if found in {None, entry.sha256}:
        return
    is_theirs = found != entry.displaced
    keeper.hold(entry.path, (str(found), now[1]), (str(entry.sha256), new_size))
    watch(entry.path, str(found), now[1])
    if is_theirs and not now[1]:  # cut to nothing, and about to be written
        return
    try:
        kept = keeper.keep(entry.path, str(found), now[1], THEIRS if is_theirs else "")
    except OSError:
        if is_theirs:
            raise
        return
    if is_theirs:
        outcome.notices.append(_displaced_notice(entry, kept))


def _take_away(entry: Entry, keeper: Keeper, outcome: Outcome) -> bool:
    """Move a file that is to go among the backups, and put it back when it was not the one that was meant."""
    now = stamp_of(entry.path)
    if now is None:
        return False
    if file_hash(entry.path) != entry.displaced:
        outcome.notices.append(f"{entry.path} was changed by another program meanwhile, and so was not taken away.")
        return False
    try:
        watch(entry.path, str(entry.displaced), now[1])
        kept = keeper.take(entry.path, entry.displaced, now[1])
    except FileNotFoundError:
        return False
    with contextlib.suppress(OSError):  # it is kept, whatever it was; or somebody has written it anew
        if file_hash(kept) != entry.displaced:
            rename_new(kept, entry.path)
    return True


def _displaced_notice(entry: Entry, kept: Path) -> str:
    return (
        f"{entry.path} was changed by another program while it was being saved. What was saved here counts; the other "
        f"version is kept as {kept}."
    )


def _shorten(image: Path, journal: Journal, waiting: tuple[Entry, ...]) -> None:
    """Take what is done out of the journal."""
    if not waiting:
        close_journal(journal)
        _forget_old(image)
    elif waiting != journal.entries:
        with contextlib.suppress(OSError):  # it is finished once more the next time, which changes nothing
            if bytes_of(journal.path) == journal.raw:
                temporary = work_folder(image) / f"{short_name(image.name)}.{Writer.of_this_process().name}.tmp"
                write_synced(temporary, written_journal(image, journal.path, journal.writer, waiting).raw)
                replace_file(temporary, journal.path)


def close_journal(journal: Journal) -> None:
    """Leave nothing to be done of a journal but its name."""
    with contextlib.suppress(OSError):  # it is finished once more the next time, which changes nothing
        cut_off(journal.path, finished_length(journal.raw))


def _forget_old(image: Path) -> None:
    """Remove journals that nobody can be about to decide on any more; the latest stays, so that numbers only rise."""
    paths = journal_paths(image)
    with contextlib.suppress(OSError):  # it is tried again the next time
        changed_s = [path.stat().st_mtime for path in paths]  # all by one clock, which need not be that of this machine
        for path, when_s in zip(paths[:-1], changed_s, strict=False):
            if changed_s[-1] - when_s > FINISHED_KEPT_S:
                path.unlink()


# ---------------------------------------------------------------- what is left behind
def _clear(left: list[Path], *, keep: set[Path | None]) -> None:
    """Remove temporaries of dead writers that no journal needs."""
    for path in left:
        if path not in keep:
            with contextlib.suppress(OSError):  # it is tried again the next time
                path.unlink()


def _left_behind(image: Path) -> list[Path]:
    """Temporaries of this recording whose writer does not live."""
    start = f"{short_name(image.name)}."
    try:
        with os.scandir(work_folder(image)) as entries:
            found = [entry for entry in entries if entry.name.startswith(start) and entry.name.endswith(".tmp")]
            return [Path(entry.path) for entry in found if _is_abandoned(entry, entry.name.removeprefix(start))]
    except OSError:  # there is no such folder, or nobody may look
        return []


def _is_abandoned(entry: os.DirEntry[str], rest: str) -> bool:
    writer = Writer.parse(rest.partition(".")[0])
    if writer is None:
        return False
    if writer.is_elsewhere:
        return time.time() - entry.stat().st_mtime > OLD_S
    return not writer.is_living


def _put_aside(image: Path, damaged: Path, journal: Journal | None) -> None:
    """Keep a damaged journal and the contents that may belong to it, the journal last, so that this can be repeated."""
    token = secrets.token_hex(4)
    named = {entry.temporary for entry in journal.entries if entry.temporary is not None} if journal else set()
    for path in [*sorted(named.union(_left_behind(image))), damaged]:
        with contextlib.suppress(FileNotFoundError):
            rename_new(path, path.with_name(f"{path.name.removesuffix('.tmp')}.{token}{_DAMAGED}"))


def _set_aside(image: Path) -> list[Path]:
    """Journals of this recording that were found damaged, until somebody deletes them."""
    start = f"{short_name(image.name)}."
    try:
        names = sorted(name for name in os.listdir(work_folder(image)) if name.startswith(start))  # noqa: PTH208
    except OSError:
        return []
    return [work_folder(image) / name for name in names if f"{ENDING}." in name and name.endswith(_DAMAGED)]


def _damage_notice(image: Path, path: Path) -> str:
    return (
        f"A save of {image.name} was interrupted and could not be finished, because its journal or its new files are "
        f"damaged. Some of the files beside the image may be those of the save before. What is left of it ends with "
        f"{_DAMAGED} in {path.parent}; delete {path.name} there when it is no longer wanted."
    )

"""An observable snapshot with files beside an image: saving it, and taking in what other programs save."""

from __future__ import annotations

import contextlib
import random
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Literal

import traitlets as T  # noqa: N812  (short name used by all of this package)

from cloudscope_widgets.core.errors import FilesChanged, SaveError
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.merge.three_way import merge
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.table_clock import first_seen
from cloudscope_widgets.io.commit.backups import backups_folder
from cloudscope_widgets.io.commit.lock import courtesy_lock
from cloudscope_widgets.io.format.records import with_table_hashes
from cloudscope_widgets.io.images.recording import Recording
from cloudscope_widgets.store.disk.change import conflict_error, disk_change
from cloudscope_widgets.store.disk.saver import Saver, SaveReport, Stored, contents
from cloudscope_widgets.store.disk.stable_read import Clock, Settled
from cloudscope_widgets.store.disk.unsaved import gone_words, unsaved_words
from cloudscope_widgets.store.history import Step
from cloudscope_widgets.store.snapshot_store import ObservableSnapshot

Resolution = Literal["keep_both", "take_theirs", "overwrite"]
MOST_TRIES = 60
"""Other programs may save between our reading and our writing; so often in a row they do not."""
LONGEST_PAUSE_S = 0.05


def _no_fingerprint(_channel: int) -> str:
    return ""


class SavedRecording(ObservableSnapshot):
    """One recording whose state is saved beside its image, where others may save as well."""

    notices = T.Tuple(read_only=True)
    """Sentences that the user should see."""
    drafts = T.Tuple(read_only=True)
    """Unsaved work that an earlier session left behind, the newest first."""
    draft_writers = T.Tuple(read_only=True)
    """Other pages of the same browser in a dashboard that keep unsaved work of it, each by the token of its drafts."""
    reloaded = T.Unicode(read_only=True)
    """What was taken in last from another program, as a sentence; empty when nothing was."""
    importable = T.Instance(Snapshot, allow_none=True, read_only=True)
    """What KymFlow saved of this recording and ``import_kymflow`` takes in; None when there is nothing."""

    def __init__(
        self,
        path: Path,
        snapshot: Snapshot,
        *,
        recording: Recording | None = None,
        found: Settled | None = None,
        clock: Clock | None = None,
    ) -> None:
        """Hold ``snapshot`` as the saved state of the image at ``path``."""
        bundle = found.bundle if found else None
        self._image = recording.opened_image() if recording else None
        snapshot = self._first_seen(snapshot, ())
        super().__init__(snapshot, is_blocked=bool(bundle and bundle.damage))
        self.path = path
        self._clock = clock or Clock()
        self._disk_lock = threading.RLock()
        self._saver = Saver(recording, found.bundle, found.stamps, self._clock) if recording and found else None
        self.set_trait("notices", (*snapshot.header.notes, *(bundle.notices if bundle else ())))
        importable = bundle.importable if bundle else None
        self.set_trait("importable", importable and self._first_seen(importable, ()))

    @property
    def damage(self) -> str:
        """Why nothing can be saved, as a sentence about the saved file that cannot be read; empty otherwise."""
        return self._saver.found.damage if self._saver else ""

    @property
    def image_header(self) -> Header | None:
        """What the image itself says, before any saved calibration; None when there is no image file."""
        return self._saver.header if self._saver else None

    # ------------------------------------------------------------ import
    def import_kymflow(self) -> None:
        """Take in the regions, metadata, verdict and velocities that KymFlow saved, as one step that can be undone.

        What there is already stays; a region of yours that has the id of one of theirs gets a new one.

        Raises
        ------
        ValueError
            When KymFlow has saved nothing of this recording, or it was imported already.
        """
        found, header = self.importable, self.image_header
        if found is None or header is None:
            raise ValueError(f"KymFlow has saved nothing of {self.path.name} that is still to be imported")
        self.apply("Import from KymFlow", lambda now: merge(Snapshot(header), now, found, taken=now.rois.ids).snapshot)
        self.set_trait("importable", None)

    # ------------------------------------------------------------ saving
    def save(self) -> SaveReport:
        """Write everything beside the image, where it differs from what is there; the image is never touched.

        What another program has saved meanwhile is taken in first. Undo then takes back your own edits only.

        Returns
        -------
        What was saved, as files and as a sentence.

        Raises
        ------
        SaveConflict
            When here and in another program the same was changed; the message names it. Nothing is written, and
            ``resolve`` ends it.
        SaveError
            When a file cannot be written, or one that cannot be read would be overwritten.
        """
        return self._with_disk(is_both_kept=False)

    def resolve(self, how: Resolution) -> SaveReport:
        """Decide what becomes of files that another program has changed under unsaved edits.

        Parameters
        ----------
        how
            ``keep_both`` saves the changes of both. A region, result or event that both have changed is kept twice,
            yours as a copy under a new id; of a field there is only one, and yours counts. ``take_theirs`` shows what
            the other program saved, as one step that can be undone. ``overwrite`` saves your version alone.

        Returns
        -------
        What was saved, as files and as a sentence.

        Raises
        ------
        SaveError
            When a file cannot be written, or what the other program left cannot be read and so cannot be kept.
        """
        if how == "keep_both":
            return self._with_disk(is_both_kept=True)
        if how not in {"take_theirs", "overwrite"}:
            raise ValueError(f"choose keep_both, take_theirs or overwrite, got {how!r}")
        try:
            with self._disk_lock:
                return self._take_theirs() if how == "take_theirs" else self._overwrite()
        finally:
            self._tell()

    def look_at_disk(self) -> bool:
        """Take in what another program has saved, if there is nothing unsaved here; otherwise note it.

        A session does this every two seconds for its open recordings. Files that are being written are left alone
        until they are whole.

        Returns
        -------
        Whether another program seems to be writing now, so that it is worth looking again soon.
        """
        saver = self._saver
        if saver is None or not self._disk_lock.acquire(blocking=False):  # whoever saves looks as well
            return False
        try:
            late = saver.late_writing()
            if late:
                self.set_trait("notices", (*self.notices, *late))
            is_over = self.disk_change is not None and not self.disk_change.damage and not self._state.is_dirty
            settled = saver.read() if is_over else saver.look()
            if settled is not None:
                self._take_in(saver, settled)
        finally:
            self._disk_lock.release()
            self._tell()
        return saver.is_settling

    # ------------------------------------------------------------ private
    @T.observe("header")
    def _follow_layout(self, change: T.Bunch) -> None:
        """Read saved files in the present layout of the image, and say what is true of it."""
        if self._saver is not None:
            self._saver.layout = self._state.snapshot.header.layout
        if isinstance(change.old, Header) and change.old.notes != change.new.notes:
            others = (notice for notice in self.notices if notice not in change.old.notes)
            self.set_trait("notices", tuple(dict.fromkeys((*change.new.notes, *others))))

    def _first_seen(self, snapshot: Snapshot, known: Iterable[Record]) -> Snapshot:
        """State as it was read, in which each result that does not say it has what it was first seen in."""
        return first_seen(snapshot, known, self._image.fingerprint if self._image else _no_fingerprint)

    def _theirs(self, settled: Settled) -> Snapshot:
        """What is on disk; results that are known here keep what they were first seen in."""
        return self._first_seen(settled.bundle.snapshot, (*self._state.saved.records, *self._state.snapshot.records))

    def _hashed(self) -> Snapshot:
        """Present state, in which each result names the hash of the lines it has now."""
        with self._lock:
            now = self._state
            snapshot = with_table_hashes(now.snapshot)
            if snapshot is not now.snapshot:
                self._swap(replace(now, snapshot=snapshot))
            return snapshot

    def _with_disk(self, *, is_both_kept: bool) -> SaveReport:
        try:
            with self._disk_lock:
                return self._merged_and_written(is_both_kept=is_both_kept)
        finally:
            self._tell()

    def _known_saver(self) -> Saver:
        if self._saver is None:
            raise SaveError("This recording has no image file, so there is no place to save it.")
        return self._saver

    def _merged_and_written(self, *, is_both_kept: bool) -> SaveReport:
        saver = self._known_saver()
        notes: list[str] = []
        if saver.found.damage:
            notes += self._merge(saver, is_both_kept=is_both_kept)
        if not self._state.is_dirty and self.disk_change is None:
            return self._finished(saver, notes)
        with contextlib.ExitStack() as turn:
            for tries in range(MOST_TRIES):
                snapshot = self._hashed()
                try:
                    stored = saver.write(snapshot)
                except FilesChanged:
                    if not tries:  # or savers that are quicker would be first for ever
                        turn.enter_context(courtesy_lock(self.path))
                    notes += self._merge(saver, is_both_kept=is_both_kept)
                    self._clock.sleep(random.uniform(0, min(tries * 0.01, LONGEST_PAUSE_S)))  # noqa: S311  (no secret)
                else:
                    return self._note_saved(snapshot, stored, notes)
        raise SaveError(
            f"{self.path.name} was not saved: other programs are changing its files all the time. Your edits are still "
            "here; save again in a moment."
        )

    def _finished(self, saver: Saver, notes: list[str]) -> SaveReport:
        """Report of a save without edits, which tries again what waits of the one before."""
        stored = saver.finish()
        said = f"{self.path.name} has no unsaved changes."
        if stored.pending:
            said = "Saved."
        elif stored.files:
            said = f"{self.path.name} is saved, and all its files are in place."
        return SaveReport(self.path, stored.files, " ".join([said, *notes, *stored.notices]), stored.pending)

    def _note_saved(self, snapshot: Snapshot, stored: Stored, notes: list[str]) -> SaveReport:
        with self._lock:
            self._swap(replace(self._state, saved=snapshot, is_blocked=False, disk_change=None))
        said = "Saved." if stored.pending else f"Saved {self.path.name}: {contents(snapshot)}."
        message = " ".join([said, *dict.fromkeys((*notes, *stored.notices))])
        if stored.interruption is not None:
            raise stored.interruption
        return SaveReport(self.path, stored.files, message, stored.pending)

    def _merge(self, saver: Saver, *, is_both_kept: bool) -> list[str]:
        """Bring what is on disk and what is here together; returns what the user should know of it."""
        settled = saver.read()
        if settled.bundle.damage:
            raise self._unreadable(saver, settled)
        theirs = self._theirs(settled)
        with self._lock:
            now = self._state
            merged = merge(now.saved, now.snapshot, theirs, taken=now.history.roi_ids)
            if merged.conflicts and not is_both_kept:
                change = disk_change(now.saved, now.snapshot, saver.found.hashes, settled.bundle, settled.stamps)
                self._swap(replace(now, disk_change=change))
                raise conflict_error(self.path, merged.conflicts)
            snapshot = merged.snapshot
            history = now.history.settled(merged.moved)
            self._swap(
                replace(now, snapshot=snapshot, saved=theirs, history=history, is_blocked=False, disk_change=None)
            )
            saver.take(settled)
        return [*self._taken_words(now.saved, theirs), *merged.notes]

    def _taken_words(self, before: Snapshot, theirs: Snapshot) -> list[str]:
        """Sentences on what another program has changed, and on where to find what it left out."""
        words, gone = unsaved_words(before, theirs), gone_words(before, theirs)
        told = [f"Changes of another program are in it: {words}."] if words else []
        if gone:
            told.append(f"It has left out {gone}; the version before is kept in {backups_folder(self.path)}.")
        return told

    def _unreadable(self, saver: Saver, settled: Settled) -> SaveError:
        """Error that says which file must be mended; the change is noted unless it was there at opening already."""
        damage = settled.bundle.damage
        with self._lock:
            now = self._state
            if not now.is_blocked:
                change = disk_change(now.saved, now.snapshot, saver.found.hashes, settled.bundle, settled.stamps)
                self._swap(replace(now, disk_change=change))
        return SaveError(f"{self.path.name} was not saved: {damage} Mend this file or move it away, then save again.")

    def _take_theirs(self) -> SaveReport:
        saver = self._known_saver()
        settled = saver.read()
        if settled.bundle.damage:
            raise self._unreadable(saver, settled)
        theirs = self._theirs(settled)
        with self._lock:
            now = self._state
            history = now.history
            if theirs != now.snapshot:
                history = history.pushed(Step("Take their version", now.snapshot, theirs))
            self._swap(replace(now, snapshot=theirs, saved=theirs, history=history, is_blocked=False, disk_change=None))
            saver.take(settled)
        return SaveReport(
            self.path, (), f"{self.path.name} is now as the other program saved it. Undo brings your version back."
        )

    def _overwrite(self) -> SaveReport:
        saver = self._known_saver()
        for _ in range(MOST_TRIES):
            snapshot = self._hashed()
            try:
                stored = saver.overwrite(snapshot)
            except FilesChanged:
                continue
            return self._note_saved(snapshot, stored, [])
        raise SaveError(f"{self.path.name} was not saved: other programs are changing its files all the time.")

    def _take_in(self, saver: Saver, settled: Settled) -> None:
        """Show what is on disk now where nothing is unsaved here; otherwise leave that to the user."""
        bundle, words = settled.bundle, ""
        theirs = self._theirs(settled)
        with self._lock:
            now = self._state
            if bundle.hashes == saver.found.hashes:
                self._swap(replace(now, disk_change=None))
                return
            if bundle.damage and now.is_blocked:
                return
            if bundle.damage or now.is_dirty:
                change = disk_change(now.saved, now.snapshot, saver.found.hashes, bundle, settled.stamps)
                self._swap(replace(now, disk_change=change))
                return
            history = now.history.settled({})
            words = unsaved_words(now.saved, theirs)
            self._swap(
                replace(
                    now,
                    snapshot=theirs,
                    saved=theirs,
                    history=history,
                    is_blocked=False,
                    disk_change=None,
                )
            )
            saver.take(settled)
        self.set_trait("notices", (*bundle.snapshot.header.notes, *bundle.notices))
        if words:
            self.set_trait("reloaded", f"{self.path.name} was changed by another program and is up to date: {words}.")

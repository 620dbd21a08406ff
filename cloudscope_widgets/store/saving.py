"""Saving one recording: which files changed, and what was saved, in words."""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from cloudscope_widgets.core.errors import SaveError
from cloudscope_widgets.core.record import RecordKey
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.bundle import Bundle, bundle_bytes
from cloudscope_widgets.io.journal import Commit, commit_files
from cloudscope_widgets.io.recording import Recording
from cloudscope_widgets.io.recovery import recover
from cloudscope_widgets.io.tables import COLUMNS
from cloudscope_widgets.store.pixel_range import pixel_range

_WORDS = {
    "radon_velocity": "velocity",
    "diameter": "diameter",
    "sum_intensity": "sum intensity",
    "heart_rate": "heart rate",
}


@dataclass(frozen=True, slots=True)
class SaveReport:
    """What one save did."""

    path: Path
    """The image."""
    files: tuple[Path, ...]
    """Files that were written; empty when everything was saved already."""
    message: str
    """The same as a sentence for the user."""
    pending: tuple[Path, ...] = ()
    """Files that are saved, but get their names only when another program has closed them."""
    interruption: BaseException | None = field(default=None, compare=False, repr=False)
    """What interrupted the clean-up of a save that counts; raised once the save is noted."""


class Saver:
    """Remembers what is on disk beside one image, and brings it up to date."""

    def __init__(self, recording: Recording | None, bundle: Bundle | None) -> None:
        """Start from what was read."""
        self._recording = recording
        self._found = bundle
        self._pending: tuple[Path, ...] = ()
        self._lock = threading.Lock()

    @property
    def damage(self) -> str:
        """Why nothing can be saved: a saved file cannot be read, and must not be overwritten; empty when it can."""
        return self._found.damage if self._found else ""

    def save(self, snapshot: Snapshot, *, is_dirty: bool) -> SaveReport:
        """Write the files that differ; raises SaveConflict or SaveError, see ``Acquisition.save``."""
        with self._lock:
            if self._recording is None or self._found is None:
                raise SaveError("This recording has no image file, so there is no place to save it.")
            path = self._recording.path
            if self._found.damage:
                raise SaveError(
                    f"{path.name} was not saved: {self._found.damage} Mend this file or move it away, then open "
                    f"{path.name} again."
                )
            if not is_dirty:
                return self._finished(path)
            commit = self._written(self._recording, self._found, snapshot)
            self._pending = commit.pending
            said = "Saved." if commit.pending else f"Saved {path.name}: {contents(snapshot)}."
            message = " ".join((said, *commit.notices))
            return SaveReport(path, commit.changed, message, commit.pending, commit.interruption)

    def _finished(self, path: Path) -> SaveReport:
        """Try again what waits of the save before."""
        if not self._pending:
            return SaveReport(path, (), f"{path.name} has no unsaved changes.")
        recovery = recover(path)
        self._pending = recovery.pending
        said = "Saved." if recovery.pending else f"{path.name} is saved, and all its files are in place."
        return SaveReport(
            path, recovery.finished, " ".join((said, *recovery.notices, *recovery.requests)), recovery.pending
        )

    def _written(self, recording: Recording, found: Bundle, snapshot: Snapshot) -> Commit:
        limits = {
            channel: pixel_range(recording.read_channel(channel))
            for channel, shown in snapshot.contrast.items()
            if channel < recording.header.channels and (shown.img_min is None or shown.img_max is None)
        }
        files = bundle_bytes(recording.path, snapshot, image_header=recording.header, found=found, limits=limits)
        commit = commit_files(recording.path, files, found.hashes)
        self._found = replace(
            found,
            hashes={**found.hashes, **commit.hashes},
            loaded=_with_tables(snapshot),
        )
        return commit


def _with_tables(snapshot: Snapshot) -> frozenset[RecordKey]:
    return frozenset(
        record.key for record in snapshot.records if record.analysis_name in COLUMNS and record.held_table is not None
    )


def contents(snapshot: Snapshot) -> str:
    """What a recording holds, in at most a few words: regions, results, events."""
    regions = len(snapshot.rois)
    counts = Counter(words_of(record.analysis_name) for record in snapshot.records)
    counts.pop(words_of("event"), None)
    events = sum(len(record.events) for record in snapshot.records)
    parts = [counted(regions, "ROI")] if regions else []
    parts += [name if count == 1 else f"{count} × {name}" for name, count in counts.items()]
    parts += [counted(events, "event")] if events else []
    return ", ".join(parts) or "metadata"


def words_of(analysis_name: str) -> str:
    """Name of an analysis in a sentence."""
    return _WORDS.get(analysis_name, analysis_name.replace("_", " "))


def counted(count: int, word: str) -> str:
    """Count of things in a sentence: "1 ROI", "3 ROIs"."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"

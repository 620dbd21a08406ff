"""Saving one recording: which files changed, and what was saved, in words."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

from cloudscope_widgets.core.errors import ImageReadError, SaveError
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.kinds import SHARED_TABLES, holds_events, words_of
from cloudscope_widgets.core.layout import Layout
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.core.twins import originals
from cloudscope_widgets.io.commit.displaced_files import is_watching, keep_late_writing
from cloudscope_widgets.io.commit.file_state import Stamps, file_stamps
from cloudscope_widgets.io.commit.journal import check_place, commit_files
from cloudscope_widgets.io.commit.recovery import recover
from cloudscope_widgets.io.commit.save_place import image_gone_words
from cloudscope_widgets.io.format.bundle import Bundle, bundle_bytes, runs_with_tables
from cloudscope_widgets.io.images.recording import Recording
from cloudscope_widgets.io.paths import table_path
from cloudscope_widgets.store.disk.stable_read import Clock, Settled, Settling, read_settled
from cloudscope_widgets.store.pixels.value_range import pixel_range


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


@dataclass(frozen=True, slots=True)
class Stored:
    """What one save did to the disk."""

    files: tuple[Path, ...]
    """Files that were written."""
    pending: tuple[Path, ...] = ()
    """Those that cannot be put in place yet."""
    notices: tuple[str, ...] = ()
    """Sentences that the user should see."""
    interruption: BaseException | None = field(default=None, compare=False, repr=False)
    """What interrupted the clean-up of a save that counts; raised once the save is noted."""


class Saver:
    """Remembers what is on disk beside one image, and brings it up to date."""

    def __init__(self, recording: Recording, found: Bundle, stamps: Stamps, clock: Clock) -> None:
        """Start from what was read."""
        self.recording, self.found, self._stamps, self._clock = recording, found, stamps, clock
        self._is_sure = True
        self._settling: Settling | None = None
        self._pending: tuple[Path, ...] = ()
        self._is_watching = False
        self.layout: Layout = found.snapshot.header.layout
        """How the image is shown now, in which the files are read as long as they do not say otherwise."""

    @property
    def header(self) -> Header:
        """What the image itself says, in the layout in which it is shown."""
        return self.recording.header.in_layout(self.layout)

    @property
    def is_settling(self) -> bool:
        """Whether somebody seems to be writing the files now, so that it is worth looking again soon."""
        return self._settling is not None

    def write(self, snapshot: Snapshot) -> Stored:
        """Write the files that differ; raises FilesChanged or SaveError."""
        recording, found = self.recording, self.found
        check_place(recording.path)
        unknown = [
            channel
            for channel, shown in snapshot.contrast.items()
            if channel < recording.header.channels and (shown.img_min is None or shown.img_max is None)
        ]
        ranges = {channel: _range_of(recording, channel, snapshot.header.layout) for channel in unknown}
        limits = {channel: found_range for channel, found_range in ranges.items() if found_range is not None}
        files = bundle_bytes(recording.path, snapshot, image_header=recording.header, found=found, limits=limits)
        commit = commit_files(recording.path, files, found.hashes)
        self.found = replace(found, hashes={**found.hashes, **commit.hashes}, loaded=runs_with_tables(snapshot))
        self._is_sure = False  # somebody else may have written since, which the stamps of now would hide
        self._pending = commit.pending
        self._is_watching = True
        gone = filter(None, [image_gone_words(recording.path)])
        return Stored(commit.changed, commit.pending, (*gone, *commit.notices), commit.interruption)

    def finish(self) -> Stored:
        """Try again to put in place what waits of the save before."""
        if not self._pending:
            return Stored(())
        recovery = recover(self.recording.path)
        self._pending = recovery.pending
        return Stored(recovery.finished, recovery.pending, (*recovery.notices, *recovery.requests))

    def late_writing(self) -> tuple[str, ...]:
        """Keep what another program wrote into files that our last saves displaced; returns sentences for the user."""
        if not self._is_watching:
            return ()
        notices = keep_late_writing(self.recording.path)
        self._is_watching = is_watching(self.recording.path)
        return notices

    def read(self) -> Settled:
        """Read what is on disk now, and wait for that while another program is writing it."""
        return read_settled(self.recording.path, self.header, self._stamps, self._clock)

    def look(self) -> Settled | None:
        """Read what another program has written since, if it has finished; None when there is nothing new."""
        if self._is_sure and file_stamps(self.recording.path) == self._stamps:
            self._settling = None
            return None
        self._settling = self._settling or Settling(self.recording.path, self.header, self._stamps, self._clock)
        settled = self._settling.look()
        if settled is None:
            return None
        self._settling, self._stamps, self._is_sure = None, settled.stamps, True
        return settled

    def take(self, settled: Settled) -> None:
        """Take what was read as what is on disk."""
        self.found, self._stamps, self._is_sure = settled.bundle, settled.stamps, True

    def overwrite(self, snapshot: Snapshot) -> Stored:
        """Write over what is on disk, whatever it says and whether or not it can be read.

        Raises
        ------
        FilesChanged
            When another program was faster; what is to be overwritten has to be read again.
        SaveError
            When a file cannot be written.
        """
        known = self.found
        hashes = self.read().bundle.hashes
        changed = {path for path, content in hashes.items() if known.hashes.get(path) != content}
        anew = {(name, -1, -1): "" for name in SHARED_TABLES if table_path(self.recording.path, name) in changed}
        self.found = replace(known, hashes=hashes, loaded={**known.loaded, **anew}, damage="")
        try:
            return self.write(snapshot)
        except SaveError:
            self.found = known
            raise


def _range_of(recording: Recording, channel: int, layout: Layout) -> tuple[float, float] | None:
    """Range of the pixels of a channel; None when the image has gone, and the range that is shown stands for it."""
    try:
        return pixel_range(recording.lines(channel, layout))
    except ImageReadError:
        return None


def contents(snapshot: Snapshot) -> str:
    """What a recording holds, in at most a few words: regions, results, events."""
    regions = len(originals(snapshot.rois))
    counts = Counter(
        words_of(record.analysis_name) for record in snapshot.records if not holds_events(record.analysis_name)
    )
    events = sum(len(record.events) for record in snapshot.records)
    parts = [counted(regions, "ROI")] if regions else []
    parts += [name if count == 1 else f"{count} × {name}" for name, count in counts.items()]
    parts += [counted(events, "event")] if events else []
    return ", ".join(parts) or "metadata"


def counted(count: int, word: str) -> str:
    """Count of things in a sentence: "1 ROI", "3 ROIs"."""
    return f"{count} {word}" if count == 1 else f"{count} {word}s"

"""What another program has changed on disk while there are unsaved edits here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from cloudscope_widgets.core.errors import SaveConflict
from cloudscope_widgets.core.merge.three_way import Conflict, merge
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io.commit.file_state import Stamps
from cloudscope_widgets.io.format.bundle import Bundle
from cloudscope_widgets.store.disk.unsaved import unsaved_words

MOST_NAMED = 3


@dataclass(frozen=True, slots=True)
class DiskChange:
    """Saved files that changed under unsaved edits; nothing of it is lost until the user decides."""

    file_name: str
    """The file that was changed, the sidecar first."""
    at: str
    """When, as local time "HH:MM"; empty when the file is gone."""
    yours: str
    """What is unsaved here, in words."""
    theirs: str
    """What the other program changed, in words."""
    conflicts: tuple[Conflict, ...] = ()
    """What both have changed; without any, the two can be merged."""
    damage: str = ""
    """Why the changed file cannot be read; empty when it can."""


def disk_change(
    base: Snapshot, ours: Snapshot, known: Mapping[Path, str | None], found: Bundle, stamps: Stamps
) -> DiskChange:
    """Compare what is on disk now with what was read and with the edits made since.

    Parameters
    ----------
    base
        As it was read or saved last.
    ours
        As it is here.
    known
        Hashes of the files as they were read or saved last.
    found
        What is on disk.
    stamps
        Of the files on disk.
    """
    changed = [path for path, content in found.hashes.items() if known.get(path) != content][::-1]
    path = changed[0] if changed else None
    stamp = stamps.get(path) if path else None
    return DiskChange(
        file_name=path.name if path else "",
        at=f"{datetime.fromtimestamp(stamp.changed_ns / 1e9).astimezone():%H:%M}" if stamp else "",
        yours=unsaved_words(base, ours),
        theirs="" if found.damage else unsaved_words(base, found.snapshot),
        conflicts=() if found.damage else merge(base, ours, found.snapshot).conflicts,
        damage=found.damage,
    )


def conflict_error(image: Path, conflicts: tuple[Conflict, ...]) -> SaveConflict:
    """Error that names what both sides have changed."""
    named = [conflict.sentence for conflict in conflicts[:MOST_NAMED]]
    if len(conflicts) > MOST_NAMED:
        named.append(f"{len(conflicts) - MOST_NAMED} more")
    text = "; ".join(named)
    return SaveConflict(
        f"{image.name} was not saved: {text}. Keep both, take theirs or overwrite.",
        conflicts=tuple(conflict.sentence for conflict in conflicts),
    )

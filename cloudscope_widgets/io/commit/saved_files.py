"""All saved files of one recording as they were at one moment, although they are read one after the other."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from cloudscope_widgets.core.errors import SidecarReadError
from cloudscope_widgets.io.commit.content import Stamp, stamp_of
from cloudscope_widgets.io.commit.journal_file import Entry, journal_paths
from cloudscope_widgets.io.commit.recovery import Recovery, recover
from cloudscope_widgets.io.paths import saved_bytes

_TRIES = 200


@dataclass(frozen=True, slots=True)
class SavedFiles:
    """Contents beside an image, after an interrupted save was finished."""

    raw: dict[Path, bytes | None]
    """Bytes of each file, None for one that is not there; without those after one that cannot be opened."""
    notices: tuple[str, ...] = ()
    """Sentences that the user should see."""
    error: SidecarReadError | None = None
    """Which file cannot be opened, and why."""


def read_saved_files(
    image: Path,
    paths: Sequence[Path],
    *,
    further: Callable[[Mapping[Path, bytes | None]], Sequence[Path]] = lambda _raw: (),
    finishes: bool = True,
) -> SavedFiles:
    """Read saved files; what is saved but waits for another program to let go of a file is read as if it were there.

    Parameters
    ----------
    image
        Path of the image.
    paths
        Of the saved files.
    further
        Gives the files that those name by their content.
    finishes
        False to leave an interrupted save as it is, and so everything on the disk.
    """
    notices: dict[str, None] = {}
    named: Sequence[Path] = ()
    for _ in range(_TRIES):
        before = _stamps(image, (*paths, *named))
        recovery = recover(image) if finishes else Recovery()
        notices |= dict.fromkeys((*recovery.notices, *recovery.requests))
        known, waiting = named, {entry.path: entry for entry in recovery.waiting}
        found = _read((*paths, *known), waiting)
        named = () if found.error else further(found.raw)
        if not recovery.finished and named == known and _stamps(image, (*paths, *known)) == before:
            break
    else:
        notices[_torn_notice(image)] = None
    return SavedFiles(found.raw, tuple(notices), found.error)


def _torn_notice(image: Path) -> str:
    return (
        f"The files saved beside {image.name} changed all the time while they were read, so what is shown may be of "
        "two different saves. Wait until the other program has finished, and open the recording again."
    )


def _stamps(image: Path, paths: Sequence[Path]) -> dict[Path, Stamp | None]:
    return {path: _stamp(path) for path in (*paths, *journal_paths(image))}


def _stamp(path: Path) -> Stamp | None:
    try:
        return stamp_of(path)
    except OSError:  # reading it says why
        return None


def _read(paths: Sequence[Path], waiting: dict[Path, Entry]) -> SavedFiles:
    raw: dict[Path, bytes | None] = {}
    for path in paths:
        held = waiting[path].temporary if path in waiting else path
        try:
            raw[path] = None if held is None else saved_bytes(held)
        except SidecarReadError as error:
            return SavedFiles(raw, error=error)
    return SavedFiles(raw)

"""Stamps of the saved files: tell cheaply that something was written, and whether in place."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from cloudscope_widgets.io.bundle import bundle_paths
from cloudscope_widgets.io.platform import long_path

Stamp = tuple[int, int, int]
"""Time of change in ns, size in bytes, and number of the file in its file system."""
Stamps = Mapping[Path, Stamp | None]
"""Stamp of every file that may be saved beside an image; None for one that is not there."""


def file_stamps(image: Path) -> Stamps:
    """Stamps of the files beside an image as they are now."""
    return {path: _stamp(path) for path in bundle_paths(image)}


def _stamp(path: Path) -> Stamp | None:
    try:
        status = Path(long_path(path)).stat()
    except OSError:  # not there, or not to be seen now: whoever reads it says why
        return None
    return status.st_mtime_ns, status.st_size, status.st_ino


def is_written_in_place(before: Stamps, after: Stamps) -> bool:
    """Whether a file was written under its own name, as CloudScope does, and so may be unfinished.

    A file that was renamed to its name is whole, and another one for the file system.
    """
    return any(_is_in_place(before.get(path), stamp) for path, stamp in after.items())


def _is_in_place(before: Stamp | None, after: Stamp | None) -> bool:
    if after is None or before == after:
        return False
    return before is None or before[2] == after[2]


def last_change_s(before: Stamps, after: Stamps) -> float:
    """Time at which the newest of the changed files was written, in seconds since 1970; 0 when none is there."""
    changed = [stamp[0] for path, stamp in after.items() if stamp is not None and stamp != before.get(path)]
    return max(changed, default=0) / 1e9

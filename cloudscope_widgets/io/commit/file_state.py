"""Stamps of the saved files: tell cheaply that something was written, and whether in place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from cloudscope_widgets.io.paths import bundle_paths
from cloudscope_widgets.io.platform.files import has_change_time, long_path

Stamps = Mapping[Path, "Stamp | None"]
"""Stamp of every file that may be saved beside an image; None for one that is not there."""


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the file system says of one file."""

    changed_ns: int
    """When the content was written."""
    size: int
    number: int
    """Of the file in its file system; a file that takes the place of another has a new one, or one that was free."""
    is_renamed: bool
    """Whether it got its name after its content; False where the system does not tell."""


def file_stamps(image: Path) -> Stamps:
    """Stamps of the files beside an image as they are now."""
    return {path: _stamp(path) for path in bundle_paths(image)}


def _stamp(path: Path) -> Stamp | None:
    try:
        status = Path(long_path(path)).stat()
    except OSError:  # not there, or not to be seen now: whoever reads it says why
        return None
    is_renamed = has_change_time() and status.st_ctime_ns > status.st_mtime_ns
    return Stamp(status.st_mtime_ns, status.st_size, status.st_ino, is_renamed)


def is_written_in_place(before: Stamps, after: Stamps) -> bool:
    """Whether a file was written under its own name, as CloudScope does, and so may be unfinished.

    A file that was renamed to its name is whole.
    """
    return any(_is_in_place(before.get(path), stamp) for path, stamp in after.items())


def _is_in_place(before: Stamp | None, after: Stamp | None) -> bool:
    if after is None or after == before or after.is_renamed:
        return False
    return before is None or before.number == after.number


def last_change_s(stamps: Stamps) -> float:
    """Time at which the newest of the files was written, in seconds since 1970; 0 when none is there."""
    return max((stamp.changed_ns for stamp in stamps.values() if stamp is not None), default=0) / 1e9

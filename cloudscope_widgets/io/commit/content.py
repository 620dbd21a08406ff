"""Whether a file is still what it was: by the hash of its content, and cheaply by its stamp."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

from cloudscope_widgets.io.platform.files import long_path

Stamp = tuple[int, int, int]
"""Number of the file, its size and the time of its last change in nanoseconds."""


def content_hash(raw: bytes | None) -> str | None:
    """SHA-256 of the bytes of a file, None for a file that is not there."""
    return None if raw is None else hashlib.sha256(raw).hexdigest()


def bytes_of(path: Path) -> bytes | None:
    """Content of a file, None when it is not there; OSError when it cannot be read."""
    try:
        with open(long_path(path), "rb") as file:  # noqa: PTH123  (the long form of a path is text)
            return file.read()
    except FileNotFoundError:
        return None


def file_hash(path: Path) -> str | None:
    """SHA-256 of the content of a file, None when it is not there; OSError when it cannot be read."""
    return content_hash(bytes_of(path))


def stamp_of(path: Path) -> Stamp | None:
    """Stamp of a file, None when it is not there; OSError when it cannot be asked."""
    try:
        status = os.stat(long_path(path))  # noqa: PTH116  (the long form of a path is text)
    except FileNotFoundError:
        return None
    return status.st_ino, status.st_size, status.st_mtime_ns

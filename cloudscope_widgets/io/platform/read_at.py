"""Reads bytes at places of a file through a handle of its own, which is closed right afterwards.

A memory map of a file that is cut short ends the process when the missing part is touched; a handle only reads less.
Nor is a handle kept: it would hold a file that somebody wants to replace, on Windows even against them.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Self

from cloudscope_widgets.io.platform.files import long_path

_MANY = 16
"""So many pieces are announced to the disk before the first one is read, which brings them all at once."""


class OpenFile:
    """One file, open to read bytes at places of it; for one thread."""

    def __init__(self, path: Path) -> None:
        """Open a file; OSError when it is not there, may not be read or is no file: a pipe would block for ever."""
        place = long_path(path)
        if not stat.S_ISREG(os.stat(place).st_mode):  # noqa: PTH116  (the long form of a path is text)
            raise OSError(errno.EINVAL, "it is no file", path.name)
        self._handle = os.open(place, os.O_RDONLY | getattr(os, "O_BINARY", 0))

    def __enter__(self) -> Self:
        """Return the open file."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close it."""
        os.close(self._handle)

    def status(self) -> os.stat_result:
        """Size and times of the file that is open, whatever has its name by now."""
        return os.fstat(self._handle)

    def fill(self, buffer: memoryview, at: int) -> None:
        """Fill a buffer with the bytes from a place on; EOFError when the file ends before."""
        done = 0
        while done < len(buffer):
            read = self._into(buffer[done:], at + done)
            if not read:
                raise EOFError
            done += read

    def _into(self, buffer: memoryview, at: int) -> int:
        if hasattr(os, "preadv"):
            return os.preadv(self._handle, [buffer], at)
        part = self._some(len(buffer), at)
        buffer[: len(part)] = part
        return len(part)

    def pieces(self, starts: Sequence[int], sizes: Sequence[int]) -> list[bytes]:
        """Bytes of several places, each whole; EOFError when the file ends before."""
        if len(starts) > _MANY and hasattr(os, "posix_fadvise"):
            with contextlib.suppress(OSError):  # some file systems take no advice; the bytes are right without it
                for at, size in zip(starts, sizes, strict=True):
                    os.posix_fadvise(self._handle, at, size, os.POSIX_FADV_WILLNEED)
        read = self._some
        found = [read(size, at) for at, size in zip(starts, sizes, strict=True)]
        for number, (piece, size) in enumerate(zip(found, sizes, strict=True)):
            if len(piece) != size:  # more than a system gives at once, or the end of the file
                whole = bytearray(size)
                self.fill(memoryview(whole), starts[number])
                found[number] = bytes(whole)
        return found

    def _some(self, size: int, at: int) -> bytes:
        """Bytes at a place, perhaps fewer; none behind the end."""
        if hasattr(os, "pread"):
            return os.pread(self._handle, size, at)
        os.lseek(self._handle, at, os.SEEK_SET)
        return os.read(self._handle, size)

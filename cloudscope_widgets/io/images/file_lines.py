"""Lines that stand in a file as they are shown, read through a handle."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.io.images.lines import Lines, Rows
from cloudscope_widgets.io.images.opened import ImageStamp, stamp_of
from cloudscope_widgets.io.platform.read_at import OpenFile

Check = Callable[[Path, ImageStamp | None], None]
"""Raises ImageReadError unless a file with this stamp is the one that was opened; None where it cannot be read."""

_CHUNK_BYTES = 1 << 22
_SHORT_GAP = 2048
"""Bytes between two lines that cost less to read than to leave out."""
_LONG_LINE, _FEW = 8192, 4
"""Of lines that are longer than so many bytes, less than one part in four is read by itself."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where lines stand in a file."""

    path: Path
    start: int
    """First byte of the first line."""
    line: int
    """Bytes from one line to the next."""
    pixel: int
    """Bytes from one pixel of a line to the next."""
    shape: tuple[int, int]
    """Lines and columns."""
    dtype: np.dtype[Any]

    @property
    def line_bytes(self) -> int:
        """Bytes from the first to the last one of a line."""
        return self.pixel * (self.shape[1] - 1) + self.dtype.itemsize

    @property
    def stop(self) -> int:
        """First byte behind the last line."""
        return self.start + (self.shape[0] - 1) * self.line + self.line_bytes


class FileLines(Lines):
    """Lines that stand in a file as they are shown.

    Parameters
    ----------
    place
        Where they stand; lines lie one behind the other, perhaps with gaps.
    check
        Told what the file is, before and after each reading.
    """

    def __init__(self, place: Place, check: Check | None = None) -> None:
        """Read nothing yet."""
        super().__init__(place.shape, place.dtype.newbyteorder("="))
        self._place, self._check = place, check or _take

    def checked_by(self, check: Check) -> FileLines:
        """Return the same lines, of a file that is checked."""
        return FileLines(self._place, check)

    # ------------------------------------------------------------ one after the other
    def _stretch(self, start: int, stop: int, columns: slice) -> NDArray[Any]:
        place, width = self._place, columns.stop - columns.start
        found = np.empty((stop - start, width), place.dtype)
        if not found.size:
            return found.astype(self.dtype)
        with self._opened() as file:
            if place.line == width * place.dtype.itemsize:
                file.fill(found.reshape(-1).view(np.uint8).data, place.start + start * place.line)
            elif place.line >= _LONG_LINE and width * place.pixel * _FEW < place.line:
                self._fill_by_lines(file, found, start, columns.start)
            else:
                self._fill_by_chunks(file, found, start, columns)
        return found.astype(self.dtype, copy=False)

    def _fill_by_lines(self, file: OpenFile, found: NDArray[Any], first: int, column: int) -> None:
        """Read a small part of each line."""
        place, width = self._place, found.shape[1]
        size = (width - 1) * place.pixel + place.dtype.itemsize
        most = max(_CHUNK_BYTES // size, 1)
        for start in range(0, len(found), most):
            part = found[start : start + most]
            at = place.start + column * place.pixel + (first + start + np.arange(len(part))) * place.line
            raw = b"".join(file.pieces(at.tolist(), [size] * len(part)))
            part[:] = np.ndarray(part.shape, place.dtype, raw, 0, (size, place.pixel))

    def _fill_by_chunks(self, file: OpenFile, found: NDArray[Any], first: int, columns: slice) -> None:
        """Read whole lines, and keep some columns of them."""
        place = self._place
        most = max(_CHUNK_BYTES // place.line, 1)
        raw = np.empty(min(most, len(found)) * place.line, np.uint8)
        for start in range(0, len(found), most):
            part = found[start : start + most]
            size = (len(part) - 1) * place.line + place.line_bytes
            file.fill(raw[:size].data, place.start + (first + start) * place.line)
            part[:] = self._table(raw, len(part))[:, columns]

    def _table(self, raw: bytes | NDArray[np.uint8], lines: int) -> NDArray[Any]:
        """Whole lines of some bytes that begin with one."""
        place = self._place
        table: NDArray[Any] = np.ndarray((lines, place.shape[1]), place.dtype, raw, 0, (place.line, place.pixel))
        return table

    # ------------------------------------------------------------ here and there
    def _scattered(self, rows: Rows, columns: slice) -> NDArray[Any]:
        place = self._place
        first, last = _runs(rows, 1 + _SHORT_GAP // place.line)
        lengths = rows[last] + 1 - rows[first]
        if len(first) == 1:
            whole = self._stretch(int(rows[0]), int(rows[-1]) + 1, columns)
            return whole if len(whole) == len(rows) else whole[rows - rows[0]]
        starts = place.start + rows[first] * place.line
        sizes = np.minimum(lengths * place.line, place.stop - starts)
        with self._opened() as file:
            pieces = file.pieces(starts.tolist(), sizes.tolist())
        lines = int(lengths.sum())
        missing = lines * place.line - int(sizes.sum())  # the gap behind the last line, which no file needs to have
        table = self._table(b"".join([*pieces, bytes(missing)]), lines)[:, columns]
        if lines > len(rows):
            before = np.cumsum(lengths) - lengths - rows[first]
            table = table[rows + np.repeat(before, last + 1 - first)]
        return np.asarray(table, self.dtype, order="C")

    # ------------------------------------------------------------ the file
    @contextmanager
    def _opened(self) -> Iterator[OpenFile]:
        """Open the file, which must be the one that was opened first, before and after it is read."""
        path = self._place.path
        try:
            with OpenFile(path) as file:
                self._check(path, stamp_of(file.status()))
                yield file
                self._check(path, stamp_of(file.status()))
        except EOFError as error:
            self._check(path, None)
            raise ImageReadError(
                f"{path.name} ends before its last line. Copy it again from the microscope, then open it again."
            ) from error
        except OSError as error:
            self._check(path, None)
            reason = error.strerror or error
            raise ImageReadError(
                f"{path.name} cannot be read: {reason}. Check its drive, then open it again."
            ) from error


def _take(_path: Path, _stamp: ImageStamp | None) -> None:
    """Take any file."""


def _runs(rows: Rows, most_step: int) -> tuple[Rows, Rows]:
    """Places of the first and the last one of numbers that follow each other closely."""
    is_apart = np.diff(rows) > most_step
    first = np.concatenate([[0], np.flatnonzero(is_apart) + 1])
    return first, np.concatenate([first[1:] - 1, [len(rows) - 1]])

"""Pixels of one channel, read where they are asked for: for recordings that need not be in memory as a whole."""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from types import EllipsisType
from typing import Any, ClassVar

import numpy as np
from numpy.typing import DTypeLike, NDArray

Rows = NDArray[np.intp]
_CHUNK_BYTES = 1 << 24
_HOW = "choose lines by a number, [a:b] or an array of numbers, columns behind a comma in the same way"


class Lines(ABC):
    """Pixels (lines, columns) of one channel of a recording, read from its file where they are asked for.

    ``lines[a:b]`` and ``lines[a:b, c:d]`` are read-only arrays in memory, as are ``lines[a]`` and ``lines[[a, b, c]]``;
    nothing else of the file is read. What the file does not hold as it is shown, such as compressed pixels, is unpacked
    once and kept in memory.

    Each reading raises ``ImageReadError`` when the file was cut short, replaced, changed or removed since it was
    opened.
    """

    ndim: ClassVar[int] = 2

    def __init__(self, shape: tuple[int, int], dtype: DTypeLike) -> None:
        """Have lines and columns of a type."""
        self._shape, self._dtype = shape, np.dtype(dtype)

    @property
    def shape(self) -> tuple[int, int]:
        """Count of lines and of columns."""
        return self._shape

    @property
    def dtype(self) -> np.dtype[Any]:
        """Type of the pixels, in the byte order of the machine."""
        return self._dtype

    @property
    def size(self) -> int:
        """Count of pixels."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        """Bytes of memory that all pixels would take."""
        return self.size * self.dtype.itemsize

    def __len__(self) -> int:
        """Count of lines."""
        return self.shape[0]

    def __repr__(self) -> str:
        """Tell what there is, without reading it."""
        return f"<{self.shape[0]} lines of {self.shape[1]} pixels, {self.dtype.name}>"

    def __array__(self, dtype: DTypeLike | None = None, copy: bool | None = None) -> NDArray[Any]:  # noqa: FBT001  (as numpy calls it)
        """All pixels, for functions that take arrays only."""
        found = self[:]
        return np.array(found, dtype) if copy else found.astype(dtype or self.dtype, copy=False)

    def __getitem__(self, key: Any) -> NDArray[Any]:  # noqa: ANN401  (as arrays have it)
        """Read some lines, or some columns of them.

        Parameters
        ----------
        key
            Lines by a number, a slice or an array of numbers; columns behind a comma in the same way.

        Returns
        -------
        Read-only pixels in memory, in the byte order of the machine.

        Raises
        ------
        IndexError
            When there are no such lines or columns.
        ImageReadError
            When the file is not the one that was opened any more.
        """
        rows, columns = _split(key)
        taken, rest = _columns(columns, self.shape[1])
        if isinstance(rows, int | np.integer):
            row = _within(int(rows), len(self))
            found = self._stretch(row, row + 1, taken)[0]
        elif isinstance(rows, slice):
            found = self._sliced(rows, taken)
        else:
            found = self._listed(_numbers(rows, len(self)), taken)
        if rest is not None:
            found = found[..., rest]
        found = np.asarray(found)
        if found.flags.writeable:
            found.flags.writeable = False
        return found

    def region(self, row_start: int, row_stop: int, col_start: int, col_stop: int) -> Lines:
        """Part of these lines, of which nothing is read yet."""
        return _Region(self, row_start, row_stop, col_start, col_stop)

    def _sliced(self, rows: slice, columns: slice) -> NDArray[Any]:
        start, stop, step = rows.indices(len(self))
        if step == 1:
            return self._stretch(start, max(start, stop), columns)
        wanted = np.arange(start, stop, step)
        return self._listed(wanted, columns)

    def _listed(self, rows: Rows, columns: slice) -> NDArray[Any]:
        """Lines in any order, also some of them twice."""
        if not len(rows):
            return self._stretch(0, 0, columns)
        if (np.diff(rows) > 0).all():
            return self._scattered(rows, columns)
        ascending, place = np.unique(rows, return_inverse=True)
        return self._scattered(ascending, columns)[place]

    @abstractmethod
    def _stretch(self, start: int, stop: int, columns: slice) -> NDArray[Any]:
        """Lines one after the other, perhaps none."""

    @abstractmethod
    def _scattered(self, rows: Rows, columns: slice) -> NDArray[Any]:
        """Lines in ascending order, each once."""


class ArrayLines(Lines):
    """Lines that are in memory."""

    def __init__(self, array: NDArray[Any]) -> None:
        """Give the lines of an array."""
        super().__init__((array.shape[0], array.shape[1]), array.dtype)
        self.array = array

    def _stretch(self, start: int, stop: int, columns: slice) -> NDArray[Any]:
        return self.array[start:stop, columns]

    def _scattered(self, rows: Rows, columns: slice) -> NDArray[Any]:
        return self.array[rows, columns]


class TurnedLines(Lines):
    """Lines and columns of others, exchanged."""

    def __init__(self, stored: Lines) -> None:
        """Show the columns of other lines as lines."""
        super().__init__(stored.shape[::-1], stored.dtype)
        self._stored = stored

    def _stretch(self, start: int, stop: int, columns: slice) -> NDArray[Any]:
        return self._stored[columns, start:stop].T

    def _scattered(self, rows: Rows, columns: slice) -> NDArray[Any]:
        """Read each stored line from the first to the last pixel that is wanted, which one disk access brings."""
        first, last = int(rows[0]), int(rows[-1])
        found = np.empty((len(rows), columns.stop - columns.start), self.dtype)
        step = max(_CHUNK_BYTES // ((last + 1 - first) * self.dtype.itemsize), 1)
        for start in range(columns.start, columns.stop, step):
            stop = min(start + step, columns.stop)
            part = self._stored[start:stop, first : last + 1]
            found[:, start - columns.start : stop - columns.start] = part[:, rows - first].T
        return found


class _Region(Lines):
    """A rectangle of other lines."""

    def __init__(self, whole: Lines, row_start: int, row_stop: int, col_start: int, col_stop: int) -> None:
        super().__init__((row_stop - row_start, col_stop - col_start), whole.dtype)
        self._whole, self._row, self._column = whole, row_start, col_start

    def _stretch(self, start: int, stop: int, columns: slice) -> NDArray[Any]:
        return self._whole[start + self._row : stop + self._row, self._of_whole(columns)]

    def _scattered(self, rows: Rows, columns: slice) -> NDArray[Any]:
        return self._whole[rows + self._row, self._of_whole(columns)]

    def _of_whole(self, columns: slice) -> slice:
        return slice(columns.start + self._column, columns.stop + self._column)


def _split(key: Any) -> tuple[Any, Any]:  # noqa: ANN401  (see above)
    """Lines and columns of a key."""
    if isinstance(key, EllipsisType):
        return slice(None), slice(None)
    if not isinstance(key, tuple):
        return key, slice(None)
    if len(key) != 2:  # noqa: PLR2004  (lines and columns)
        raise IndexError(f"there are lines and columns only: {_HOW}")
    rows, columns = (slice(None) if isinstance(part, EllipsisType) else part for part in key)
    if not isinstance(columns, slice | int | np.integer) and not isinstance(rows, slice | int | np.integer):
        raise IndexError(f"only one of the two may be an array of numbers: {_HOW}")
    return rows, columns


def _columns(columns: Any, count: int) -> tuple[slice, Any]:  # noqa: ANN401  (see above)
    """Columns that are read, one after the other, and what is then taken of them; None for all."""
    if isinstance(columns, int | np.integer) and not isinstance(columns, bool | np.bool_):
        column = _within(int(columns), count)
        return slice(column, column + 1), 0
    if not isinstance(columns, slice):
        return slice(0, count), _numbers(columns, count)
    start, stop, step = columns.indices(count)
    if step == 1:
        return slice(start, max(start, stop)), None
    return slice(0, count), columns


def _within(number: int, count: int) -> int:
    if not -count <= number < count:
        raise IndexError(f"{number} lies outside of the {count} there are")
    return number % count


def _numbers(rows: Any, count: int) -> Rows:  # noqa: ANN401  (see above)
    """Line numbers of a list or an array, or of one that says of every line whether it is wanted."""
    found = np.asarray(rows)
    if found.dtype.kind == "b" and found.shape == (count,):
        return np.flatnonzero(found)
    if found.ndim != 1 or (found.size and found.dtype.kind not in "ui"):
        raise IndexError(_HOW)
    numbers = found.astype(np.intp)
    if found.size and not (-count <= int(numbers.min()) and int(numbers.max()) < count):
        raise IndexError(f"numbers {numbers.min()} to {numbers.max()} were asked for, of the {count} there are")
    return np.where(numbers < 0, numbers + count, numbers)

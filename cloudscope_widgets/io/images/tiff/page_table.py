"""Where every page of a TIFF file stands, read without the library, which needs far longer for very many pages.

Pages that follow each other at equal distances are read in blocks; others one by one, which is done for a limited count
of them only. What belongs to a page is compared for thousands of pages at once. No pixel is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from cloudscope_widgets.io.images.tiff.layout import DamagedTiffError, TiffLayout, TooLargeTiffError, read_layout

MOST_PAGES_ONE_BY_ONE = 100_000
"""Pages that do not follow each other at equal distances are looked up one by one, and so no more of them."""
MOST_TAGS = 4096
_BLOCK_BYTES = 1 << 20
_BLOCK_PAGES = 4096
_LEAST_RUN = 8
_MOST_COUNTED = 300_000

_WIDTH, _LENGTH, _COMPRESSION, _SAMPLES = 256, 257, 259, 277
_STRIP_OFFSETS, _STRIP_BYTES, _TILE_OFFSETS, _TILE_BYTES = 273, 279, 324, 325
_FILL_ORDER = 266
_LIKENESS = (_WIDTH, _LENGTH, 258, _COMPRESSION, 262, _FILL_ORDER, _SAMPLES, 278, 284, 317, 322, 323, 339)
"""What two pages that hold planes of one recording have in common."""
_NUMBERS = {1: "u1", 3: "u2", 4: "u4", 16: "u8"}


@dataclass(frozen=True, slots=True, eq=False)
class PageTable:
    """Places and kinds of all pages of a file, in their order."""

    offsets: NDArray[np.int64]
    """Where the description of each page stands."""
    kinds: NDArray[np.int32]
    """Number that pages of the same size, type and compression have in common; the first page has 0."""
    data: NDArray[np.int64]
    """Where the pixels of each page begin when they are one uncompressed stretch; -1 otherwise."""

    def __len__(self) -> int:
        """Count of pages."""
        return len(self.offsets)

    @property
    def like_first(self) -> NDArray[np.int64]:
        """Indices of the pages that have the size and type of the first one."""
        return np.flatnonzero(self.kinds == 0)


def read_page_table(path: Path) -> PageTable:
    """Find all pages of a TIFF file.

    Raises
    ------
    DamagedTiffError
        When a page lies outside of the file, or their chain runs in a circle.
    TooLargeTiffError
        When there are more pages than can be looked up.
    OSError
        When the file cannot be read.
    """
    with path.open("rb", buffering=0) as file:
        size = file.seek(0, 2)
        layout, first = read_layout(file)
        kinds = _Kinds(layout, size)
        offsets: list[NDArray[np.int64]] = []
        found: list[tuple[NDArray[np.int32], NDArray[np.int64]]] = []
        for starts, raw in _Chain(file, layout, size, first).pieces():
            offsets.append(starts)
            found.append(kinds.of(raw))
    if not offsets:
        return PageTable(np.empty(0, np.int64), np.empty(0, np.int32), np.empty(0, np.int64))
    return PageTable(
        np.concatenate(offsets), np.concatenate([one for one, _ in found]), np.concatenate([at for _, at in found])
    )


class _Chain:
    """Follows the chain of pages from one description to the next."""

    def __init__(self, file: BinaryIO, layout: TiffLayout, size: int, first: int) -> None:
        self._file, self._layout, self._size, self._first = file, layout, size, first
        self._head, self._place, self._entry = layout.tag_count, layout.offset, layout.tag.size

    def pieces(self) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8]]]:
        """Places and raw descriptions of pages that follow each other, of the same length within each piece."""
        seen: set[int] = set()
        starts: list[int] = []
        parts: list[bytes] = []
        offset, before, length, guess, run = self._first, 0, 0, 256, 0
        while offset:
            if offset in seen:
                raise DamagedTiffError("its list of images runs in a circle")
            if len(seen) == MOST_PAGES_ONE_BY_ONE:
                raise self._too_many(offset, len(seen))
            seen.add(offset)
            raw, following = self._one(offset, guess)
            is_longer = len(raw) != length
            if starts and (is_longer or len(starts) == _BLOCK_PAGES):
                yield _piece(starts, parts)
                starts, parts = [], []
            starts.append(offset)
            parts.append(raw)
            step = offset - before
            run = run + 1 if not is_longer and 0 < step == following - offset else 0
            before, offset, length, guess = offset, following, len(raw), len(raw) + self._place.size
            if run >= _LEAST_RUN:
                yield _piece(starts, parts)
                starts, parts, run = [], [], 0
                for even, block, after in self._even(offset, step, length):
                    yield even, block
                    before, offset = int(even[-1]), after
        if starts:
            yield _piece(starts, parts)

    def _too_many(self, offset: int, count: int) -> TooLargeTiffError:
        """Error that says how many pages there are, or that there are more than can be counted."""
        guess = 256
        while offset and count < _MOST_COUNTED:
            raw, offset = self._one(offset, guess)
            count, guess = count + 1, len(raw) + self._place.size
        return TooLargeTiffError(
            f"it holds {'more than ' if offset else ''}{count} images at unequal distances, and not more than "
            f"{MOST_PAGES_ONE_BY_ONE} such images are looked up. Save the recording as one image of all lines, or in "
            "parts"
        )

    def _one(self, offset: int, guess: int) -> tuple[bytes, int]:
        """Raw description of one page without the place of the next one, and that place."""
        self._file.seek(offset)
        raw = self._file.read(guess)
        if len(raw) < self._head.size:
            raise DamagedTiffError("it is cut off: the description of an image lies behind its end")
        tags = self._head.unpack_from(raw)[0]
        if not 0 < tags <= MOST_TAGS:
            raise DamagedTiffError(f"an image has {tags} properties")
        length = self._head.size + tags * self._entry
        if len(raw) < length + self._place.size:
            raw = self._read(offset, length + self._place.size)
        if len(raw) < length + self._place.size:
            raise DamagedTiffError("it is cut off: the description of an image lies behind its end")
        return raw[:length], self._place.unpack_from(raw, length)[0]

    def _even(self, offset: int, step: int, length: int) -> Iterator[tuple[NDArray[np.int64], NDArray[np.uint8], int]]:
        """Blocks of pages at equal distances, each as long as the description before, as far as they go."""
        whole = length + self._layout.offset.size
        tags = (length - self._layout.tag_count.size) // self._layout.tag.size
        while offset:
            most = max(min(_BLOCK_PAGES, (self._size - offset - whole) // step + 1), 0)
            if not most:
                return
            rows = self._rows(offset, step, whole, most)
            starts = offset + step * np.arange(len(rows), dtype=np.int64)
            counts = self._numbers(rows[:, : self._layout.tag_count.size])
            following = self._numbers(rows[:, length:])
            is_even = (counts == tags) & (following == starts + step)
            even = int(np.argmin(is_even)) if not is_even.all() else len(rows)
            if even < len(rows) and counts[even] == tags:
                even += 1  # the last one of a run leads elsewhere
            if not even:
                return
            offset = int(following[even - 1])
            yield starts[:even], rows[:even, :length], offset
            if offset != int(starts[even - 1]) + step:
                return

    def _rows(self, offset: int, step: int, whole: int, most: int) -> NDArray[np.uint8]:
        """Raw descriptions at equal distances; read together where they lie close together."""
        together = min(_BLOCK_BYTES // step, most)
        if together < _LEAST_RUN:
            raw = b"".join(self._read(offset + step * index, whole) for index in range(most))
            return np.frombuffer(raw[: len(raw) // whole * whole], np.uint8).reshape(-1, whole)
        raw = self._read(offset, (together - 1) * step + whole)
        rows = (len(raw) - whole) // step + 1
        held = np.frombuffer(raw, np.uint8)
        return np.lib.stride_tricks.as_strided(held, (rows, whole), (step, 1), writeable=False)

    def _numbers(self, raw: NDArray[np.uint8]) -> NDArray[np.int64]:
        name = f"{self._layout.order}u{raw.shape[1]}"
        return np.ascontiguousarray(raw).view(name).ravel().astype(np.int64)

    def _read(self, offset: int, length: int) -> bytes:
        self._file.seek(offset)
        return self._file.read(length)


def _piece(starts: list[int], parts: list[bytes]) -> tuple[NDArray[np.int64], NDArray[np.uint8]]:
    return np.array(starts, np.int64), np.frombuffer(b"".join(parts), np.uint8).reshape(len(parts), -1)


class _Kinds:
    """Tells pages of different kind apart."""

    def __init__(self, layout: TiffLayout, size: int) -> None:
        self._layout, self._size = layout, size
        self._known: dict[tuple[object, ...], int] = {}

    def of(self, raw: NDArray[np.uint8]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """Kind of each page, and where its pixels begin if they are one uncompressed stretch."""
        entries = self._entries(raw)
        kinds = np.full(len(entries), -1, np.int32)
        data = np.full(len(entries), -1, np.int64)
        form = np.ascontiguousarray(entries["code"])
        open_ = np.arange(len(entries))
        while open_.size:
            is_same = (form[open_] == form[open_[0]]).all(axis=1)
            chosen = open_[is_same]
            kinds[chosen], data[chosen] = self._of_form(entries[chosen])
            open_ = open_[~is_same]
        return kinds, data

    def _entries(self, raw: NDArray[np.uint8]) -> NDArray[np.void]:
        head = self._layout.tag_count.size
        return np.ascontiguousarray(raw[:, head:]).view(self._layout.tag_dtype).reshape(len(raw), -1)

    def _of_form(self, entries: NDArray[np.void]) -> tuple[NDArray[np.int32], NDArray[np.int64]]:
        """The same for pages that have the same properties in the same order."""
        codes = entries["code"][0].tolist()
        columns = {code: entries[:, index] for index, code in reversed(list(enumerate(codes)))}
        numbers = {code: self._number(columns[code]) for code in _LIKENESS if code in columns}
        held = np.stack(list(numbers.values()), axis=1) if numbers else np.empty((len(entries), 0), np.int64)
        kinds = np.empty(len(entries), np.int32)
        open_ = np.arange(len(entries))
        while open_.size:
            first = held[open_[0]]
            is_same = (held[open_] == first).all(axis=1)
            kinds[open_[is_same]] = self._known.setdefault((*numbers, *first.tolist()), len(self._known))
            open_ = open_[~is_same]
        return kinds, self._data(columns, numbers, len(entries))

    def _number(self, column: NDArray[np.void]) -> NDArray[np.int64]:
        """Values of one property; of lists, how long they are."""
        value = np.ascontiguousarray(column["value"])
        counts, kinds = column["count"].astype(np.int64), column["kind"]
        found = -counts - 1
        for kind, name in _NUMBERS.items():
            is_one = (kinds == kind) & (counts == 1)
            if is_one.any() and np.dtype(name).itemsize <= self._layout.offset.size:
                numbers = value.view(np.dtype(name).newbyteorder(self._layout.order)).reshape(len(value), -1)[:, 0]
                found[is_one] = numbers[is_one].astype(np.int64)
        return found

    def _data(
        self, columns: dict[int, NDArray[np.void]], numbers: dict[int, NDArray[np.int64]], count: int
    ) -> NDArray[np.int64]:
        none = np.full(count, -1, np.int64)
        if _STRIP_OFFSETS not in columns or _STRIP_BYTES not in columns:
            return none
        offsets, lengths = self._number(columns[_STRIP_OFFSETS]), self._number(columns[_STRIP_BYTES])
        plain = numbers.get(_COMPRESSION, np.ones(count, np.int64)) == 1
        is_one = plain & (offsets > 0) & (lengths > 0) & (offsets + lengths <= self._size)
        return np.where(is_one, offsets, none)

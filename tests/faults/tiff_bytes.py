"""TIFF files put together tag by tag, so that each tag can lie."""

from __future__ import annotations

import struct
from collections.abc import Mapping
from dataclasses import dataclass, field

LINES, COLUMNS = 60, 7
PIXELS = struct.pack(f"<{LINES * COLUMNS}H", *range(LINES * COLUMNS))
_FORMS = {1: "B", 2: "B", 3: "H", 4: "I", 5: "II", 7: "B", 16: "Q"}

Value = tuple[int, list[int]]
"""Kind of a tag and its numbers."""


@dataclass(frozen=True, slots=True)
class Lie:
    """A tag that says what is not true of its value."""

    kind: int
    count: int
    value: int
    """The value itself, or where it is said to stand."""


@dataclass(frozen=True)
class Tiff:
    """One TIFF file to be written."""

    tags: Mapping[int, Value | Lie | None] = field(default_factory=dict)
    """Tags that differ from those of a plain image; None for one that is left out."""
    order: str = "<"
    is_big: bool = False
    pixels: bytes = PIXELS
    first: int | None = None
    """Where the first directory is said to stand, when that is a lie."""
    following: int = 0
    """Where the next directory is said to stand."""
    tag_count: int | None = None
    head: bytes = b""
    """First bytes, when they are no true ones."""

    def written(self) -> bytes:
        """Bytes of the file: head, directory, long values, pixels."""
        offset, start = ("Q", 16) if self.is_big else ("I", 8)
        tags = self._tags()
        count_form, entry = ("Q", "HHQ") if self.is_big else ("H", "HHI")
        inside = struct.calcsize(self.order + offset)
        entry_size = struct.calcsize(self.order + entry) + inside
        at = start + struct.calcsize(self.order + count_form) + len(tags) * entry_size + inside
        values = {code: self._value(value) for code, value in tags.items()}
        long = {code: raw for code, raw in values.items() if len(raw) > inside}
        places: dict[int, int] = {}
        for code, raw in long.items():
            places[code], at = at, at + len(raw)
        directory = b""
        for code, value in sorted(tags.items()):
            directory += struct.pack(self.order + entry, code, *self._claim(value))
            raw = struct.pack(self.order + offset, places[code]) if code in places else values[code]
            if code in {273, 324} and not isinstance(value, Lie):
                raw = self._pointers(value, at, inside)
            directory += raw.ljust(inside, b"\0")[:inside]
        number = len(tags) if self.tag_count is None else self.tag_count
        body = struct.pack(self.order + count_form, number) + directory
        body += struct.pack(self.order + offset, self.following) + b"".join(long.values())
        return self._head(start) + body + self.pixels

    def _tags(self) -> dict[int, Value | Lie]:
        plain: dict[int, Value | Lie | None] = {
            256: (3, [COLUMNS]),
            257: (3, [LINES]),
            258: (3, [16]),
            259: (3, [1]),
            262: (3, [1]),
            273: (4, [0]),
            277: (3, [1]),
            278: (3, [LINES]),
            279: (4, [len(PIXELS)]),
            339: (3, [1]),
        }
        return {code: value for code, value in (plain | dict(self.tags)).items() if value is not None}

    def _value(self, value: Value | Lie) -> bytes:
        if isinstance(value, Lie):
            return struct.pack(self.order + ("Q" if self.is_big else "I"), value.value)
        kind, numbers = value
        if kind == 5:
            return struct.pack(f"{self.order}{len(numbers)}I", *numbers)
        return struct.pack(f"{self.order}{len(numbers)}{_FORMS[kind]}", *numbers)

    def _claim(self, value: Value | Lie) -> tuple[int, int]:
        if isinstance(value, Lie):
            return value.kind, value.count
        kind, numbers = value
        return kind, len(numbers) // 2 if kind == 5 else len(numbers)

    def _pointers(self, value: Value, at: int, inside: int) -> bytes:
        """Place of the pixels, which stand behind everything else; a number that is not 0 counts from there."""
        (number,) = value[1]
        return struct.pack(self.order + ("Q" if value[0] == 16 else "I"), at + number).ljust(inside, b"\0")

    def _head(self, start: int) -> bytes:
        if self.head:
            return self.head
        sign = b"II" if self.order == "<" else b"MM"
        first = start if self.first is None else self.first
        if self.is_big:
            return sign + struct.pack(f"{self.order}HHHQ", 43, 8, 0, first)
        return sign + struct.pack(f"{self.order}HI", 42, first)

"""Typed access to the fields of a parsed file; every refusal names file, field and what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from cloudscope_widgets.core.errors import SidecarReadError
from cloudscope_widgets.core.numbers import LARGEST_ID, LARGEST_NUMBER
from cloudscope_widgets.io.format.json_place import Steps, line_of_field
from cloudscope_widgets.io.format.json_text import decoded, parse_json_text

_MOST_SHOWN = 60
Choice = TypeVar("Choice", bound=str)


@dataclass(frozen=True, slots=True)
class Fields:
    """One object of a parsed file, and where it stands."""

    values: Mapping[str, Any]
    path: Path
    document: str = field(default="", repr=False)
    """Text of the whole file, to name the line of a field that is refused."""
    steps: Steps = ()
    """Way from the whole document to this object."""

    def text(self, key: str, default: str = "") -> str:
        """Text of a field; numbers become text, null the default."""
        value = self.values.get(key)
        if value is None:
            return default
        if isinstance(value, dict | list):
            raise self.refused(key, "text", value)
        return str(value)

    def whole(self, key: str, *, least: int = 0, most: int = LARGEST_ID) -> int:
        """Whole number of a required field."""
        value = self.values.get(key)
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self.refused(key, f"a whole number from {least} to {most}", value)
        return value

    def number(self, key: str) -> float | None:
        """Number of an optional field, None when it is missing or null."""
        value = self.values.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > LARGEST_NUMBER:
            raise self.refused(key, f"a number up to {LARGEST_NUMBER:g} or null", value)
        return float(value)

    def flag(self, key: str, *, default: bool) -> bool:
        """True or false of an optional field."""
        value = self.values.get(key, default)
        if not isinstance(value, bool):
            raise self.refused(key, "true or false", value)
        return value

    def choice(self, key: str, allowed: tuple[Choice, ...], default: Choice) -> Choice:
        """One of the allowed words of an optional field."""
        value = self.values.get(key, default)
        if not isinstance(value, str) or value not in allowed:
            raise self.refused(key, " or ".join(map(str, allowed)), value)
        return value

    def child(self, key: str) -> Fields:
        """Object of an optional field, empty when it is missing or null."""
        value = self.values.get(key)
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise self.refused(key, "an object", value)
        return Fields(value, self.path, self.document, (*self.steps, key))

    def children(self, key: str) -> Iterator[Fields]:
        """Objects of an optional list field."""
        value = self.values.get(key)
        if value is None:
            value = []
        if not isinstance(value, list | tuple):
            raise self.refused(key, "a list", value)
        for index, item in enumerate(value):
            if not isinstance(item, Mapping):
                raise self._refused((key, index), "an object", item)
            yield Fields(item, self.path, self.document, (*self.steps, key, index))

    def others(self, *known: str) -> dict[str, Any]:
        """Return the keys that are none of ``known``."""
        return {key: value for key, value in self.values.items() if key not in known}

    def refused(self, key: str, expected: str, found: object) -> SidecarReadError:
        """Error that names the file, the field, what was expected, what was found, and the line."""
        return self._refused((key,), expected, found)

    def _refused(self, inner: Steps, expected: str, found: object) -> SidecarReadError:
        steps = (*self.steps, *inner)
        shown = repr(found) if len(repr(found)) <= _MOST_SHOWN else f"{repr(found)[: _MOST_SHOWN - 3]}…"
        line = f" (line {line_of_field(self.document, steps)})" if self.document else ""
        return SidecarReadError(f"{self.path} cannot be read: {_words(steps)} must be {expected}, found {shown}{line}.")


def _words(steps: Steps) -> str:
    """Way to a field as people write it: ``rois[0].data.row_stop``."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in steps).removeprefix(".")


def read_fields(raw: bytes, path: Path) -> Fields:
    """Parse the bytes of a JSON file; SidecarReadError names file and line when they are no JSON object."""
    document = decoded(raw, path)
    return Fields(parse_json_text(document, path), path, document)

"""Typed access to the fields of a parsed file; every refusal names file, field and what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from cloudscope_widgets.core.errors import SidecarReadError

LARGEST_ID = 2**31 - 1
Choice = TypeVar("Choice", bound=str)


@dataclass(frozen=True, slots=True)
class Fields:
    """One object of a parsed file, and where it stands."""

    values: Mapping[str, Any]
    path: Path
    where: str = ""

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
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.refused(key, "a number or null", value)
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
        if value not in allowed:
            raise self.refused(key, " or ".join(map(str, allowed)), value)
        return value  # type: ignore[no-any-return]  # one of the allowed words

    def child(self, key: str) -> Fields:
        """Object of an optional field, empty when it is missing or null."""
        value = self.values.get(key)
        if value is None:
            value = {}
        if not isinstance(value, Mapping):
            raise self.refused(key, "an object", value)
        return Fields(value, self.path, self._at(key))

    def children(self, key: str) -> Iterator[Fields]:
        """Objects of an optional list field."""
        value = self.values.get(key)
        if value is None:
            value = []
        if not isinstance(value, list | tuple):
            raise self.refused(key, "a list", value)
        for index, item in enumerate(value):
            if not isinstance(item, Mapping):
                raise self.refused(f"{key}[{index}]", "an object", item)
            yield Fields(item, self.path, self._at(f"{key}[{index}]"))

    def others(self, *known: str) -> dict[str, Any]:
        """Return the keys that are none of ``known``."""
        return {key: value for key, value in self.values.items() if key not in known}

    def refused(self, key: str, expected: str, found: object) -> SidecarReadError:
        """Error that names the field, what was expected and what was found."""
        shown = repr(found) if len(repr(found)) <= 60 else f"{repr(found)[:57]}…"  # noqa: PLR2004  (fits a sentence)
        return SidecarReadError(f"{self.path} cannot be read: {self._at(key)} must be {expected}, found {shown}.")

    def _at(self, key: str) -> str:
        return f"{self.where}.{key}" if self.where else key

"""What a command from the page may carry: every field is checked for type, size and range before anything is done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from cloudscope_widgets.core.numbers import LARGEST_NUMBER

LARGEST_WHOLE = 2**53 - 1
"""Largest whole number that a page can hold exactly."""


class Field(Protocol):
    """One field of a command."""

    @property
    def typescript(self) -> str:
        """Type of the field in the page."""

    def checked(self, value: Any) -> Any:  # noqa: ANN401  (from the page)
        """Return the value; ValueError says what is expected."""


@dataclass(frozen=True, slots=True)
class Whole:
    """A whole number."""

    least: int = 0
    most: int = LARGEST_WHOLE
    typescript: str = "number"

    def checked(self, value: Any) -> int:  # noqa: ANN401  (from the page)
        """Return the number; ValueError says what is expected."""
        if isinstance(value, float) and value.is_integer():
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not self.least <= value <= self.most:
            raise ValueError(f"a whole number from {self.least} to {self.most}")
        return value


@dataclass(frozen=True, slots=True)
class Number:
    """A finite number."""

    least: float = -LARGEST_NUMBER
    most: float = LARGEST_NUMBER
    typescript: str = "number"

    def checked(self, value: Any) -> float:  # noqa: ANN401  (from the page)
        """Return the number; ValueError says what is expected."""
        is_number = isinstance(value, int | float) and not isinstance(value, bool)
        if not is_number or not self.least <= value <= self.most:  # no number that is missing or infinite does
            raise ValueError(f"a number from {self.least:g} to {self.most:g}")
        return float(value)


@dataclass(frozen=True, slots=True)
class Text:
    """Text of limited length."""

    longest: int = 200
    typescript: str = "string"

    def checked(self, value: Any) -> str:  # noqa: ANN401  (from the page)
        """Return the text; ValueError says what is expected."""
        if not isinstance(value, str) or len(value) > self.longest:
            raise ValueError(f"text of at most {self.longest} characters")
        return value


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    typescript: str = "boolean"

    def checked(self, value: Any) -> bool:  # noqa: ANN401  (from the page)
        """Return the flag; ValueError says what is expected."""
        if not isinstance(value, bool):
            raise ValueError("true or false")  # noqa: TRY004  (one error for all refusals)
        return value


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a few words."""

    words: tuple[str, ...]

    @property
    def typescript(self) -> str:
        """Type of the field in the page."""
        return " | ".join(f'"{word}"' for word in self.words)

    def checked(self, value: Any) -> str:  # noqa: ANN401  (from the page)
        """Return the word; ValueError says what is expected."""
        if value not in self.words:
            raise ValueError(f"one of {', '.join(self.words)}")
        return str(value)


@dataclass(frozen=True, slots=True)
class Optional:
    """Another field, or nothing."""

    field: Field

    @property
    def typescript(self) -> str:
        """Type of the field in the page."""
        return f"{self.field.typescript} | null"

    def checked(self, value: Any) -> Any:  # noqa: ANN401  (from the page)
        """Return the value; ValueError says what is expected."""
        return None if value is None else self.field.checked(value)


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of limited length."""

    item: Field
    longest: int = 1000

    @property
    def typescript(self) -> str:
        """Type of the field in the page."""
        return f"({self.item.typescript})[]"

    def checked(self, value: Any) -> list[Any]:  # noqa: ANN401  (from the page)
        """Return the list; ValueError says what is expected."""
        if not isinstance(value, list) or len(value) > self.longest:
            raise ValueError(f"a list of at most {self.longest} items")
        return [self.item.checked(item) for item in value]


@dataclass(frozen=True, slots=True)
class Scalar:
    """A number, text or flag whose kind is decided by who asked for it, such as a parameter of an analysis."""

    longest: int = 200
    typescript: str = "number | string | boolean"

    def checked(self, value: Any) -> bool | float | str:  # noqa: ANN401  (from the page)
        """Return the value; ValueError says what is expected."""
        if isinstance(value, bool) or (isinstance(value, str) and len(value) <= self.longest):
            return value
        return Number().checked(value)


def checked_fields(fields: Mapping[str, Field], said: Mapping[str, Any]) -> dict[str, Any]:
    """Return the fields of a command, each checked; ValueError names the first that is missing, unknown or wrong."""
    unknown = said.keys() - fields.keys()
    if unknown:
        raise ValueError(f"it has an unknown field {min(map(str, unknown))[:40]!r}")
    found: dict[str, Any] = {}
    for name, field in fields.items():
        if name not in said:
            raise ValueError(f"the field {name} is missing")
        try:
            found[name] = field.checked(said[name])
        except ValueError as error:
            raise ValueError(f"{name} must be {error}") from error
    return found

"""What was recorded: the fifteen fields of the animal, the sample and the experiment."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from cloudscope_widgets.core.frozen import EMPTY, FrozenDict
from cloudscope_widgets.core.numbers import LARGEST_WHOLE, checked_number, checked_text, checked_whole


@dataclass(frozen=True, slots=True)
class Experiment:
    """Fields that a person fills in; text is empty and numbers are None when not known."""

    species: str = ""
    sex: str = ""
    genotype: str = ""
    age: str = ""
    region: str = ""
    cell_type: str = ""
    depth: float | None = None
    """Depth below the surface in µm."""
    branch_order: int | None = None
    direction: str = ""
    condition: str = ""
    condition2: str = ""
    treatment: str = ""
    treatment2: str = ""
    date: str = ""
    note: str = ""
    extra: FrozenDict = EMPTY
    """Keys of the saved file that this program does not know."""

    def __post_init__(self) -> None:
        """Turn numeric text into numbers, and refuse what could not be saved."""
        for name in FIELD_NAMES:
            object.__setattr__(self, name, coerce_field(name, getattr(self, name)))

    def updated(self, **changes: Any) -> Experiment:  # noqa: ANN401  (checked field by field)
        """Return a copy with some fields changed, numeric text turned into numbers.

        Raises
        ------
        TypeError
            When a name is not one of the fifteen fields.
        ValueError
            When a value does not fit its field.
        """
        unknown = [name for name in changes if name not in FIELD_NAMES]
        if unknown:
            msg = f"unknown experiment field {unknown[0]!r}; the fields are {', '.join(FIELD_NAMES)}"
            raise TypeError(msg)
        return replace(self, **changes)

    def known_fields(self) -> dict[str, Any]:
        """Return the fifteen fields as a plain dict in the order of the format."""
        return {name: getattr(self, name) for name in FIELD_NAMES}


FIELD_NAMES = tuple(item.name for item in fields(Experiment) if item.name != "extra")
NUMERIC_FIELDS: Mapping[str, type] = {"depth": float, "branch_order": int}


def coerce_field(name: str, value: Any) -> str | float | int | None:  # noqa: ANN401  (from files and users)
    """Turn a value from a file or a user into the type of its field.

    Empty text means None in the two numeric fields; None means empty text in all others.
    """
    if name not in NUMERIC_FIELDS:
        return "" if value is None else checked_text(name, str(value))
    if value is None or (isinstance(value, str) and not value.strip()):
        return None
    try:
        if NUMERIC_FIELDS[name] is float:
            return checked_number(name, _number_in(value), most=None)
        return checked_whole(name, _number_in(value), least=-LARGEST_WHOLE, most=LARGEST_WHOLE)
    except ValueError as error:
        raise ValueError(f"{error}; leave it empty when it is not known") from error


def _number_in(value: Any) -> Any:  # noqa: ANN401  (from files and users)
    """Number that a text spells; anything else as it is."""
    if not isinstance(value, str):
        return value
    for kind in (int, float):
        with contextlib.suppress(ValueError):  # the other kind, or no number
            return kind(value)
    return value

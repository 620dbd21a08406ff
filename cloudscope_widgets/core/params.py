"""Parameters of an analysis: their defaults, limits and the words a form shows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cloudscope_widgets.core.numbers import (
    LARGEST_WHOLE,
    checked_flag,
    checked_number,
    checked_text,
    checked_whole,
    shown,
)

ParamValue = bool | int | float | str


@dataclass(frozen=True, slots=True)
class Param:
    """One parameter of an analysis; the type of its default is the type of its values."""

    name: str
    default: ParamValue
    label: str
    help: str = ""
    unit: str = ""
    choices: tuple[ParamValue, ...] = ()
    minimum: float | None = None
    maximum: float | None = None

    def checked(self, value: Any) -> ParamValue:  # noqa: ANN401  (from users and files)
        """Return ``value`` in the type of this parameter.

        Raises
        ------
        ValueError
            When the type, a limit or the choices refuse it; the message says what is allowed.
        """
        converted = self._converted(value)
        if self.choices and converted not in self.choices:
            allowed = ", ".join(map(str, self.choices))
            msg = f"{self.name} must be one of {allowed}, got {shown(value)}"
            raise ValueError(msg)
        if self.minimum is not None and converted < self.minimum:  # type: ignore[operator]  # limits only on numbers
            msg = f"{self.name} must be at least {self.minimum:g}, got {shown(value)}"
            raise ValueError(msg)
        if self.maximum is not None and converted > self.maximum:  # type: ignore[operator]  # limits only on numbers
            msg = f"{self.name} must be at most {self.maximum:g}, got {shown(value)}"
            raise ValueError(msg)
        return converted

    def _converted(self, value: Any) -> ParamValue:  # noqa: ANN401  (from users and files)
        kind = type(self.default)
        if kind is bool:
            return checked_flag(self.name, value)
        if kind is str:
            return checked_text(self.name, value)
        if kind is int:
            return checked_whole(self.name, value, least=-LARGEST_WHOLE, most=LARGEST_WHOLE)
        return checked_number(self.name, value)


def checked_params(params: Iterable[Param], values: Mapping[str, Any]) -> dict[str, ParamValue]:
    """Return a value for every parameter: the given one, checked, or the default.

    Raises
    ------
    TypeError
        When a name is not a parameter of this analysis.
    ValueError
        When a value does not fit its parameter.
    """
    known = {param.name: param for param in params}
    unknown = [name for name in values if name not in known]
    if unknown:
        msg = f"unknown parameter {unknown[0]!r}; the parameters are {', '.join(known) or 'none'}"
        raise TypeError(msg)
    return {name: param.checked(values[name]) if name in values else param.default for name, param in known.items()}

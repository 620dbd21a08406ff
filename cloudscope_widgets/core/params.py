"""Parameters of an analysis: their defaults, limits and the words a form shows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

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
            msg = f"{self.name} must be one of {allowed}, got {value!r}"
            raise ValueError(msg)
        if self.minimum is not None and converted < self.minimum:  # type: ignore[operator]  # limits only on numbers
            msg = f"{self.name} must be at least {self.minimum:g}, got {value!r}"
            raise ValueError(msg)
        if self.maximum is not None and converted > self.maximum:  # type: ignore[operator]  # limits only on numbers
            msg = f"{self.name} must be at most {self.maximum:g}, got {value!r}"
            raise ValueError(msg)
        return converted

    def _converted(self, value: Any) -> ParamValue:  # noqa: ANN401  (from users and files)
        kind = type(self.default)
        if kind is bool or kind is str:
            if isinstance(value, kind):
                return value
        elif not isinstance(value, bool | str):
            number = _finite(value)
            if number is not None and (kind is float or number.is_integer()):
                return kind(number)
        names = {bool: "True or False", str: "text", int: "a whole number", float: "a number"}
        msg = f"{self.name} must be {names[kind]}, got {value!r}"
        raise ValueError(msg)


def _finite(value: Any) -> float | None:  # noqa: ANN401  (from users and files)
    try:
        number = float(value)
    except (TypeError, ValueError, OverflowError):
        return None
    return number if math.isfinite(number) else None


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

"""Parameters of an analysis: their defaults, limits and the words a form shows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from cloudscope_widgets.core.frozen import EMPTY, FrozenDict
from cloudscope_widgets.core.numbers import (
    LARGEST_WHOLE,
    checked_flag,
    checked_number,
    checked_text,
    checked_whole,
    shown,
)

ParamValue = bool | int | float | str

_ROI = re.compile(r"\s*roi\s*([1-9]\d{0,9})\s*", re.IGNORECASE)


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
    sets: FrozenDict = EMPTY
    """What its choices set of other parameters that are not given, by choice and by name: presets."""
    takes_roi: bool = False
    """Whether a region of interest may stand in place of a number, as "ROI 2"."""
    applies_with: FrozenDict = EMPTY
    """Values of other parameters with which it has an effect, by name; empty when it always has."""

    def applies(self, values: Mapping[str, Any]) -> bool:
        """Whether it has an effect together with these values of the others."""
        return all(values.get(name) in allowed for name, allowed in self.applies_with.items())

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
        if self.takes_roi and isinstance(value, str):
            return self._region(value)
        kind = type(self.default)
        if kind is bool:
            return checked_flag(self.name, value)
        if kind is str:
            return checked_text(self.name, value)
        if kind is int:
            return checked_whole(self.name, value, least=-LARGEST_WHOLE, most=LARGEST_WHOLE)
        return checked_number(self.name, value)

    def _region(self, text: str) -> str:
        roi_id = named_roi(text)
        if roi_id is None:
            raise ValueError(f'{self.name} must be a number, or a region such as "ROI 2", got {shown(text)}')
        return f"ROI {roi_id}"


def named_roi(value: object) -> int | None:
    """Id of the region that a value such as "ROI 2" names, None for any other value."""
    found = _ROI.fullmatch(value) if isinstance(value, str) else None
    return None if found is None else int(found[1])


def checked_params(params: Iterable[Param], values: Mapping[str, Any]) -> dict[str, ParamValue]:
    """Return a value for every parameter: the given one, checked, that of a chosen preset, or the default.

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
    checked = {name: param.checked(values[name]) for name, param in known.items() if name in values}
    preset = {name: value for param in known.values() for name, value in _preset(param, checked).items()}
    return {name: param.checked({**preset, **checked}.get(name, param.default)) for name, param in known.items()}


def _preset(param: Param, checked: Mapping[str, ParamValue]) -> Mapping[str, Any]:
    """What the chosen value of a parameter sets of the others."""
    found: Mapping[str, Any] = param.sets.get(str(checked.get(param.name, param.default)), EMPTY)
    return found

"""Rows of a form from the parameters of an analysis and their values; what a typed value would have to be."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, Literal, TypedDict

from cloudscope_widgets.core.params import Param, ParamValue, named_roi
from cloudscope_widgets.widgets.kit.number_text import short_number_text


class ParamChoice(TypedDict):
    """One value on offer."""

    value: float | str
    label: str


class ParamRow(TypedDict):
    """One parameter as the page shows it."""

    name: str
    label: str
    help: str
    kind: Literal["choice", "fixed", "number", "text", "flag"]
    unit: str
    value: float | str | bool
    """The value in force."""
    text: str
    """What stands in the field: the value in force, or what was typed and refused."""
    choices: list[ParamChoice]
    notes: list[str]
    wrong: str
    """Why what was typed is refused; empty when it is not."""


def param_row(param: Param, value: ParamValue, *, refused: tuple[str, str] | None, notes: list[str]) -> ParamRow:
    """Row of one parameter; ``refused`` is what was typed and why it is not taken."""
    typed, wrong = refused or (value_text(param, value), "")
    return {
        "name": param.name,
        "label": param.label,
        "help": param.help,
        "kind": _kind(param),
        "unit": param.unit,
        "value": value,
        "text": typed,
        "choices": [{"value": choice, "label": choice_text(param, choice)} for choice in param.choices],
        "notes": notes,
        "wrong": wrong,
    }


def _kind(param: Param) -> Literal["choice", "fixed", "number", "text", "flag"]:
    if param.choices:
        return "choice" if len(param.choices) > 1 else "fixed"
    if isinstance(param.default, bool):
        return "flag"
    return "text" if isinstance(param.default, str) else "number"


def value_text(param: Param, value: ParamValue) -> str:
    """Write a value as it stands in its field."""
    if param.choices:
        return choice_text(param, value)
    return short_number_text(value) if isinstance(value, int | float) and not isinstance(value, bool) else str(value)


def choice_text(param: Param, choice: ParamValue) -> str:
    """Write a choice in words: "line_correlation" is "Line correlation", 64 is "64 lines"."""
    if isinstance(choice, str):
        return choice.replace("_", " ").capitalize()
    return f"{short_number_text(choice)} {param.unit}".strip()


def taken(param: Param, said: Any) -> ParamValue:  # noqa: ANN401  (from the page)
    """Return the value that was set in the page; ValueError is a sentence about it."""
    is_roi = param.takes_roi and isinstance(said, str) and named_roi(said) is not None
    if isinstance(said, str) and not isinstance(param.default, str) and not is_roi:
        raise ValueError(_no_number(said))
    whole = int(said) if isinstance(said, float) and said.is_integer() else said
    try:
        return param.checked(whole)
    except ValueError as error:
        sentence = str(error).replace(param.name, param.label, 1)
        raise ValueError(f"{sentence}.") from error


def _no_number(typed: str) -> str:
    if not typed.strip():
        return "Write a number."
    with_point = typed.strip().replace(",", ".", 1)
    try:
        float(with_point)
    except ValueError:
        return "Not a number."
    return f"Not a number. Write {with_point}."


def stored_values(params: Iterable[Param], stored: Mapping[str, Any]) -> dict[str, ParamValue]:
    """Values with which a result was made; the default where it does not tell, or tells what no longer fits."""
    return {param.name: _stored(param, stored) for param in params}


def _stored(param: Param, stored: Mapping[str, Any]) -> ParamValue:
    try:
        return param.checked(stored[param.name]) if param.name in stored else param.default
    except ValueError:
        return param.default


def with_presets(
    params: Iterable[Param], values: Mapping[str, ParamValue], chosen: Param, value: ParamValue
) -> dict[str, ParamValue]:
    """Values after one was chosen; a preset also sets its own of the others, and those that no preset sets stay."""
    of_presets = {name for preset in chosen.sets.values() for name in preset}
    sets = chosen.sets.get(str(value), {})
    others = {
        param.name: param.checked(sets.get(param.name, param.default)) for param in params if param.name in of_presets
    }
    return {**values, **others, chosen.name: value}


def is_made_with(stored: Mapping[str, Any], values: Mapping[str, ParamValue], params: Iterable[Param]) -> bool:
    """Whether a result was made with these values."""
    return all(stored.get(param.name, param.default) == values[param.name] for param in params)

"""Checks of the arguments with which a widget is made, so that a slip is told in a sentence and nothing is made."""

from __future__ import annotations

import difflib
import inspect
from collections.abc import Mapping, Sequence
from typing import Any

import ipywidgets
import traitlets as T  # noqa: N812  (short name used by all of this package)

from cloudscope_widgets.store.session import Session


def check_arguments(
    widget: type, args: Sequence[Any], arguments: Mapping[str, Any], *, takes_source: bool = False
) -> None:
    """Refuse what a widget cannot be made with.

    Parameters
    ----------
    widget
        Class of the widget.
    args, arguments
        What it is called with.
    takes_source
        Whether it shows other things than a session.

    Raises
    ------
    TypeError
        When an argument is not known, the session is none, or a size has no unit.
    ValueError
        When another value for ``ipywidgets.Layout`` is wrong.
    """
    parameters = inspect.signature(widget.__init__).parameters  # type: ignore[misc]  # only read
    takes_layout = any(each.kind is each.VAR_KEYWORD for each in parameters.values())
    own = [name for name in parameters if name not in {"self", "layout"}]
    layout = _layout_names() if takes_layout else ()
    for name, value in arguments.items():
        if name in own:
            continue
        if name not in layout:
            raise TypeError(_unknown(widget.__name__, name, own, layout))
        _check_layout(name, value)
    if not takes_source and "session" in own:
        _check_session(widget.__name__, [*args, *([arguments["session"]] if "session" in arguments else [])])


def _layout_names() -> tuple[str, ...]:
    return tuple(name for name in ipywidgets.Layout.class_trait_names(sync=True) if not name.startswith("_"))


def _unknown(widget: str, name: str, own: Sequence[str], layout: Sequence[str]) -> str:
    """Sentence on an argument that is not known."""
    close = difflib.get_close_matches(name, [*own, *layout], 1)
    meant = f" Did you mean {close[0]}?" if close else ""
    sizes = " and the arguments of ipywidgets.Layout, for instance height='360px'" if layout else ""
    return f"{widget} has no argument {name}.{meant} It takes {', '.join(own)}{sizes}."


def _check_layout(name: str, value: object) -> None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        raise TypeError(f"{name} must be text with a unit, for instance {name}='{value:g}px', got {value}")
    trait = ipywidgets.Layout.class_traits()[name]
    try:
        trait._validate(ipywidgets.Layout.__new__(ipywidgets.Layout), value)  # noqa: SLF001  (makes no widget)
    except T.TraitError as error:
        raise ValueError(f"{name} cannot be {value!r}; give what ipywidgets.Layout takes, as text") from error


def _check_session(widget: str, args: Sequence[Any]) -> None:
    if args and not isinstance(args[0], Session):
        raise TypeError(
            f"{widget} shows a session, got {type(args[0]).__name__}. Give cs.Session with a folder, or the session of "
            "another widget"
        )

"""The public names of the package, one a line: methods and functions with the names of their parameters.

Usage: `.venv/bin/python -m tests.public_names` writes them to `tests/public_names.txt`, which a test compares. The
change of that file is then part of the change that makes a name public.
"""

from __future__ import annotations

import importlib
import inspect
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from pathlib import Path
from types import ModuleType
from typing import Any

import ipywidgets

import cloudscope_widgets as cs

ROOT = Path(__file__).resolve().parents[1]
LIST = ROOT / "tests" / "public_names.txt"
_DOCUMENTED = re.compile(r"^::: cloudscope_widgets\.(\S+)$", re.MULTILINE)
_WIDGET_MEMBERS = frozenset({"close", "image_viewer", "scale", "session", "wait"})
"""What scripts use of a widget; the rest is between it and its page."""
_MADE_BY_SCRIPTS = frozenset(
    {"AutoContrast", "Constant", "Heartbeat", "LineRoi", "RectRoi", "Session", "Stall", "Step"}
)
"""Classes that scripts call themselves, as they do widgets; objects of the others come from methods."""


def public_names() -> list[str]:
    """List all names of ``cs.__all__`` and all members of the classes that it or the page of names knows, sorted."""
    with _examples() as examples:
        return sorted({f"cs.{name}" for name in cs.__all__} | set(_lines(examples)))


def _lines(examples: Mapping[type, object]) -> Iterator[str]:
    known = {**_reached(), **_documented(), **{item.__name__: item for item in examples}}
    for name, item in known.items():
        if inspect.isclass(item):
            yield from _members_of(name, item, examples.get(item, item))
        else:
            yield _signed(name, item)


def _reached() -> dict[str, Any]:
    """Classes and functions of ``cs.__all__``."""
    found = {name: getattr(cs, name) for name in cs.__all__}
    return {name: item for name, item in found.items() if not inspect.ismodule(item)}


def _documented() -> dict[str, Any]:
    """Classes and functions of ``docs/api.md``, by their own name; of a whole module all that it defines."""
    found = dict[str, Any]()
    for path in _DOCUMENTED.findall((ROOT / "docs" / "api.md").read_text(encoding="utf-8")):
        item = _item(path)
        if isinstance(item, ModuleType):
            found |= {name: each for name, each in vars(item).items() if _is_defined_in(item, name, each)}
        elif item is not cs.open:  # which has a name of its own
            found[item.__name__] = item
    return found


def _item(path: str) -> Any:  # noqa: ANN401  (a module, a class or a function)
    place, _, name = f"cloudscope_widgets.{path}".rpartition(".")
    parent = importlib.import_module(place)
    return getattr(parent, name) if hasattr(parent, name) else importlib.import_module(f"{place}.{name}")


def _is_defined_in(module: ModuleType, name: str, item: object) -> bool:
    is_code = inspect.isclass(item) or inspect.isfunction(item)
    return is_code and not name.startswith("_") and item.__module__ == module.__name__


def _members_of(name: str, owner: type, example: object) -> Iterator[str]:
    """The class as scripts call it, and each of its members; an example knows what is set in ``__init__``, too."""
    is_widget = issubclass(owner, ipywidgets.Widget)
    if is_widget or name in _MADE_BY_SCRIPTS:
        yield _signed(name, owner)
    if issubclass(owner, Exception):
        yield f"{name} is a {owner.__bases__[0].__name__}"
    foreign = {
        each for base in owner.__mro__ if not base.__module__.startswith("cloudscope_widgets") for each in dir(base)
    }
    members = {each for each in dir(example) if not each.startswith("_")} - foreign
    if is_widget:
        members = {each for each in dir(example) if each in _WIDGET_MEMBERS}
    for member in members:
        found = inspect.getattr_static(owner, member, None)
        if isinstance(found, staticmethod | classmethod):
            found = getattr(owner, member)
        yield _signed(f"{name}.{member}", found) if inspect.isroutine(found) else f"{name}.{member}"


def _signed(name: str, item: Callable[..., object]) -> str:
    """Name with its parameters; an optional one ends in ``=``, whatever its default."""
    parameters = inspect.signature(item).parameters.values()
    plain = [
        each.replace(annotation=each.empty, default=each.empty if each.default is each.empty else _Optional())
        for each in parameters
        if each.name != "self"
    ]
    return f"{name}{inspect.Signature(plain)}"


class _Optional:
    """Stands for any default."""

    def __repr__(self) -> str:
        return ""


@contextmanager
def _examples() -> Iterator[dict[type, object]]:
    """An object of each class whose members are partly set in ``__init__``."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        cs.synthetic.kymograph(lines=64, columns=16).write(folder / "example.tif")
        session = cs.Session(folder)
        stack.callback(session.close)
        explorer = cs.Explorer(session)
        stack.callback(explorer.close)
        parts = (explorer.file_browser, explorer.contrast_bar, explorer.image_viewer, explorer.velocity_panel)
        widgets = (explorer, explorer.save_bar, *parts)
        values = (session, session.selection, session.view, session.select("example.tif"), cs.SaveConflict(""))
        yield {type(example): example for example in (*widgets, *values)}


def listed_names() -> list[str]:
    """List the names that are kept from one version to the next."""
    return LIST.read_text(encoding="utf-8").splitlines()


if __name__ == "__main__":
    LIST.write_text("\n".join(public_names()) + "\n", encoding="utf-8")

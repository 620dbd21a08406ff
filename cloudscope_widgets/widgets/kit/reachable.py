"""Which objects can still be reached from others, as the names of a notebook."""

from __future__ import annotations

import gc
import sysconfig
from asyncio import AbstractEventLoop
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from types import BuiltinFunctionType, CodeType, FrameType, FunctionType, ModuleType, TracebackType
from typing import Any

from cloudscope_widgets.store.session import Session
from cloudscope_widgets.store.snapshot_store import ObservableSnapshot
from cloudscope_widgets.store.subscriptions import Subscriptions

MOST_OBJECTS = 50_000
"""Where so many objects lead nowhere, everything is taken to be in reach: a tenth of a second, and on the safe side."""
_BARRED = (
    *(FrameType, TracebackType, CodeType, BuiltinFunctionType, AbstractEventLoop),
    *(Session, ObservableSnapshot, Subscriptions),
)
"""What leads to everything, or to widgets only because they follow it."""
_OWN_PACKAGE = __name__.partition(".")[0]
_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")})
_BARRED_PACKAGES = frozenset({"ipykernel", "IPython", "zmq", "comm", "jupyter_client", "tornado", "logging"})
"""Parts of the kernel, which lead to every widget."""


def reachable(roots: Iterable[Any], wanted: Iterable[Any], *, barred: Iterable[Any] = ()) -> set[int]:
    """Identities of the ``wanted`` objects to which ``roots`` lead, through objects of any kind.

    Parameters
    ----------
    roots
        Where to begin.
    wanted
        What to look for.
    barred
        Objects through which the search does not go.

    Returns
    -------
    Those that were found; all of them when the search grew too long.
    """
    looked_for = {id(item) for item in wanted}
    seen = {id(item) for item in barred}
    found: set[int] = set()
    todo = deque(roots)
    while todo and found != looked_for:
        item = todo.popleft()
        if id(item) in looked_for:
            found.add(id(item))
        if id(item) in seen or _is_barred(item):
            continue
        seen.add(id(item))
        if len(seen) > MOST_OBJECTS:
            return looked_for
        todo.extend(filter(gc.is_tracked, _referred(item)))
    return found


def _is_barred(item: Any) -> bool:  # noqa: ANN401  (anything)
    if isinstance(item, ModuleType):
        return not _is_of_user(item)
    if isinstance(item, type):
        return item.__module__ != "__main__"
    return isinstance(item, _BARRED) or type(item).__module__.partition(".")[0] in _BARRED_PACKAGES


def _is_of_user(module: ModuleType) -> bool:
    """Whether a module is no library, such as a file beside the notebook."""
    file = getattr(module, "__file__", None)
    if not file or module.__name__.partition(".")[0] == _OWN_PACKAGE:
        return False
    path = Path(file).absolute()
    return "site-packages" not in path.parts and not any(path.is_relative_to(folder) for folder in _LIBRARIES)


def _referred(item: Any) -> list[Any]:  # noqa: ANN401  (anything)
    """What one object refers to; a function does so by what it closes over, not by the names of its module."""
    if isinstance(item, ModuleType):
        return list(vars(item).values())
    if isinstance(item, FunctionType):
        return [item.__closure__, item.__defaults__, item.__kwdefaults__, item.__dict__]
    return gc.get_referents(item)

"""Makes one call of the operating system fail, or all of one kind, while Python code runs."""

from __future__ import annotations

import builtins
import contextlib
import fcntl
import io
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from unittest import mock

PLACES: tuple[tuple[Any, str], ...] = (
    *((os, name) for name in ("open", "write", "fsync", "close", "replace", "rename", "link", "unlink", "mkdir")),
    *((os, name) for name in ("stat", "lstat", "listdir", "scandir", "sendfile", "chmod", "truncate")),
    (builtins, "open"),
    (io, "open"),
    (fcntl, "flock"),
)  # fmt: skip
"""Every function through which the code under test reaches the operating system."""

Call = tuple[str, tuple[Any, ...]]
Fault = Callable[[Call, int], None]
"""Told of each call and its number, from 1; raises when the call is to fail."""


@dataclass(slots=True)
class Calls:
    """The calls that were made."""

    made: list[Call] = field(default_factory=list)


@contextlib.contextmanager
def faults(before: Fault | None = None, after: Fault | None = None) -> Iterator[Calls]:
    """Ask ``before`` and ``after`` each call whether it fails."""
    calls = Calls()
    with contextlib.ExitStack() as stack:
        for module, name in PLACES:
            stack.enter_context(
                mock.patch.object(module, name, _counted(getattr(module, name), name, calls, before, after))
            )
        yield calls


def _counted(
    real: Callable[..., Any], name: str, calls: Calls, before: Fault | None, after: Fault | None
) -> Callable[..., Any]:
    def call(*arguments: Any, **options: Any) -> Any:  # noqa: ANN401  (any function of the system)
        made = name, arguments
        calls.made.append(made)
        number = len(calls.made)
        try:
            if before is not None:
                before(made, number)
        except OSError:
            if name == "close":  # a failing close has closed all the same
                real(*arguments)
            raise
        result = real(*arguments, **options)
        try:
            if after is not None:
                after(made, number)
        except BaseException:
            _let_go(name, result)
            raise
        return result

    return call


def _let_go(name: str, opened: Any) -> None:  # noqa: ANN401  (what any function of the system returns)
    """Close what was opened for nobody."""
    if hasattr(opened, "close"):
        opened.close()
    elif name == "open":
        os.close(opened)


def error(number: int) -> OSError:
    """Error of the system with this number."""
    return OSError(number, os.strerror(number))

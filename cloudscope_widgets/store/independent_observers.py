"""Observers that do not depend on each other: one that raises keeps no other from being told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import traitlets as T  # noqa: N812  (short name used by all of this package)

from cloudscope_widgets.core.package_log import package_logger

_logger = package_logger(__name__)


class IndependentObservers(T.HasTraits):
    """Object whose observers are told each on its own."""

    def observe(self, handler: Callable[..., Any], names: Any = T.All, type: Any = "change") -> None:  # noqa: A002, ANN401  (traitlets' signature)
        """Call ``handler`` on changes of the named traits, as in traitlets."""
        is_own = isinstance(handler, T.EventHandler)  # of the class itself, which traitlets calls by name
        super().observe(handler if is_own else _Guarded(handler), names, type)

    def observer_failed(self, name: str, error: Exception) -> None:
        """Take the error of an observer of one trait: it is logged, since the change itself is done."""
        _logger.error("An observer of %r failed; all others are told of the change.", name, exc_info=error)


class _Guarded:
    """An observer that never raises; equal to the one that it calls, so that this one can be taken away again."""

    def __init__(self, handler: Callable[..., Any]) -> None:
        """Call ``handler``."""
        self._handler = handler

    def __call__(self, change: Any) -> None:  # noqa: ANN401  (of traitlets)
        """Tell of a change."""
        try:
            self._handler(change)
        except Exception as error:  # noqa: BLE001  (one of many, each on its own: handed to what is observed)
            change.owner.observer_failed(change.name, error)

    def __eq__(self, other: object) -> bool:
        """Whether the same is called."""
        return self._handler == (other._handler if isinstance(other, _Guarded) else other)

    def __hash__(self) -> int:
        """Hash of what is called."""
        return hash(self._handler)

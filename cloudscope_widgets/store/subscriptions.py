"""Observers that follow the open recording and are let go together."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable
from typing import Any

import traitlets as T  # noqa: N812  (short name used by all of this package)

from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.session import Session

Draw = Callable[[], None]
"""Draws from the present state; takes nothing, so that it can be called at any time."""


class Subscriptions:
    """The observers of one widget.

    A drawing function is called once when it subscribes, and after that on every change of the traits it names, on
    whatever thread made the change.
    """

    def __init__(self, session: Session) -> None:
        """Follow a session."""
        self._session = session
        self._held: list[tuple[T.HasTraits, Callable[[Any], None], tuple[str, ...]]] = []
        self._followers: list[tuple[Callable[[Any], None], tuple[str, ...]]] = []
        self._bound: Acquisition | None = session.acquisition
        session.observe(self._rebind, "acquisition")

    def on(self, target: T.HasTraits, draw: Draw, *names: str) -> None:
        """Draw now and whenever one of the traits of ``target`` changes."""
        observer = _observer(draw)
        target.observe(observer, list(names))
        self._held.append((target, observer, names))
        draw()

    def on_acquisition(self, draw: Draw, *names: str) -> None:
        """Draw now, whenever one of the traits of the open recording changes, and when another one is opened."""
        observer = _observer(draw)
        self._followers.append((observer, names))
        if self._bound is not None:
            self._bound.observe(observer, list(names))
        draw()

    def close(self) -> None:
        """Let go of everything; may be called twice."""
        let_go(self._session, self._rebind, ("acquisition",))
        for target, observer, names in self._held:
            let_go(target, observer, names)
        self._bind(None)
        self._held, self._followers = [], []

    def _rebind(self, _change: object) -> None:
        self._bind(self._session.acquisition)
        for observer, _names in list(self._followers):
            observer(None)

    def _bind(self, acquisition: Acquisition | None) -> None:
        before, self._bound = self._bound, acquisition
        for observer, names in self._followers:
            if before is not None:
                let_go(before, observer, names)
            if acquisition is not None:
                acquisition.observe(observer, list(names))


def _observer(draw: Draw) -> Callable[[Any], None]:
    def observe(_change: object) -> None:
        draw()

    return observe


def let_go(target: T.HasTraits, observer: Callable[[Any], None], names: Iterable[str]) -> None:
    """Take an observer away from the named traits, where it still is; without names from all traits at once."""
    for name in tuple(names) or (T.All,):
        with contextlib.suppress(ValueError):  # it is gone already, as after the target was closed
            target.unobserve(observer, name)

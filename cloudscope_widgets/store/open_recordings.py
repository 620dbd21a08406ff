"""Observers of every recording that is open in a session, whether it is shown or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from weakref import WeakSet

from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.store.subscriptions import let_go


class OpenedRecordings:
    """Tells of changes of any open recording, also of one that was left with unsaved edits and is saved later.

    It keeps no recording open.
    """

    def __init__(self, session: Session, tell: Callable[[Acquisition], None], *names: str) -> None:
        """Call ``tell`` when one of the named traits of an open recording changes, on the thread that changed it."""
        self._session, self._tell, self._names = session, tell, list(names)
        self._followed: WeakSet[Acquisition] = WeakSet()
        session.observe(self._follow_new, "acquisition")
        self._follow_new()

    def close(self) -> None:
        """Let go of all recordings; may be called twice."""
        let_go(self._session, self._follow_new, ["acquisition"])
        for acquisition in list(self._followed):
            let_go(acquisition, self._changed, self._names)
        self._followed.clear()

    def _follow_new(self, _change: object = None) -> None:
        for acquisition in self._session.recordings():
            if acquisition not in self._followed:
                self._followed.add(acquisition)
                acquisition.observe(self._changed, self._names)

    def _changed(self, change: Any) -> None:  # noqa: ANN401  (of traitlets)
        self._tell(change.owner)

"""What can be asked for anywhere in a session, whichever widget has the focus."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from weakref import WeakKeyDictionary

from cloudscope_widgets.store.session import Session

ACTIONS = (
    *("save", "save_all", "undo", "redo", "next_file", "previous_file", "next_to_review"),
    *("accept_file", "reject_file", "run", "previous_roi", "next_roi"),
)
"""What the page may ask for without knowing which widget does it."""


class Actions:
    """The actions of one session; the widget that can do something offers it here."""

    def __init__(self) -> None:
        """Begin without any."""
        self._offered: dict[str, tuple[Callable[[], None], ...]] = {}

    def offer(self, action: str, run: Callable[[], None], *, is_spare: bool = False) -> None:
        """Let ``run`` answer an action.

        The widget that offers it last counts, and when that is closed the one before it. A spare one counts where there
        is no other.
        """
        if action not in ACTIONS:
            raise ValueError(f"there is no action {action!r}; the actions are {', '.join(ACTIONS)}")
        others = tuple(other for other in self._offered.get(action, ()) if other != run)
        self._offered[action] = (run, *others) if is_spare else (*others, run)

    def withdraw(self, run: Callable[[], None]) -> None:
        """Forget whatever ``run`` answers."""
        self._offered = {
            action: tuple(other for other in offered if other != run) for action, offered in self._offered.items()
        }

    def run(self, action: str) -> None:
        """Run an action; without a widget that offers it nothing happens."""
        offered = self._offered.get(action, ())
        if offered:
            offered[-1]()


_actions: WeakKeyDictionary[Session, Actions] = WeakKeyDictionary()


def actions_of(session: Session) -> Actions:
    """Return the actions of a session."""
    return _actions.setdefault(session, Actions())


_ids: WeakKeyDictionary[Session, str] = WeakKeyDictionary()


def session_id(session: Session) -> str:
    """Return the name of a session in the pages that show it, which no other session of any kernel has."""
    if session not in _ids:
        _ids[session] = secrets.token_hex(8)
    return _ids[session]

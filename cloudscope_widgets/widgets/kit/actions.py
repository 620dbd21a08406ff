"""What a key means anywhere in a session, whichever widget has the focus."""

from __future__ import annotations

from collections.abc import Callable
from weakref import WeakKeyDictionary

from cloudscope_widgets.store.session import Session

ACTION_KEYS = {
    "s": "save",
    "Shift+s": "save_all",
    "Mod+z": "undo",
    "Mod+Shift+z": "redo",
    "j": "next_file",
    "k": "previous_file",
    "Shift+n": "next_to_review",
    "a": "accept_file",
    "Shift+a": "reject_file",
    "g": "run",
    "[": "previous_roi",
    "]": "next_roi",
}
"""Keys of the design guide and the action each one runs; Mod is Ctrl, or Cmd on a Mac."""


class Actions:
    """The actions of one session; the widget that can do something offers it here."""

    def __init__(self) -> None:
        """Begin without any."""
        self._offered: dict[str, Callable[[], None]] = {}

    def offer(self, action: str, run: Callable[[], None]) -> None:
        """Let ``run`` answer an action; the widget that offers it last counts."""
        if action not in ACTION_KEYS.values():
            raise ValueError(f"there is no action {action!r}; the actions are {', '.join(ACTION_KEYS.values())}")
        self._offered[action] = run

    def withdraw(self, run: Callable[[], None]) -> None:
        """Forget whatever ``run`` answers."""
        self._offered = {action: offered for action, offered in self._offered.items() if offered != run}

    def run(self, action: str) -> None:
        """Run an action; without a widget that offers it nothing happens."""
        run = self._offered.get(action)
        if run is not None:
            run()


_actions: WeakKeyDictionary[Session, Actions] = WeakKeyDictionary()


def actions_of(session: Session) -> Actions:
    """Return the actions of a session."""
    return _actions.setdefault(session, Actions())

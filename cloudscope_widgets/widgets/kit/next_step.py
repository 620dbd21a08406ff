"""Which button of a session is the filled one: that of a banner, else Save when something is unsaved, else Run."""

from __future__ import annotations

from weakref import WeakKeyDictionary

import traitlets as T  # noqa: N812  (short name used by all of this package)

from cloudscope_widgets.store.independent_observers import IndependentObservers
from cloudscope_widgets.store.session import Session


class NextStep(IndependentObservers):
    """What the user would do next in a session, as far as a widget that is shown offers it."""

    is_saving = T.Bool(False)  # noqa: FBT003  (traitlets' default value)
    """True while a banner has a filled button, or Save is one; then Run is not."""


_steps: WeakKeyDictionary[Session, NextStep] = WeakKeyDictionary()


def next_step(session: Session) -> NextStep:
    """Return what is next in a session."""
    return _steps.setdefault(session, NextStep())

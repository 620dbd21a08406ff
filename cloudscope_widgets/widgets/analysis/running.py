"""Which analyses run now, whichever widget started them, so that none runs twice at the same place."""

from __future__ import annotations

import threading
from weakref import WeakKeyDictionary

from cloudscope_widgets.store.acquisition import Acquisition

Key = tuple[str, int, int | None]
"""Analysis name, channel and ROI id, which is None on the whole image, whose region is still to be made."""

_running: WeakKeyDictionary[Acquisition, set[Key]] = WeakKeyDictionary()
_lock = threading.Lock()


def begin_run(acquisition: Acquisition, key: Key) -> None:
    """Take note of a run; ValueError when the same one runs already."""
    with _lock:
        keys = _running.setdefault(acquisition, set())
        if key in keys:
            raise ValueError(busy_text(key))
        keys.add(key)


def end_run(acquisition: Acquisition, key: Key) -> None:
    """Take note that a run has ended."""
    with _lock:
        _running.get(acquisition, set()).discard(key)


def busy_text(key: Key) -> str:
    """Say that the same is being measured already, and what to do."""
    where = "the whole image" if key[2] is None else f"ROI {key[2]}"
    return f"{where} is being measured already: wait for the result, or press Cancel"

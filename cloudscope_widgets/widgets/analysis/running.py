"""Which analyses run now, whichever widget started them, so that none runs twice at the same place."""

from __future__ import annotations

import threading
from collections.abc import Callable
from weakref import WeakKeyDictionary, WeakMethod

from cloudscope_widgets.store.acquisition import Acquisition

Key = tuple[str, int, int | None]
"""Analysis name, channel and ROI id, which is None on the whole image, whose region is still to be made."""

_running: WeakKeyDictionary[Acquisition, dict[Key, Callable[[], None]]] = WeakKeyDictionary()
_followers: list[WeakMethod[Callable[[], None]]] = []
_lock = threading.Lock()


def begin_run(acquisition: Acquisition, key: Key, cancel: Callable[[], None]) -> None:
    """Take note of a run, and of how it is cancelled; ValueError when the same one runs already."""
    with _lock:
        runs = _running.setdefault(acquisition, {})
        if key in runs:
            raise ValueError(busy_text(key))
        runs[key] = cancel
    _tell()


def end_run(acquisition: Acquisition, key: Key) -> None:
    """Take note that a run has ended."""
    with _lock:
        _running.get(acquisition, {}).pop(key, None)
    _tell()


def has_runs(acquisition: Acquisition | None) -> bool:
    """Whether something is measured in a recording now."""
    with _lock:
        return acquisition is not None and bool(_running.get(acquisition))


def cancel_runs(acquisition: Acquisition | None) -> None:
    """Ask all runs in a recording to stop, whichever widgets started them."""
    with _lock:
        cancels = [] if acquisition is None else list(_running.get(acquisition, {}).values())
    for cancel in cancels:
        cancel()


def follow_runs(changed: Callable[[], None]) -> None:
    """Call a method whenever a run begins or ends, for as long as its object lives."""
    with _lock:
        _followers[:] = [follower for follower in _followers if follower() is not None]
        _followers.append(WeakMethod(changed))


def _tell() -> None:
    with _lock:
        followers = [follower() for follower in _followers]
    for changed in followers:
        if changed is not None:
            changed()


def busy_text(key: Key) -> str:
    """Say that the same is being measured already, and what to do."""
    where = "the whole image" if key[2] is None else f"ROI {key[2]}"
    return f"{where} is being measured already: wait for the result, or press Cancel"

"""The time axis of a session as a scale of bqplot, which viewer and traces share so that they show the same time."""

from __future__ import annotations

import math
import threading
from typing import Any
from weakref import ReferenceType, WeakKeyDictionary, finalize, ref

import bqplot

from cloudscope_widgets.store.selection import ViewState
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.kit.closing import is_shown_elsewhere
from cloudscope_widgets.widgets.kit.shell import answer_where_asked

_LARGEST_TIME = 1e12


class TimeScale:
    """Keeps a bqplot scale and the view of a session equal.

    The page moves the scale in the frame in which it draws; Python hears of it after the gesture.
    """

    def __init__(self, view: ViewState) -> None:
        """Begin with the range that the view shows."""
        self._view = view
        self._lock = threading.RLock()
        self._is_writing = False
        # room at the ends would shift a plot against the image
        self.scale = bqplot.LinearScale(min=view.time_start, max=view.time_stop, allow_padding=False)
        answer_where_asked(self.scale.comm)
        view.observe(self._write, ["time_start", "time_stop"])
        self.scale.observe(self._read, ["min", "max"])

    def _write(self, _change: object = None) -> None:
        """Bring the scale to the range of the view, as one message."""
        with self._lock:
            self._is_writing = True
            try:
                with self.scale.hold_sync():
                    self.scale.min, self.scale.max = self._view.time_start, self._view.time_stop
            finally:
                self._is_writing = False

    def _read(self, _change: object) -> None:
        """Take over what the page shows, or put the scale right when that is no range."""
        with self._lock:
            if self._is_writing:
                return
            low, high = self.scale.min, self.scale.max
        if low is not None and high is not None and _is_range(low, high):
            self._view.show(time=(low, high))
        else:
            self._write()


def _is_range(low: float, high: float) -> bool:
    return math.isfinite(low) and math.isfinite(high) and -_LARGEST_TIME < low < high < _LARGEST_TIME


_scales: WeakKeyDictionary[Session, TimeScale] = WeakKeyDictionary()
_scales_lock = threading.RLock()  # garbage is collected at any moment, and may close a widget


def time_scale(session: Session) -> bqplot.LinearScale:
    """Return the scale of the time axis of a session, the same one for all its widgets."""
    with _scales_lock:
        found = _scales.get(session)
        if found is None:
            found = _scales[session] = TimeScale(session.view)
            finalize(session, _close_forgotten, ref(found.scale)).atexit = False
            session.observe(_release_closed, "is_closed")
        return found.scale


def release_time_scale(session: Session) -> None:
    """Close the time axis of a session that is closed, as soon as no plot shows it any more."""
    with _scales_lock:
        found = _scales.get(session)
    if found is not None and session.is_closed and _close_unused(found.scale):
        with _scales_lock:
            _scales.pop(session, None)


def _release_closed(change: Any) -> None:  # noqa: ANN401  (of traitlets)
    release_time_scale(change.owner)


def _close_forgotten(scale: ReferenceType[bqplot.LinearScale]) -> None:
    """Close the time axis of a session that nobody knows any more; the list of open widgets has kept it."""
    found = scale()
    if found is not None:
        _close_unused(found)


def _close_unused(scale: bqplot.LinearScale) -> bool:
    """Close a time axis unless a plot shows it; True when it is closed."""
    if is_shown_elsewhere(scale, ()):
        return False
    scale.close()
    return True


def known_time_scale(session: Session) -> bqplot.LinearScale | None:
    """Return the scale of the time axis of a session where something has asked for it already."""
    with _scales_lock:
        found = _scales.get(session)
        return None if found is None else found.scale

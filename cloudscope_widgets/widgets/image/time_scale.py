"""The time axis of a session as a scale of bqplot, which viewer and traces share so that they show the same time."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from typing import Any
from weakref import ReferenceType, WeakKeyDictionary, finalize, ref

import bqplot

from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.kit.closing import is_shown_elsewhere
from cloudscope_widgets.widgets.kit.fields import Number
from cloudscope_widgets.widgets.kit.page_border import guard
from cloudscope_widgets.widgets.kit.shell import answer_where_asked

_LARGEST_TIME = 1e12
_TIME = Number(-_LARGEST_TIME, _LARGEST_TIME)
_LEAST_LINES = 1e-3
"""Shortest range that a page can show; plots have no ticks for one that is much shorter."""


class TimeScale:
    """Keeps a bqplot scale and the view of a session equal.

    The page moves the scale in the frame in which it draws; Python hears of it after the gesture.
    """

    def __init__(self, session: Session) -> None:
        """Begin with the range that the view of a session shows."""
        self._session, self._view = ref(session), session.view
        view = session.view
        self._lock = threading.RLock()
        self._is_writing = False
        # room at the ends would shift a plot against the image
        self.scale = bqplot.LinearScale(min=view.time_start, max=view.time_stop, allow_padding=False)
        guard(self.scale, self._of_image)
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
        if low is not None and high is not None and -_LARGEST_TIME < low < high < _LARGEST_TIME:
            self._view.show(time=(low, high))
        else:
            self._write()

    def _of_image(self, sent: Mapping[str, Any]) -> dict[str, Any]:
        """Range of times that a page wants to show, as far as it lies within the image; nothing when that is none."""
        session = self._session()
        acquisition = None if session is None else session.acquisition
        try:
            low, high = (_TIME.checked(sent.get(name, getattr(self.scale, name))) for name in ("min", "max"))
        except ValueError:
            return {}
        if acquisition is None:
            return {}
        header = acquisition.header
        low, high = max(low, 0.0), min(high, header.shape[0] * header.seconds_per_line)
        is_range = high - low >= _LEAST_LINES * header.seconds_per_line
        return {"min": low, "max": high} if is_range else {}


_scales: WeakKeyDictionary[Session, TimeScale] = WeakKeyDictionary()
_scales_lock = threading.RLock()  # garbage is collected at any moment, and may close a widget


def time_scale(session: Session) -> bqplot.LinearScale:
    """Return the scale of the time axis of a session, the same one for all its widgets."""
    with _scales_lock:
        found = _scales.get(session)
        if found is None:
            found = _scales[session] = TimeScale(session)
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

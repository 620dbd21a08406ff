"""Keeps the log of the TIFF library from the notebook while this package reads, and only then."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_reading = threading.local()


class _OwnReading(logging.Filter):
    """Lets nothing through on a thread on which this package reads; whoever uses the library itself hears it."""

    def filter(self, record: logging.LogRecord) -> bool:  # noqa: ARG002  (of the base class)
        return not getattr(_reading, "depth", 0)


_FILTER = _OwnReading()


@contextmanager
def quiet_library() -> Iterator[None]:
    """Drop what the library logs on this thread: what a user has to know of a file is said in our own sentences."""
    logging.getLogger("tifffile").addFilter(_FILTER)  # a filter that is there already is not added again
    _reading.depth = getattr(_reading, "depth", 0) + 1
    try:
        yield
    finally:
        _reading.depth -= 1

"""How many threads multiply matrices while an analysis runs."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from threadpoolctl import threadpool_limits


class _Limit:
    """Keeps the products of this process on one thread as long as anybody wants that."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._wanted = 0
        self._present: threadpool_limits | None = None

    def begin(self) -> None:
        with self._lock:
            self._wanted += 1
            if self._present is None:
                self._present = threadpool_limits(limits=1, user_api="blas")

    def end(self) -> None:
        """Give the threads back; the last one who wants one thread does so, whoever was the first."""
        with self._lock:
            self._wanted -= 1
            if self._wanted == 0 and self._present is not None:
                self._present.restore_original_limits()
                self._present = None


_limit = _Limit()


@contextmanager
def one_blas_thread() -> Iterator[None]:
    """Multiply matrices on the calling thread only, inside the block.

    The matrices of an analysis are small. Handing them to threads takes longer than to multiply them, and the threads
    wait for each other at full speed, which takes the processor from the page that is to go on moving.
    """
    _limit.begin()
    try:
        yield
    finally:
        _limit.end()

"""Work that takes long, on a thread of its own; what it finds comes home in one call."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Generic, TypeVar

from cloudscope_widgets.core.package_log import package_logger

Found = TypeVar("Found")

_logger = package_logger(__name__)
LEAST_PAUSE_S = 0.1
"""Progress is told at most ten times a second: a page draws no faster, and messages cost."""


class Task(Generic[Found]):
    """One piece of work that runs, or has run.

    Parameters
    ----------
    work
        Does the work; takes a function for its progress (fraction, words) and an event that is set to stop it.
    done
        Takes what the work found.
    failed
        Takes the error that ended the work, ``Cancelled`` included.
    progress
        Takes the fraction done and what is being done, at most ten times a second.
    """

    def __init__(
        self,
        work: Callable[[Callable[[float, str], None], threading.Event], Found],
        *,
        done: Callable[[Found], None],
        failed: Callable[[BaseException], None],
        progress: Callable[[float, str], None],
    ) -> None:
        """Begin at once."""
        self._work, self._done, self._failed, self._progress = work, done, failed, progress
        self._cancel = threading.Event()
        self._told_at = 0.0
        self._thread = threading.Thread(target=self._run, name="cloudscope-task", daemon=True)
        self._thread.start()

    def cancel(self) -> None:
        """Ask the work to stop; it tells when it has."""
        self._cancel.set()

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until the work has ended and its result came home; TimeoutError when that takes longer."""
        self._thread.join(timeout_s)
        if self._thread.is_alive():
            raise TimeoutError(f"the work did not end within {timeout_s} s")

    def _run(self) -> None:
        try:
            found = self._work(self._tell, self._cancel)
        except BaseException as error:  # noqa: BLE001  (the border of a task: handed to the widget, which shows it)
            self._failed(error)
        else:
            self._done(found)

    def _tell(self, fraction: float, words: str) -> None:
        now = time.monotonic()
        if now - self._told_at >= LEAST_PAUSE_S:
            self._told_at = now
            try:
                self._progress(fraction, words)
            except Exception:  # the work itself goes on
                _logger.exception("The progress of a task could not be shown")

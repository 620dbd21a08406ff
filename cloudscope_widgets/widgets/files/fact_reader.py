"""Reads the facts of many recordings on a thread of its own, and tells them in batches."""

from __future__ import annotations

import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from cloudscope_widgets.io.catalog.summary import FileFacts, read_facts
from cloudscope_widgets.widgets.kit.latest_request_queue import Errands

_AT_A_TIME = 20
_PAUSE_S = 0.25
"""Facts are told at most four times a second: each time the page sorts and filters the whole list."""

Facts = Mapping[Path, FileFacts]


class FactReader:
    """The facts that are still to be read, in the order in which they were wanted."""

    def __init__(self, tell: Callable[[Facts], None], failed: Callable[[Exception], None]) -> None:
        """Begin without any; ``failed`` takes each error, after which the others go on."""
        self._tell = tell
        self._wanted: deque[Path] = deque()
        self._read: dict[Path, FileFacts] = {}
        self._told_at = 0.0
        self._lock = threading.Lock()
        self._errands = Errands(failed)

    def want(self, paths: Iterable[Path]) -> None:
        """Read these after those that are wanted already."""
        with self._lock:
            self._wanted.extend(paths)
            has_work = bool(self._wanted)
        if has_work:
            self._errands.want("facts", [self._read_some])

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until all are read and told; TimeoutError when that takes longer."""
        self._errands.wait(timeout_s)

    def close(self) -> None:
        """Forget what is still wanted, and take no more."""
        with self._lock:
            self._wanted.clear()
        self._errands.close()

    def _read_some(self) -> None:
        with self._lock:
            paths = [self._wanted.popleft() for _ in range(min(_AT_A_TIME, len(self._wanted)))]
        try:
            for path in paths:
                self._read_one(path)
            self._tell_some()
        finally:
            self.want(())  # the rest, also after an error

    def _read_one(self, path: Path) -> None:
        """Read the facts of one recording; an error that nobody has thought of is told, and keeps no other from it."""
        try:
            self._read[path] = read_facts(path)
        except Exception as error:  # noqa: BLE001  (the border of a task: handed to the widget, which shows it)
            self._read[path] = FileFacts(problem="saved")
            self._errands.report(error)

    def _tell_some(self) -> None:
        is_due = time.monotonic() - self._told_at >= _PAUSE_S
        if self._read and (is_due or not self._wanted):
            told, self._read = self._read, {}
            self._tell(told)
            self._told_at = time.monotonic()

"""Small pieces of work done one after the other on a thread of their own, of which the newest wishes count."""

from __future__ import annotations

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Iterable

from cloudscope_widgets.core.package_log import package_logger

Errand = Callable[[], None]

_MOST_CLIENTS = 16

_logger = package_logger(__name__)


class Errands:
    """Work that several clients ask for; what a client asks for replaces what it asked before and is not begun yet.

    There is a thread only while there is work.
    """

    def __init__(self, failed: Callable[[Exception], None]) -> None:
        """Begin without work; ``failed`` takes the error of an errand, after which the others go on."""
        self._failed = failed
        self._wanted: OrderedDict[str, deque[Errand]] = OrderedDict()
        self._lock = threading.Lock()
        self._idle = threading.Event()
        self._idle.set()
        self._is_closed = False

    def want(self, client: str, errands: Iterable[Errand]) -> None:
        """Replace the wishes of one client, most urgent first."""
        with self._lock:
            self._wanted.pop(client, None)
            wishes = deque(errands)
            if not wishes or self._is_closed:
                return
            self._wanted[client] = wishes
            while len(self._wanted) > _MOST_CLIENTS:
                self._wanted.popitem(last=False)
            if not self._idle.is_set():
                return
            self._idle.clear()
        threading.Thread(target=self._run, name="cloudscope-tiles", daemon=True).start()

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until there is no more work; TimeoutError when that takes longer."""
        if not self._idle.wait(timeout_s):
            raise TimeoutError(f"the work did not end within {timeout_s} s")

    def close(self) -> None:
        """Forget all wishes, and take no more."""
        with self._lock:
            self._is_closed = True
            self._wanted.clear()

    def _run(self) -> None:
        while errand := self._next():
            try:
                errand()
            except Exception as error:  # noqa: BLE001  (the border of a task: handed to the widget, which shows it)
                self.report(error)

    def report(self, error: Exception) -> None:
        """Hand an error to the widget; when it cannot show it, it is logged, and the work goes on."""
        try:
            self._failed(error)
        except Exception:
            _logger.exception("The error of a task could not be shown: %r", error)

    def _next(self) -> Errand | None:
        """Take the most urgent wish of each client in turn."""
        with self._lock:
            if not self._wanted:
                self._idle.set()
                return None
            client, wishes = self._wanted.popitem(last=False)
            errand = wishes.popleft()
            if wishes:
                self._wanted[client] = wishes
            return errand

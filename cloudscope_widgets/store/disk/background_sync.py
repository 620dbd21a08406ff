"""What a session does by itself: keep drafts, find those that others leave, and follow what other programs save."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Protocol
from weakref import ReferenceType, ref

from cloudscope_widgets.core.package_log import package_logger
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.disk.drafts import Drafts

DRAFT_EVERY_S = 0.5
"""An edit is on disk this long after it was made, and the time that writing takes."""
DISK_EVERY_S = 2.0

_logger = package_logger(__name__)


class HasRecordings(Protocol):
    """A session, as far as its upkeep needs it."""

    drafts: Drafts

    def recordings(self) -> Sequence[Acquisition]:
        """All recordings that are open."""


class Upkeep:
    """One thread that looks after the open recordings of a session until it is closed or forgotten."""

    def __init__(self, session: HasRecordings, now_s: Callable[[], float] = time.monotonic) -> None:
        """Begin without a thread."""
        self._session = ref(session)
        self._now_s = now_s
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._thread: threading.Thread | None = None
        self._look_at_s = now_s() + DISK_EVERY_S
        self._failed: set[str] = set()

    def start(self) -> None:
        """Start the thread, if it does not run yet."""
        with self._lock:
            if self._thread is None and not self._stop.is_set():
                work = self._session, self._stop
                self._thread = threading.Thread(target=self._run, args=work, name="cloudscope-upkeep", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """End the thread, and wait for it unless it is the one that asks."""
        self._stop.set()
        if self._thread is not None and self._thread is not threading.current_thread():
            self._thread.join()

    def round(self) -> None:
        """Do what is due now."""
        session = self._session()
        if session is None:
            self._stop.set()
            return
        recordings = session.recordings()
        for acquisition in recordings:
            self._try(acquisition, session.drafts.keep)
        if self._now_s() >= self._look_at_s:
            self.look(recordings)

    def look(self, recordings: Sequence[Acquisition]) -> None:
        """Look at the disk now; again soon while another program is writing."""
        is_busy = [self._try(acquisition, lambda found: found.look_at_disk()) for acquisition in recordings]
        session = self._session()
        if session is None:
            return
        for acquisition in recordings:
            self._try(acquisition, session.drafts.find)
        self._look_at_s = self._now_s() + (DRAFT_EVERY_S if any(is_busy) else DISK_EVERY_S)

    def _try(self, acquisition: Acquisition, work: Callable[[Acquisition], bool | None]) -> bool:
        """Do one thing for one recording; what goes wrong is logged once and tried again in the next round."""
        try:
            return bool(work(acquisition))
        except Exception as error:  # noqa: BLE001  (the border of a thread: logged)
            reason = f"{acquisition.path}: {error}"
            if reason not in self._failed:
                self._failed.add(reason)
                _logger.warning("Unsaved edits cannot be kept as a draft, or files not be followed: %s", reason)
            return False

    def _run(self, session: ReferenceType[HasRecordings], stop: threading.Event) -> None:
        while not stop.wait(DRAFT_EVERY_S) and session() is not None:
            self.round()

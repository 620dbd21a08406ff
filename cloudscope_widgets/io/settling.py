"""A file that another program is writing at this moment is not damaged: it is read again until it has settled."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol, TypeVar

from cloudscope_widgets.core.errors import SidecarReadError

SETTLE_S = 5.0
"""A file changed less than this ago may still be half written; nobody waits longer for it."""
PAUSE_S = 0.1
_Read = TypeVar("_Read")
_Stamps = tuple[tuple[int, int], ...]


class Clock(Protocol):
    """What tells the time and waits."""

    def now_s(self) -> float:
        """Seconds since 1970."""

    def wait(self, duration_s: float) -> None:
        """Do nothing for a while."""


class SystemClock:
    """The clock of this machine."""

    def now_s(self) -> float:
        """Seconds since 1970."""
        return time.time()

    def wait(self, duration_s: float) -> None:
        """Do nothing for a while."""
        time.sleep(duration_s)


def read_settled(read: Callable[[], _Read], paths: Iterable[Path], *, clock: Clock | None = None) -> _Read:
    """Call ``read``, and again while it fails on files that were changed within the last five seconds.

    CloudScope writes its sidecar, then its tables, in place and not at once.

    Parameters
    ----------
    read
        Reads the files anew each time.
    paths
        The files.
    clock
        Tells the time and waits; that of this machine when it is left out.

    Raises
    ------
    SidecarReadError
        When the files cannot be read, and have not been changed for five seconds or were still being changed after
        five seconds of trying.
    """
    clock, files = clock or SystemClock(), tuple(paths)
    started_s = clock.now_s()
    before = _stamps(files)
    while True:
        try:
            return read()
        except SidecarReadError as error:
            stamps, now_s = _stamps(files), clock.now_s()
            if now_s - started_s >= SETTLE_S and stamps != before:
                raise SidecarReadError(
                    f"{error} Another program is writing it at this moment; open the recording again when that is done."
                ) from error
            if now_s - started_s >= SETTLE_S or not _is_fresh(stamps, now_s):
                raise
        clock.wait(PAUSE_S)


def _stamps(files: tuple[Path, ...]) -> _Stamps:
    """Time of change and size of each file, zeros for one that is not there."""
    found: list[tuple[int, int]] = []
    for path in files:
        try:
            status = path.stat()
        except OSError:
            found.append((0, 0))
        else:
            found.append((status.st_mtime_ns, status.st_size))
    return tuple(found)


def _is_fresh(stamps: _Stamps, now_s: float) -> bool:
    """Whether one of the files was changed a moment ago, by a clock that may differ a little from ours."""
    return any(abs(now_s - changed_ns / 1e9) < SETTLE_S for changed_ns, _ in stamps)

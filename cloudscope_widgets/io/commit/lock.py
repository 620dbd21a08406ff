"""A lock that keeps savers of one recording from waiting on each other's work; a courtesy, never the guarantee."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from functools import lru_cache
from inspect import signature
from pathlib import Path
from typing import Any

from filelock import FileLock

from cloudscope_widgets.io.paths import is_own_folder, short_name, work_folder
from cloudscope_widgets.io.platform.files import long_path

LOCK_TIMEOUT_S = 5.0
"""Longest wait for another saver; then it is taken to hang, and what is on the disk decides."""


@contextlib.contextmanager
def courtesy_lock(image: Path) -> Iterator[None]:
    """Hold the lock of one recording, or go on without it where the share refuses locks or its holder hangs.

    The thread that holds it may ask for it again.
    """
    if not is_own_folder(work_folder(image)):  # nothing is made behind a link
        yield
        return
    lock = FileLock(
        long_path(work_folder(image) / f"{short_name(image.name)}.lock"),
        timeout=LOCK_TIMEOUT_S,
        is_singleton=True,
        **_no_soft_lock(),
    )
    with contextlib.suppress(OSError):
        lock.acquire(poll_interval=0.01)
    try:
        yield
    finally:
        with contextlib.suppress(OSError):  # the system lets go of it when the process ends
            lock.release()


@lru_cache(maxsize=1)
def _no_soft_lock() -> dict[str, Any]:
    """Keep a share that refuses locks from getting a file that stands for one, which would outlive a killed process.

    Versions of filelock that do not know this option make no such file.
    """
    return {"fallback_to_soft": False} if "fallback_to_soft" in signature(FileLock.__init__).parameters else {}

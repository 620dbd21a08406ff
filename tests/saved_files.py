"""Saved files as other programs leave them, and a clock that does not wait."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.disk.stable_read import Clock


def write_long_ago(path: Path, text: str) -> None:
    """Write a file that nobody is writing any more."""
    path.write_text(text, encoding="utf-8")
    minute_ago = time.time() - 60
    os.utime(path, (minute_ago, minute_ago))


@dataclass
class FakeClock:
    """Time that passes when somebody sleeps; each sleep lets another program take its next step."""

    passed_s: float = 0.0
    steps: Iterator[object] = field(default_factory=lambda: iter(()))

    def sleep(self, seconds: float) -> None:
        """Let time pass."""
        self.passed_s += seconds
        next(self.steps, None)

    @property
    def clock(self) -> Clock:
        """The clock as the store wants it."""
        start_s = time.time()
        return Clock(lambda: self.passed_s, lambda: start_s + self.passed_s, self.sleep)


def in_place(files: dict[Path, bytes], *, sleeps_between: int = 4) -> Callable[[], Iterator[None]]:
    """Return a slow writer as CloudScope is one: each file is cut to nothing and then written, with pauses."""

    def steps() -> Iterator[None]:
        for path, raw in files.items():
            path.write_bytes(b"")
            yield from [None] * sleeps_between
            path.write_bytes(raw[: len(raw) // 2])
            yield from [None] * sleeps_between
            path.write_bytes(raw)
            yield from [None] * sleeps_between

    return steps


def settle(acq: Acquisition, time_s: FakeClock) -> None:
    """Look at the disk as a session does, until nothing is being written."""
    while acq.look_at_disk():
        time_s.sleep(0.25)

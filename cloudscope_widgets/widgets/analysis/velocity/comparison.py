"""A velocity by the other method in the same windows, to see beside the stored one; nothing of it is kept."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np

from cloudscope_widgets.core.errors import Cancelled
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.store.tasks import Task
from cloudscope_widgets.widgets.analysis.measurement_site import Place
from cloudscope_widgets.widgets.analysis.velocity.numbers import SpeedUnit, VelocityTrace

DIFFERENT = 0.2
"""Share of the stored velocity from which on another one counts as different."""


@dataclass(eq=False, slots=True)
class _Run:
    """One run of the other method, and what came out of it."""

    beside: Record
    task: Task[Record] | None = None
    found: Record | None = None


class VelocityComparison:
    """Runs the method that a stored velocity was not measured by, for as long as that velocity is shown."""

    def __init__(self, changed: Callable[[], None], failed: Callable[[BaseException], None]) -> None:
        """Begin without a comparison.

        Parameters
        ----------
        changed
            Called when a run begins, ends or is stopped, on whatever thread.
        failed
            Takes the error of a run that found nothing.
        """
        self._changed, self._failed = changed, failed
        self._run: _Run | None = None
        self._last: _Run | None = None
        self._lock = threading.Lock()

    @property
    def state(self) -> Literal["off", "running", "on"]:
        """Whether there is a comparison."""
        run = self._run
        return "off" if run is None else "running" if run.found is None else "on"

    def of(self, record: Record | None) -> Record | None:
        """Velocity by the other method to show beside a stored one; a comparison with any other is forgotten."""
        run = self._run
        if run is None:
            return None
        if record is None or record.run_id != run.beside.run_id:
            self._forget(run)
            return None
        return run.found

    def start(self, place: Place, record: Record) -> None:
        """Measure by the other method at a place whose stored velocity is ``record``."""
        run = _Run(record)
        with self._lock:
            if self._run is not None:
                return
            self._run = self._last = run
        run.task = Task(
            lambda progress, cancel: place.acquisition.compare_velocity(
                roi_id=place.roi.roi_id, channel=place.channel, progress=progress, cancel=cancel
            ),
            done=lambda found: self._done(run, found),
            failed=lambda error: self._ended(run, error),
            progress=lambda _fraction, _words: None,
        )
        self._changed()

    def stop(self) -> None:
        """Show the stored velocity alone again."""
        run = self._run
        if run is not None:
            self._forget(run)
            self._changed()

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until the other method has ended, wanted or not; TimeoutError when that takes longer."""
        if self._last is not None and self._last.task is not None:
            self._last.task.wait(timeout_s)

    def _forget(self, run: _Run) -> None:
        with self._lock:
            if self._run is run:
                self._run = None
        if run.task is not None:
            run.task.cancel()

    def _done(self, run: _Run, found: Record) -> None:
        run.found = found
        if self._run is run:
            self._changed()

    def _ended(self, run: _Run, error: BaseException) -> None:
        is_wanted = self._run is run
        self._forget(run)
        if is_wanted:
            self._changed()
            if not isinstance(error, Cancelled):
                self._failed(error)


def different_windows(stored: VelocityTrace, other: VelocityTrace, unit: SpeedUnit, lines: int) -> tuple[int, int]:
    """Windows in which two velocities differ, and windows that both have kept.

    Parameters
    ----------
    stored, other
        The two traces, in the same unit.
    unit
        That unit.
    lines
        Of one window. Velocities count as different when they are off by more than a fifth of the stored one, and by
        more than one pixel per window.
    """
    _, one, two = np.intersect1d(np.round(stored.time, 9), np.round(other.time, 9), return_indices=True)
    first, second = stored.velocity[one], other.velocity[two]
    off = np.abs(first - second)
    both = np.isfinite(off)
    is_different = (off > DIFFERENT * np.abs(first)) & (off > unit.per_px_line / lines)
    return int((is_different & both).sum()), int(both.sum())

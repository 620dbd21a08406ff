"""The runs of one form: each on a thread of its own, and its result where it was started."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Protocol, TypedDict

from cloudscope_widgets.core.params import ParamValue
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.analysis_run import run_analysis
from cloudscope_widgets.store.tasks import Task
from cloudscope_widgets.widgets.analysis.form_words import progress_text
from cloudscope_widgets.widgets.analysis.running import Key, begin_run, end_run


class RunProgress(TypedDict):
    """How far a run is."""

    words: str
    fraction: float
    detail: str
    is_stopping: bool


@dataclass(eq=False)
class FormRun:
    """One run; it belongs to the recording, the channel and the region with which it was started."""

    acquisition: Acquisition
    channel: int
    roi: RectRoi | None
    """None on the whole image, whose region is made together with the result."""
    key: Key
    progress: RunProgress
    started: float
    task: Task[Record] | None = None

    @property
    def lines(self) -> int:
        """Lines that are measured."""
        return self.acquisition.header.shape[0] if self.roi is None else self.roi.row_stop - self.roi.row_start

    @property
    def elapsed_s(self) -> float:
        """Time since the start."""
        return time.monotonic() - self.started


class RunListener(Protocol):
    """Who is told about runs, on the thread of the run."""

    def run_advanced(self) -> None:
        """A run is further than before."""

    def run_done(self, run: FormRun, record: Record) -> None:
        """A run has ended with a result, which is stored."""

    def run_failed(self, run: FormRun, error: BaseException) -> None:
        """A run has ended without a result, ``Cancelled`` included."""


class FormRuns:
    """Starts runs of one analysis and keeps them until they have ended."""

    def __init__(self, analysis_name: str, listener: RunListener) -> None:
        """Begin without any."""
        self._analysis_name, self._listener = analysis_name, listener
        self._present: tuple[FormRun, ...] = ()
        self._lock = threading.Lock()

    def __len__(self) -> int:
        """Count of runs that go on."""
        return len(self._present)

    def at(self, acquisition: Acquisition | None, channel: int, roi_id: int | None) -> FormRun | None:
        """Return the run at a place; one on the whole image is anywhere."""
        return next(
            (
                run
                for run in self._present
                if run.acquisition is acquisition
                and run.channel == channel
                and (run.roi is None or run.roi.roi_id == roi_id)
            ),
            None,
        )

    def start(
        self, acquisition: Acquisition, channel: int, roi: RectRoi | None, values: Mapping[str, ParamValue]
    ) -> None:
        """Measure a region, or, when it is None, the whole image, and make its region with the result as one step.

        Raises
        ------
        ValueError
            When the same is being measured already.
        """
        key: Key = (self._analysis_name, channel, None if roi is None else roi.roi_id)
        first: RunProgress = {"words": "Preparing", "fraction": 0.0, "detail": "", "is_stopping": False}
        run = FormRun(acquisition, channel, roi, key, first, time.monotonic())
        begin_run(acquisition, key, lambda: self.cancel(run))
        first["detail"] = progress_text(0, run.lines, 0)
        with self._lock:
            self._present = (*self._present, run)
        self._listener.run_advanced()
        run.task = Task(
            self._work(run, dict(values)),
            done=lambda record: self._done(run, record),
            failed=lambda error: self._failed(run, error),
            progress=lambda fraction, words: self._advanced(run, fraction, words),
        )
        if run.progress["is_stopping"]:  # cancelled before it had a thread
            run.task.cancel()

    def cancel(self, run: FormRun) -> None:
        """Ask a run to stop; what was stored before it stays."""
        run.progress = {**run.progress, "is_stopping": True}
        if run.task is not None:
            run.task.cancel()
        self._listener.run_advanced()

    def cancel_all(self) -> None:
        """Ask all runs to stop."""
        for run in self._present:
            self.cancel(run)

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until nothing runs; TimeoutError when that takes longer."""
        for run in self._present:
            if run.task is not None:
                run.task.wait(timeout_s)

    # ------------------------------------------------------------ on the thread of the run
    def _work(
        self, run: FormRun, values: dict[str, Any]
    ) -> Callable[[Callable[[float, str], None], threading.Event], Record]:
        def measure(progress: Callable[[float, str], None], cancel: threading.Event) -> Record:
            return run_analysis(
                run.acquisition,
                self._analysis_name,
                roi_id=None if run.roi is None else run.roi.roi_id,
                channel=run.channel,
                progress=progress,
                cancel=cancel,
                params=values,
            )

        return measure

    def _advanced(self, run: FormRun, fraction: float, words: str) -> None:
        detail = progress_text(fraction, run.lines, run.elapsed_s)
        run.progress = {**run.progress, "words": words, "fraction": fraction, "detail": detail}
        self._listener.run_advanced()

    def _ended(self, run: FormRun) -> None:
        end_run(run.acquisition, run.key)
        with self._lock:
            self._present = tuple(other for other in self._present if other is not run)

    def _done(self, run: FormRun, record: Record) -> None:
        self._ended(run)
        self._listener.run_done(run, record)

    def _failed(self, run: FormRun, error: BaseException) -> None:
        self._ended(run)
        self._listener.run_failed(run, error)

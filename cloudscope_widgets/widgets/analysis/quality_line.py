"""The line under a velocity that says how good it is, and what the marks of the plot mean."""

from __future__ import annotations

from typing import Literal, TypedDict

from cloudscope_widgets.core.kinds import VELOCITY
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.analysis.form_words import site_text, stale_text
from cloudscope_widgets.widgets.analysis.measurement_site import Place, selected_place
from cloudscope_widgets.widgets.analysis.shown_result import shown_result
from cloudscope_widgets.widgets.analysis.trace_plot import TracePlot
from cloudscope_widgets.widgets.analysis.velocity.comparison import VelocityComparison, different_windows
from cloudscope_widgets.widgets.analysis.velocity.numbers import (
    VelocityTrace,
    calibration_then,
    speed_unit,
    velocity_numbers,
    velocity_trace,
)
from cloudscope_widgets.widgets.kit.base import SessionWidget, command, state
from cloudscope_widgets.widgets.kit.bundle import bundle
from cloudscope_widgets.widgets.kit.fields import Flag

Comparing = Literal["off", "running", "on"]


class QualityNumbers(TypedDict):
    """What describes a whole velocity; null where there is no number."""

    kept: int
    windows: int
    unit: str
    median: float | None
    lower: float | None
    upper: float | None
    variation: float | None
    direction: int
    is_judged: bool
    """False for other programs and the Radon method: no window may be said to have been kept."""
    standing: int
    """Windows at exactly 0, where they were not judged."""


class ComparedNumbers(TypedDict):
    """What another method measures in the same windows."""

    label: str
    numbers: QualityNumbers
    different: int
    """Windows in which the two differ."""
    both: int
    """Windows that both have kept."""


class QualityLine(SessionWidget):
    """Numbers of the velocity that is shown, and how its plot is read."""

    _esm = bundle("quality_line")
    title = state(str, "")
    """Where and how it was measured."""
    numbers = state(QualityNumbers | None, None)
    """None before there is a velocity."""
    stale = state(str, "")
    """What has changed since; empty when it is up to date."""
    is_signed = state(bool, default=False)
    """Whether the plot shows velocities with their sign."""
    comparing = state(Comparing, "off")
    """Whether the other method is running, or shown."""
    compared = state(ComparedNumbers | None, None)
    """Its numbers, once they are there."""

    def __init__(self, session: Session, trace: TracePlot) -> None:
        """Show the numbers of a session, and let the user choose how ``trace`` shows them."""
        super().__init__(session)
        self._trace = trace
        self.comparison = VelocityComparison(self._draw, lambda error: self.fail(error, "Comparing"))
        self.subscriptions.on_acquisition(self._draw, "records", "rois", "header")
        self.subscriptions.on(session.selection, self._draw, "roi_id", "channel")
        self.subscriptions.on(trace, self._draw_sign, "is_signed")

    def close(self) -> None:
        """Let go of the session and of the page, and stop a comparison that runs."""
        self.subscriptions.close()
        self.comparison.stop()
        super().close()

    @command("compare", is_on=Flag())
    def _set_comparison(self, *, is_on: bool) -> None:
        if not is_on:
            self.comparison.stop()
            return
        place, record = self._shown()
        if place is None or record is None:
            raise ValueError("there is no velocity to compare with: run velocity first")
        self.comparison.start(place, record)

    @command("trace.sign", is_signed=Flag())
    def _set_sign(self, *, is_signed: bool) -> None:
        self._trace.is_signed = is_signed

    def _draw_sign(self) -> None:
        self.is_signed = self._trace.is_signed

    def _draw(self) -> None:
        """Bring the numbers to the present state."""
        with self._draw_lock, self.hold_sync():
            place, record = self._shown()
            other = self.comparison.of(record)
            self._trace.beside = other
            self.comparing = self.comparison.state
            self.title, self.numbers, self.stale, self.compared = "", None, "", None
            if place is None:
                return
            self.title = site_text(place)
            if record is None:
                return
            trace = _trace(record, place)
            width = record.params.get("window_width")
            parts = [self.title, _method(record), f"{width} lines" if width else ""]
            self.title = " · ".join(part for part in parts if part)
            self.numbers = _numbers(trace)
            reasons = record.stale_reasons(place.acquisition)
            self.stale = stale_text(reasons) if reasons else ""
            self.compared = None if other is None else _compared(trace, other, place)

    def _shown(self) -> tuple[Place | None, Record | None]:
        """Place whose velocity is shown, or the selected one where there is none to show."""
        found = shown_result(self.session, VELOCITY.name)
        return (selected_place(self.session), None) if found is None else (found.place, found.record)


def _trace(record: Record, place: Place) -> VelocityTrace:
    return velocity_trace(record, place.roi, place.acquisition.header.calibration)


def _method(record: Record) -> str:
    return str(record.params.get("method", "")).replace("_", " ")


def _numbers(trace: VelocityTrace) -> QualityNumbers:
    found = velocity_numbers(trace)
    return {
        "kept": found.kept,
        "windows": found.windows,
        "unit": found.unit,
        "median": found.median,
        "lower": found.lower,
        "upper": found.upper,
        "variation": found.variation,
        "direction": found.direction,
        "is_judged": found.is_judged,
        "standing": found.standing,
    }


def _compared(stored: VelocityTrace, other: Record, place: Place) -> ComparedNumbers:
    trace, label = _trace(other, place), _method(other)
    unit = speed_unit(calibration_then(other, place.acquisition.header.calibration))
    different, both = different_windows(stored, trace, unit, int(other.params["window_width"]))
    return {"label": label.capitalize(), "numbers": _numbers(trace), "different": different, "both": both}

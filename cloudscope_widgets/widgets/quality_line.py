"""The line under a velocity that says how good it is, and what the marks of the plot mean."""

from __future__ import annotations

from typing import TypedDict

from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets._base import SessionWidget, command, state
from cloudscope_widgets.widgets._bundle import bundle
from cloudscope_widgets.widgets._fields import Flag
from cloudscope_widgets.widgets.form_words import roi_text, stale_text
from cloudscope_widgets.widgets.place import selected_place
from cloudscope_widgets.widgets.trace_plot import VELOCITY, TracePlot
from cloudscope_widgets.widgets.velocity_numbers import velocity_numbers, velocity_trace


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


class QualityLine(SessionWidget):
    """Numbers of the velocity of the selected region, and how its plot is read."""

    _esm = bundle("quality_line")
    title = state(str, "")
    """Where and how it was measured."""
    numbers = state(QualityNumbers | None, None)
    """None before there is a velocity."""
    stale = state(str, "")
    """What has changed since; empty when it is up to date."""
    is_signed = state(bool, default=False)
    """Whether the plot shows velocities with their sign."""

    def __init__(self, session: Session, trace: TracePlot) -> None:
        """Show the numbers of a session, and let the user choose how ``trace`` shows them."""
        super().__init__(session)
        self._trace = trace
        self.subscriptions.on_acquisition(self._draw, "records", "rois", "header")
        self.subscriptions.on(session.selection, self._draw, "roi_id", "channel")
        self.subscriptions.on(trace, self._draw_sign, "is_signed")

    @command("trace.sign", is_signed=Flag())
    def _set_sign(self, *, is_signed: bool) -> None:
        self._trace.is_signed = is_signed

    def _draw_sign(self) -> None:
        self.is_signed = self._trace.is_signed

    def _draw(self) -> None:
        """Bring the numbers to the present state."""
        with self._draw_lock, self.hold_sync():
            self.title, self.numbers, self.stale = self._present()

    def _present(self) -> tuple[str, QualityNumbers | None, str]:
        place = selected_place(self.session)
        if place is None:
            return "", None, ""
        title = f"ROI {roi_text(place.roi, ' ')} · channel {place.channel}"
        record = place.record(VELOCITY)
        if record is None or record.held_table is None:
            return title, None, ""
        found = velocity_numbers(velocity_trace(record, place.roi, place.acquisition.header.calibration))
        numbers: QualityNumbers = {
            "kept": found.kept,
            "windows": found.windows,
            "unit": found.unit,
            "median": found.median,
            "lower": found.lower,
            "upper": found.upper,
            "variation": found.variation,
            "direction": found.direction,
        }
        how = str(record.params.get("method", "")).replace("_", " ")
        width = record.params.get("window_width")
        parts = [title, how, f"{width} lines" if width else ""]
        reasons = record.stale_reasons(place.acquisition)
        return " · ".join(part for part in parts if part), numbers, stale_text(reasons) if reasons else ""

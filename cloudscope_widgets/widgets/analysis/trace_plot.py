"""The velocity of the selected region over the time of the image, as a plot under the image."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import bqplot
import ipywidgets
import numpy as np
import traitlets as T  # noqa: N812  (short name used by all of this package)
from numpy.typing import NDArray

from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.store.subscriptions import Subscriptions
from cloudscope_widgets.widgets.analysis.measurement_site import Place, selected_place
from cloudscope_widgets.widgets.analysis.trace_frame import EmptyPlot, TraceFrame
from cloudscope_widgets.widgets.analysis.trace_points import between, drawn_line, extremes, lone_points, speed_ticks
from cloudscope_widgets.widgets.analysis.velocity.numbers import VelocityTrace, velocity_trace
from cloudscope_widgets.widgets.image.time_scale import release_time_scale, time_scale
from cloudscope_widgets.widgets.kit.closing import ClosesWhole
from cloudscope_widgets.widgets.kit.latest_request_queue import Errands
from cloudscope_widgets.widgets.kit.number_text import number_text

FloatArray = NDArray[np.float64]

VELOCITY = "radon_velocity"
MOST_LINE_POINTS = 1400
MOST_DOTS = 300
MOST_CROSSES = 300
FEW_POINTS = 150
"""Up to so many points in view are drawn as dots on the line."""
_HEADROOM = 1.08
_DOT_AREA, _CROSS_AREA = 9, 21
_MARGIN = {"left": 56, "right": 14, "top": 0, "bottom": 25}

_logger = logging.getLogger(__name__)

NO_RECORDING: EmptyPlot = {"title": "No recording.", "text": "Open one to see its velocity here."}
NO_ROI: EmptyPlot = {"title": "No ROI.", "text": "Draw a ROI, or use the whole image; velocity is measured inside it."}
NONE_CHOSEN: EmptyPlot = {"title": "No ROI chosen.", "text": "Choose one to see its velocity here."}
QUALITY_NOT_KNOWN = "Quality not known"
NO_VELOCITY: EmptyPlot = {"title": "No velocity yet.", "text": "Run velocity to see the trace here."}


@dataclass(frozen=True, slots=True)
class DrawnTrace:
    """What is drawn of a trace: points of the line, dots on it, crosses at rejected or doubtful windows, the axis."""

    line: tuple[FloatArray, FloatArray]
    dots: tuple[FloatArray, FloatArray]
    crosses: tuple[FloatArray, FloatArray]
    median: float | None
    largest: float


def drawn_trace(trace: VelocityTrace, view: tuple[float, float], *, is_signed: bool) -> DrawnTrace:
    """Choose what to draw so that one screen to either side of the view is there already.

    Parameters
    ----------
    trace
        Velocity and rejected windows. Those at exactly 0 of a velocity that was not judged are shown like rejected
        ones, and counted.
    view
        Visible time, start and stop.
    is_signed
        False to draw speeds without their sign.
    """
    velocity, rejected = (values if is_signed else np.abs(values) for values in (trace.velocity, trace.rejected))
    median = float(np.nanmedian(velocity)) if np.isfinite(velocity).any() else None
    velocity, rejected = np.where(trace.at_zero, np.nan, velocity), np.where(trace.at_zero, 0.0, rejected)
    largest = largest_speed(trace)
    half = (view[1] - view[0]) / 2
    part = between(trace.time, view[0] - half, view[1] + half)
    time, shown = trace.time[part], velocity[part]
    is_few = int(np.isfinite(velocity[between(trace.time, *view)]).sum()) <= FEW_POINTS
    dotted = shown if is_few else np.where(lone_points(shown), shown, np.nan)
    dots = extremes(time, dotted, columns=MOST_DOTS // 2)
    raw = np.clip(rejected[part], -largest, largest)
    crosses = extremes(time, raw, columns=MOST_CROSSES // 2)
    return DrawnTrace(
        line=drawn_line(time, shown, most=MOST_LINE_POINTS),
        dots=(time[dots], dotted[dots]),
        crosses=(time[crosses], raw[crosses]),
        median=median,
        largest=largest,
    )


def largest_speed(trace: VelocityTrace) -> float:
    """Upper end of the axis: a little above the largest speed that was kept, or that was rejected if none was."""
    for values in (trace.velocity, trace.rejected):
        speeds = np.abs(values[np.isfinite(values)])
        if len(speeds) and speeds.max() > 0:
            return float(speeds.max()) * _HEADROOM
    return 1.0


class TracePlot(ClosesWhole, ipywidgets.Box):
    """Plot of a velocity; it shares its time axis with the image of the session."""

    is_signed = T.Bool(False)  # noqa: FBT003  (traitlets' default value)
    """False shows speeds from zero, True velocities to either side of it."""
    beside = T.Instance(Record, allow_none=True)
    """A velocity of the same region by another method, drawn as a thin line under the stored one."""

    def __init__(self, session: Session, **layout: Any) -> None:  # noqa: ANN401  (of ipywidgets.Layout)
        """Show the velocity of the selected region of a session; ``layout`` is that of the box around the plot."""
        self.session = session
        self.subscriptions = Subscriptions(session)
        self._errands = Errands(self._failed)
        self._known: tuple[Record, RectRoi, Calibration, VelocityTrace] | None = None
        self.frame = TraceFrame(session)
        self._make_marks()
        super().__init__([self.figure, self.frame], layout={"min_height": "143px", **layout})
        for name in ("cs", "cs-trace"):
            self.add_class(name)
        self.remember_made(keep=[time_scale(session)])
        self.subscriptions.on_acquisition(self.redraw, "records", "rois", "header")
        self.subscriptions.on(session.selection, self.redraw, "roi_id", "channel")
        self.subscriptions.on(session.view, self.redraw, "time_start", "time_stop")
        self.subscriptions.on(self, self.redraw, "is_signed", "beside")

    def close(self) -> None:
        """Let go of the session and of the page."""
        self.subscriptions.close()
        self._errands.close()
        super().close()
        release_time_scale(self.session)

    def redraw(self) -> None:
        """Draw the present state soon, on a thread of its own; several wishes at once are one."""
        self._errands.want("trace", [self._draw])

    def wait(self, timeout_s: float | None = None) -> None:
        """Wait until the present state is drawn; TimeoutError when that takes longer."""
        self._errands.wait(timeout_s)

    def _make_marks(self) -> None:
        """Make the figure, without anything in it yet."""
        self._speed_scale = bqplot.LinearScale(min=0.0, max=1.0, allow_padding=False)
        time = time_scale(self.session)
        scales = {"x": time, "y": self._speed_scale}
        whole = {"x": bqplot.LinearScale(min=0.0, max=1.0), "y": self._speed_scale}
        self._median = bqplot.Lines(scales=whole, stroke_width=1, line_style="dashed")
        self._beside = bqplot.Lines(scales=scales, stroke_width=1)
        self._line = bqplot.Lines(scales=scales, stroke_width=1.2)
        self._crosses = bqplot.Scatter(scales=scales, marker="cross", default_size=_CROSS_AREA)
        self._dots = bqplot.Scatter(scales=scales, marker="circle", default_size=_DOT_AREA, stroke_width=0)
        self._speed_axis = bqplot.Axis(scale=self._speed_scale, side="left", grid_lines="solid")
        self._speed_axis.label, self._speed_axis.label_offset = "Speed (mm/s)", "40px"
        self.figure = bqplot.Figure(
            marks=[self._median, self._beside, self._line, self._crosses, self._dots],
            axes=[self._speed_axis],
            fig_margin=_MARGIN,
            padding_x=0,
            padding_y=0,
            animation_duration=0,
            display_toolbar=False,
            layout={"width": "100%", "height": "auto", "min_height": "60px", "min_width": "0"},
        )

    # ------------------------------------------------------------ on the thread of the plot
    def _nothing(self, *, has_place: bool) -> EmptyPlot:
        """What is missing for a trace, and what to do."""
        acquisition = self.session.acquisition
        if acquisition is None:
            return NO_RECORDING
        if has_place:
            return NO_VELOCITY
        return NONE_CHOSEN if len(acquisition.rois) else NO_ROI

    def _draw(self) -> None:
        """Bring axis and marks to the present state."""
        acquisition = self.session.acquisition
        is_known = acquisition is not None and acquisition.header.calibration.is_time_known
        self.frame.time_unit = None if acquisition is None else "s" if is_known else "line"
        place = selected_place(self.session)
        record = None if place is None else place.record(VELOCITY)
        if place is None or record is None or record.held_table is None:
            self.frame.show_empty(self._nothing(has_place=place is not None))
            return
        trace = self._trace(record, place)
        view = self.session.view.time_start, self.session.view.time_stop
        drawn = drawn_trace(trace, view, is_signed=self.is_signed)
        self._show(drawn, trace.unit)
        self._show_beside(place, view, drawn.largest)
        note = "" if trace.is_judged else QUALITY_NOT_KNOWN
        self.frame.show_trace(is_stale=record.is_stale(place.acquisition), note=note)

    def _trace(self, record: Record, place: Place) -> VelocityTrace:
        """Trace of a record; zooming and panning make it only once."""
        calibration = place.acquisition.header.calibration
        if self._known is None or self._known[0] is not record or self._known[1:3] != (place.roi, calibration):
            self._known = record, place.roi, calibration, velocity_trace(record, place.roi, calibration)
        return self._known[3]

    def _show(self, drawn: DrawnTrace, unit: str) -> None:
        low = -drawn.largest if self.is_signed else 0.0
        with self._speed_scale.hold_sync():
            self._speed_scale.min, self._speed_scale.max = low, drawn.largest
        ticks = speed_ticks(drawn.largest, is_signed=self.is_signed)
        self._speed_axis.label = f"{'Velocity' if self.is_signed else 'Speed'} ({unit})"
        with self._speed_axis.hold_sync():  # before the values, which bqplot writes later with the labels known now
            self._speed_axis.tick_labels, self._speed_axis.tick_format = tick_labels(ticks)
        self._speed_axis.tick_values = ticks
        for mark, (time, value) in ((self._line, drawn.line), (self._crosses, drawn.crosses), (self._dots, drawn.dots)):
            _set(mark, time, value)
        median = [] if drawn.median is None else [drawn.median] * 2
        _set(self._median, np.array([0.0, 1.0][: len(median)]), np.array(median))

    def _show_beside(self, place: Place, view: tuple[float, float], largest: float) -> None:
        """Draw the velocity by another method; what is beyond the axis runs along its end."""
        if self.beside is None:
            _set(self._beside, np.array([]), np.array([]))
            return
        trace = velocity_trace(self.beside, place.roi, place.acquisition.header.calibration)
        line = drawn_trace(trace, view, is_signed=self.is_signed).line
        _set(self._beside, line[0], np.clip(line[1], -largest, largest))

    def _failed(self, error: Exception) -> None:
        _logger.error("drawing the velocity failed", exc_info=error)
        text = "The log has the details; run velocity again."
        self.frame.show_empty({"title": "The velocity cannot be drawn.", "text": text})


def tick_labels(ticks: FloatArray) -> tuple[dict[str, str], str]:
    """Labels of round numbers, all with as many decimals as the finest needs, and the same as a format of the page."""
    step = float(ticks[1] - ticks[0]) if len(ticks) > 1 else 1.0
    decimals = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    return {f"{tick:.12g}": number_text(float(tick), decimals) for tick in ticks}, f".{decimals}f"


def _set(mark: Any, time: FloatArray, value: FloatArray) -> None:  # noqa: ANN401  (bqplot brings no types)
    """Give a mark new points, as one message."""
    with mark.hold_sync():
        mark.x, mark.y = time, value

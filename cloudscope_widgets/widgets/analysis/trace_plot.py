"""The result of an analysis over the time of the image, as a plot under it: of the selected region, or the last one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import bqplot
import ipywidgets
import numpy as np
import traitlets as T  # noqa: N812  (short name used by all of this package)
from numpy.typing import NDArray

from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.package_log import package_logger
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.store.subscriptions import Subscriptions
from cloudscope_widgets.widgets.analysis.form_words import site_text
from cloudscope_widgets.widgets.analysis.measurement_site import Place, selected_place
from cloudscope_widgets.widgets.analysis.shown_result import shown_result
from cloudscope_widgets.widgets.analysis.trace_frame import EmptyPlot, TraceFrame
from cloudscope_widgets.widgets.analysis.trace_points import (
    between,
    drawn_line,
    extremes,
    lone_points,
    round_ticks,
    speed_ticks,
)
from cloudscope_widgets.widgets.analysis.velocity.view import VelocityView
from cloudscope_widgets.widgets.analysis.view import AnalysisView, Trace
from cloudscope_widgets.widgets.image.time_scale import release_time_scale, time_scale
from cloudscope_widgets.widgets.kit.closing import ClosesWhole
from cloudscope_widgets.widgets.kit.latest_request_queue import Errands
from cloudscope_widgets.widgets.kit.number_text import number_text

FloatArray = NDArray[np.float64]

MOST_LINE_POINTS = 1400
MOST_DOTS = 300
MOST_CROSSES = 300
FEW_POINTS = 150
"""Up to so many points in view are drawn as dots on the line."""
_HEADROOM = 1.08
_DOT_AREA, _CROSS_AREA = 9, 21
_MARGIN = {"left": 56, "right": 14, "top": 0, "bottom": 25}

_logger = package_logger(__name__)

QUALITY_NOT_KNOWN = "Quality not known"


def no_recording(words: str) -> EmptyPlot:
    """Say that nothing is open."""
    return {"title": "No recording.", "text": f"Open one to see its {words} here."}


def no_roi(words: str) -> EmptyPlot:
    """Say that there is no region yet."""
    return {"title": "No ROI.", "text": f"Draw a ROI, or use the whole image; {words} is measured inside it."}


def none_chosen(words: str) -> EmptyPlot:
    """Say that no region is chosen."""
    return {"title": "No ROI chosen.", "text": f"Choose one to see its {words} here."}


def no_result(words: str) -> EmptyPlot:
    """Say that nothing was measured in the region."""
    return {"title": f"No {words} yet.", "text": f"Run {words} to see the trace here."}


@dataclass(frozen=True, slots=True)
class DrawnTrace:
    """What is drawn of a trace: points of the line, dots on it, crosses at rejected or doubtful points, the axis."""

    line: tuple[FloatArray, FloatArray]
    dots: tuple[FloatArray, FloatArray]
    crosses: tuple[FloatArray, FloatArray]
    median: float | None
    low: float
    """Lower end of the axis."""
    high: float


def drawn_trace(trace: Trace, view: tuple[float, float], *, is_signed: bool) -> DrawnTrace:
    """Choose what to draw so that one screen to either side of the view is there already.

    Parameters
    ----------
    trace
        Values, rejected and doubtful points. Doubtful ones are shown like rejected ones, and counted.
    view
        Visible time, start and stop.
    is_signed
        False to draw values without their sign, where the trace allows it.
    """
    value = trace.value
    rejected = np.full(len(value), np.nan) if trace.rejected is None else trace.rejected
    if trace.unsigned_label and not is_signed:
        value, rejected = np.abs(value), np.abs(rejected)
    median = float(np.nanmedian(value)) if np.isfinite(value).any() else None
    if trace.doubtful is not None:
        value, rejected = np.where(trace.doubtful, np.nan, value), np.where(trace.doubtful, 0.0, rejected)
    low, high = axis_ends(trace, is_signed=is_signed)
    half = (view[1] - view[0]) / 2
    part = between(trace.time, view[0] - half, view[1] + half)
    time, shown = trace.time[part], value[part]
    is_few = int(np.isfinite(value[between(trace.time, *view)]).sum()) <= FEW_POINTS
    dotted = shown if is_few else np.where(lone_points(shown), shown, np.nan)
    dots = extremes(time, dotted, columns=MOST_DOTS // 2)
    raw = np.clip(rejected[part], low, high)
    crosses = extremes(time, raw, columns=MOST_CROSSES // 2)
    return DrawnTrace(
        line=drawn_line(time, shown, most=MOST_LINE_POINTS),
        dots=(time[dots], dotted[dots]),
        crosses=(time[crosses], raw[crosses]),
        median=median,
        low=low,
        high=high,
    )


def axis_ends(trace: Trace, *, is_signed: bool) -> tuple[float, float]:
    """Ends of the axis: a little beyond the values that were kept, or beyond those rejected if none was."""
    if trace.axis == "from_zero":
        largest = _largest(trace)
        return (-largest if is_signed else 0.0), largest
    finite = next((part for part in map(_finite, (trace.value, trace.rejected)) if len(part)), np.array([0.0, 1.0]))
    low, high = float(finite.min()), float(finite.max())
    room = (high - low) * (_HEADROOM - 1) or abs(high) * (_HEADROOM - 1) or 1.0
    return low - room, high + room


def _largest(trace: Trace) -> float:
    for values in (trace.value, trace.rejected):
        finite = np.abs(_finite(values))
        if len(finite) and finite.max() > 0:
            return float(finite.max()) * _HEADROOM
    return 1.0


def _finite(values: FloatArray | None) -> FloatArray:
    return np.array([]) if values is None else values[np.isfinite(values)]


class TracePlot(ClosesWhole, ipywidgets.Box):
    """Plot of a result; it shares its time axis with the image of the session."""

    is_signed = T.Bool(False)  # noqa: FBT003  (traitlets' default value)
    """False shows values without their sign where the trace allows it, as speeds; True to either side of zero."""
    chosen = T.Unicode("")
    """Name of the trace that is shown; empty for the first one of the view."""
    offered = T.Tuple()
    """Names and labels of the traces of the result that is shown."""
    beside = T.Instance(Record, allow_none=True)
    """A result of the same region by another method, drawn as a thin line under the stored one."""

    def __init__(
        self,
        session: Session,
        view: AnalysisView | None = None,
        **layout: Any,  # noqa: ANN401  (of ipywidgets.Layout)
    ) -> None:
        """Show the result of one analysis in the selected region, or the one shown last.

        Parameters
        ----------
        session
            Whose open recording and selected region are shown.
        view
            How the result looks; that of the velocity by default.
        **layout
            Keyword arguments of ``ipywidgets.Layout`` for the box around the plot.
        """
        self.session = session
        self.view: AnalysisView = view or VelocityView()
        self.subscriptions = Subscriptions(session)
        self._errands = Errands(self._failed)
        self._known: tuple[Record, RectRoi, Calibration, tuple[Trace, ...]] | None = None
        self.frame = TraceFrame(session)
        self.frame.plot_name = self.view.kind.label
        self._make_marks()
        super().__init__([self.figure, self.frame], layout={"min_height": "143px", **layout})
        for name in ("cs", "cs-home", "cs-trace"):
            self.add_class(name)
        self.remember_made(keep=[time_scale(session)])
        self.subscriptions.on_acquisition(self.redraw, "records", "rois", "header")
        self.subscriptions.on(session.selection, self.redraw, "roi_id", "channel")
        self.subscriptions.on(session.view, self.redraw, "time_start", "time_stop")
        self.subscriptions.on(self, self.redraw, "is_signed", "beside", "chosen")

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
        self._value_scale = bqplot.LinearScale(min=0.0, max=1.0, allow_padding=False)
        time = time_scale(self.session)
        scales = {"x": time, "y": self._value_scale}
        whole = {"x": bqplot.LinearScale(min=0.0, max=1.0), "y": self._value_scale}
        self._median = bqplot.Lines(scales=whole, stroke_width=1, line_style="dashed")
        self._beside = bqplot.Lines(scales=scales, stroke_width=1)
        self._line = bqplot.Lines(scales=scales, stroke_width=1.2)
        self._crosses = bqplot.Scatter(scales=scales, marker="cross", default_size=_CROSS_AREA)
        self._dots = bqplot.Scatter(scales=scales, marker="circle", default_size=_DOT_AREA, stroke_width=0)
        self._value_axis = bqplot.Axis(scale=self._value_scale, side="left", grid_lines="solid")
        self._value_axis.label, self._value_axis.label_offset = self.view.kind.label, "40px"
        self.figure = bqplot.Figure(
            marks=[self._median, self._beside, self._line, self._crosses, self._dots],
            axes=[self._value_axis],
            fig_margin=_MARGIN,
            padding_x=0,
            padding_y=0,
            animation_duration=0,
            display_toolbar=False,
            layout={"width": "100%", "height": "auto", "min_height": "60px", "min_width": "0"},
        )

    # ------------------------------------------------------------ on the thread of the plot
    def _nothing(self) -> EmptyPlot:
        """What is missing for a trace, and what to do."""
        acquisition, words = self.session.acquisition, self.view.kind.words
        if acquisition is None:
            return no_recording(words)
        if selected_place(self.session) is not None:
            return no_result(words)
        return none_chosen(words) if len(acquisition.rois) else no_roi(words)

    def _draw(self) -> None:
        """Bring axis and marks to the present state."""
        acquisition = self.session.acquisition
        is_known = acquisition is not None and acquisition.header.calibration.is_time_known
        self.frame.time_unit = None if acquisition is None else "s" if is_known else "line"
        found = shown_result(self.session, self.view.kind.name)
        traces = () if found is None else self._traces(found.record, found.place)
        self.offered = tuple((trace.name, trace.label) for trace in traces)
        if found is None or not traces:
            self.frame.show_empty(self._nothing())
            return
        trace = self._chosen_of(traces)
        view = self.session.view.time_start, self.session.view.time_stop
        drawn = drawn_trace(trace, view, is_signed=self.is_signed)
        self._show(drawn, trace)
        self._show_beside(found.place, view, drawn)
        where = "" if found.is_selected else site_text(found.place)
        note = " · ".join(filter(None, [where, "" if trace.is_judged else QUALITY_NOT_KNOWN]))
        self.frame.show_trace(is_stale=found.record.is_stale(found.place.acquisition), note=note)

    def _traces(self, record: Record, place: Place) -> tuple[Trace, ...]:
        """Traces of a record; zooming and panning make them only once."""
        calibration = place.acquisition.header.calibration
        if self._known is None or self._known[0] is not record or self._known[1:3] != (place.roi, calibration):
            self._known = record, place.roi, calibration, self.view.traces(record, place)
        return self._known[3]

    def _chosen_of(self, traces: tuple[Trace, ...]) -> Trace:
        return next((trace for trace in traces if trace.name == self.chosen), traces[0])

    def _show(self, drawn: DrawnTrace, trace: Trace) -> None:
        with self._value_scale.hold_sync():
            self._value_scale.min, self._value_scale.max = drawn.low, drawn.high
        if trace.axis == "from_zero":
            ticks = speed_ticks(drawn.high, is_signed=self.is_signed)
        else:
            ticks = round_ticks(drawn.low, drawn.high)
        label = trace.unsigned_label if trace.unsigned_label and not self.is_signed else trace.label
        self._value_axis.label = f"{label} ({trace.unit})" if trace.unit else label
        with self._value_axis.hold_sync():  # before the values, which bqplot writes later with the labels known now
            self._value_axis.tick_labels, self._value_axis.tick_format = tick_labels(ticks)
        self._value_axis.tick_values = ticks
        for mark, (time, value) in ((self._line, drawn.line), (self._crosses, drawn.crosses), (self._dots, drawn.dots)):
            _set(mark, time, value)
        median = [] if drawn.median is None else [drawn.median] * 2
        _set(self._median, np.array([0.0, 1.0][: len(median)]), np.array(median))

    def _show_beside(self, place: Place, view: tuple[float, float], drawn: DrawnTrace) -> None:
        """Draw the result by another method; what is beyond the axis runs along its end."""
        if self.beside is None:
            _set(self._beside, np.array([]), np.array([]))
            return
        trace = self._chosen_of(self.view.traces(self.beside, place))
        line = drawn_trace(trace, view, is_signed=self.is_signed).line
        _set(self._beside, line[0], np.clip(line[1], drawn.low, drawn.high))

    def _failed(self, error: Exception) -> None:
        words = self.view.kind.words
        _logger.error("drawing the %s failed", words, exc_info=error)
        text = f"The log has the details; run {words} again."
        self.frame.show_empty({"title": f"The {words} cannot be drawn.", "text": text})


def tick_labels(ticks: FloatArray) -> tuple[dict[str, str], str]:
    """Labels of round numbers, all with as many decimals as the finest needs, and the same as a format of the page."""
    step = float(ticks[1] - ticks[0]) if len(ticks) > 1 else 1.0
    decimals = max(0, -int(np.floor(np.log10(step) + 1e-9)))
    return {f"{tick:.12g}": number_text(float(tick), decimals) for tick in ticks}, f".{decimals}f"


def _set(mark: Any, time: FloatArray, value: FloatArray) -> None:  # noqa: ANN401  (bqplot brings no types)
    """Give a mark new points, as one message."""
    with mark.hold_sync():
        mark.x, mark.y = time, value

"""The plot of a velocity: image time, units, which points are drawn, and redrawing off the main thread."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import tifffile
from hypothesis import given
from hypothesis import strategies as st

from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.provenance import calibration_facts
from cloudscope_widgets.core.record import Record
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.widgets.analysis.trace_plot import (
    MOST_CROSSES,
    MOST_DOTS,
    MOST_LINE_POINTS,
    TracePlot,
    axis_ends,
    drawn_trace,
    tick_labels,
)
from cloudscope_widgets.widgets.analysis.trace_points import drawn_line, extremes, lone_points, speed_ticks
from cloudscope_widgets.widgets.analysis.velocity.numbers import (
    VelocityTrace,
    scan_error,
    velocity_numbers,
    velocity_trace,
    window_counts,
)
from cloudscope_widgets.widgets.analysis.velocity.view import shown_velocity
from cloudscope_widgets.widgets.image.time_scale import time_scale

WAIT_S = 10
KNOWN = Calibration(0.001, 0.25, "s", "um")
ROI = RectRoi(1, 100, 500, 2, 38)


def record_of(velocity: list[float], *, theta: list[float] | None = None, **provenance: object) -> Record:
    table = pd.DataFrame(
        {
            "time_s": np.arange(len(velocity)) * 0.016,
            "time_index": np.arange(len(velocity)) * 16.0,
            "theta_deg": theta or [45.0] * len(velocity),
            "velocity": velocity,
        }
    )
    facts = {"roi": (200, 500, 0, 20), "calibration": calibration_facts(KNOWN), **provenance}
    return Record("radon_velocity", 0, 1, provenance=FrozenDict(facts), held_table=table)


def trace_of(velocity: list[float], rejected: list[float] | None = None) -> VelocityTrace:
    values = np.asarray(velocity, float)
    raw = np.full(len(values), np.nan) if rejected is None else np.asarray(rejected, float)
    return VelocityTrace(np.arange(len(values), dtype=float), values, raw, "mm/s")


# ------------------------------------------------------------ image time and units
def test_times_are_those_of_the_image_also_after_the_region_was_moved() -> None:
    trace = velocity_trace(record_of([1.0, 2.0]), ROI, KNOWN)
    np.testing.assert_allclose(trace.time, [0.2, 0.216], rtol=1e-12)


def test_times_follow_a_line_time_that_was_put_right_later() -> None:
    trace = velocity_trace(record_of([1.0, 2.0]), ROI, Calibration(0.002, 0.25, "s", "um"))
    np.testing.assert_allclose(trace.time, [0.4, 0.432], rtol=1e-12)


def test_a_result_that_does_not_tell_its_region_takes_the_present_one() -> None:
    record = Record("radon_velocity", 0, 1, held_table=record_of([1.0]).table)
    np.testing.assert_allclose(velocity_trace(record, ROI, KNOWN).time, [0.1], rtol=1e-12)


def test_speeds_are_in_mm_per_s_and_rejected_windows_at_what_their_angle_shows() -> None:
    trace = velocity_trace(record_of([-1000.0, np.nan], theta=[45.0, 135.0]), ROI, KNOWN)
    np.testing.assert_allclose(trace.velocity, [-1.0, np.nan])
    np.testing.assert_allclose(trace.rejected, [np.nan, -0.25])  # -1 px/line of 0.25 µm in 1 ms
    assert trace.unit == "mm/s"


def test_without_calibration_speeds_are_in_px_per_line() -> None:
    unknown = Calibration()
    record = record_of([1.5, np.nan], theta=[45.0, 45.0], calibration=calibration_facts(unknown))
    trace = velocity_trace(record, ROI, unknown)
    np.testing.assert_allclose(trace.velocity, [1.5, np.nan])
    np.testing.assert_allclose(trace.rejected, [np.nan, 1.0])
    assert trace.unit == "px/line"


def test_numbers_run_along_the_main_direction_and_leave_rejected_windows_out() -> None:
    found = velocity_numbers(trace_of([-1.0, -2.0, -3.0, 0.5, np.nan]))
    assert (found.kept, found.windows, found.direction, found.median) == (4, 5, -1, 1.5)
    assert (found.lower, found.upper) == (0.625, 2.25)
    values = np.array([-1.0, -2.0, -3.0, 0.5])
    assert found.variation == pytest.approx(values.std() / abs(values.mean()))


def test_of_a_velocity_that_nobody_judged_windows_at_exactly_0_are_counted_and_crossed_out() -> None:
    angles, velocity = [0.0, 45.0, 180.0, 0.0, 45.0], [0.0, 1000.0, 0.0, np.nan, 1000.0]
    foreign = record_of(velocity, theta=angles)
    counts = window_counts(foreign)
    assert (counts.is_judged, counts.standing, counts.windows) == (False, 3, 5)
    trace = velocity_trace(foreign, ROI, KNOWN)
    numbers = velocity_numbers(trace)
    assert (numbers.is_judged, numbers.standing, numbers.kept, numbers.median) == (False, 3, 4, 0.5)
    drawn = drawn_trace(shown_velocity(trace), (0.0, 1.0), is_signed=False)
    assert list(drawn.crosses[1]) == [0.0, 0.0, 0.0]
    assert list(drawn.line[1][np.isfinite(drawn.line[1])]) == [1.0, 1.0]
    assert drawn.median == 0.5


def test_a_stall_that_was_judged_is_no_doubtful_window() -> None:
    ours = record_of([0.0, 1000.0], theta=[0.0, 45.0], method={"name": "line_correlation"})
    trace = velocity_trace(ours, ROI, KNOWN)
    assert not trace.at_zero.any()
    assert velocity_numbers(trace).is_judged
    assert list(drawn_trace(shown_velocity(trace), (0.0, 1.0), is_signed=False).crosses[1]) == []


def test_without_a_kept_window_there_are_no_numbers() -> None:
    found = velocity_numbers(trace_of([np.nan, np.nan]))
    assert (found.kept, found.windows, found.median, found.variation) == (0, 2, None, None)


def test_the_scan_error_is_told_only_where_speeds_are_not_corrected() -> None:
    method = {"scan_speed": {"is_corrected": False}}
    record = record_of([1000.0], method=method)
    record = Record(
        *record.key, summary=FrozenDict({"velocity_median": 1000.0}), provenance=record.provenance
    )  # 4 px/line over 20 columns
    assert scan_error(record, ROI, KNOWN) == pytest.approx(0.2)
    corrected = Record(*record.key, provenance=FrozenDict({"method": {"scan_speed": {"is_corrected": True}}}))
    assert scan_error(corrected, ROI, KNOWN) is None
    counts = window_counts(record_of([1.0, np.nan]))
    assert (counts.kept, counts.windows) == (1, 2)


# ------------------------------------------------------------ which points are drawn
@given(st.lists(st.one_of(st.floats(-5, 5), st.just(float("nan"))), max_size=400), st.sampled_from([8, 40, 100]))
def test_a_line_keeps_extremes_and_never_crosses_a_gap(velocity: list[float], most: int) -> None:
    value = np.asarray(velocity, float)
    time = np.arange(len(value), dtype=float)
    times, values = drawn_line(time, value, most=most)
    assert len(times) == len(values)
    assert (np.diff(times) > 0).all()
    finite = value[np.isfinite(value)]
    drawn = values[np.isfinite(values)]
    if len(finite):
        assert {drawn.min(), drawn.max()} == {finite.min(), finite.max()}
    for left, right in zip(range(len(times) - 1), range(1, len(times)), strict=True):
        if np.isfinite(values[left]) and np.isfinite(values[right]):
            assert np.isfinite(value[int(times[left]) : int(times[right]) + 1]).all()


def test_a_long_line_stays_under_its_limit_with_the_extremes_of_every_column() -> None:
    rng = np.random.default_rng(0)
    value = rng.normal(size=100_000)
    value[rng.integers(0, len(value), 20_000)] = np.nan
    time = np.arange(len(value), dtype=float)
    assert len(drawn_line(time, value, most=1400)[0]) <= 1400
    kept = set(extremes(time, value, columns=100).tolist())
    for stretch in np.array_split(np.arange(len(value)), 100):
        inner = stretch[5:-5]  # columns begin at the first finite value, not exactly here
        assert kept & set(inner.tolist())
    assert {int(np.nanargmax(value)), int(np.nanargmin(value))} <= kept


def test_values_without_a_neighbour_are_found() -> None:
    value = np.array([1.0, np.nan, 2.0, 3.0, np.nan, 4.0])
    assert lone_points(value).tolist() == [True, False, False, False, False, True]


@pytest.mark.parametrize(
    ("largest", "is_signed", "expected"),
    [
        (1.62, False, [0, 0.5, 1, 1.5]),
        (1.62, True, [-1, 0, 1]),
        (0.31, False, [0, 0.1, 0.2, 0.3]),
        (80.0, False, [0, 20, 40, 60, 80]),
    ],
)
def test_the_axis_has_round_numbers_from_zero(largest: float, is_signed: bool, expected: list[float]) -> None:  # noqa: FBT001
    assert speed_ticks(largest, is_signed=is_signed).tolist() == expected


def test_labels_of_the_axis_have_a_true_minus_and_equal_decimals() -> None:
    assert tick_labels(np.array([-0.5, 0.0, 0.5])) == ({"-0.5": "\u22120.5", "0": "0.0", "0.5": "0.5"}, ".1f")


def test_rejected_windows_are_clipped_to_the_axis_and_count_for_nothing() -> None:
    drawn = drawn_trace(shown_velocity(trace_of([-1, np.nan, -2], [np.nan, 50, np.nan])), (0, 2), is_signed=False)
    assert drawn.high == axis_ends(shown_velocity(trace_of([2])), is_signed=False)[1] == pytest.approx(2.16)
    assert (drawn.crosses[1].tolist(), drawn.median) == ([drawn.high], 1.5)
    np.testing.assert_array_equal(drawn.line[1], [1, np.nan, 2])
    signed = drawn_trace(shown_velocity(trace_of([-1, np.nan, -2], [np.nan, -50, np.nan])), (0, 2), is_signed=True)
    assert (signed.crosses[1].tolist(), signed.median) == ([-drawn.high], -1.5)


def test_points_are_dots_when_few_are_in_view() -> None:
    velocity = [1.0] * 5000
    assert len(drawn_trace(shown_velocity(trace_of(velocity)), (0, 5000), is_signed=False).dots[0]) == 0
    near = drawn_trace(shown_velocity(trace_of(velocity)), (1000, 1050), is_signed=False)
    assert 50 < len(near.dots[0]) <= MOST_DOTS
    assert near.line[0][0] < 1000 - 20


def test_no_more_than_2000_points_are_drawn() -> None:
    rng = np.random.default_rng(1)
    velocity, rejected = rng.normal(size=50_000), rng.normal(size=50_000)
    is_rejected = rng.random(50_000) < 0.3
    trace = trace_of(np.where(is_rejected, np.nan, velocity).tolist(), np.where(is_rejected, rejected, np.nan).tolist())
    drawn = drawn_trace(shown_velocity(trace), (0, 50_000), is_signed=True)
    assert sum(len(part[0]) for part in (drawn.line, drawn.dots, drawn.crosses)) <= 2000
    assert MOST_LINE_POINTS + MOST_DOTS + MOST_CROSSES <= 2000


# ------------------------------------------------------------ the widget
@pytest.fixture
def session(tmp_path: Path) -> Session:
    tifffile.imwrite(tmp_path / "a.tif", np.zeros((100, 20), np.uint16))
    found = Session(tmp_path)
    found.wait_for_scan(WAIT_S)
    return found


@pytest.fixture
def plot(session: Session) -> Iterator[TracePlot]:
    made = TracePlot(session)
    yield made
    made.close()


def shown(plot: TracePlot) -> str:
    plot.wait(WAIT_S)
    return "" if plot.frame.empty is None else plot.frame.empty["title"]


def test_what_is_missing_is_said_in_the_place_of_the_plot(session: Session, plot: TracePlot) -> None:
    assert (shown(plot), plot.frame.time_unit) == ("No recording.", None)
    acquisition = session.select("a.tif")
    assert (shown(plot), plot.frame.time_unit) == ("No ROI.", "line")  # the image above has no times of its own
    session.selection.roi_id = acquisition.add_rect().roi_id
    assert shown(plot) == "No velocity yet."


def test_the_plot_has_the_time_axis_and_the_gutters_of_the_image(session: Session, plot: TracePlot) -> None:
    line = plot.figure.marks[2]
    assert line.scales["x"] is time_scale(session)
    assert (plot.figure.fig_margin, plot.figure.animation_duration) == (
        {"left": 56, "right": 14, "top": 0, "bottom": 25},
        0,
    )


def test_a_closed_plot_lets_go_of_the_session(session: Session) -> None:
    plot = TracePlot(session)
    plot.close()
    plot.close()
    session.view.show(time=(1, 2))
    plot.wait(WAIT_S)

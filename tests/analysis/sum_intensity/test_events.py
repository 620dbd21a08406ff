"""Onsets, peaks, widths and numbers of events in traces that are drawn by hand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis.sum_intensity.crossings import level_crossing
from cloudscope_widgets.analysis.sum_intensity.events import PeakEvent, find_events
from cloudscope_widgets.analysis.sum_intensity.features import Signal
from cloudscope_widgets.analysis.sum_intensity.settings import SumIntensitySettings, points
from cloudscope_widgets.core.errors import Cancelled

FloatArray = NDArray[np.float64]
LINE_S = 0.001
TRIANGLE = np.concatenate([np.zeros(50), np.arange(11.0), np.arange(9.5, -0.1, -0.5), np.zeros(60)])
"""Rises by 1 a line from line 50 to 10 at line 60, falls by a half a line to 0 at line 80."""


def found(values: FloatArray, *, missing: NDArray[np.bool_] | None = None, **settings: object) -> tuple[PeakEvent, ...]:
    chosen = SumIntensitySettings(**{"detection_method": "absolute_threshold", "absolute_threshold": 0.5, **settings})  # type: ignore[arg-type]
    time_s = LINE_S * np.arange(len(values), dtype=np.float64)
    signal = Signal(values, np.gradient(values, time_s), time_s, chosen.sign)
    return find_events(signal, chosen, LINE_S, missing=missing)


def test_a_triangle_has_the_numbers_of_a_triangle() -> None:
    (event,) = found(TRIANGLE)
    assert (event.onset, event.peak, event.status) == (51, 60, "ok")
    assert event.amplitude == pytest.approx(9)
    numbers = {name: feature.value for name, feature in event.features.items()}
    assert numbers["baseline_mean"] == pytest.approx(0)
    assert numbers["prominence"] == pytest.approx(10)
    assert numbers["rise_10_90_sec"] == pytest.approx(0.8 * 9 * LINE_S)
    assert numbers["decay_90_10_sec"] == pytest.approx(0.8 * 9 * 2 * LINE_S)
    assert numbers["max_rise_slope"] == pytest.approx(1000)
    assert numbers["max_decay_slope"] == pytest.approx(-500)
    assert numbers["auc"] == pytest.approx((9**2 - 0.9**2) * 3 / 2 * LINE_S)
    half = next(crossing for crossing in event.crossings if crossing.fraction == 0.5)
    assert (half.value, half.left_index, half.right_index) == pytest.approx((5.5, 55.5, 69))


def test_a_trace_turned_upside_down_gives_the_same_events_with_slopes_of_the_other_sign() -> None:
    (up,), (down,) = found(TRIANGLE), found(-TRIANGLE, polarity="negative")
    assert (down.onset, down.peak, down.amplitude) == (up.onset, up.peak, up.amplitude)
    signs = {name: -1 if name in {"max_rise_slope", "max_decay_slope", "baseline_mean"} else 1 for name in up.features}
    for name, sign in signs.items():
        assert down.features[name].value == pytest.approx(sign * (up.features[name].value or 0.0))
    assert [crossing.width for crossing in down.crossings] == pytest.approx([each.width for each in up.crossings])


def test_the_refractory_period_counts_from_the_last_accepted_onset_and_its_end_is_within_it() -> None:
    values = np.zeros(100)
    values[[10, 20, 21 + 9, 45]] = 1.0
    onsets = [event.onset for event in found(values, refractory_period_ms=10.0)]
    assert onsets == [10, 30, 45]


def test_an_event_that_has_begun_before_the_first_line_counts() -> None:
    (event,) = found(np.linspace(5, 0, 100))
    assert (event.onset, event.peak, event.status) == (0, 0, "non_positive_amplitude")
    assert event.features["baseline_mean"].reason == "insufficient_baseline_samples"
    assert event.features["prominence"].reason == "baseline_mean_unavailable"
    assert event.features["max_rise_slope"].reason == "peak_index_unavailable"


def test_the_width_search_ends_at_the_next_onset() -> None:
    values = np.concatenate([np.zeros(20), np.arange(5.0), np.full(30, 2.0), [4.0, 6.0], np.zeros(20)])
    first, second = found(
        values, peak_search_window_ms=5, detection_method="derivative_threshold", derivative_threshold_per_sec=900.0
    )
    assert (first.peak, second.onset) == (24, 54)
    assert first.crossings[0].status == "right_not_found_within_width_search_window"  # 10 % comes after the second one
    assert first.features["rise_10_90_sec"].reason == "left_10_or_left_90_unavailable"
    assert first.crossings[-1].status == "ok"


def test_a_level_may_touch_the_ends_of_a_segment_and_a_flat_one_gives_its_start() -> None:
    values = np.array([0.0, 5.0, 5.0, 10.0, 5.0, 5.0, 0.0])
    crossing = level_crossing(values, 0.5, onset=0, peak=3, last=6)
    assert (crossing.left_index, crossing.right_index, crossing.width) == (1.0, 4.0, 3.0)


def test_among_equal_peaks_the_first_counts() -> None:
    (event,) = found(np.array([0.0] * 5 + [1, 3, 2, 3, 1] + [0] * 5))
    assert event.peak == 6


def test_fractions_without_10_and_90_per_cent_leave_their_numbers_out() -> None:
    (event,) = found(TRIANGLE, level_fractions="0.25,0.5")
    assert event.features["auc"].reason == "left_10_or_right_10_unavailable"
    assert event.features["max_decay_slope"].reason == "right_10_crossing_unavailable"


def test_no_event_begins_or_peaks_where_lines_are_missing() -> None:
    missing = np.zeros(len(TRIANGLE), np.bool_)
    missing[58:62] = True
    (event,) = found(TRIANGLE, missing=missing)
    assert event.peak == 62
    missing[:] = False
    missing[45:55] = True
    assert found(TRIANGLE, missing=missing) == ()
    missing[:] = False
    missing[52:110] = True
    (event,) = found(TRIANGLE, missing=missing)
    assert event.peak == 51


def test_times_between_events_are_unknown_for_the_first_one() -> None:
    first, second = found(np.concatenate([TRIANGLE, TRIANGLE]))
    assert (first.onset_interval_s, first.peak_interval_s) == (None, None)
    assert (second.onset_interval_s, second.peak_interval_s) == pytest.approx((len(TRIANGLE) * LINE_S,) * 2)


def test_times_become_lines_rounded_half_to_even() -> None:
    assert [points(ms, 0.002) for ms in (1, 3, 5, 0)] == [0, 2, 2, 0]


def test_measuring_events_can_be_cancelled() -> None:
    signal = Signal(TRIANGLE, TRIANGLE, np.arange(len(TRIANGLE), dtype=np.float64), 1.0)
    with pytest.raises(Cancelled):
        find_events(signal, SumIntensitySettings(), LINE_S, cancel=lambda: True)


@pytest.mark.parametrize("text", ["", "0.1;0.5", "0,0.5", "0.5,1", "0.5,0.5", "nan", "a"])
def test_fractions_that_are_none_are_refused_with_a_sentence(text: str) -> None:
    with pytest.raises(ValueError, match="level_fractions must be"):
        SumIntensitySettings(level_fractions=text)


def test_a_manual_f0_of_0_is_refused() -> None:
    with pytest.raises(ValueError, match="must not be 0"):
        SumIntensitySettings(baseline_method="manual", manual_f0_baseline=0.0)

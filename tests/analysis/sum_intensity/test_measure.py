"""Intensity traces of synthetic recordings: known truth, noise, and what cannot be measured."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis.base import Result, Task
from cloudscope_widgets.analysis.sum_intensity import PRESETS, SumIntensitySettings, sum_intensity
from cloudscope_widgets.analysis.sum_intensity.analysis import IntensityAnalysis
from cloudscope_widgets.core.errors import Cancelled
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.params import checked_params
from cloudscope_widgets.synthetic import SyntheticCalcium, calcium

LINE_S = 0.002
ONSETS_S = (1.2345, 3.3331, 5.71, 8.0007)
CLEAN = calcium(6000, 8, onsets_s=ONSETS_S, amplitudes=[0.5, 0.3, 0.8, 0.4], snr_db=None, dtype=np.float64)
UNFILTERED = SumIntensitySettings(
    window_radius_points=0, filter_method="none", detrend_method="none", derivative_threshold_per_sec=0.05,
    refractory_period_ms=200, peak_search_window_ms=300, width_search_window_ms=1500,
)  # fmt: skip


def run(made: SyntheticCalcium | NDArray[Any], /, **params: object) -> Result:
    pixels = made.image if isinstance(made, SyntheticCalcium) else made
    values = checked_params(IntensityAnalysis.params, params)
    calibration = Calibration(LINE_S, 0.25, "s", "um", source="typed")
    return IntensityAnalysis().run(Task(pixels, calibration, values, lambda *_: None, lambda: False))


def test_without_noise_onsets_peaks_amplitudes_and_widths_are_the_true_ones() -> None:
    found = sum_intensity(CLEAN.image, seconds_per_line=LINE_S, settings=UNFILTERED)
    np.testing.assert_allclose(found.traces.df_f_signal, CLEAN.df_f, atol=2e-3)  # F0 is in the tail of a transient
    assert len(found.events) == 4
    np.testing.assert_allclose([event.onset_s for event in found.events], ONSETS_S, atol=2 * LINE_S)
    np.testing.assert_allclose([event.peak_s or 0 for event in found.events], CLEAN.peaks_s, atol=LINE_S)
    np.testing.assert_allclose([event.amplitude or 0 for event in found.events], CLEAN.amplitudes, rtol=0.03)
    halves = [crossing.width or 0 for event in found.events for crossing in event.crossings if crossing.fraction == 0.5]
    np.testing.assert_allclose(np.array(halves) * LINE_S, CLEAN.half_widths_s, rtol=0.03)


def test_a_background_that_is_taken_off_gives_the_true_df_f() -> None:
    made = calcium(6000, 8, onsets_s=ONSETS_S, background=250, snr_db=None, dtype=np.float64)
    tall, small = (
        sum_intensity(made.image, seconds_per_line=LINE_S, settings=UNFILTERED, background=level).traces.df_f_signal
        for level in (250, 0)
    )
    assert tall.max() == pytest.approx(0.5, rel=0.01)
    assert small.max() == pytest.approx(0.5 * 400 / 650, rel=0.01)


def test_division_keeps_late_amplitudes_under_bleaching_and_subtraction_does_not_and_says_so() -> None:
    onsets_s = np.arange(0.5, 39, 1.7)
    made = calcium(20_000, 8, onsets_s=onsets_s, decay_s=0.2, bleaching=0.5, snr_db=None, dtype=np.float64)
    last = {}
    for how in ("subtract", "divide"):
        result = run(made, preset="slow", derivative_threshold_per_sec=2.0, bleaching_correction=how)
        events = result.summary["peak_events"]
        assert len(events) == len(onsets_s)
        last[how] = events[-1]["peak"]["amplitude"]
        assert result.summary["bleached_fraction"] == pytest.approx(0.5, abs=0.03)
        said = " ".join(result.method["sentences"])
        assert ("late events too small by up to as much" in said) == (how == "subtract")
    assert last["divide"] == pytest.approx(0.5, rel=0.06)  # the fit stands a little above rest
    assert last["subtract"] == pytest.approx(0.25, rel=0.08)


def test_noise_alone_gives_no_event_where_the_threshold_is_above_it() -> None:
    noise = np.random.default_rng(3).normal(400, 40, (5000, 16))
    result = run(noise, detection_method="absolute_threshold", absolute_threshold=0.2)
    assert (result.summary["num_peaks"], result.summary["status"]) == (0, "ok")
    assert result.summary["peak_amplitude_mean"] is None
    assert "No event was found." in result.method["sentences"]


def test_a_constant_image_has_a_change_of_0_no_event_and_a_warning() -> None:
    result = run(np.full((300, 5), 7, np.uint16))
    assert (result.summary["num_peaks"], result.summary["f0_baseline"]) == (0, 7.0)
    assert result.summary["warnings"] == ["The trace is constant, so it was not detrended."]
    assert result.table is not None
    assert not result.table[["df_f_signal", "d_df_f_signal", "is_onset"]].to_numpy(np.float64).any()


def test_a_black_image_holds_f0_at_the_least_value_and_warns() -> None:
    result = run(np.zeros((300, 5), np.uint8))
    assert (result.summary["f0_baseline"], result.summary["status"]) == (1e-12, "ok_with_warnings")
    assert result.summary["num_peaks"] == 0


def test_lines_without_numbers_have_none_in_the_table_and_change_nothing_else() -> None:
    pixels = CLEAN.image.copy()
    pixels[5500:5510] = np.nan
    whole, holed = (run(each, preset="medium", detrend_method="none") for each in (CLEAN.image, pixels))
    assert whole.table is not None
    assert holed.table is not None
    gap = slice(5500, 5510)
    assert holed.table["df_f_signal"].isna().sum() == 10
    assert holed.table["df_f_signal"][gap].isna().all()
    onsets = [[event["onset"]["index"] for event in each.summary["peak_events"]] for each in (whole, holed)]
    assert onsets[0] == onsets[1]
    assert (holed.summary["lines_without_numbers"], holed.summary["status"]) == (10, "ok_with_warnings")
    assert "10 lines were left out" in holed.summary["warnings"][0]


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        (np.zeros((0, 4)), "two lines"),
        (np.full((50, 4), np.nan), "none of its pixels has a number"),
        (np.full((50, 4), 1e200), "too large"),
    ],
)
def test_a_region_without_a_trace_is_refused_with_a_sentence(pixels: NDArray[Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        run(pixels)


def test_without_a_time_per_line_nothing_is_measured() -> None:
    task = Task(CLEAN.image, Calibration(), checked_params(IntensityAnalysis.params, {}), lambda *_: None, bool)
    with pytest.raises(ValueError, match="time per line is not known"):
        IntensityAnalysis().run(task)


@pytest.mark.parametrize(
    "bad",
    [
        {"window_radius_points": -1},
        {"median_filter_kernel_points": 0},
        {"baseline_percentile": 101},
        {"baseline_min_value": 0.0},
        {"refractory_period_ms": -1},
        {"peak_search_window_ms": float("nan")},
        {"polarity": "up"},
        {"detection_source": "df"},
        {"preset": "quick"},
        {"background": "region"},
        {"background": "ROI 0"},
    ],
)
def test_a_bad_parameter_is_named(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=next(iter(bad))):
        checked_params(IntensityAnalysis.params, bad)


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_sets_what_is_not_given(name: str) -> None:
    values = checked_params(IntensityAnalysis.params, {"preset": name, "peak_search_window_ms": 77.0})
    expected = {**PRESETS[name], "peak_search_window_ms": 77.0}
    assert {each: values[each] for each in expected} == expected
    assert values["filter_method"] == "median"
    assert checked_params(IntensityAnalysis.params, values) == values


def test_progress_rises_and_a_run_can_be_cancelled_at_every_question() -> None:
    told: list[float] = []
    sum_intensity(CLEAN.image, seconds_per_line=LINE_S, progress=lambda fraction, _words: told.append(fraction))
    assert told == sorted(told)
    assert 0 <= told[0] <= told[-1] <= 1
    for answers in ([True], [False, True], [False] * 9 + [True]):
        left = iter(answers)
        with pytest.raises(Cancelled):
            sum_intensity(CLEAN.image, seconds_per_line=LINE_S, cancel=lambda: next(left, True))  # noqa: B023


def test_the_numbers_of_a_noisy_recording_stay_as_they_are() -> None:
    """Pinned: a change of any of these changes the version of the analysis."""
    made = calcium(5000, 12, onsets_s=[1.0, 4.0, 7.0], bleaching=0.3, background=50, snr_db=10, seed=8)
    chosen = {"preset": "medium", "window_radius_points": 12, "derivative_threshold_per_sec": 4.0}
    summary = run(made, background=50.0, **chosen).summary
    assert [event["onset"]["index"] for event in summary["peak_events"]] == [494, 1995, 3495]
    assert [event["peak"]["index"] for event in summary["peak_events"]] == [538, 2041, 3543]
    assert summary["f0_baseline"] == pytest.approx(403.2686289447686, rel=1e-6)
    assert summary["peak_amplitude_median"] == pytest.approx(0.3969929560448496, rel=1e-6)

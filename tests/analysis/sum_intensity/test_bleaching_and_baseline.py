"""Detrending by an exponential, and F0."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis.sum_intensity.baseline import baseline, relative_to
from cloudscope_widgets.analysis.sum_intensity.bleaching import detrended
from cloudscope_widgets.analysis.sum_intensity.settings import SumIntensitySettings
from cloudscope_widgets.core.errors import Cancelled

TIME_S = 0.001 * np.arange(2000, dtype=np.float64)


@pytest.mark.parametrize("lost", [0.1, 0.5, 0.9])
def test_an_exponential_is_taken_off_and_its_loss_is_told(lost: float) -> None:
    trace = 300 * (1 - lost) ** (TIME_S / TIME_S[-1])
    found = detrended(trace, TIME_S)
    np.testing.assert_allclose(found.trace, 300, rtol=1e-6)
    assert found.lost_fraction == pytest.approx(lost, abs=1e-6)


@pytest.mark.parametrize(
    ("trace", "words"),
    [
        (np.array([1.0, 2.0, 3.0]), "fewer than 4"),
        (np.full(2000, 7.0), "constant"),
        (100 + 50 * TIME_S, "could not be fitted"),
    ],
)
def test_where_nothing_is_fitted_the_trace_stays_and_a_warning_says_so(trace: NDArray[np.float64], words: str) -> None:
    found = detrended(trace, TIME_S[: len(trace)])
    np.testing.assert_array_equal(found.trace, trace)
    assert (len(found.warnings), found.lost_fraction) == (1, None)
    assert words in found.warnings[0]


@pytest.mark.parametrize("scale", [1e-30, 1.0, 1e90])
def test_traces_of_any_size_and_shape_give_finite_numbers_or_a_warning(scale: float) -> None:
    shapes = (np.exp(3 * TIME_S), np.where(TIME_S < 1, 0.0, 1.0), (-1.0) ** np.arange(2000), np.eye(1, 2000, 900)[0])
    for shape in shapes:
        trace = np.asarray(scale * shape, np.float64)
        assert np.isfinite(detrended(trace, TIME_S).trace).all()


def test_a_fit_can_be_cancelled() -> None:
    with pytest.raises(Cancelled):
        detrended(100 + 50 * TIME_S, TIME_S, lambda: True)


def test_f0_is_a_percentile_of_the_numbers_or_the_given_one() -> None:
    trace = np.append(np.arange(101.0), np.nan)
    assert baseline(trace, SumIntensitySettings(baseline_percentile=30)).f0 == pytest.approx(30)
    manual = SumIntensitySettings(baseline_method="manual", manual_f0_baseline=-4.0)
    assert baseline(trace, manual).f0 == -4.0


@pytest.mark.parametrize("value", [1e-15, -1e-15])
def test_an_f0_at_0_is_held_at_the_least_value_with_its_sign(value: float) -> None:
    found = baseline(np.full(5, value), SumIntensitySettings())
    assert (found.f0, found.is_floored) == (np.copysign(1e-12, value), True)


def test_a_trace_without_numbers_has_the_least_f0_a_change_of_0_and_an_error() -> None:
    trace = np.full(5, np.nan)
    found = baseline(trace, SumIntensitySettings())
    assert found.f0 == 1e-12
    assert "no number" in found.error
    assert not relative_to(trace, found.f0).any()

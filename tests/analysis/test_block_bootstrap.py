"""Standard errors of a whole trace are those that repeating the experiment would show."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis.block_bootstrap import block_bootstrap

STEP_S, WINDOW_S = 0.016, 0.064


def overlapping(seed: int, windows: int = 3000) -> NDArray[np.float64]:
    """Means of four independent steps each, as windows that overlap by three quarters."""
    steps = np.random.default_rng(seed).normal(1000, 100, windows + 3)
    return np.convolve(steps, np.ones(4) / 4, "valid")


def test_the_error_of_mean_and_median_is_their_spread_over_many_traces() -> None:
    traces = [overlapping(seed) for seed in range(60)]
    errors = [block_bootstrap(trace, step_s=STEP_S, window_s=WINDOW_S) for trace in traces[:20]]
    for name, statistic in (("mean_se", np.mean), ("median_se", np.median)):
        true = np.std([statistic(trace) for trace in traces], ddof=1)
        found = np.mean([error[name] for error in errors if error[name] is not None])
        assert found == pytest.approx(true, rel=0.25)  # a standard deviation of 60 is known to 9 %


def test_blocks_are_a_second_long_and_never_shorter_than_a_window() -> None:
    trace = overlapping(0)
    assert block_bootstrap(trace, step_s=STEP_S, window_s=WINDOW_S)["block_s"] == pytest.approx(1.008)
    assert block_bootstrap(trace, step_s=0.5, window_s=2.0)["block_s"] == pytest.approx(2.0)


def test_the_same_trace_has_the_same_errors_and_gaps_are_left_out() -> None:
    trace = overlapping(1)
    trace[100:400] = np.nan
    first, again = (block_bootstrap(trace, step_s=STEP_S, window_s=WINDOW_S) for _ in range(2))
    assert first == again
    assert first["mean_se"] is not None


@pytest.mark.parametrize("trace", [overlapping(0, 150), np.full(3000, np.nan), np.zeros(0)])
def test_too_little_has_no_error(trace: NDArray[np.float64]) -> None:
    found = block_bootstrap(trace, step_s=STEP_S, window_s=WINDOW_S)
    assert (found["mean_se"], found["median_se"]) == (None, None)

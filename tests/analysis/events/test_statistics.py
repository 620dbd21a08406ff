"""Statistics of events agree with what CloudScope gives for the same trace."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from cloudscope_widgets.analysis.events.statistics import describe, event_statistics


def test_statistics_are_those_of_cloudscope(shared_data: Path) -> None:
    folder = shared_data / "golden" / "small"
    trace = pd.read_csv(folder / "trace_for_hr.csv")
    time_s, velocity = trace.iloc[:, 0].to_numpy(float), trace.iloc[:, 1].to_numpy(float)
    expected = json.loads((folder / "trace.event_windows.json").read_text())["summary"]
    for name in ("1.0..2.0|TrueTrue", "11.2..11.3|TrueTrue", "0.016..0.016|TrueTrue", "100..101|TrueTrue"):
        start_s, stop_s = (float(part) for part in name.split("|")[0].split(".."))
        found = event_statistics(time_s, velocity, start_s=start_s, stop_s=stop_s)["event_stats"]
        assert dict(found) == {key: pytest.approx(value) for key, value in expected[name].items()}


def test_before_and_after_leave_out_the_event_itself() -> None:
    time_s = np.arange(0, 10, 0.5)
    found = event_statistics(time_s, time_s.copy(), start_s=4.0, stop_s=5.0, window_s=1.0)
    assert [found[name]["n"] for name in ("pre_win_stats", "event_stats", "post_win_stats")] == [2, 3, 2]
    assert [found[name]["mean"] for name in ("pre_win_stats", "post_win_stats")] == [3.25, 5.75]


def test_missing_values_are_left_out_and_a_mean_of_zero_has_no_cv() -> None:
    assert describe(np.array([np.nan, 1.0, -1.0, np.inf]))["n"] == 2
    assert describe(np.array([1.0, -1.0]))["cv"] is None
    assert describe(np.array([3.0]))["std"] == 0
    assert describe(np.array([np.nan])) == {"n": 0, **dict.fromkeys(("mean", "min", "max", "std", "se", "cv"))}

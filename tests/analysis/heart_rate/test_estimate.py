"""Heart rate agrees with what CloudScope gives for the same trace, and says what it is worth."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis.heart_rate.estimate import HeartRateSettings, heart_rate, is_significant

STEP_S = 0.016
WINDOW_S = 0.064


def pulsating(bpm: float, *, seconds: float = 20.0, noise: float = 0.3) -> tuple[NDArray[Any], NDArray[Any]]:
    time_s = np.arange(0, seconds, STEP_S)
    rng = np.random.default_rng(7)
    return time_s, 900 + 100 * np.sin(2 * np.pi * bpm / 60 * time_s) + 100 * noise * rng.normal(size=len(time_s))


def assert_agrees(found: dict[str, Any], expected: dict[str, Any]) -> None:
    for name, value in expected.items():
        if isinstance(value, dict):
            assert_agrees(found[name], value)
        elif name == "iqr_bpm" and value is not None:
            assert found[name] == pytest.approx(value, abs=1e-6)  # the spread of rounding errors
        elif not name.startswith("analysis_"):
            assert found[name] == (pytest.approx(value, rel=1e-9) if isinstance(value, float) else value), name


@pytest.mark.parametrize("case", ["default", "segments", "signed_edge"])
def test_numbers_are_those_of_cloudscope(shared_data: Path, case: str) -> None:
    folder = shared_data / "golden" / "small"
    trace = pd.read_csv(folder / "trace_for_hr.csv")
    saved = json.loads((folder / f"trace.heart_rate_{case}.json").read_text())
    settings = HeartRateSettings(**saved["detection_params"])
    found = heart_rate(trace["time_s"].to_numpy(), trace["velocity"].to_numpy(), settings, window_s=WINDOW_S)
    assert_agrees(found, saved["summary"])


def test_a_trace_with_many_gaps_gives_the_numbers_of_cloudscope(golden: Path) -> None:
    table = pd.read_csv(golden / "Capillary1_0001.tif.radon_velocity.csv").query("roi_id == 1 and channel == 0")
    records = json.loads((golden / "Capillary1_0001.tif.json").read_text())["analysis"]
    saved = next(record for record in records if record["analysis_name"] == "heart_rate")
    settings = HeartRateSettings(**saved["detection_params"])
    found = heart_rate(table["time_s"].to_numpy(), table["velocity"].to_numpy(), settings, window_s=0.075)
    assert_agrees(found, saved["summary"])


@pytest.mark.parametrize("bpm", [307.0, 443.0, 553.0])
def test_a_pulse_is_found_and_significant(bpm: float) -> None:
    found = heart_rate(*pulsating(bpm), window_s=WINDOW_S)
    assert found["status"] == "ok"
    assert found["lomb"]["bpm"] == pytest.approx(bpm, abs=2)  # half a step of the 512 rates is 0.35 bpm
    assert is_significant(found)


@pytest.mark.parametrize(("seeds", "most"), [(range(15), 0), pytest.param(range(100), 3, marks=pytest.mark.slow)])
def test_noise_is_hardly_ever_significant(seeds: range, most: int) -> None:
    alarms = 0
    for seed in seeds:
        time_s = np.arange(0, 20, STEP_S)
        lines = np.random.default_rng(seed).normal(900, 300, 4 * len(time_s))
        velocity = np.convolve(lines, np.ones(16) / 16, "same")[::4]  # windows overlap by three quarters
        alarms += is_significant(heart_rate(time_s, velocity, window_s=4 * STEP_S))
    assert alarms <= most


def test_nothing_is_joined_across_a_long_gap() -> None:
    time_s, velocity = pulsating(443.0, noise=0.0)
    velocity[300:500] = np.nan  # 3.2 s, after which the phase is another
    velocity[500:] = np.roll(velocity[500:], 4)
    found = heart_rate(time_s, velocity, window_s=WINDOW_S)
    assert found["welch"]["bpm"] == pytest.approx(443, abs=15)  # a bin of Welch is 29 bpm wide
    assert found["welch"]["band_concentration"] > 0.99


def test_a_rate_that_the_window_averages_away_is_said_to_need_shorter_windows() -> None:
    found = heart_rate(*pulsating(553.0), window_s=0.1)
    assert found["window_response"] < 0.5
    assert any("16 or 32 lines" in sentence for sentence in found["advice"])


def test_a_flow_that_reverses_is_said_to_need_its_sign() -> None:
    time_s, velocity = pulsating(443.0)
    found = heart_rate(time_s, velocity - 900, window_s=WINDOW_S)
    assert any("signed velocity" in sentence for sentence in found["advice"])
    signed = heart_rate(time_s, velocity - 900, HeartRateSettings(use_abs=False), window_s=WINDOW_S)
    assert signed["lomb"]["bpm"] == pytest.approx(443, abs=2)
    assert signed["advice"] == []


@pytest.mark.parametrize(
    ("velocity", "status"),
    [
        (np.full(1250, np.nan), "insufficient_valid"),
        (np.full(1250, 700.0), "no_peak_lomb"),
        (np.r_[np.full(200, 700.0), np.full(1050, np.nan)], "insufficient_valid"),
    ],
)
def test_without_a_peak_all_numbers_are_missing(velocity: NDArray[Any], status: str) -> None:
    found = heart_rate(
        np.arange(0, 1250 * STEP_S, STEP_S)[:1250], velocity, HeartRateSettings(do_segments=True), window_s=WINDOW_S
    )
    assert found["status"] == status
    assert found["agreement"] is None
    assert {found["lomb"][name] for name in ("bpm", "f_hz", "snr", "edge_flag", "band_concentration")} == {None}
    assert not is_significant(found)
    json.dumps(found, allow_nan=False)


def test_two_methods_that_disagree_are_said_to() -> None:
    time_s, velocity = pulsating(443.0, noise=0.0)
    settings = HeartRateSettings(agree_tol_bpm=0.0)
    found = heart_rate(time_s, velocity, settings, window_s=WINDOW_S)
    assert found["status"] == "method_disagree"
    assert "Welch" in found["status_note"]


def test_a_trace_too_coarse_for_the_band_is_refused_with_what_to_do() -> None:
    time_s: NDArray[Any] = np.arange(400) * 0.064
    with pytest.raises(ValueError, match="up to 469 bpm only, and bpm_max is 600; make the window"):
        heart_rate(time_s, np.full(400, 700.0), window_s=0.256)
    with pytest.raises(ValueError, match="100 velocities are fewer than the 256"):
        heart_rate(time_s[:100], np.full(100, 700.0), window_s=0.256)

"""Candidates for events: each planted one once, nothing in steady flow, nothing from nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis.events.detection import Candidate, detect_events

STEP_S = 0.016
USUAL = 1000.0


def steady(seconds: float = 20.0) -> tuple[NDArray[Any], NDArray[Any]]:
    """A flow with a heartbeat of 20 % and noise of 2 %."""
    time_s = np.arange(0, seconds, STEP_S)
    noise = 0.02 * np.random.default_rng(11).normal(size=len(time_s))
    return time_s, USUAL * (1 + 0.2 * np.sin(2 * np.pi * 7.7 * time_s) + noise)


def found(time_s: NDArray[Any], velocity: NDArray[Any]) -> list[Candidate]:
    return detect_events(time_s, velocity, still=50.0, floor=250.0)


def at(time_s: NDArray[Any], start_s: float, stop_s: float) -> NDArray[np.bool_]:
    inside: NDArray[np.bool_] = (time_s >= start_s) & (time_s < stop_s)
    return inside


def test_steady_flow_with_a_heartbeat_has_no_events() -> None:
    assert found(*steady(120.0)) == []


@pytest.mark.parametrize("sign", [1, -1])
@pytest.mark.parametrize(
    ("kind", "factor"), [("fall", 0.5), ("rise", 1.8), ("stall", 0.0), ("reversal", -1.0), ("gap", np.nan)]
)
@pytest.mark.parametrize("seconds", [0.2, 1.0, 4.0])
def test_a_planted_event_is_found_once_with_both_ends(kind: str, factor: float, seconds: float, sign: int) -> None:
    time_s, velocity = steady()
    velocity[at(time_s, 8, 8 + seconds)] *= factor
    events = found(time_s, sign * velocity)
    assert [event.kind for event in events] == [kind]
    assert events[0].start_s == pytest.approx(8, abs=0.06)
    assert events[0].stop_s == pytest.approx(8 + seconds, abs=0.06)
    assert events[0].strength > 1


def test_a_change_that_stays_lasts_to_the_end() -> None:
    time_s, velocity = steady()
    velocity[time_s >= 12] *= 0.5
    (event,) = found(time_s, velocity)
    assert event.kind == "fall"
    assert event.stop_s == pytest.approx(20, abs=0.02)


def test_a_rise_right_after_a_fall_is_one_transient() -> None:
    time_s, velocity = steady()
    velocity[at(time_s, 8, 8.3)] *= 0.4
    velocity[at(time_s, 8.3, 8.6)] *= 2.0
    (event,) = found(time_s, velocity)
    assert event.kind == "transient"
    assert [event.start_s, event.stop_s] == pytest.approx([8, 8.6], abs=0.1)


def test_windows_that_a_change_has_spoilt_are_no_gap_of_their_own() -> None:
    time_s, velocity = steady()
    velocity[at(time_s, 8, 9)] *= 0.4
    velocity[at(time_s, 7.95, 8.2)] = np.nan
    assert [event.kind for event in found(time_s, velocity)] == ["fall"]


def between_cells(velocity: NDArray[Any], *, mean_s: float, share: float, seed: int) -> NDArray[Any]:
    """Refuse windows as in a recording with few cells: stretches of exponential length."""
    random, sparse = np.random.default_rng(seed), velocity.copy()
    at_s, step_s = 0.0, STEP_S
    while at_s < len(velocity) * step_s:
        at_s += random.exponential(mean_s * (1 - share) / share)
        length_s = random.exponential(mean_s)
        sparse[round(at_s / step_s) : round((at_s + length_s) / step_s)] = np.nan
        at_s += length_s
    return sparse


@pytest.mark.parametrize("share", [0.1, 0.2, 0.4])
def test_stretches_without_cells_are_no_gaps(share: float) -> None:
    time_s, velocity = steady(120.0)
    events = [
        event
        for seed in range(5)
        for event in found(time_s, between_cells(velocity, mean_s=0.07, share=share, seed=seed))
    ]
    assert len(events) <= 5  # ten minutes


@pytest.mark.parametrize(
    ("kind", "factor"), [("fall", 0.4), ("rise", 1.8), ("stall", 0.0), ("reversal", -1.0), ("gap", np.nan)]
)
def test_events_are_found_between_stretches_without_cells(kind: str, factor: float) -> None:
    time_s, velocity = steady(60.0)
    velocity[at(time_s, 30, 31.2)] *= factor
    matched = 0
    for seed in range(6):
        events = found(time_s, between_cells(velocity, mean_s=0.05, share=0.15, seed=seed))
        matched += any(event.kind == kind and abs(event.start_s - 30) < 0.15 for event in events)
    assert matched >= 5


def test_many_gaps_of_a_recording_full_of_cells_are_all_found() -> None:
    time_s, velocity = steady(60.0)
    random = np.random.default_rng(3)
    velocity[random.random(len(velocity)) < 0.005] = np.nan
    for start_s in range(3, 57, 6):
        velocity[at(time_s, start_s, start_s + 0.2 + start_s / 60)] = np.nan
    assert [event.kind for event in found(time_s, velocity)] == ["gap"] * 9


@pytest.mark.parametrize("velocity", [np.full(500, np.nan), np.full(500, 900.0), np.zeros(0), np.full(3, 900.0)])
def test_where_nothing_was_measured_or_nothing_changes_there_is_no_event(velocity: NDArray[Any]) -> None:
    assert found(np.arange(len(velocity)) * STEP_S, velocity) == []

"""A process killed while it saves, or while it recovers, loses, tears and mixes nothing."""

from __future__ import annotations

import pytest

from tests.faults.trials import check_valid, run_module

CI_TRIALS = {"small": 40, "medium": 40, "large": 20}
SOAK_TRIALS = {"small": 4000, "medium": 4000, "large": 2000}
SEED = 11


@pytest.mark.parametrize("size", CI_TRIALS)
def test_a_killed_save_is_whole_or_not_there(size: str, *, is_soak: bool) -> None:
    trials = (SOAK_TRIALS if is_soak else CI_TRIALS)[size]
    arguments = ("--size", size, "--seed", str(SEED))
    counts = run_module("kill_trials", *arguments, "--trials", str(trials))
    plain = run_module("kill_trials", *arguments, "--trials", str(min(trials, 200)), "--protocol", "plain")
    assert counts["damage"] == {}
    assert counts["recoveries_killed"] >= trials // 5
    check_valid(counts, plain)


@pytest.mark.parametrize("size", ["small", "medium"])
def test_a_recording_whose_save_was_killed_opens_as_one_save_left_it(size: str, *, is_soak: bool) -> None:
    trials = 500 if is_soak else 8
    counts = run_module("kill_trials", "--protocol", "acquisition", "--size", size, "--trials", str(trials))
    assert counts["damage"] == {}
    assert counts["inside"] >= 0.3 * trials, "invalid: too few fell inside a save"
    assert counts["acknowledged"] >= trials / 4, "invalid: too few saves"

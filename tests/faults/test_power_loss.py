"""A power failure while a recording is saved loses no acknowledged save and mixes no two of them."""

from __future__ import annotations

import pytest

from tests.faults.trials import check_valid, run_module

SEED = 3


@pytest.fixture(scope="module")
def power() -> None:
    """A disk of which the power can be taken."""
    why_not = run_module("power_trials", "--why-not")["why_not"]
    if why_not:
        pytest.skip(f"not run: {why_not}")


@pytest.mark.usefixtures("power")
@pytest.mark.parametrize(("size", "ci", "soak"), [("small", 25, 1000), ("medium", 25, 1000)])
def test_a_save_without_power_is_whole_or_not_there(size: str, ci: int, soak: int, *, is_soak: bool) -> None:
    trials = soak if is_soak else ci
    arguments = ("--size", size, "--seed", str(SEED))
    counts = run_module("power_trials", *arguments, "--trials", str(trials))
    plain = run_module("power_trials", *arguments, "--trials", str(min(trials, 100)), "--protocol", "plain")
    assert counts["damage"] == {}
    check_valid(counts, plain)

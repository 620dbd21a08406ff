"""Onsets as steps out of the noise: planted transients are found, and noise is not taken for one."""

from __future__ import annotations

import numpy as np
import pytest

from cloudscope_widgets.analysis.sum_intensity import PRESETS, SumIntensitySettings, sum_intensity
from cloudscope_widgets.analysis.sum_intensity.steps import step_onsets
from cloudscope_widgets.synthetic import SyntheticCalcium, calcium

LINE_S = 0.002


def onsets_s(made: SyntheticCalcium, **changes: object) -> list[float]:
    settings = SumIntensitySettings(**{**PRESETS["medium"], **changes})
    found = sum_intensity(made.image, seconds_per_line=LINE_S, settings=settings, onset_rule="steps")
    return [event.onset_s for event in found.events]


@pytest.mark.parametrize("decay_s", [0.1, 0.3, 1.0])
@pytest.mark.parametrize("snr_db", [10.0, 3.0])
def test_planted_transients_are_found_with_hardly_a_false_one(decay_s: float, snr_db: float) -> None:
    made = calcium(15_000, 32, decay_s=decay_s, snr_db=snr_db, bleaching=0.5, seed=21)
    found = onsets_s(made)
    assert len(found) == len(made.onsets_s)
    np.testing.assert_allclose(found, made.onsets_s, atol=0.06)


def test_transients_that_go_down_are_found_as_those_that_go_up() -> None:
    made = calcium(10_000, 32, amplitudes=-0.4, snr_db=10, seed=4)
    np.testing.assert_allclose(onsets_s(made, polarity="negative"), made.onsets_s, atol=0.06)
    assert onsets_s(calcium(10_000, 32, onsets_s=[], seed=4), polarity="negative") == []


def test_noise_alone_gives_at_most_one_onset_in_two_minutes() -> None:
    found = [onsets_s(calcium(15_000, 1, onsets_s=[], snr_db=0, bleaching=0.5, seed=seed)) for seed in range(4)]
    assert sum(map(len, found)) <= 1


@pytest.mark.parametrize("lines", [2, 5, 40, 300])
def test_short_and_constant_traces_have_no_onset(lines: int) -> None:
    assert len(step_onsets(np.ones(lines), SumIntensitySettings(), LINE_S)) == 0
    assert len(step_onsets(np.arange(lines, dtype=np.float64), SumIntensitySettings(), LINE_S)) == 0


def test_the_summary_says_that_no_threshold_was_used() -> None:
    made = calcium(4000, 8, onsets_s=[2.0])
    found = sum_intensity(made.image, seconds_per_line=LINE_S, onset_rule="steps")
    assert any("not by the threshold" in words for words in found.warnings)

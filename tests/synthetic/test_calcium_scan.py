"""Synthetic transients: the truth they promise is in their pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import calcium


def test_without_noise_the_pixels_are_f0_times_the_true_trace_and_the_background() -> None:
    made = calcium(2000, 6, onsets_s=[0.5, 2.1], amplitudes=[0.4, -0.2], background=50, snr_db=None, dtype=np.float64)
    np.testing.assert_allclose(made.image, (made.f0 * (1 + made.df_f) + 50)[:, None].repeat(6, axis=1))


def test_onset_peak_amplitude_and_width_are_those_of_the_trace() -> None:
    made = calcium(40_000, 1, onsets_s=[0.12345], amplitudes=0.7, rise_s=0.021, decay_s=0.173, seconds_per_line=1e-4)
    time_s, df_f = np.arange(40_000) * 1e-4, made.df_f
    assert not df_f[time_s <= 0.12345].any()
    assert time_s[df_f > 0][0] == pytest.approx(0.12345, abs=1e-4)
    assert time_s[df_f.argmax()] == pytest.approx(made.peaks_s[0], abs=1e-4)
    assert df_f.max() == pytest.approx(0.7, rel=1e-5)
    assert (df_f > 0.35).sum() * 1e-4 == pytest.approx(made.half_widths_s[0], abs=2e-4)


@pytest.mark.parametrize("snr_db", [3.0, 10.0])
def test_noise_has_the_variance_that_was_asked_for(snr_db: float) -> None:
    clean, noisy = (
        calcium(5000, 20, onsets_s=[9.0], amplitudes=0.3, snr_db=level, dtype=np.float64).image[:4000]
        for level in (None, snr_db)
    )
    measured = 10 * np.log10((0.3 * 400) ** 2 / (noisy - clean).var())
    assert measured == pytest.approx(snr_db, abs=0.2)


def test_drawn_transients_follow_the_seed_and_do_not_overlap() -> None:
    one, same, other = (calcium(30_000, 2, seed=seed) for seed in (5, 5, 6))
    np.testing.assert_array_equal(one.image, same.image)
    assert list(one.onsets_s) != list(other.onsets_s)
    assert 20 <= len(one.onsets_s) <= 40
    assert np.diff(one.onsets_s).min() >= 1.2


def test_bleaching_takes_the_same_share_of_rest_and_transients() -> None:
    made = calcium(5000, 4, onsets_s=[1.0, 9.0], amplitudes=0.5, bleaching=0.5, snr_db=None, dtype=np.float64)
    assert made.image[-1].mean() / made.image[0].mean() == pytest.approx(0.5, rel=0.06)
    early, late = (np.ptp(made.image[place : place + 300].mean(axis=1)) for place in (450, 4450))
    assert late / early == pytest.approx(0.57, abs=0.03)


def test_columns_beside_the_cell_show_the_background() -> None:
    image = calcium(500, 10, cell_columns=(2, 7), background=30, snr_db=5).image
    assert (np.delete(image, slice(2, 7), axis=1) == 30).all()
    assert image[:, 2:7].mean() > 300


def test_a_written_recording_opens_with_its_calibration(tmp_path: Path) -> None:
    made = calcium(300, 8, onsets_s=[0.1], seconds_per_line=0.003, um_per_pixel=0.31)
    with_text = cs.open(made.write(tmp_path / "cell.tif"))
    assert with_text.header.seconds_per_line == pytest.approx(0.003)
    assert with_text.header.um_per_pixel == pytest.approx(0.31)
    bare = made.write(tmp_path / "bare.tif", with_text=False)
    np.testing.assert_array_equal(tifffile.imread(bare), made.image)
    assert not bare.with_suffix(".txt").exists()


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ({"lines": 1}, "two lines"),
        ({"bleaching": 1.0}, "below 1"),
        ({"cell_columns": (4, 2)}, "cell_columns"),
        ({"rate_hz": 0.0}, "onsets_s=\\[\\]"),
        ({"onsets_s": [1.0, 2.0], "amplitudes": [0.1, 0.2, 0.3]}, "one for each onset"),
        ({"onsets_s": [float("nan")]}, "finite"),
        ({"amplitudes": -1.5}, "above -1"),
        ({"decay_s": 0.0}, "rate_hz|positive"),
    ],
)
def test_what_is_no_recording_is_refused_with_a_sentence(arguments: dict[str, object], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        calcium(**{"lines": 4000, **arguments})  # type: ignore[arg-type]  # what is tested

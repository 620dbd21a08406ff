"""Synthetic recordings: the truth they promise is in their pixels."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cloudscope_widgets.analysis.velocity.line_correlation import line_correlation
from cloudscope_widgets.io.images.olympus_text import read_olympus_text, text_path
from cloudscope_widgets.io.images.tiff.image import open_tiff
from cloudscope_widgets.synthetic import Constant, Heartbeat, Stall, Step, kymograph


def test_a_pattern_that_moves_by_whole_pixels_returns_exactly() -> None:
    image = kymograph(200, 50, flow=0.25, snr_db=None, dtype=np.float64).image
    np.testing.assert_allclose(image[4:, 1:], image[:-4, :-1], atol=400 * 1e-4)


def test_the_same_seed_gives_the_same_image_and_another_seed_another() -> None:
    one, same, other = (kymograph(300, 40, seed=seed).image for seed in (5, 5, 6))
    np.testing.assert_array_equal(one, same)
    assert (one != other).mean() > 0.5


@pytest.mark.parametrize("snr_db", [0.0, 10.0])
def test_noise_has_the_variance_that_was_asked_for(snr_db: float) -> None:
    clean = kymograph(5000, 64, flow=3.7, snr_db=None, dtype=np.float64).image
    noisy = kymograph(5000, 64, flow=3.7, snr_db=snr_db, dtype=np.float64).image
    measured = 10 * np.log10(clean.var() / (noisy - clean).var())
    assert measured == pytest.approx(snr_db, abs=0.3)


def test_window_velocity_is_the_mean_over_the_window() -> None:
    made = kymograph(400, 20, flow=Step(1.0, -2.0, at=200))
    np.testing.assert_allclose(made.window_velocity(64)[[0, -1]], [1.0, -2.0])
    assert made.window_velocity(64)[10] == pytest.approx(made.velocity_px_per_line[160:224].mean())


def test_a_stalled_stretch_shows_one_picture() -> None:
    made = kymograph(300, 40, flow=Stall(1.3, [(100, 200)]), snr_db=None)
    assert (made.image[101:200] == made.image[101]).all()
    assert (made.velocity_px_per_line[100:200] == 0).all()


def test_a_heartbeat_swings_around_its_mean() -> None:
    speed = Heartbeat(2.0, rate_hz=10, depth=0.3).per_line(1000, 0.001)
    assert (speed.mean(), speed.max()) == (pytest.approx(2.0), pytest.approx(2.6, rel=1e-3))


def test_bleaching_and_missing_lines_take_light_away() -> None:
    bleached = kymograph(2000, 40, flow=17.3, bleaching=0.5).image
    assert bleached[-200:].mean() / bleached[:200].mean() == pytest.approx(0.52, abs=0.06)
    made = kymograph(2000, 40, missing_fraction=0.1)
    assert made.missing.mean() == pytest.approx(0.1, abs=0.03)
    assert made.image[made.missing].mean() < 0.05 * made.image[~made.missing].mean()


def test_stripes_stand_still() -> None:
    plain, striped = (kymograph(4000, 64, flow=3.1, stripes=stripes).image.mean(0) for stripes in (0.0, 1.0))
    assert striped.std() > 5 * plain.std()


@pytest.mark.parametrize(("direction", "sign"), [("forward", 1), ("backward", -1)])
def test_a_scan_that_takes_time_changes_the_apparent_speed_as_it_should(direction: str, sign: int) -> None:
    """Chaigneau, Roche, Charpak 2019: v = v_app / (1 + v_app / s)."""
    made = kymograph(4096, 64, flow=Constant(2.3), scan_duty=0.9, scan_direction=direction, snr_db=20)  # type: ignore[arg-type]  # chosen by the test
    found = line_correlation(made.image)
    apparent = np.median(found.velocity[found.accepted])
    scan_speed = sign * 64 / 0.9
    assert apparent / (1 + apparent / scan_speed) == pytest.approx(2.3, rel=0.005)
    assert apparent != pytest.approx(2.3, rel=0.02)


def test_a_written_recording_reads_back_with_its_calibration(tmp_path: Path) -> None:
    made = kymograph(500, 30, seconds_per_line=0.00117, um_per_pixel=0.284, scan_duty=0.5)
    path = made.write(tmp_path / "cell.tif")
    np.testing.assert_array_equal(open_tiff(path).read_channel(0), made.image)
    text = read_olympus_text(text_path(path))
    assert text is not None
    assert (text.um_per_pixel, text.scan_direction) == (0.284, "forward")
    assert text.seconds_per_line == pytest.approx(0.00117, rel=1e-9)
    assert text.dwell_s == pytest.approx(made.dwell_s, rel=1e-9)


@pytest.mark.parametrize("wrong", [{"lines": 0}, {"bleaching": 1.0}, {"scan_duty": -0.1}, {"flow": float("nan")}])
def test_impossible_recordings_are_refused(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        kymograph(**{"lines": 10, "columns": 10, **wrong})  # type: ignore[arg-type]  # chosen by the test

"""Synthetic vessels: the diameter they promise is in their pixels."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.special import ndtr

import cloudscope_widgets as cs

CLEAN: dict[str, Any] = {"snr_db": None, "dtype": np.float64, "background": 0.0, "brightness": 1.0}


def blurred_edge(place: Any, sigma_px: float) -> Any:  # noqa: ANN401  (arrays and numbers)
    """Integral of a blurred edge at 0 from minus infinity."""
    z = place / sigma_px
    return place * ndtr(z) + sigma_px * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)


@pytest.mark.parametrize("sigma_px", [0.3, 1.7, 4.0])
def test_a_flat_lumen_is_a_box_behind_a_gaussian(sigma_px: float) -> None:
    width, center = np.array([20.3, 5.0, 90.0, 33.0]), np.array([30.2, 0.5, 31.0, 70.0])
    made = cs.synthetic.vessel(4, 64, diameter_px=width, center_px=center, psf_sigma_px=sigma_px, **CLEAN)
    pixel = np.arange(64)
    for row, left, right in zip(made.image, made.left_edge_px, made.right_edge_px, strict=True):
        rise, fall = (np.diff(blurred_edge(np.append(pixel - 0.5, 63.5) - edge, sigma_px)) for edge in (left, right))
        np.testing.assert_allclose(row, rise - fall, atol=1e-6)


def test_a_chord_lumen_is_as_thick_as_a_round_vessel() -> None:
    made = cs.synthetic.vessel(1, 64, diameter_px=20.3, center_px=30.2, lumen_profile="chord", **CLEAN)
    angle = (np.arange(2000) + 0.5) / 2000 * np.pi - np.pi / 2
    place, weight = 30.2 + 10.15 * np.sin(angle), 10.15 * np.cos(angle) ** 2 * np.pi / 2000
    edges = (np.arange(65)[:, None] - 0.5 - place) / 1.7
    expected = np.diff((ndtr(edges) * weight).sum(1))
    np.testing.assert_allclose(made.image[0], expected, atol=1e-6)


def test_noise_has_the_variance_that_was_asked_for() -> None:
    clean, noisy = (cs.synthetic.vessel(2000, snr_db=snr, dtype=np.float64).image for snr in (None, 3.0))
    assert 10 * np.log10(clean[0].var() / (noisy - clean).var()) == pytest.approx(3.0, abs=0.1)
    shot = cs.synthetic.vessel(2000, noise="shot", snr_db=3.0, dtype=np.float64)
    bright, dark = (shot.image - clean)[:, 60:68].std(), (shot.image - clean)[:, :8].std()
    assert bright == pytest.approx(shot.noise_sd, rel=0.03)
    assert dark / bright == pytest.approx(np.sqrt(200 / 600), rel=0.03)


def test_cells_darken_the_lumen_but_not_the_plasma_beside_the_wall() -> None:
    plain, shadowed = (cs.synthetic.vessel(1500, cell_fraction=share, snr_db=None).image for share in (0.0, 0.3))
    lost = plain.astype(float) - shadowed
    assert lost[:, 50:78].mean() == pytest.approx(0.3 * 0.7 * 400 * 41 / 36, rel=0.25)
    assert abs(lost[:, :42]).max() <= 2
    assert (lost.max(1) > 200).mean() > 0.5


def test_dark_vessels_bleaching_and_seeds() -> None:
    bright, dark = (cs.synthetic.vessel(100, polarity=p, snr_db=None) for p in ("bright_on_dark", "dark_on_bright"))
    np.testing.assert_allclose(bright.image.astype(int) + dark.image, 800, atol=1)
    faded = cs.synthetic.vessel(100, bleaching=0.5, snr_db=None).image
    assert faded[-1].mean() / faded[0].mean() == pytest.approx(0.5, rel=0.01)
    one, same, other = (cs.synthetic.vessel(100, cell_fraction=0.2, seed=seed).image for seed in (5, 5, 6))
    np.testing.assert_array_equal(one, same)
    assert (one != other).mean() > 0.5


def test_the_diameter_of_a_row_is_the_mean_of_its_lines() -> None:
    width = np.linspace(20, 30, 50)
    made = cs.synthetic.vessel(50, diameter_px=width, um_per_pixel=0.5)
    np.testing.assert_allclose(made.row_diameter_px(5, 3)[[0, 1]], [width[:3].mean(), width[1:6].mean()])
    np.testing.assert_allclose(made.diameter_um, width / 2)


def test_a_written_vessel_reads_back_with_its_calibration(tmp_path: Path) -> None:
    made = cs.synthetic.vessel(300, 60, diameter_px=20, seconds_per_line=0.00117, um_per_pixel=0.284)
    acq = cs.open(made.write(tmp_path / "vessel.tif"))
    np.testing.assert_array_equal(acq.pixels(), made.image)
    assert acq.header.um_per_pixel == 0.284
    assert acq.header.seconds_per_line == pytest.approx(0.00117, rel=1e-9)


@pytest.mark.parametrize(
    "wrong",
    [
        {"lines": 0},
        {"bleaching": 1.0},
        {"cell_fraction": -0.1},
        {"psf_sigma_px": 0.1},
        {"diameter_px": 0.0},
        {"diameter_px": np.ones(7)},
        {"center_px": np.nan},
        {"lumen_profile": "round"},
        {"lumen_profile": -1.0},
    ],
)
def test_impossible_vessels_are_refused(wrong: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        cs.synthetic.vessel(**{"lines": 10, "columns": 40, **wrong})

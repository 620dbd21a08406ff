"""Diameters by the fit of a model: known truth, standard errors, refusals, awkward pixels."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.analysis.diameter import DiameterRows, ModelFit, Refusal, Settings, diameter_by_model
from cloudscope_widgets.core.errors import Cancelled
from cloudscope_widgets.synthetic import SyntheticVessel


def fitted(made: SyntheticVessel, **params: Any) -> tuple[DiameterRows, ModelFit]:  # noqa: ANN401  (any parameter)
    return diameter_by_model(made.image, Settings(**{"diameter_method": "model_fit", **params}))


def relative_error(made: SyntheticVessel, found: DiameterRows, window_rows: int = 5) -> Any:  # noqa: ANN401  (an array)
    truth = made.row_diameter_px(window_rows)
    return (found.diameter - truth) / truth


@pytest.mark.parametrize(("lumen", "bound"), [("flat", 0.0058), ("chord", 0.0092)])
def test_diameter_and_blur_are_found_and_the_standard_error_is_right(lumen: Any, bound: float) -> None:  # noqa: ANN401
    made = cs.synthetic.vessel(800, lumen_profile=lumen, center_px=61.3, seed=5)
    found, fit = fitted(made, lumen_profile=lumen)
    error = relative_error(made, found)
    assert abs(error.mean()) < 0.003
    assert error.std() < 1.1 * bound  # of one window of five lines, with the blur known
    assert np.std(error * 41 / fit.error) == pytest.approx(1.0, abs=0.15)
    assert fit.sigma_px == pytest.approx(1.7, rel=0.06)
    assert (fit.refused == Refusal.NONE).all()
    assert np.abs((found.edges.left - made.left_edge_px).mean()) < 0.1


def test_a_vessel_that_moves_jumps_and_dilates_is_followed() -> None:
    line = np.arange(1500)
    center = 60 + 15 * np.sin(line / 150) + 12 * (line > 700)
    made = cs.synthetic.vessel(1500, diameter_px=40 + 4 * np.sin(line / 70), center_px=center)
    found, fit = fitted(made)
    error = relative_error(made, found)
    assert abs(np.nanmean(error)) < 0.004
    assert np.corrcoef(found.filtered[np.isfinite(found.filtered)], made.diameter_px[fit.refused == 0])[0, 1] > 0.99


def test_noise_that_is_cut_off_at_zero_biases_nothing() -> None:
    made = cs.synthetic.vessel(1200, snr_db=1, background=20, brightness=100, seed=2)
    assert (made.image == 0).mean() > 0.15
    found, fit = fitted(made)
    assert fit.floor is not None
    assert abs(np.nanmean(relative_error(made, found))) < 0.006
    assert np.nanmean((fit.floor.value, fit.floor.sd)) == pytest.approx(made.noise_sd / 2, rel=0.1)


def test_a_dark_vessel_is_measured_like_a_bright_one() -> None:
    made = cs.synthetic.vessel(600, polarity="dark_on_bright", seed=3)
    found, _ = fitted(made, polarity="dark_on_bright")
    assert abs(np.nanmean(relative_error(made, found))) < 0.003


@pytest.mark.parametrize("given", [0.0, 1.7])
def test_shared_lines_and_a_given_blur_change_no_diameter(given: float) -> None:
    made = cs.synthetic.vessel(900, diameter_px=24, columns=64, seed=6)
    found, fit = fitted(made, window_rows_odd=9, stride=3, psf_sigma_px=given)
    assert len(found.center_row) == 300
    assert abs(found.diameter.mean() - 24) < 0.1
    assert fit.scatter_over_error == pytest.approx(1.0, abs=0.25)
    assert given in (0.0, fit.sigma_px)


def test_pixels_without_numbers_are_left_out() -> None:
    made = cs.synthetic.vessel(600, dtype=np.float32, seed=7)
    made.image[:, [0, 50, 51, 127]] = np.nan
    made.image[np.random.default_rng(0).random(made.image.shape) < 0.05] = np.inf
    made.image[300:320] = np.nan
    found, fit = fitted(made)
    assert (fit.refused[302:318] == Refusal.EMPTY).all()
    assert np.isnan(found.diameter[302:318]).all()
    assert (fit.refused != Refusal.NONE).sum() < 20
    assert abs(np.nanmean(relative_error(made, found))) < 0.005


@pytest.mark.parametrize(("share", "size_px", "size_lines"), [(0.02, 12, 8), (0.4, 28, 8), (0.2, 3, 60)])
def test_shadows_of_cells_bias_little(share: float, size_px: float, size_lines: float) -> None:
    made = cs.synthetic.vessel(1000, cell_fraction=share, cell_px=size_px, cell_lines=size_lines, seed=8)
    found, _ = fitted(made)
    error = relative_error(made, found)
    assert abs(np.nanmean(error)) < 0.005
    assert np.isfinite(error).mean() > 0.97


@pytest.mark.parametrize(
    ("image", "rule"),
    [
        (np.random.default_rng(0).poisson(100, (400, 64)), Refusal.NO_CONTRAST),
        (np.full((40, 30), 3.0), Refusal.NO_CONTRAST),
        (np.random.default_rng(0).poisson(100, (2, 64)), Refusal.NO_CONTRAST),
        (cs.synthetic.vessel(400, 64, diameter_px=41, center_px=8.0).image, Refusal.AT_BORDER),
        (cs.synthetic.vessel(400, 64, diameter_px=2.5, snr_db=25).image, Refusal.TOO_NARROW),
    ],
)
def test_rows_that_cannot_be_measured_are_refused_by_their_rule(image: Any, rule: Refusal) -> None:  # noqa: ANN401
    found, fit = diameter_by_model(image, Settings(diameter_method="model_fit"))
    assert (fit.refused == rule).mean() > 0.9
    assert np.isnan(found.diameter[fit.refused != 0]).all()
    assert np.isnan(fit.error[fit.refused != 0]).all()
    assert found.has_edge_violation[fit.refused != 0].all()


def test_a_vessel_gone_for_some_lines_has_no_diameter_there() -> None:
    made = cs.synthetic.vessel(900, seed=9)
    made.image[400:500] = cs.synthetic.vessel(100, brightness=1e-3, snr_db=-100, seed=1).image
    found, fit = fitted(made)
    assert np.isnan(found.diameter[405:495]).mean() > 0.97
    assert (fit.refused[:395] == Refusal.NONE).all()


def test_too_few_columns_for_a_lumen_are_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="7 px wide"):
        diameter_by_model(np.ones((50, 7)), Settings(diameter_method="model_fit"))


def test_progress_rises_to_the_end_and_a_cancelled_fit_stops() -> None:
    made, said, asked = cs.synthetic.vessel(400, 64, diameter_px=20), list[float](), list[int]()
    diameter_by_model(made.image, Settings(diameter_method="model_fit"), progress=said.append)
    assert said == sorted(said)
    assert said[-1] == 1.0

    def cancel() -> bool:
        asked.append(1)
        return len(asked) > 5

    with pytest.raises(Cancelled):
        diameter_by_model(made.image, Settings(diameter_method="model_fit"), cancel=cancel)
    assert len(asked) == 6


def test_numbers_of_a_pinned_record_stay() -> None:
    """A change to them changes the version of the analysis; the tolerance is that of single precision."""
    made = cs.synthetic.vessel(300, 64, diameter_px=22.2, lumen_profile="chord", snr_db=8, seed=12)
    found, fit = fitted(made, lumen_profile="chord")
    assert found.diameter[[0, 100, 299]] == pytest.approx(PINNED_DIAMETERS, abs=2e-3)
    assert (fit.sigma_px, float(np.median(fit.error))) == pytest.approx(PINNED_BLUR_AND_ERROR, rel=2e-3)


PINNED_DIAMETERS = (21.9026, 22.1506, 22.1131)
PINNED_BLUR_AND_ERROR = (1.74598, 0.42992)


@pytest.mark.parametrize("lumen", ["flat", "chord"])
@pytest.mark.parametrize("dtype", [np.uint8, np.float64])
def test_an_image_without_noise_is_measured_too(lumen: Any, dtype: Any) -> None:  # noqa: ANN401
    made = cs.synthetic.vessel(
        60, 64, diameter_px=22.2, lumen_profile=lumen, snr_db=None, brightness=150, background=50, dtype=dtype
    )
    found, fit = fitted(made, lumen_profile=lumen)
    np.testing.assert_allclose(found.diameter, 22.2, rtol=0.005)
    assert np.isfinite(fit.error).all()


@pytest.mark.parametrize(("lumen", "other"), [("flat", "chord"), ("chord", "flat")])
def test_a_lumen_that_fits_better_than_the_one_asked_for_is_told(lumen: Any, other: Any) -> None:  # noqa: ANN401
    made = cs.synthetic.vessel(600, lumen_profile=lumen, seed=4)
    right, wrong = (fitted(made, lumen_profile=name)[1] for name in (lumen, other))
    assert (right.better_lumen, wrong.better_lumen) == (None, lumen)
    noise = np.random.default_rng(0).poisson(100, (300, 64))
    assert diameter_by_model(noise, Settings(diameter_method="model_fit"))[1].better_lumen is None

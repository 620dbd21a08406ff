"""Diameters by the two methods of CloudScope: the rule row by row, awkward pixels, and bad parameters."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis.diameter import DiameterRows, Settings, measure_diameter
from cloudscope_widgets.core.errors import Cancelled
from tests.analysis.diameter.row_by_row import rows_one_by_one

Image = NDArray[Any]


def noisy_vessel(lines: int = 240, columns: int = 48, seed: int = 3) -> Image:
    """Vessel that moves, jumps, fades and is gone for some lines."""
    draw = np.random.default_rng(seed)
    middle = 24 + 4 * np.sin(np.arange(lines) / 9) + 9 * (draw.random(lines) < 0.06)
    width = 14 + 5 * np.sin(np.arange(lines) / 31) + 7 * (draw.random(lines) < 0.05)
    place = np.arange(columns)
    bright = np.clip((width[:, None] / 2 + 0.5 - np.abs(place - middle[:, None])), 0, 1)
    bright[60:66] = 0
    image: Image = draw.poisson(20 + 150 * bright * np.linspace(1, 0.3, lines)[:, None])
    return image


def with_gaps(image: Image) -> Image:
    """Pixels, columns and lines without numbers."""
    found = image.astype(np.float32)
    found[np.random.default_rng(1).random(found.shape) < 0.1] = np.nan
    found[:, [0, 21]] = np.nan
    found[100:103] = np.nan
    return found


def assert_is_the_rule(image: Image, settings: Settings, um_per_pixel: float = 0.25) -> DiameterRows:
    found = measure_diameter(image, settings, um_per_pixel=um_per_pixel)
    expected = rows_one_by_one(image, settings, um_per_pixel)
    edges, levels = found.edges, found.levels
    columns: dict[str, Image] = {
        "left": edges.left,
        "right": edges.right,
        "diameter": found.diameter,
        "filtered": found.filtered,
        "peak": levels.peak,
        "baseline": levels.baseline,
        "total": levels.total,
        "score": found.score,
        "edge_violation": found.has_edge_violation,
        "diameter_jump": found.has_diameter_violation,
        "center_jump": found.has_center_violation,
    }
    for name, values in columns.items():
        np.testing.assert_allclose(values, [row[name] for row in expected], rtol=0, atol=1e-9, err_msg=name)
    strengths = np.stack([edges.strength_left, edges.strength_right], axis=1)
    np.testing.assert_allclose(strengths, [list(row["strengths"]) for row in expected], rtol=0, atol=1e-9)
    return found


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"binning_method": "median", "window_rows_odd": 9, "stride": 4, "post_filter_kernel_size": 7},
        {"polarity": "dark_on_bright", "window_rows_odd": 1},
        {"threshold_mode": "absolute", "threshold_value": 70.5, "window_rows_odd": 501},
        {"diameter_method": "gradient_edges"},
        {"diameter_method": "gradient_edges", "gradient_sigma": 0.0, "window_rows_odd": 1, "max_edge_shift_um": 0.7},
        {"diameter_method": "gradient_edges", "max_edge_shift_um": 9.0, "max_diameter_change_um": 0.6},
        {"diameter_method": "gradient_edges", "max_edge_shift_um": 9.0, "max_center_shift_um": 0.3, "stride": 3},
        {"diameter_method": "gradient_edges", "enable_motion_gating": False, "gradient_min_edge_strength": 30.0},
        {"diameter_method": "gradient_edges", "polarity": "dark_on_bright", "binning_method": "median"},
    ],
)
def test_every_row_is_that_of_the_rule(params: dict[str, Any]) -> None:
    settings = Settings(**params)
    assert_is_the_rule(noisy_vessel(), settings)
    if settings.window_rows_odd > 3:  # or some profiles hold no number at all, which the rule does not speak of
        assert_is_the_rule(with_gaps(noisy_vessel()), settings)


def test_gating_meets_every_case() -> None:
    settings = Settings(
        diameter_method="gradient_edges",
        window_rows_odd=1,
        max_edge_shift_um=2.5,
        max_center_shift_um=0.4,
        max_diameter_change_um=0.9,
    )
    found = assert_is_the_rule(noisy_vessel(900, seed=8), settings)
    assert found.has_diameter_violation.any()
    assert found.has_center_violation.any()
    assert (np.isnan(found.edges.left) & np.isfinite(found.edges.right)).any()


def test_rows_are_the_same_however_the_record_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    image, settings = with_gaps(noisy_vessel()), Settings(window_rows_odd=7, stride=3)
    whole = measure_diameter(image, settings)
    monkeypatch.setattr("cloudscope_widgets.analysis.diameter.profiles._PIXELS_PER_CHUNK", 48)
    pieces = measure_diameter(image, settings)
    np.testing.assert_array_equal(whole.filtered, pieces.filtered)
    np.testing.assert_array_equal(whole.score, pieces.score)


@pytest.mark.parametrize("method", ["threshold_width", "gradient_edges"])
@pytest.mark.parametrize("binning", ["mean", "median"])
def test_rows_without_any_number_have_no_diameter_and_the_lowest_score(method: str, binning: str) -> None:
    image = noisy_vessel().astype(float)
    image[100:120] = [np.nan, np.inf] * 24
    found = measure_diameter(image, Settings(diameter_method=method, binning_method=binning))
    gone = slice(102, 118)
    assert np.isnan(found.diameter[gone]).all()
    assert (found.score[gone] == 0).all()
    assert found.has_edge_violation[gone].all()
    assert not found.was_filtered[gone].any()
    assert np.isfinite(found.diameter[70:95]).any()


@pytest.mark.parametrize("method", ["threshold_width", "gradient_edges"])
def test_a_constant_region_has_no_diameter(method: str) -> None:
    found = measure_diameter(np.full((20, 30), 7, np.uint16), Settings(diameter_method=method))
    assert np.isnan(found.diameter).all()
    assert found.has_edge_violation.all()


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((0, 30)), "0 lines"),
        (np.zeros((30, 0)), "0 columns"),
        (np.zeros((30, 2)), "3 columns"),
        (np.full((30, 30), np.nan), "no finite pixel"),
        (np.zeros((2, 30, 30)), "select one channel"),
        (np.zeros((30, 30), complex), "real numbers"),
    ],
)
def test_a_region_that_shows_no_vessel_is_refused(image: Image, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        measure_diameter(image, Settings())


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"window_rows_odd": 4}, "take 3 or 5"),
        ({"window_rows_odd": 0}, "at least 1"),
        ({"stride": 0}, "at least 1"),
        ({"post_filter_kernel_size": 1}, "at least 3"),
        ({"post_filter_kernel_size": 6}, "take 5 or 7"),
        ({"gradient_sigma": -0.1}, "at least 0"),
        ({"gradient_min_edge_strength": -1}, "at least 0"),
        ({"max_edge_shift_um": -1}, "at least 0"),
        ({"max_diameter_change_um": float("nan")}, "must be a number"),
        ({"threshold_value": float("inf")}, "must be a number"),
        ({"diameter_method": "fwhm"}, "threshold_width, gradient_edges, model_fit"),
        ({"lumen_profile": "auto"}, "flat, chord"),
        ({"psf_sigma_px": -1.0}, "at least 0"),
    ],
)
def test_impossible_parameters_are_refused(params: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=words):
        Settings(**params)


def test_progress_reaches_the_end_and_a_cancelled_run_stops() -> None:
    image, said = noisy_vessel(20_000, 40), list[float]()
    measure_diameter(image, Settings(), progress=said.append)
    assert said == sorted(said)
    assert said[-1] == 1.0
    with pytest.raises(Cancelled):
        measure_diameter(image, Settings(), cancel=lambda: True)

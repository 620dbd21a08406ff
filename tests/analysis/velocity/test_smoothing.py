"""Smoothing along the line."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from cloudscope_widgets.analysis.velocity.line_correlation.smoothing import gaussian_smoothing

COLUMNS = [8, 63, 64, 65, 300]


@pytest.mark.parametrize("columns", COLUMNS)
@pytest.mark.parametrize("sd_px", [0.8, 2.0])
def test_a_slope_stays_straight_to_both_ends(columns: int, sd_px: float) -> None:
    slope = np.outer([1.0, -3.0], np.arange(columns)).astype(np.float32)
    smoothed = gaussian_smoothing(columns, sd_px)(slope)
    np.testing.assert_allclose(smoothed, slope, atol=1e-5 * columns)


@pytest.mark.parametrize("columns", COLUMNS[1:])
def test_every_pixel_is_a_gaussian_mean_of_its_neighbours(columns: int) -> None:
    lines = np.random.default_rng(0).normal(size=(5, columns)).astype(np.float32)
    inside = slice(5, -5)
    expected = gaussian_filter1d(lines, 1.5, axis=1, truncate=5 / 1.5)
    smoothed = gaussian_smoothing(columns, 1.5)(lines)
    np.testing.assert_allclose(smoothed[:, inside], expected[:, inside], atol=1e-5)


def test_noise_that_remains_is_that_of_smoothed_noise() -> None:
    smoothing = gaussian_smoothing(40, 1.0).times(np.linspace(0.5, 2, 40, dtype=np.float32))
    lines = np.random.default_rng(1).normal(scale=3.0, size=(40_000, 40)).astype(np.float32)
    np.testing.assert_allclose(smoothing(lines).var(0), smoothing.remaining_noise(9.0), rtol=0.05)

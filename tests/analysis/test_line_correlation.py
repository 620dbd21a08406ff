"""Velocity by line correlation on records whose speed is known."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis.line_correlation import line_correlation
from cloudscope_widgets.core.errors import Cancelled
from cloudscope_widgets.io.loaders.tiff import open_tiff


def moving_cells(speed_px_line: float, *, lines: int = 2048, columns: int = 64, seed: int = 1) -> NDArray[np.uint16]:
    """Gaussian cells at exact sub-pixel positions on a line that moves at one speed, with noise at 10 dB."""
    rng = np.random.default_rng(seed)
    shift = np.arange(lines) * speed_px_line
    low, high = min(0.0, -shift[-1]) - 20, columns - min(0.0, shift[-1]) + 20
    places = np.sort(rng.uniform(low, high, int((high - low) / 12)))
    column = np.arange(columns)
    image = np.zeros((lines, columns))
    for place in places:
        seen = np.flatnonzero(np.abs(place + shift - columns / 2) < columns / 2 + 12)
        image[seen] += np.exp(-0.5 * ((column - place - shift[seen, None]) / 2.5) ** 2)
    noisy = 1000 + 300 * image + rng.normal(0, 30, image.shape)
    return noisy.clip(0, 65535).astype(np.uint16)


@pytest.mark.parametrize("speed", [0.37, 1.83, -2.71, 6.13, -0.137])
def test_non_round_speeds_are_measured_within_one_per_cent(speed: float) -> None:
    found = line_correlation(moving_cells(speed), window_lines=64)
    assert found.accepted.mean() > 0.8
    np.testing.assert_allclose(np.median(found.velocity[found.accepted]), speed, rtol=0.01)


def test_noise_alone_is_refused() -> None:
    noise = np.random.default_rng(3).normal(1000, 50, (8192, 64)).astype(np.float32)
    assert line_correlation(noise, window_lines=64).accepted.mean() <= 0.01


def test_windows_are_those_of_the_format() -> None:
    found = line_correlation(moving_cells(1.1, lines=1000), window_lines=32)
    assert len(found.velocity) == 1000 // 8 - 3
    assert found.index[:3].tolist() == [16, 24, 32]


def test_a_cancelled_run_stops() -> None:
    with pytest.raises(Cancelled):
        line_correlation(moving_cells(1.1), window_lines=64, cancel=lambda: True)


def test_fewer_lines_than_a_window_are_refused_with_a_sentence() -> None:
    with pytest.raises(ValueError, match="64"):
        line_correlation(moving_cells(1.1, lines=40), window_lines=64)


def test_the_mean_speed_of_capillary1(real: Path) -> None:
    pixels = open_tiff(real / "Capillary1_0001.tif").read_channel(0)
    found = line_correlation(pixels, window_lines=64)
    median_mm_s = np.median(found.velocity[found.accepted]) * 0.284 / 1.17
    assert -1.3 < median_mm_s < -1.0

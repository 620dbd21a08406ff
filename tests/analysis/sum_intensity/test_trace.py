"""Sums of lines, also of those that lack pixels; rolling mean and median filter."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis.sum_intensity.settings import SumIntensitySettings
from cloudscope_widgets.analysis.sum_intensity.trace import filtered, line_sums, rolling_mean

FloatArray = NDArray[np.float64]
PROFILE = np.array([10.0, 1.0, 30.0, 5.0, 8.0])


def scene(lines: int = 40) -> FloatArray:
    return np.asarray(np.linspace(1, 2, lines)[:, None] * PROFILE, np.float64)


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int32, np.float32])
def test_whole_numbers_are_summed_without_overflow(dtype: type) -> None:
    pixels: NDArray[Any] = np.full((3, 20_000), np.iinfo(np.uint8).max, dtype)
    np.testing.assert_array_equal(line_sums(pixels).sums, [5_100_000.0] * 3)


def test_a_missing_pixel_does_not_change_the_sum_of_its_line() -> None:
    pixels = scene()
    expected = pixels.sum(axis=1)
    pixels[7, 4], pixels[20, 0], pixels[30, 2] = np.nan, np.inf, np.nan
    found = line_sums(pixels)
    np.testing.assert_allclose(found.sums[:29], expected[:29], rtol=0.03)  # profile: mean of the other lines
    assert (found.estimated, found.left_out) == (2, ())
    assert np.flatnonzero(found.missing).tolist() == [30]  # most of its light


def test_lines_without_most_of_their_light_are_missing_and_bridged() -> None:
    pixels = scene()
    expected = pixels.sum(axis=1)
    pixels[10:13] = np.nan
    pixels[20, [0, 2]] = np.nan  # three of five columns are left, a quarter of the light
    found = line_sums(pixels)
    assert np.flatnonzero(found.missing).tolist() == [10, 11, 12, 20]
    np.testing.assert_allclose(found.sums, expected)


def test_a_column_without_numbers_is_left_out() -> None:
    pixels = scene()
    pixels[:, 1] = np.nan
    found = line_sums(pixels)
    assert (found.left_out, found.columns, int(found.missing.sum())) == ((2,), 4, 0)
    np.testing.assert_allclose(found.sums, np.linspace(1, 2, 40) * 53)


@pytest.mark.parametrize(
    ("pixels", "words"),
    [
        (np.zeros((0, 5)), "two lines"),
        (np.zeros((1, 5)), "two lines"),
        (np.zeros((5, 0)), "one column"),
        (np.full((9, 3), np.nan), "none of its pixels"),
        (np.vstack([np.ones((1, 3)), np.full((8, 3), np.nan)]), "fewer than two"),
        (np.full((9, 3), 1e300), "too large"),
        (np.full((9, 300), 1e308), "too large"),
    ],
)
def test_what_has_no_trace_is_refused_with_a_sentence(pixels: FloatArray, words: str) -> None:
    with pytest.raises(ValueError, match=words):
        line_sums(pixels)


def test_the_rolling_mean_is_clipped_at_both_ends() -> None:
    values = np.array([1.0, 2.0, 4.0, 8.0, 16.0])
    np.testing.assert_allclose(rolling_mean(values, 1), [1.5, 7 / 3, 14 / 3, 28 / 3, 12])
    np.testing.assert_allclose(rolling_mean(values, 99), [31 / 5] * 5)
    np.testing.assert_array_equal(rolling_mean(values, 0), values)


@pytest.mark.parametrize(("kernel", "words"), [(1, ()), (3, ()), (4, ("5 were taken instead of 4",))])
def test_an_even_median_kernel_is_widened_and_said(kernel: int, words: tuple[str, ...]) -> None:
    values = np.array([0.0, 9.0, 0.0, 0.0, 1.0, 1.0, 1.0])
    found, said = filtered(values, SumIntensitySettings(median_filter_kernel_points=kernel))
    expected = {1: values.tolist(), 3: [0, 0, 0, 0, 1, 1, 1], 4: [0, 0, 0, 1, 1, 1, 1]}
    assert found.tolist() == expected[kernel]
    assert len(said) == len(words)
    assert all(word in sentence for word, sentence in zip(words, said, strict=True))

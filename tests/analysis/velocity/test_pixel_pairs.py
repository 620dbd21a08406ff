"""The pieces of the velocity of narrow records."""

from __future__ import annotations

import numpy as np
import pytest

from cloudscope_widgets.analysis.velocity.line_correlation.covered_lines import keep_covered_lines
from cloudscope_widgets.analysis.velocity.line_correlation.lines import LineStatistics, find_good_lines
from cloudscope_widgets.analysis.velocity.line_correlation.pixel_pairs.covariance import pattern_covariance
from cloudscope_widgets.analysis.velocity.line_correlation.pixel_pairs.differences import block_differences
from cloudscope_widgets.analysis.velocity.line_correlation.pixel_pairs.layout import pair_layout
from cloudscope_widgets.analysis.velocity.line_correlation.pixel_pairs.pair_weights import pair_weights, weight_table
from cloudscope_widgets.analysis.velocity.line_correlation.pixel_pairs.pattern import Pattern, Shape
from cloudscope_widgets.analysis.velocity.line_correlation.pixel_pairs.pattern_fit import first_pattern
from cloudscope_widgets.analysis.velocity.line_correlation.pixel_pairs.score_table import score_table

SHAPE = Shape(snr=7.0, blur=1.2, length=6.5)


def test_the_covariance_is_one_at_no_distance_and_positive_definite() -> None:
    distance = np.abs(np.arange(40.0)[:, None] - np.arange(40.0))
    matrix = pattern_covariance(distance, blur=1.7, length=9.0)
    np.testing.assert_allclose(np.diag(matrix), 1, rtol=1e-12)
    assert np.linalg.eigvalsh(matrix).min() > 0


@pytest.mark.parametrize("window_lines", [16, 32, 64, 128, 256])
def test_lags_stand_for_all_lags_up_to_half_a_window(window_lines: int) -> None:
    layout = pair_layout(10, window_lines)
    assert layout.lags[0] == 0
    assert layout.lags[-1] == window_lines // 2
    assert layout.stands_for.sum() == window_lines // 2 + 0.5


def test_weights_are_those_of_the_inverse_covariance() -> None:
    columns, speed, layout = 7, 1.0, pair_layout(7, 64)  # a whole speed, so that nothing is interpolated
    reach = 9
    line, column = np.divmod(np.arange((2 * reach + 1) * columns), columns)
    place = column - speed * (line - reach)
    alike = pattern_covariance(np.abs(place[:, None] - place), blur=SHAPE.blur, length=SHAPE.length)
    inverse = np.linalg.inv(np.eye(len(place)) + SHAPE.snr * alike)
    of_columns, of_shifts = pair_weights(speed, layout, SHAPE)
    for lag in range(layout.column_lags):
        expected = -inverse[line == reach][:, line == reach + lag] * (0.5 if lag == 0 else 1)
        expected += np.diag(np.diag(of_columns[0] - expected)) if lag == 0 else 0  # a pixel and itself: never used
        np.testing.assert_allclose(of_columns[lag], expected, atol=1e-9)
    far = -inverse[line == reach][:, line == reach + 4]
    np.testing.assert_allclose(of_shifts[0, columns - 1 + 4], np.diag(far, 4).mean(), atol=1e-9)


def test_weights_of_the_other_direction_are_mirrored_and_shared() -> None:
    layout = pair_layout(7, 64)
    table = weight_table(7, 64, layout.step_px, SHAPE)
    assert weight_table(7, 64, layout.step_px, SHAPE) is table
    assert not table.flags.writeable
    pairs = table[: layout.column_lags * 49].reshape(layout.column_lags, 7, 7, -1)
    np.testing.assert_array_equal(pairs[..., 3], pairs[:, ::-1, ::-1, -4])


def test_squared_differences_are_those_of_the_pixels_with_missing_lines_made_up_for() -> None:
    layout = pair_layout(5, 16)
    rng = np.random.default_rng(1)
    lines = rng.normal(size=(12 + 2 * layout.halo, 5)).astype(np.float32)
    good = np.ones(len(lines), np.float32)
    good[layout.halo + 2] = 0
    lines[good == 0] = 0
    found = block_differences(lines, good, layout)
    lag, block = 1, 0
    first = layout.halo + block * layout.step_lines
    pairs = [t for t in range(first, first + 4) if good[t] and good[t + lag]]
    expected = sum((lines[t][:, None] - lines[t + lag][None]) ** 2 for t in pairs) * 4 / len(pairs)
    np.testing.assert_allclose(found.features[block, 25:50].reshape(5, 5), expected, rtol=1e-5)
    assert found.seen[block, lag] == len(pairs) / 4
    of_shifts = found.of_shifts(layout)
    np.testing.assert_allclose(of_shifts[block, lag, 4 + 2], np.trace(expected, 2), rtol=1e-5)
    first = layout.halo - 3 + layout.step_lines  # lag 6 of the second block, whose features are shifts
    pairs = [t for t in range(first, first + 4) if good[t] and good[t + 6]]
    expected = sum((lines[t][:4] - lines[t + 6][1:]) ** 2 for t in pairs).sum() * 4 / len(pairs)
    np.testing.assert_allclose(of_shifts[1, 6, 4 + 1], expected, rtol=1e-4)


@pytest.mark.parametrize("speed", [0.0, 0.0413, 0.713, 10 / 3, 3.913, 5.0, -3.333])
def test_the_expected_score_is_highest_at_the_true_speed(speed: float) -> None:
    layout = pair_layout(10, 64)
    place = int(np.abs(layout.speeds - speed).argmin())
    pattern = Pattern(1.0, 8.0, SHAPE, np.zeros(len(layout.lags)))
    table = score_table(layout, pattern)
    lag = layout.lags[layout.lag_of_feature]
    column = np.arange(10)
    shift = np.concatenate(
        [
            np.tile((column[None] - column[:, None]).ravel(), layout.column_lags),
            np.tile(layout.shifts, len(layout.lags) - layout.column_lags),
        ]
    )
    count = np.where(layout.lag_of_feature < layout.column_lags, 1, 10 - np.abs(shift)) * layout.step_lines
    alike = pattern_covariance(np.abs(shift - layout.speeds[place] * lag), blur=SHAPE.blur, length=SHAPE.length)
    expected = 2 * count * (SHAPE.snr * (1 - alike) + ((shift != 0) | (lag > 0)))
    inner, _ = table.weighted(expected[None].astype(np.float32))
    score = table.inner.centre.sum(0) - inner[0]
    assert abs(int(score.argmax()) - place) <= 1


def test_noise_and_signal_are_guessed_from_neighbouring_pixels() -> None:
    rng = np.random.default_rng(2)
    signal = np.cumsum(rng.normal(size=(4000, 14)), 1).astype(np.float32)
    signal -= signal.mean(1, keepdims=True)
    lines = signal + rng.normal(0, 1, signal.shape).astype(np.float32)
    found = first_pattern(lines, np.ones(4000, np.float32), pair_layout(14, 64))
    np.testing.assert_allclose(found.energy, np.mean(lines**2), rtol=1e-3)
    assert 0.5 < found.noise < 2


def covered(level: list[float], sd: float = 0.1) -> LineStatistics:
    """Lines at 1, with a stretch of other levels in the middle."""
    mean = np.full(400, 1.0, np.float32)
    mean += np.random.default_rng(1).normal(0, 0.01, 400).astype(np.float32)
    spread = np.full(400, 0.1, np.float32)
    mean[200 : 200 + len(level)] = level
    spread[200 : 200 + len(level)] = sd
    return LineStatistics(mean, spread, find_good_lines(mean, spread))


def test_a_stretch_that_darkens_gradually_is_a_cell_and_one_at_once_is_missing() -> None:
    cell = covered([0.75, 0.5, 0.5, 0.5, 0.75], sd=0.03)
    cell.sd[[200, 204]] = 0.3
    good = find_good_lines(cell.mean, cell.sd)
    assert not good[201:204].any()
    assert keep_covered_lines(LineStatistics(cell.mean, cell.sd, good)).all()
    missing = covered([0.5, 0.5, 0.5], sd=0.03)
    assert not keep_covered_lines(missing)[200:203].any()


def test_a_missing_line_within_a_cell_stays_missing() -> None:
    lines = covered([0.75, *[0.5] * 6, 0.0, *[0.5] * 6, 0.75], sd=0.03)
    lines.sd[[200, 214]] = 0.3
    kept = keep_covered_lines(LineStatistics(lines.mean, lines.sd, find_good_lines(lines.mean, lines.sd)))
    assert np.flatnonzero(~kept).tolist() == [207]


def test_black_lines_are_missing_but_where_cells_overlap() -> None:
    black = covered([0.0] * 3, sd=0.0)
    assert not keep_covered_lines(black)[200:203].any()
    overlap = covered([0.6, 0.1, 0.0, 0.0, 0.1, 0.6], sd=0.0)
    overlap.sd[[200, 201, 204, 205]] = 0.2
    assert keep_covered_lines(LineStatistics(overlap.mean, overlap.sd, find_good_lines(overlap.mean, overlap.sd))).all()


def test_lines_that_are_all_missing_stay_so() -> None:
    mean = np.zeros(50, np.float32)
    lines = LineStatistics(mean, mean, find_good_lines(mean, mean))
    assert not keep_covered_lines(lines).any()

"""Standing backgrounds of short, slow and fading records, and windows whose cells tell a part of them only."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis.velocity.line_correlation import line_correlation
from cloudscope_widgets.analysis.velocity.line_correlation.candidates import Candidate, candidates
from cloudscope_widgets.analysis.velocity.line_correlation.cells_in_background import missing_background
from cloudscope_widgets.analysis.velocity.line_correlation.fading import measure_fading, trend
from cloudscope_widgets.analysis.velocity.line_correlation.pictures import BlockPictures
from cloudscope_widgets.analysis.velocity.line_correlation.window_means import mean_over_window
from cloudscope_widgets.synthetic import kymograph

Pictures = NDArray[np.float32]
BLOCK_LINES = 16


def pictures_of(mean: Pictures, renewal: float = 0.5) -> BlockPictures:
    blocks = len(mean)
    return BlockPictures(mean, np.ones(blocks, np.float32), np.full(blocks, renewal, np.float32), 0.01, BLOCK_LINES)


def smooth_noise(seed: int, *shape: int) -> Pictures:
    """Pictures of random waves a few pixels long."""
    waves = np.random.default_rng(seed).normal(size=shape).astype(np.float32)
    kernel = np.exp(-0.5 * (np.arange(-6, 7) / 2.0) ** 2)
    smooth: Pictures = np.apply_along_axis(np.convolve, -1, waves, kernel / kernel.sum(), "same").astype(np.float32)
    return smooth


@pytest.mark.parametrize("speed", [-0.173, 0.231])
def test_bleaching_stripes_are_no_slow_flow(speed: float) -> None:
    record = kymograph(
        768, 38, flow=speed, snr_db=10, stripes=1.0, bleaching=0.5, cells_per_100_px=2.5, jitter=0.5, seed=2043
    )
    found = line_correlation(record.image, window_lines=64)
    assert found.choices["background"].startswith("fading")
    kept = found.accepted
    assert kept.sum() >= 20
    np.testing.assert_allclose(found.velocity[kept], speed, rtol=0.1)


def test_the_few_cells_of_a_slow_record_do_not_stand_in_their_own_way() -> None:
    off = []
    for seed in range(2000, 2006):
        record = kymograph(768, 38, flow=0.157, snr_db=12, stripes=1.0, seed=seed)
        found = line_correlation(record.image, window_lines=64)
        off.append(np.abs(found.velocity[found.accepted] / 0.157 - 1))
    assert np.mean(np.concatenate(off) > 0.1) <= 0.03


def test_a_background_is_found_by_how_the_cells_move_before_it() -> None:
    columns, blocks, speed = 64, 24, 0.19
    cells, standing = smooth_noise(1, 512), smooth_noise(2, columns)
    way = np.arange(blocks) * speed * BLOCK_LINES
    place = np.arange(columns) - way[:, None] + 200
    moving = np.interp(place, np.arange(512), cells)
    pictures = pictures_of((moving + standing).astype(np.float32))
    mean = np.broadcast_to(pictures.mean.mean(0), pictures.mean.shape)
    candidate = Candidate("mean", mean, np.ones(blocks, np.float32))
    missing = missing_background(
        pictures,
        candidate,
        speed=np.full(blocks, speed),
        signal=float(cells.var()),
        check=lambda: None,
    )
    before, after = mean[0] - standing, mean[0] + missing - standing
    assert after.var() < 0.05 * before.var()


def test_flow_too_slow_to_tell_the_background_leaves_it_alone() -> None:
    pictures = pictures_of(smooth_noise(3, 10, 32))
    candidate = Candidate("mean", np.zeros((10, 32), np.float32), np.ones(10, np.float32))
    missing = missing_background(pictures, candidate, speed=np.zeros(10), signal=1.0, check=lambda: None)
    np.testing.assert_array_equal(missing, 0)


@pytest.mark.parametrize("black", [0.0, -2.5])
def test_fading_is_measured_from_the_value_without_light(black: float) -> None:
    gain = np.exp(np.linspace(0.4, -0.4, 20))
    mean = (gain[:, None] * (5 + smooth_noise(4, 32)) + black).astype(np.float32)
    found = measure_fading(pictures_of(mean), black)
    assert found is not None
    assert found.is_clear
    np.testing.assert_allclose(found.gain, gain, rtol=0.01)


def test_a_steady_record_does_not_fade() -> None:
    assert measure_fading(pictures_of((5 + smooth_noise(5, 20, 32)).astype(np.float32)), 0.0) is None


def test_a_trend_is_followed_as_far_as_passing_cells_do_not_explain_it() -> None:
    line = np.linspace(2, 1, 40).astype(np.float32)
    scatter = np.random.default_rng(6).normal(size=40).astype(np.float32)
    pictures = pictures_of(np.zeros((40, 8), np.float32))
    np.testing.assert_allclose(trend(pictures, line), line, rtol=1e-5)
    assert np.ptp(trend(pictures, 0.01 * scatter)) < 0.01


def test_windows_that_see_a_part_of_a_change_show_its_mean() -> None:
    windows = 60
    of_blocks = 2 + np.sin(np.arange(windows + 3) / 6.0)
    own = np.stack([of_blocks[block : block + windows] for block in range(4)], 1)
    share = np.full((windows, 4), 0.25)
    share[::5] = (1, 0, 0, 0)
    seen, truth = (share * own).sum(1), own.mean(1)
    error = np.full(windows, 0.2)
    every, none = np.ones(windows, bool), np.zeros(windows, bool)
    found = mean_over_window(seen, share=share, error=error, accepted=every, stays=none)
    assert np.abs(seen - truth).max() > 0.15
    np.testing.assert_allclose(found, truth, atol=0.02)
    np.testing.assert_array_equal(mean_over_window(seen, share=share, error=error, accepted=every, stays=every), seen)


def test_no_window_is_moved_further_than_its_error_allows() -> None:
    speed = np.where(np.arange(40) < 20, 1.0, 3.0)
    share = np.tile([0.7, 0.1, 0.1, 0.1], (40, 1))
    error = np.full(40, 0.01)
    found = mean_over_window(speed, share=share, error=error, accepted=np.ones(40, bool), stays=np.zeros(40, bool))
    assert np.abs(found - speed).max() <= 0.015 + 1e-12


def test_a_step_before_a_long_time_without_cells_is_no_obstacle() -> None:
    windows = 200_000
    number = np.arange(windows)
    speed = np.where(number < windows // 20, 0.5, 25.0)
    share = np.random.default_rng(7).dirichlet([1] * 4, windows)
    accepted = number < windows // 10
    found = mean_over_window(
        speed, share=share, error=np.full(windows, 0.002), accepted=accepted, stays=np.zeros(windows, bool)
    )
    assert np.isfinite(found).all()
    np.testing.assert_array_equal(found[~accepted], speed[~accepted])


def test_a_stripe_that_fades_away_gives_no_endless_gain() -> None:
    strength = np.linspace(2, -0.2, 24).astype(np.float32)
    pictures = pictures_of(strength[:, None] * smooth_noise(8, 32) + 0.05 * smooth_noise(9, 24, 32), renewal=0.9)
    (slow,) = (c for c in candidates(pictures, -10.0, lambda: None) if c.name == "slow gain")
    assert slow.gain.min() >= 0.1
    missing = missing_background(pictures, slow, speed=np.full(24, 0.2), signal=0.01, check=lambda: None)
    assert np.isfinite(missing).all()

"""Velocity in records so narrow that their pixels are compared pair by pair."""

from __future__ import annotations

import threading
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis.velocity.line_correlation import LineCorrelation, line_correlation
from cloudscope_widgets.analysis.velocity.line_correlation.lateral import reach_px
from cloudscope_widgets.core.errors import Cancelled
from cloudscope_widgets.synthetic import Heartbeat, Stall, SyntheticKymograph, kymograph


def long_cells(
    columns: int,
    flow: object,
    *,
    lines: int = 2000,
    seed: int = 1,
    snr_db: float = 10,
    **more: Any,  # noqa: ANN401  (what `kymograph` takes)
) -> SyntheticKymograph:
    """Cells of 6 µm in pixels of 0.45 µm, longer than the line; `more` goes to `kymograph`."""
    return kymograph(
        lines,
        columns,
        flow=flow,  # type: ignore[arg-type]  # any flow
        cell_px=6 / 0.45,
        cells_per_100_px=4.5 * 0.45,
        um_per_pixel=0.45,
        snr_db=snr_db,
        seed=seed,
        **more,
    )


def relative(found: LineCorrelation, record: SyntheticKymograph, window_lines: int = 64) -> NDArray[np.float64]:
    """Signed relative errors of the accepted windows."""
    kept = found.accepted
    return found.velocity[kept] / record.window_velocity(window_lines)[kept] - 1


@pytest.mark.parametrize(
    ("columns", "speed"),
    [(7, 1.4873), (7, -3.3217), (10, 4.1291), (10, -2.0931), (14, 5.7817), (19, -1.213), (24, 9.917)],
)
def test_speeds_of_narrow_records_are_measured_in_both_directions(columns: int, speed: float) -> None:
    record = long_cells(columns, speed)
    found = line_correlation(record.image, window_lines=64)
    errors = relative(found, record)
    assert found.choices["estimator"] == "pixel_pairs"
    assert found.accepted.mean() > 0.8
    assert np.median(np.abs(errors)) < 0.04  # the bound is 0.5 to 2.5 %
    assert abs(np.median(errors)) < 0.02
    assert (np.abs(errors) > 0.2).mean() <= 0.01


def test_five_columns_are_measured() -> None:
    record = long_cells(5, 1.1317)
    found = line_correlation(record.image, window_lines=64)
    assert found.accepted.mean() > 0.4
    assert np.median(np.abs(relative(found, record))) < 0.06


def test_standard_errors_of_narrow_records_are_as_large_as_the_errors() -> None:
    record = long_cells(10, 3.0713, lines=6000)
    found = line_correlation(record.image, window_lines=64)
    off = (found.velocity - record.window_velocity(64))[found.accepted]
    assert 0.6 < np.sqrt(np.mean((off / found.velocity_se[found.accepted]) ** 2)) < 1.4


@pytest.mark.parametrize("window_lines", [16, 32, 128, 256])
def test_other_windows_of_narrow_records_are_measured(window_lines: int) -> None:
    record = long_cells(14, 2.9317)
    found = line_correlation(record.image, window_lines=window_lines)
    assert len(found.velocity) == 2000 // (window_lines // 4) - 3
    assert found.accepted.mean() > 0.6
    assert np.median(np.abs(relative(found, record, window_lines))) < 0.06


def test_a_heartbeat_is_followed_in_a_narrow_record() -> None:
    record = long_cells(14, Heartbeat(4.237))
    found = line_correlation(record.image, window_lines=32)
    errors = np.abs(relative(found, record, 32))
    assert np.median(errors) < 0.04
    assert (errors > 0.2).mean() <= 0.02


def test_a_stall_with_an_edge_in_view_reads_zero_in_a_narrow_record() -> None:
    record = long_cells(19, Stall(2.371, [(1301, 2277)]), seed=2)
    found = line_correlation(record.image, window_lines=64)
    still = (found.index > 1301 + 32) & (found.index < 2277 - 32)
    assert np.median(np.abs(found.velocity[still & found.accepted])) <= 0.005
    assert found.accepted[still].mean() >= 0.9


@pytest.mark.parametrize("columns", [7, 14, 24])
def test_noise_alone_is_refused_in_narrow_records(columns: int) -> None:
    noise = np.random.default_rng(3).normal(1000, 50, (4096, columns)).astype(np.float32)
    assert line_correlation(noise, window_lines=64).accepted.mean() <= 0.01


def test_stripes_and_missing_lines_of_narrow_records_do_not_matter() -> None:
    record = kymograph(
        4000, 14, flow=-4.317, cell_px=13.3, cells_per_100_px=2, stripes=1.0, missing_fraction=0.03, seed=7
    )
    found = line_correlation(record.image, window_lines=64)
    errors = np.abs(relative(found, record))
    assert np.median(errors) < 0.02
    assert (errors > 0.2).mean() <= 0.01


@pytest.mark.parametrize(("columns", "speed", "seed"), [(7, 2.1, 5), (10, 3.1724, 1000), (14, 4.3487, 1000)])
def test_stripes_that_sway_in_narrow_records_do_not_pass_for_cells(columns: int, speed: float, seed: int) -> None:
    sway = 1.2 * np.sin(2 * np.pi * np.arange(2000) / 1500)
    record = long_cells(columns, speed, seed=seed, stripes=1.0, stripe_shift_px=sway)
    found = line_correlation(record.image, window_lines=64)
    errors = np.abs(relative(found, record))
    assert found.choices["background"] == "moving"
    assert found.accepted.mean() > 0.7
    assert np.median(errors) < 0.05
    assert (errors > 0.2).mean() <= 0.01


@pytest.mark.parametrize(("columns", "reach"), [(3, 0), (5, 1), (7, 2), (10, 2), (11, 3), (13, 4), (38, 4)])
def test_a_background_is_followed_as_far_as_columns_are_left_to_match(columns: int, reach: int) -> None:
    assert reach_px(columns) == reach


def test_lines_that_a_cell_covers_are_not_missing() -> None:
    record = long_cells(7, 1.4873, snr_db=20)
    found = line_correlation(record.image, window_lines=64)
    assert found.choices["missing_lines"] < 0.02 * 2000


def test_lines_without_numbers_are_left_out_and_windows_of_them_refused() -> None:
    record = long_cells(10, 3.0713)
    image = record.image.astype(np.float32)
    image[700:720, 4] = np.nan
    image[1500:1700] = np.nan
    found = line_correlation(image, window_lines=64)
    gone = (found.index > 1530) & (found.index < 1670)
    assert np.isfinite(found.velocity).all()
    assert not found.accepted[gone].any()
    assert np.median(np.abs(relative(found, record))) < 0.03


def test_speeds_above_the_limit_are_refused_in_narrow_records() -> None:
    record = long_cells(10, 1.37 * 0.65 * 10)
    assert line_correlation(record.image, window_lines=64).accepted.mean() <= 0.01


def test_a_record_as_short_as_one_window_is_measured() -> None:
    record = long_cells(14, 2.13, lines=64, seed=4)
    found = line_correlation(record.image, window_lines=64)
    assert found.velocity.shape == (1,)
    assert np.isfinite(found.velocity).all()
    assert np.isfinite(found.velocity_se).all()


def test_offset_and_scale_of_narrow_records_change_nothing() -> None:
    image = long_cells(10, 3.0713).image
    expected = line_correlation(image, window_lines=64)
    found = line_correlation(image * 3.0 - 5000.0, window_lines=64)
    np.testing.assert_allclose(found.velocity, expected.velocity, rtol=1e-3, atol=1e-3)  # float32 all along
    assert (found.accepted == expected.accepted).mean() > 0.99


@pytest.mark.parametrize(
    ("columns", "speed", "estimator"),
    [
        (25, 9.713, "shifted_lines"),
        (24, 9.917, "pixel_pairs"),
        (24, 1.371, "shifted_lines"),
        (23, 1.371, "pixel_pairs"),
    ],
)
def test_the_estimator_follows_from_width_and_speed(columns: int, speed: float, estimator: str) -> None:
    record = long_cells(columns, speed, lines=1024)
    assert line_correlation(record.image, window_lines=64).choices["estimator"] == estimator


def test_narrow_records_report_progress_and_can_be_cancelled() -> None:
    image = long_cells(10, 3.0713).image
    told: list[float] = []
    line_correlation(image, window_lines=64, progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1
    asked: list[int] = []

    def cancel() -> bool:
        asked.append(1)
        return len(asked) > 5

    with pytest.raises(Cancelled):
        line_correlation(image, window_lines=64, cancel=cancel)


def test_threads_that_share_weights_measure_the_same() -> None:
    image = long_cells(8, 1.5713, lines=1500).image
    found: list[LineCorrelation] = []
    threads = [
        threading.Thread(target=lambda: found.append(line_correlation(image, window_lines=64))) for _ in range(3)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for one in found[1:]:
        np.testing.assert_array_equal(one.velocity, found[0].velocity)


def test_a_record_that_tells_too_little_is_refused_rather_than_wrong() -> None:
    record = long_cells(7, -2.1713, lines=3000, snr_db=0)
    found = line_correlation(record.image, window_lines=64)
    assert (np.abs(relative(found, record)) > 0.2).sum() <= 1

"""Columns and lines without numbers are left out or filled, without a change of the speed."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.analysis.base import Result, Task
from cloudscope_widgets.analysis.finite_pixels import empty_windows, finite_pixels
from cloudscope_widgets.analysis.velocity.analysis import RadonVelocity
from cloudscope_widgets.core.header import Calibration
from cloudscope_widgets.core.params import checked_params
from cloudscope_widgets.synthetic import kymograph

SPEED = 0.83
LINES, COLUMNS = 800, 48
METHODS = ("line_correlation", "radon")
WHERE: dict[str, Any] = {
    "first column": np.s_[:, 0],
    "both edges": np.s_[:, [0, -1]],
    "wide edge": np.s_[:, :9],
    "middle column": np.s_[:, 20],
    "two in the middle": np.s_[:, 20:22],
    "every other column": np.s_[:, 1:-1:2],
    "wide hole": np.s_[:, 10:16],
    "edge of half of the lines": np.s_[: LINES // 2, 0],
    "edge that drifts": np.s_[LINES // 4 :, :3],
    "middle of half of the lines": np.s_[LINES // 2 :, 30],
    "some lines": np.s_[::17],
    "one pixel": np.s_[100, 7],
}


@cache
def recording() -> NDArray[np.float32]:
    return kymograph(LINES, COLUMNS, flow=SPEED, snr_db=15, seed=5).image.astype(np.float32)


def with_holes(where: Any, value: float = np.nan) -> NDArray[np.float32]:  # noqa: ANN401  (any index)
    pixels = recording().copy()
    pixels[where] = value
    return pixels


def measured(pixels: NDArray[Any], method: str = "line_correlation") -> Result:
    return RadonVelocity().run(
        Task(
            pixels=pixels,
            calibration=Calibration(),
            params=checked_params(RadonVelocity.params, {"window_width": 64, "method": method}),
            progress=lambda _fraction, _what: None,
            is_cancelled=lambda: False,
        )
    )


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("where", WHERE)
def test_the_speed_is_that_of_the_whole_recording(where: str, method: str) -> None:
    result = measured(with_holes(WHERE[where]), method)
    # A quarter of a degree is 1.5 % here; filled and fewer columns cost the other method a little precision.
    tolerance = 0.02 if method == "radon" else 0.004
    assert result.summary["velocity_median"] == pytest.approx(SPEED, rel=tolerance)
    assert result.table is not None
    assert np.isfinite(result.table["velocity"]).mean() > 0.9


@pytest.mark.parametrize("value", [np.inf, -np.inf])
@pytest.mark.parametrize("method", METHODS)
def test_infinite_pixels_are_no_numbers(value: float, method: str) -> None:
    where = np.s_[:, [0, 20]]
    with_infinite, with_nan = measured(with_holes(where, value), method), measured(with_holes(where), method)
    assert with_infinite.summary == with_nan.summary
    assert with_infinite.summary["columns_left_out"] == 1
    assert with_infinite.summary["columns_interpolated"] == 1


@pytest.mark.parametrize(("speed", "lines"), [(0.07, 3000), (0.3, 2 * LINES), (3.3, 2 * LINES)])
def test_filled_columns_draw_the_speed_to_no_value(speed: float, lines: int) -> None:
    # slow cells need more lines, until enough of them have passed
    pixels = kymograph(lines, 24, flow=speed, snr_db=10, seed=4).image.astype(np.float32)
    whole = measured(pixels).summary["velocity_median"]
    pixels[:, 11:13] = np.nan
    assert measured(pixels).summary["velocity_median"] == pytest.approx(whole, rel=0.003)


def test_a_recording_of_numbers_is_handed_on_as_it_is() -> None:
    for pixels in (recording(), recording().astype(np.uint16)):
        found = finite_pixels(pixels)
        assert found.pixels is pixels
        assert found.facts == {}
        assert found.sentences == []
    assert "columns_left_out" not in measured(recording()).summary


def test_what_was_left_out_is_told() -> None:
    pixels = with_holes(np.s_[:, [0, 1, 2, 47]])
    pixels[:, 20] = np.nan
    pixels[5] = np.nan
    result = measured(pixels)
    assert result.summary["columns_left_out"] == 4
    assert result.summary["columns_interpolated"] == 1
    assert result.summary["lines_without_numbers"] == 1
    assert result.method["without_numbers"]["columns_left_out"] == [1, 2, 3, 48]
    text = " ".join(result.method["sentences"])
    assert "Columns 1 to 3 and 48 of the region, where numbers are missing, were left out." in text
    assert "Pixels without a number in column 21 were interpolated along the line." in text
    assert "1 line without numbers was left out." in text


@pytest.mark.parametrize("method", METHODS)
def test_a_window_of_missing_lines_has_no_velocity(method: str) -> None:
    result = measured(with_holes(np.s_[300:500]), method)
    assert result.table is not None
    missing = np.zeros(LINES, bool)
    missing[300:500] = True
    empty = empty_windows(missing, 64)
    velocity = result.table["velocity"].to_numpy()
    assert np.isnan(velocity[empty]).all()
    assert np.isnan(result.table["theta_deg"].to_numpy()[empty]).all()
    assert np.isfinite(velocity[~empty]).mean() > 0.9
    assert result.summary["velocity_median"] == pytest.approx(SPEED, rel=0.02)
    if method == "line_correlation":
        assert result.summary["refused"]["empty"] == empty.sum()


def test_the_part_that_keeps_the_most_pixels_is_measured() -> None:
    half_lines_of_most_columns = finite_pixels(with_holes(np.s_[: LINES // 2, :30]))
    assert half_lines_of_most_columns.pixels.shape == (LINES, COLUMNS)
    assert half_lines_of_most_columns.missing.sum() == LINES // 2
    half_lines_of_few_columns = finite_pixels(with_holes(np.s_[: LINES // 2, :6]))
    assert half_lines_of_few_columns.pixels.shape == (LINES, COLUMNS - 6)
    assert not half_lines_of_few_columns.missing.any()


def test_a_hole_is_filled_between_its_neighbours_only() -> None:
    pixels = np.tile(np.arange(20, dtype=np.float32), (30, 1))
    pixels[3, 5:7] = np.nan
    pixels[9, 5:8] = np.nan
    found = finite_pixels(pixels)
    np.testing.assert_allclose(found.pixels[3], np.arange(20), rtol=1e-6)
    assert np.flatnonzero(found.missing).tolist() == [9]
    assert np.isnan(found.pixels[9]).all()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    ("where", "named"),
    [
        (np.s_[:, 3:], "columns 4 to 48"),
        (np.s_[:, [*range(0, 48, 3), *range(1, 48, 3), 2]], "columns 1 to"),
        (np.s_[5:], "lines 6 to 800"),
        (np.s_[:], "the region holds no finite pixel"),
    ],
)
def test_too_little_is_refused_by_name(where: Any, named: str, method: str) -> None:  # noqa: ANN401  (any index)
    with pytest.raises(ValueError, match=named):
        measured(with_holes(where), method)

"""Angles of the radon mode are those of scikit-image, window by window."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from skimage.transform import radon

import cloudscope_widgets as cs
from cloudscope_widgets.analysis.velocity.radon import radon_angles
from cloudscope_widgets.synthetic import kymograph

Image = NDArray[Any]


def reference_angle(window: Image) -> float:
    centred = window.astype(np.float32) - window.astype(np.float32).mean()
    return best(centred, best(centred, np.arange(180.0)) + np.arange(-2, 2.25, 0.25))


def best(centred: Image, angles: Image) -> float:
    projections: Image = radon(centred, theta=angles, circle=False)  # type: ignore[no-untyped-call]  # no annotations
    return float(angles[projections.var(axis=0).argmax()])


def assert_same_angles(image: Image, window_lines: int, windows: int) -> None:
    theta = radon_angles(image, window_lines=window_lines)
    step = window_lines // 4
    assert len(theta) == len(image) // step - 3
    chosen = np.linspace(0, len(theta) - 1, windows).astype(int)
    expected = [reference_angle(image[index * step : index * step + window_lines]) for index in chosen]
    np.testing.assert_array_equal(theta[chosen], expected)


@pytest.mark.parametrize(("window_lines", "columns"), [(16, 31), (32, 60), (64, 38), (128, 25)])
def test_angles_of_synthetic_flow_are_identical(window_lines: int, columns: int) -> None:
    for seed, flow in enumerate((0.37, -2.71, 0.0, 9.3)):
        assert_same_angles(kymograph(600, columns, flow=flow, seed=seed).image, window_lines, 2)


@pytest.mark.parametrize("name", ["Capillary1_0001.tif", "20250722/20250722_A89_0002.tif"])
def test_angles_of_real_recordings_are_identical(real: Path, name: str) -> None:
    assert_same_angles(tifffile.imread(real / name)[5000:9000], 64, 8)


def test_a_window_too_wide_for_one_matrix_gives_the_same() -> None:
    assert_same_angles(kymograph(120, 160, flow=4.7).image, 64, 3)


def test_where_two_angles_differ_by_rounding_only_the_choice_is_that_of_scikit_image(real: Path) -> None:
    image = tifffile.imread(real / "20250722/20250722_A89_0002.tif")
    for window in (281, 780, 1335, 1355):  # of 1872, those whose two best angles are nearest to one another
        lines = image[window * 16 : window * 16 + 64]
        assert radon_angles(lines, window_lines=64)[0] == reference_angle(lines)


def test_velocity_by_radon_is_stored_with_every_window_and_its_method(tmp_path: Path) -> None:
    acq = cs.open(kymograph(1500, 50, flow=-1.37, um_per_pixel=0.5).write(tmp_path / "cell.tif"))
    acq.add_rect()
    record = acq.analyze("radon_velocity", roi_id=1, channel=0, method="radon", window_width=32)
    table, quality = record.table, record.quality
    assert table is not None
    assert quality is not None
    np.testing.assert_allclose(table["velocity"], 500 * np.tan(np.deg2rad(table["theta_deg"])))
    assert record.summary["velocity_median"] == pytest.approx(-685, rel=0.03)  # a quarter of a degree is 2 %
    assert quality["accepted"].all()
    assert quality["z"].isna().all()
    assert "Radon transform in windows of 32 lines" in record.methods_text()
    acq.save()
    again = cs.open(acq.path)
    assert again.snapshot == acq.snapshot
    np.testing.assert_array_equal(again.records[0].table, table)


@pytest.mark.parametrize(
    ("image", "sentence"),
    [
        (np.full((200, 40), 7, np.uint16), "all pixels of the region have one value"),
        (np.full((200, 40), np.nan, np.float32), "some pixels of the region are no numbers"),
        (np.arange(400).reshape(10, 40), "the region has 10 lines, fewer than one window of 64"),
        (np.arange(800).reshape(200, 4), "the region is 4 px wide"),
    ],
)
def test_what_has_no_angle_is_refused_in_a_sentence(image: Image, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        radon_angles(image, window_lines=64)


def test_it_stops_when_it_is_told_to() -> None:
    with pytest.raises(cs.Cancelled):
        radon_angles(kymograph(600, 40).image, window_lines=64, cancel=lambda: True)

"""Diameters that CloudScope really saved: every column, every flag and every number of the summary."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tifffile
from numpy.typing import NDArray

from cloudscope_widgets.analysis.diameter import Settings, measure_diameter
from cloudscope_widgets.analysis.diameter.table import diameter_summary, diameter_table
from cloudscope_widgets.io.format.tables import exact_numbers

SMALL = (
    *("gradient_default", "gradient_nogate_s0", "gradient_tight", "threshold_absolute", "threshold_dark"),
    *("threshold_default", "threshold_median_w9_s3_k5"),
)
TOLERANCE = 1e-9
"""The sums are of whole numbers; only a dark vessel, whose image was turned before, differs by rounding."""


def assert_agrees(
    image: NDArray[Any], said: dict[str, Any], saved: pd.DataFrame, *, units: tuple[float, float]
) -> None:
    """Compare with a saved table and summary; units are seconds per line and µm per pixel."""
    found = measure_diameter(image, Settings(**said["detection_params"]), um_per_pixel=units[1])
    table = diameter_table(found, seconds_per_line=units[0], um_per_pixel=units[1])
    assert list(table) == [name for name in saved if name not in ("channel", "roi_id")]
    for name in table:
        if saved[name].dtype == bool:
            assert table[name].tolist() == saved[name].tolist(), name
        else:
            np.testing.assert_allclose(table[name], saved[name], rtol=0, atol=TOLERANCE, err_msg=name)
    summary = diameter_summary(found, um_per_pixel=units[1])
    expected = {name: said["summary"][name] for name in summary}
    assert summary == pytest.approx(expected, rel=0, abs=TOLERANCE)
    assert {name for name in said["summary"] if not name.startswith("analysis_")} == set(summary)


@pytest.mark.parametrize("name", SMALL)
def test_every_small_result_agrees(shared_data: Path, name: str) -> None:
    folder = shared_data / "golden" / "small"
    image = tifffile.imread(folder / "vessel.tif").astype(int)
    said = json.loads((folder / f"vessel.diameter_{name}.json").read_text())
    saved = pd.read_csv(folder / f"vessel.diameter_{name}.csv", **exact_numbers())
    assert_agrees(4000 - image if name == "threshold_dark" else image, said, saved, units=said["physical_units"])


def test_a_real_recording_agrees(shared_data: Path) -> None:
    folder, name = shared_data / "golden" / "capillary1", "Capillary1_0001.tif"
    said = json.loads((folder / f"{name}.json").read_text(), parse_constant=lambda _name: None)
    image = tifffile.imread(folder / name)
    table = pd.read_csv(folder / f"{name}.diameter.csv", **exact_numbers())
    bounds = {roi["roi_id"]: roi["data"] for roi in said["rois"]}
    records = [record for record in said["analysis"] if record["analysis_name"] == "diameter"]
    assert [record["detection_params"]["diameter_method"] for record in records] == [
        "threshold_width",
        "gradient_edges",
    ]
    for record in records:
        at = bounds[record["roi_id"]]
        region = image[at["row_start"] : at["row_stop"], at["col_start"] : at["col_stop"]]
        saved = table[table["roi_id"] == record["roi_id"]].reset_index(drop=True)
        assert_agrees(region, record, saved, units=(35.099 / 30000, 0.284))

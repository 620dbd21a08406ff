"""The diameter of a region of an open recording: stored, saved in the shared format, reopened, and refused."""

from __future__ import annotations

import json
import threading
from pathlib import Path

import numpy as np
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.core.frozen import thaw

GOLDEN = "Capillary1_0001.tif"


def vessel_file(folder: Path, *, is_calibrated: bool = True) -> cs.Acquisition:
    """Recording of a vessel of 20 px, 250 lines."""
    draw = np.random.default_rng(4)
    bright = np.clip(10 - np.abs(np.arange(48) - 23.5), 0, 1)
    tifffile.imwrite(folder / "vessel.tif", draw.poisson(40 + 200 * np.tile(bright, (250, 1))).astype(np.uint16))
    acq = cs.open(folder / "vessel.tif")
    if is_calibrated:
        acq.update_calibration(seconds_per_line=0.001, um_per_pixel=0.25)
    acq.add_rect(name="vessel")
    return acq


def test_results_saved_for_a_real_recording_are_those_of_cloudscope_byte_for_byte(golden: Path) -> None:
    image = golden / GOLDEN
    table = (golden / f"{GOLDEN}.diameter.csv").read_bytes()
    acq = cs.open(image)
    before = {roi_id: acq.record("diameter", roi_id=roi_id) for roi_id in (2, 3)}
    for roi_id, record in before.items():
        assert record is not None
        acq.analyze("diameter", roi_id=roi_id, **thaw(record.params))
    acq.save()
    assert (golden / f"{GOLDEN}.diameter.csv").read_bytes() == table
    saved = json.loads((golden / f"{GOLDEN}.json").read_text())["analysis"]
    again = cs.open(image)
    for roi_id, record in before.items():
        assert record is not None
        said = next(item for item in saved if (item["analysis_name"], item["roi_id"]) == ("diameter", roi_id))
        assert said["detection_params"] == thaw(record.params)
        numbers = {name: value for name, value in record.summary.items() if not name.startswith("analysis_")}
        assert {name: said["summary"][name] for name in numbers} == numbers
        found = again.record("diameter", roi_id=roi_id)
        assert found is not None
        assert not found.is_stale(again)
        assert found.params == acq.records.find(found.key).params  # type: ignore[union-attr]  # it was just stored


def test_velocity_and_diameter_of_one_region_become_a_pair(tmp_path: Path) -> None:
    acq = vessel_file(tmp_path)
    acq.analyze("radon_velocity", roi_id=1)
    record = acq.analyze("diameter", roi_id=1)
    assert (record.roi_id, acq.rois.by_id(2).name) == (2, "vessel diameter")
    assert acq.analyze("diameter", roi_id=1, diameter_method="gradient_edges").roi_id == 2
    acq.save()
    again = cs.open(acq.path)
    assert [found.key for found in again.records] == [("radon_velocity", 0, 1), ("diameter", 0, 2)]
    found = again.record("diameter", roi_id=1)
    assert found is not None
    assert found.table is not None
    assert found.table["diameter_px"].median() == pytest.approx(19, abs=1)
    assert found.params["diameter_method"] == "gradient_edges"


def test_without_calibration_lengths_are_in_pixels_and_the_methods_say_so(tmp_path: Path) -> None:
    record = vessel_file(tmp_path, is_calibrated=False).analyze("diameter", roi_id=1)
    table = record.table
    assert table is not None
    np.testing.assert_array_equal(table["diameter_um"], table["diameter_px"])
    assert "all lengths are in pixels" in record.methods_text()


def test_a_refused_run_stores_nothing_and_keeps_the_last_result(tmp_path: Path) -> None:
    acq = vessel_file(tmp_path)
    record = acq.analyze("diameter", roi_id=1)
    narrow = acq.add_rect(col_start=3, col_stop=5)
    stopped = threading.Event()
    stopped.set()
    before = acq.snapshot
    with pytest.raises(cs.AnalysisError, match="must be an odd number"):
        acq.analyze("diameter", roi_id=1, window_rows_odd=4)
    with pytest.raises(cs.AnalysisError, match="3 columns across"):
        acq.analyze("diameter", roi_id=narrow.roi_id)
    with pytest.raises(ValueError, match="stride must be at least 1"):
        acq.analyze("diameter", roi_id=1, stride=0)
    with pytest.raises(cs.Cancelled):
        acq.analyze("diameter", roi_id=1, cancel=stopped)
    assert acq.snapshot is before
    assert acq.record("diameter", roi_id=1) == record


def test_a_fit_comes_back_with_its_quality_its_own_numbers_and_its_parameters(tmp_path: Path) -> None:
    made = cs.synthetic.vessel(300, 64, diameter_px=22, lumen_profile="chord", seed=1)
    acq = cs.open(made.write(tmp_path / "vessel.tif"))
    acq.add_rect(name="vessel")
    record = acq.analyze("diameter", roi_id=1, diameter_method="model_fit", lumen_profile="chord")
    acq.save()
    saved = json.loads((tmp_path / "vessel.tif.json").read_text())["analysis"][0]
    assert "lumen_profile" not in saved["detection_params"]
    assert saved["summary"]["cloudscope_widgets"]["params"] == {"lumen_profile": "chord", "psf_sigma_px": 0.0}
    again = cs.open(acq.path)
    found = again.record("diameter", roi_id=1)
    assert found is not None
    assert (found.params, found.summary) == (record.params, record.summary)
    assert found.methods_text() == record.methods_text()
    assert "as bright as a round vessel is thick" in found.methods_text()
    quality, before = found.quality, record.quality
    assert quality is not None
    assert before is not None
    assert quality.equals(before)
    assert quality["diameter_um_se"].median() == pytest.approx(found.summary["diameter_um_se_median"], rel=1e-6)
    assert found.summary["diameter_um_mean"] == pytest.approx(22 * 0.25, rel=0.005)


def test_a_region_without_a_vessel_gives_no_diameter_and_says_by_which_rule(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "noise.tif", np.random.default_rng(2).poisson(100, (200, 64)).astype(np.uint16))
    acq = cs.open(tmp_path / "noise.tif")
    acq.add_rect()
    record = acq.analyze("diameter", roi_id=1, diameter_method="model_fit")
    assert record.summary["diameter_um_mean"] is None
    assert record.summary["accepted_fraction"] < 0.02
    assert record.summary["refused"]["no_contrast"] > 195
    acq.save()
    assert cs.open(acq.path).record("diameter", roi_id=1) == record

"""What KymFlow saved comes in, in our units and times, and its files stay as they are."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.synthetic import kymograph

IMAGE = "20250722_A89_0002.tif"
HEADER = {"shape": [800, 40], "voxels": [0.002, 0.5], "voxels_units": ["s", "um"]}
ROI = {"roi_id": 3, "roi_type": "rect", "version": "1.0", "name": "a", "note": "b", "channel": 1, "z": 0}
BOUNDS = {"data": {"x0": 2, "x1": 30, "y0": 100, "y1": 700}, "meta": {"img_min": 3}}


def hashes(folder: Path) -> dict[str, str]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest() for path in files}


def imported(image: Path) -> cs.Acquisition:
    acq = cs.open(image)
    acq.import_kymflow()
    return acq


@pytest.fixture
def image(tmp_path: Path) -> Path:
    return kymograph(800, 40).write(tmp_path / "cell.tif", with_text=False)


def write(image: Path, **changes: Any) -> Path:  # noqa: ANN401  (any JSON value)
    document = {"version": "1.0", "header": HEADER, "experiment_metadata": {}, "rois": [{**ROI, **BOUNDS}], **changes}
    path = image.with_suffix(".json")
    path.write_text(json.dumps(document))
    return path


def write_velocity(image: Path, algorithm: str, rows: list[tuple[float, float]], **facts: Any) -> None:  # noqa: ANN401  (any JSON value)
    folder = image.parent / "flow-analysis"
    folder.mkdir()
    run = {"roi_id": 3, "algorithm": algorithm, "window_size": 16, "analyzed_at": "2026-02-05T12:19:32.464605+00:00"}
    document = {"version": "2.0", "accepted": True, "analysis_metadata": {"3": run}, "velocity_events": {}, **facts}
    (folder / "cell_kymanalysis.json").write_text(json.dumps(document))
    lines = [f"3,1,{time},{velocity},x,cell.tif,mpRadon,0.5,0.002" for time, velocity in rows]
    head = "roi_id,channel,time,velocity,parentFolder,file,algorithm,delx,delt"
    (folder / "cell_kymanalysis.csv").write_text("\n".join([head, *lines, ""]))


def test_regions_of_a_real_recording_are_offered_and_come_in_as_one_step(real: Path) -> None:
    before = hashes(real)
    acq = cs.open(real / "Capillary1_0001.tif")
    assert acq.notices == ("KymFlow has saved 3 ROIs of Capillary1_0001.tif, which can be imported.",)
    assert (len(acq.rois), acq.dirty) == (0, False)
    acq.import_kymflow()
    assert acq.rois[1] == RectRoi(2, 7500, 22500, 9, 28, note="Center Region")
    assert (acq.experiment.sex, acq.experiment.genotype, acq.experiment.depth) == ("Xxxy", "yyy", None)
    assert (acq.dirty, acq.save_state, acq.undo_name) == (True, "unsaved", "Import from KymFlow")
    assert hashes(real) == before
    acq.save()
    again = cs.open(acq.path)
    assert (again.snapshot, again.dirty, again.notices) == (acq.snapshot, False, ())
    assert {name: found for name, found in hashes(real).items() if name in before} == before
    with pytest.raises(ValueError, match="that is still to be imported"):
        again.import_kymflow()


def test_an_import_beside_a_region_of_ours_keeps_both_and_can_be_undone(real: Path) -> None:
    acq = cs.open(real / "Capillary1_0001.tif")
    ours = acq.add_rect(name="ours")
    acq.import_kymflow()
    assert sorted(roi.name for roi in acq.rois if roi.name == "ours") == ["ours"]
    assert len(acq.rois) == 4
    acq.undo()
    assert [*acq.rois] == [ours]


def test_velocities_of_a_real_recording_come_in_with_sign_time_and_unit(real: Path) -> None:
    folder = real / "20250722"
    acq = imported(folder / IMAGE)
    theirs = pd.read_csv(folder / "flow-analysis" / "20250722_A89_0002_kymanalysis.csv")
    ours = acq.analyze("radon_velocity", roi_id=acq.add_rect().roi_id, window_width=16).table
    assert ours is not None
    for roi_id in (1, 2):
        record = acq.record("radon_velocity", roi_id=roi_id)
        assert record is not None
        table = record.table
        assert table is not None
        np.testing.assert_array_equal(table["time_index"], np.arange(7497) * 4 + 8)
        np.testing.assert_allclose(table["velocity"], theirs[theirs["roi_id"] == roi_id]["velocity"] * 1000)
        assert (record.params["window_width"], record.summary["analysis_date"]) == (16, "260205")
        assert record.stale_reasons(acq) == ()
        both = table.merge(ours, on="time_index").dropna()
        assert both["velocity_x"].median() == pytest.approx(both["velocity_y"].median(), rel=0.1)
        assert np.corrcoef(both["velocity_x"], both["velocity_y"])[0, 1] > 0.75


def test_times_count_from_the_region_and_the_old_algorithm_is_one_line_late(image: Path) -> None:
    write(image)
    write_velocity(image, "mpRadon_v0", [((1 + 100 + 8 + 4 * k) * 0.002, -1.5) for k in range(5)])
    acq = imported(image)
    record = acq.record("radon_velocity", roi_id=3)
    assert record is not None
    table = record.table
    assert table is not None
    assert table["time_index"].tolist() == [8, 12, 16, 20, 24]
    np.testing.assert_allclose(table["time_s"], table["time_index"] * 0.002)
    np.testing.assert_allclose(table["velocity"], -1500.0)
    np.testing.assert_allclose(table["theta_deg"], 180 - np.rad2deg(np.arctan(1500 * 0.002 / 0.5)))
    assert "measured by KymFlow (Radon transform, mpRadon_v0) in windows of 16 lines" in record.methods_text()
    acq.save()
    assert cs.open(image).snapshot == acq.snapshot


def test_the_calibration_comes_in_only_where_the_image_says_nothing(image: Path) -> None:
    write(image)
    header = imported(image).header
    assert (header.seconds_per_line, header.um_per_pixel) == (0.002, 0.5)
    kymograph(800, 40, seconds_per_line=0.001, um_per_pixel=0.25).write(image)
    header = imported(image).header
    assert (header.seconds_per_line, header.um_per_pixel) == (0.001, 0.25)


def test_a_rejected_recording_and_the_older_form_of_regions_come_in(image: Path) -> None:
    old = {"id": 1, "channel": 1, "name": "n", "note": "", "revision": 2, "dim0_start": 9, "dim0_stop": 90}
    write(image, accepted=False, rois=[{**old, "dim1_start": 3, "dim1_stop": 20}])
    acq = imported(image)
    assert (acq.review, acq.rois[0]) == ("rejected", RectRoi(1, 9, 90, 3, 20, "n"))
    acq.save()
    (saved,) = json.loads(image.with_name("cell.tif.json").read_bytes())["rois"]
    assert set(saved) == {"roi_id", "roi_type", "version", "name", "note", "data"}


def test_nothing_is_offered_beside_a_region_that_was_saved(image: Path) -> None:
    cs.open(image).add_rect()
    acq = cs.open(image)
    acq.add_rect(name="ours")
    acq.save()
    write(image)
    again = cs.open(image)
    assert ([roi.name for roi in again.rois], again.dirty, again.notices) == (["ours"], False, ())


@pytest.mark.parametrize(
    "document", ['{"frames": 3}', '{"version": "1.0"}', '{"version": 2, "rois": [], "header": {}}', "{}"]
)
def test_files_of_other_programs_under_that_name_are_left_alone(image: Path, document: str) -> None:
    image.with_suffix(".json").write_text(document)
    acq = cs.open(image)
    assert (acq.dirty, acq.notices) == (False, ())


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"rois": [{**ROI, "data": {"x0": "all"}}]}, r"rois\[0\]\.data\.y0 must be a whole number"),
        ({"rois": [{**ROI, **BOUNDS}] * 2}, "rois must be a list of regions with ids of their own"),
        ({"rois": [{**ROI, **BOUNDS, "roi_type": "ellipse"}]}, "roi_type must be rect"),
        ({"experiment_metadata": {"depth": "deep"}}, "depth must be a number"),
    ],
)
def test_a_damaged_file_is_said_and_does_not_keep_from_saving(image: Path, change: dict[str, Any], reason: str) -> None:
    path = write(image, **change)
    raw = path.read_bytes()
    acq = cs.open(image)
    (notice,) = acq.notices
    assert re.search(f"{reason}.*Nothing can be imported from it", notice)
    acq.add_rect()
    acq.save()
    assert path.read_bytes() == raw


def test_velocities_without_a_region_or_channel_and_events_are_left_out_and_said(image: Path) -> None:
    write(image, rois=[{**ROI, **BOUNDS, "roi_id": 4}])
    write_velocity(image, "mpRadon", [(0.3, 1.0)], velocity_events={"3": [{"t_start": 1}]})
    acq = imported(image)
    assert (len(acq.rois), len(acq.records), len(acq.notices)) == (1, 0, 3)
    assert "ROI 3 in channel 1 is not imported" in acq.notices[2]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ((0.3, 1e308), "velocity must hold numbers up to"),
        ((0.3, float("inf")), "velocity must hold numbers up to"),
        ((0.0, 1.0), "time must hold a number above 0"),
        ((1e300, 1.0), "time must hold a number above 0"),
    ],
)
def test_numbers_of_kymflow_beyond_all_measure_are_said(image: Path, row: tuple[float, float], reason: str) -> None:
    write(image)
    write_velocity(image, "mpRadon", [(0.3, 1.0), row])
    assert re.search(f"{reason}.*Nothing can be imported", cs.open(image).notices[0])


def test_a_table_of_kymflow_that_is_cut_off_is_said(image: Path) -> None:
    write(image)
    write_velocity(image, "mpRadon", [(0.3, 1.0), (0.4, 1.0)])
    table = image.parent / "flow-analysis" / "cell_kymanalysis.csv"
    table.write_bytes(table.read_bytes()[:-12])
    acq = cs.open(image)
    assert (acq.dirty, len(acq.rois)) == (False, 0)
    assert "line 3: it has" in acq.notices[0]
    shutil.rmtree(table.parent)
    assert len(imported(image).rois) == 1

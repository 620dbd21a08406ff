"""Velocity and diameter of one region: a pair that is one region here, and two that other programs can load."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pandas as pd
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.analysis import registry
from cloudscope_widgets.analysis.base import Result, Task, TaskAnalysis
from cloudscope_widgets.core.kinds import DIAMETER, Kind
from cloudscope_widgets.core.merge.three_way import merge
from cloudscope_widgets.core.params import Param
from cloudscope_widgets.io.catalog.summary import read_facts
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets.image.image_viewer import ImageViewer

SUMMARY = {
    "num_rows": 3,
    "diameter_um_mean": 5.0,
    "diameter_um_median": 5.0,
    "diameter_um_cv": 0.1,
    "qc_score_mean": 1.0,
    "num_qc_edge_violations": 0,
    "num_qc_diameter_violations": 0,
    "num_qc_center_violations": 0,
}


class Diameter(TaskAnalysis):
    """Stands for the analysis of the diameter: the same three rows everywhere."""

    kind: ClassVar[Kind] = DIAMETER
    version: ClassVar[int] = 1
    params: ClassVar[tuple[Param, ...]] = ()

    def run(self, task: Task) -> Result:
        """Measure nothing."""
        del task
        table = pd.DataFrame({name: np.arange(3.0) for name in DIAMETER.column_names})
        flags = [name for name in DIAMETER.column_names if "was_filtered" in name or "_violation" in name]
        table = table.astype({"center_row": int, **dict.fromkeys(flags, bool)})
        return Result(summary=dict(SUMMARY), table=table, method={"name": "none", "sentences": []})


@pytest.fixture(autouse=True)
def diameter(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "BUILT_IN", {**registry.BUILT_IN, "diameter": Diameter()})


@pytest.fixture
def acq(tmp_path: Path) -> cs.Acquisition:
    tifffile.imwrite(tmp_path / "a.tif", kymograph(600, 40, flow=0.83, seed=2).image)
    found = cs.open(tmp_path / "a.tif")
    found.update_calibration(seconds_per_line=0.001, um_per_pixel=0.25)
    found.add_rect(name="vessel", col_stop=38)
    return found


def measured(acq: cs.Acquisition, *names: str, roi_id: int = 1) -> list[int]:
    return [acq.analyze(name, roi_id=roi_id).roi_id for name in names]


@pytest.mark.parametrize("names", [("radon_velocity", "diameter"), ("diameter", "radon_velocity")])
def test_the_second_result_is_stored_under_a_twin_in_the_same_step(acq: cs.Acquisition, names: tuple[str, str]) -> None:
    assert measured(acq, *names) == [1, 2]
    label = "diameter" if names[1] == "diameter" else "velocity"
    original, twin = acq.rois
    assert (twin.name, twin.bounds) == (f"vessel {label}", original.bounds)
    assert any(f"stored under ROI 2, 'vessel {label}'" in notice for notice in acq.notices)
    acq.undo()
    assert acq.rois.ids == (1,)
    assert acq.record(names[1], roi_id=1) is None
    acq.redo()
    assert len(acq.rois) == len(names)


def test_run_twice_nothing_is_added(acq: cs.Acquisition) -> None:
    for _ in range(2):
        for roi in list(acq.rois):
            measured(acq, "diameter", "radon_velocity", roi_id=roi.roi_id)
    assert acq.rois.ids == (1, 2)
    assert [record.key for record in acq.records] == [("diameter", 0, 1), ("radon_velocity", 0, 2)]


@pytest.mark.parametrize("roi_id", [1, 2])
def test_either_id_finds_changes_and_deletes(acq: cs.Acquisition, roi_id: int) -> None:
    measured(acq, "diameter", "radon_velocity")
    velocity, diameter = acq.record("radon_velocity", roi_id=roi_id), acq.record("diameter", roi_id=roi_id)
    assert velocity is not None
    assert diameter is not None
    assert (velocity.roi_id, diameter.roi_id) == (2, 1)
    assert acq.compare_velocity(roi_id=roi_id).table is not None
    acq.detect_events(roi_id=roi_id)
    event = acq.add_event(roi_id=roi_id, start_s=0.2, stop_s=0.3)
    assert event.statistics["event_stats"]["n"] > 0
    acq.update_event(event.event_id, roi_id=3 - roi_id, note="seen")
    events = acq.record("event", roi_id=roi_id)
    assert events is not None
    assert (events.roi_id, events.events[-1].note) == (2, "seen")
    acq.delete_event(event.event_id, roi_id=roi_id)
    acq.delete_record("radon_velocity", roi_id=roi_id)
    assert acq.rois.ids == (1,)  # a twin that holds nothing goes with its last result
    assert [record.key for record in acq.records] == [("diameter", 0, 1)]


@pytest.mark.parametrize("roi_id", [1, 2])
def test_a_pair_is_moved_renamed_locked_and_deleted_as_one(acq: cs.Acquisition, roi_id: int) -> None:
    measured(acq, "diameter", "radon_velocity")
    acq.update_roi(roi_id, row_start=100, name="artery", is_locked=True)
    assert [roi.name for roi in acq.rois] == ["artery", "artery velocity"]
    assert [roi.bounds for roi in acq.rois] == [(100, 600, 0, 38)] * 2
    assert all(roi.is_locked for roi in acq.rois)
    assert all(record.is_stale(acq) for record in acq.records)
    acq.undo()
    assert [roi.bounds for roi in acq.rois] == [(0, 600, 0, 38)] * 2
    acq.delete_roi(roi_id)
    assert (len(acq.rois), len(acq.records)) == (0, 0)
    acq.undo()
    assert (len(acq.rois), len(acq.records)) == (2, 2)


def test_channels_share_one_twin(tmp_path: Path) -> None:
    image = kymograph(300, 40, flow=0.83, seed=2).image
    tifffile.imwrite(tmp_path / "two.tif", np.stack([image, image]), imagej=True, metadata={"axes": "CYX"})
    acq = cs.open(tmp_path / "two.tif")
    acq.add_rect()
    for channel, names in enumerate([("diameter", "radon_velocity"), ("radon_velocity", "diameter")]):
        for name in names:
            acq.analyze(name, roi_id=1, channel=channel)
    assert acq.rois.ids == (1, 2)
    assert acq.rois[1].name == "ROI 1 velocity"
    assert acq.dirty
    acq.save()
    assert cs.open(acq.path).rois == acq.rois


def test_a_saved_pair_comes_back_as_one_and_is_one_row(acq: cs.Acquisition) -> None:
    measured(acq, "diameter", "radon_velocity")
    acq.detect_events(roi_id=1)
    message = acq.save().message
    assert ": 1 ROI, " in message
    again = cs.open(acq.path)
    assert (again.rois, again.dirty) == (acq.rois, False)
    assert read_facts(acq.path).regions == 1
    shared = json.loads(Path(f"{acq.path}.json").read_text())
    assert [set(roi) for roi in shared["rois"]] == [{"roi_id", "roi_type", "version", "name", "note", "data"}] * 2
    own = json.loads(Path(f"{acq.path}.widgets.json").read_text())
    assert own["rois"]["2"]["twin_of"] == 1


def test_the_viewer_draws_a_pair_once(acq: cs.Acquisition, tmp_path: Path) -> None:
    measured(acq, "diameter", "radon_velocity")
    acq.detect_events(roi_id=1)
    acq.add_event(roi_id=1, start_s=0.2, stop_s=0.3)
    acq.save()
    with_session = Session(tmp_path)
    with_session.wait_for_scan(10)
    with_session.select("a.tif")
    viewer = ImageViewer(with_session)
    with_session.selection.roi_id = 2
    assert [roi["roi_id"] for roi in viewer.rois] == [1]
    assert viewer.selected_roi == 1
    assert {mark["roi_id"] for mark in viewer.events} == {1}
    viewer.close()


@pytest.mark.parametrize("own_file", ["kept", "of version 1", "gone"])
def test_copies_of_version_0_1_become_twins(acq: cs.Acquisition, own_file: str) -> None:
    measured(acq, "diameter", "radon_velocity")
    acq.save()
    path = Path(f"{acq.path}.widgets.json")
    own = json.loads(path.read_text())
    if own_file == "of version 1":
        own["version"] = 1
        del own["rois"]
        path.write_text(json.dumps(own))
    elif own_file == "gone":
        path.unlink()
    again = cs.open(acq.path)
    assert again.record("radon_velocity", roi_id=1) is not None
    assert not again.dirty
    again.update_roi(1, name="artery")
    assert [roi.name for roi in again.rois] == ["artery", "artery velocity"]
    again.save()
    assert cs.open(acq.path).rois == again.rois


@pytest.mark.plants_files
@pytest.mark.parametrize("change", [{"row_start": 50}, {"name": "another velocity", "row_stop": 300}])
def test_a_region_that_another_program_moved_alone_is_one_of_its_own(
    acq: cs.Acquisition, change: dict[str, Any]
) -> None:
    measured(acq, "diameter", "radon_velocity")
    acq.save()
    path = Path(f"{acq.path}.json")
    said = json.loads(path.read_text())
    said["rois"][1]["name"] = change.get("name", said["rois"][1]["name"])
    said["rois"][1]["data"].update({key: value for key, value in change.items() if key != "name"})
    path.write_text(json.dumps(said))
    again = cs.open(acq.path)
    assert again.record("radon_velocity", roi_id=1) is None
    again.delete_roi(1)
    assert again.rois.ids == (2,)
    assert again.record("radon_velocity", roi_id=2) is not None


def test_two_writers_keep_a_pair(acq: cs.Acquisition) -> None:
    measured(acq, "diameter")
    acq.save()
    ours, theirs = cs.open(acq.path), cs.open(acq.path)
    theirs.add_rect(row_stop=50, name="theirs")
    theirs.save()
    measured(ours, "radon_velocity")
    ours.save()
    assert [roi.name for roi in ours.rois] == ["vessel", "theirs", "vessel velocity"]
    found = ours.record("radon_velocity", roi_id=1)
    assert found is not None
    assert found.roi_id == 3
    ours.undo()
    assert [roi.name for roi in ours.rois] == ["vessel", "theirs"]
    ours.redo()
    assert ours.record("radon_velocity", roi_id=1) is not None


def test_a_pair_whose_ids_were_taken_stays_a_pair(acq: cs.Acquisition) -> None:
    acq.save()
    ours, theirs = cs.open(acq.path), cs.open(acq.path)
    theirs.add_rect(row_stop=50, name="theirs")
    theirs.add_rect(row_stop=60, name="theirs too")
    theirs.save()
    ours.add_rect(row_start=10, name="new")
    measured(ours, "diameter", "radon_velocity", roi_id=2)
    ours.save()
    new = next(roi for roi in ours.rois if roi.name == "new")
    for name in ("diameter", "radon_velocity"):
        assert ours.record(name, roi_id=new.roi_id) is not None
    ours.delete_roi(new.roi_id)
    assert [roi.name for roi in ours.rois] == ["vessel", "theirs", "theirs too"]


def test_results_that_two_writers_made_of_one_region_become_a_pair(acq: cs.Acquisition) -> None:
    acq.save()
    ours, theirs = cs.open(acq.path), cs.open(acq.path)
    measured(theirs, "diameter")
    theirs.save()
    measured(ours, "radon_velocity")
    message = ours.save().message
    assert "Your velocity of ROI 1 is kept under ROI 2, 'vessel velocity'" in message
    assert [record.key for record in ours.records] == [("diameter", 0, 1), ("radon_velocity", 0, 2)]
    assert ours.record("radon_velocity", roi_id=1) is not None


def test_a_pair_that_two_writers_moved_is_kept_twice(acq: cs.Acquisition) -> None:
    measured(acq, "diameter", "radon_velocity")
    base = acq.snapshot
    merged = merge(base, base.with_roi_changed(1, row_start=50), base.with_roi_changed(2, row_start=100)).snapshot
    assert [roi.name for roi in merged.rois] == ["vessel", "vessel velocity", "vessel copy", "vessel copy velocity"]
    for roi_id, row_start in ((1, 100), (3, 50)):
        found = merged.find_record("radon_velocity", 0, roi_id)
        assert found is not None
        assert found.roi_id == roi_id + 1
        assert merged.rois.by_id(found.roi_id).bounds[0] == row_start


def test_velocity_on_the_diameters_of_a_real_recording(golden: Path) -> None:
    acq = cs.open(golden / "Capillary1_0001.tif")
    before = len(acq.rois)
    assert acq.analyze("radon_velocity", roi_id=2).roi_id == acq.analyze("radon_velocity", roi_id=2).roi_id
    assert len(acq.rois) == before + 1
    report = acq.save()
    assert f": {before} ROIs, " in report.message
    again = cs.open(acq.path)
    assert (again.rois, again.dirty) == (acq.rois, False)
    found = again.record("diameter", roi_id=again.rois[-1].roi_id)
    assert found is not None
    assert found.roi_id == 2

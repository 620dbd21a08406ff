"""Intensity and its events in an open recording: run, refused, saved, reopened, and beside CloudScope's own files."""

from __future__ import annotations

import json
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cloudscope_widgets as cs
from tests.analysis.sum_intensity.test_golden_numbers import differences

ONSETS_S = [1.0, 2.5, 4.2]


@pytest.fixture
def acq(tmp_path: Path) -> cs.Acquisition:
    made = cs.synthetic.calcium(3000, 12, onsets_s=ONSETS_S, background=80, cell_columns=(3, 12), snr_db=20)
    return cs.open(made.write(tmp_path / "cell.tif"))


def test_events_are_found_saved_and_come_back(acq: cs.Acquisition) -> None:
    cell, empty = acq.add_rect(col_start=3), acq.add_rect(col_stop=3)
    told: list[float] = []
    found = acq.analyze(
        "sum_intensity",
        roi_id=cell.roi_id,
        preset="medium",
        window_radius_points=10,
        derivative_threshold_per_sec=4.0,
        background=f"ROI {empty.roi_id}",
        progress=lambda fraction, _words: told.append(fraction),
    )
    assert (found.summary["num_peaks"], found.summary["background"], found.summary["status"]) == (3, 80.0, "ok")
    assert [event["onset"]["time_sec"] for event in found.summary["peak_events"]] == pytest.approx(ONSETS_S, abs=0.02)
    assert len(told) > 2
    acq.save()
    again = cs.open(acq.path)
    assert again.snapshot == acq.snapshot
    back = again.record("sum_intensity", roi_id=cell.roi_id)
    assert back is not None
    assert found.table is not None
    assert back.table is not None
    np.testing.assert_array_equal(back.table.to_numpy(np.float64), found.table.to_numpy(np.float64))
    assert (back.params["preset"], back.params["background"]) == ("medium", f"ROI {empty.roi_id}")
    assert "the mean of ROI 2" in back.methods_text()
    shared = json.loads((acq.path.parent / "cell.tif.json").read_text())["analysis"][0]["detection_params"]
    assert (shared["refractory_period_ms"], "preset" in shared, "background" in shared) == (250.0, False, False)


@pytest.mark.parametrize(
    ("params", "error", "words"),
    [
        ({"background": "ROI 9"}, cs.AnalysisError, "background is ROI 9, which is not there"),
        ({"background": "ROI 2"}, cs.AnalysisError, "needs a rectangle"),
        ({"level_fractions": "2"}, cs.AnalysisError, "level_fractions must be"),
        ({"baseline_method": "manual", "manual_f0_baseline": 0.0}, cs.AnalysisError, "must not be 0"),
        ({"baseline_percentile": 200}, ValueError, "baseline_percentile must be at most 100"),
        ({"treshold": 1}, TypeError, "unknown parameter 'treshold'"),
    ],
)
def test_what_is_refused_stores_nothing(
    acq: cs.Acquisition, params: dict[str, Any], error: type[Exception], words: str
) -> None:
    acq.add_rect()
    acq.add_line(row0=0, col0=0, row1=100, col1=5)
    before = acq.snapshot
    with pytest.raises(error, match=words):
        acq.analyze("sum_intensity", roi_id=1, **params)
    assert acq.snapshot == before


def test_without_a_time_per_line_a_run_is_refused_and_stores_nothing(tmp_path: Path) -> None:
    made = cs.synthetic.calcium(200, 4, onsets_s=[0.1])
    bare = cs.open(made.write(tmp_path / "bare.tif", with_text=False))
    bare.add_rect()
    with pytest.raises(cs.AnalysisError, match="time per line is not known"):
        bare.analyze("sum_intensity", roi_id=1)
    assert len(bare.records) == 0


def test_a_cancelled_run_keeps_the_earlier_result(acq: cs.Acquisition) -> None:
    acq.add_rect()
    first = acq.analyze("sum_intensity", roi_id=1)
    cancel = threading.Event()
    cancel.set()
    with pytest.raises(cs.Cancelled):
        acq.analyze("sum_intensity", roi_id=1, preset="fast", cancel=cancel)
    assert acq.record("sum_intensity", roi_id=1) == first


def test_velocity_and_intensity_share_a_region_without_a_twin(acq: cs.Acquisition) -> None:
    acq.add_rect()
    acq.analyze("radon_velocity", roi_id=1)
    assert acq.analyze("sum_intensity", roi_id=1).roi_id == 1
    assert len(acq.rois) == 1
    acq.save()
    assert len(cs.open(acq.path).records) == 2


OWN = {"cloudscope_widgets", "background", "bleached_fraction"}


def saved_record(image: Path, roi_id: int) -> dict[str, Any]:
    document = json.loads(image.with_name(f"{image.name}.json").read_text(encoding="utf-8"))
    keys = ("sum_intensity", roi_id)
    found: dict[str, Any] = next(
        each for each in document["analysis"] if (each["analysis_name"], each["roi_id"]) == keys
    )
    return found


def keep_one_result(image: Path, roi_id: int) -> None:
    """Leave one intensity of CloudScope's files, so that they are read at once."""
    sidecar, table = (image.with_name(f"{image.name}.{end}") for end in ("json", "sum_intensity.csv"))
    document = json.loads(sidecar.read_text(encoding="utf-8"))
    sidecar.write_text(json.dumps({**document, "analysis": [saved_record(image, roi_id)]}), encoding="utf-8")
    head, *lines = table.read_bytes().splitlines(keepends=True)
    table.write_bytes(b"".join([head, *(line for line in lines if line.startswith(f"0,{roi_id},".encode()))]))
    for name in ("radon_velocity", "diameter"):
        image.with_name(f"{image.name}.{name}.csv").unlink()


def is_stamp(name: str) -> bool:
    return name.startswith("analysis_")


@pytest.mark.parametrize("variant", ["manual_f0_nodetrend", "default"])
def test_our_saved_files_are_those_of_cloudscope_for_the_same_run(
    shared_data: Path, tmp_path: Path, variant: str
) -> None:
    golden = shared_data / "golden" / "small"
    said = json.loads((golden / f"calcium.sum_intensity_{variant}.json").read_bytes())
    image = tmp_path / "calcium.tif"
    image.write_bytes((golden / "calcium.tif").read_bytes())
    acq = cs.open(image)
    acq.update_calibration(seconds_per_line=0.001, um_per_pixel=0.25, time_label="s", space_label="um")
    acq.add_rect()
    acq.analyze("sum_intensity", roi_id=1, **said["detection_params"])
    acq.save()
    ours = saved_record(image, 1)
    assert ours["detection_params"] == said["detection_params"]
    summary = {name: value for name, value in ours["summary"].items() if name not in OWN and not is_stamp(name)}
    assert list(differences(summary, said["summary"], 1e-6)) == []
    if variant == "manual_f0_nodetrend":  # nothing was fitted, so that every digit agrees
        lines = (tmp_path / "calcium.tif.sum_intensity.csv").read_bytes().splitlines()
        theirs = (golden / f"calcium.sum_intensity_{variant}.csv").read_bytes().splitlines()
        assert lines == [b"channel,roi_id," + theirs[0], *(b"0,1," + line for line in theirs[1:])]


def test_a_result_of_cloudscope_is_measured_again_in_its_place_with_the_same_numbers(golden: Path) -> None:
    image = golden / "Capillary1_0001.tif"
    keep_one_result(image, 4)
    before = saved_record(image, 4)
    acq = cs.open(image)
    stored = acq.record("sum_intensity", roi_id=4)
    assert stored is not None
    acq.analyze("sum_intensity", roi_id=4, **stored.params)
    acq.save()
    after = saved_record(image, 4)
    assert after["detection_params"] == before["detection_params"]
    assert [set(each["summary"]) - OWN for each in (after, before)] == [set(before["summary"])] * 2
    for each in (after, before):
        each["summary"] = {name: value for name, value in each["summary"].items() if name not in OWN}
        each["summary"] = {name: value for name, value in each["summary"].items() if not is_stamp(name)}
    assert list(differences(after["summary"], before["summary"], 1e-6)) == []
    assert cs.open(image).snapshot == acq.snapshot

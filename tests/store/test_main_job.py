"""The main job from a script: open, mark, measure, save, and find everything again."""

from __future__ import annotations

import hashlib
import json
import os
import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import Stall, kymograph

REAL = (
    "Capillary1_0001.tif",
    "Image15.tif",
    "20250722/20250722_A89_0002.tif",
    "20250722/20250722_A89_0003.tif",
)
HEADER_KEYS = {
    *("shape", "dims", "sizes", "dtype", "num_channels", "num_scenes", "date", "time"),
    *("physical_unit_y", "physical_unit_x", "physical_label_y", "physical_label_x"),
}


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def strict_json(path: Path) -> dict[str, Any]:
    def refuse(name: str) -> None:
        raise AssertionError(f"{path.name} holds a bare {name}")

    found = json.loads(path.read_bytes().decode("utf-8"), parse_constant=refuse)
    assert isinstance(found, dict)
    return found


def beside(image: Path) -> set[str]:
    return {path.name for path in image.parent.iterdir() if path.name.startswith(image.name) and path != image}


@pytest.mark.parametrize("name", REAL)
def test_what_was_measured_is_there_again_and_the_image_is_untouched(real: Path, name: str) -> None:
    image = real / name
    before = sha256(image)
    acq = cs.open(image)
    roi = acq.add_rect(name="vessel")
    assert roi.bounds == (0, acq.header.shape[0], 0, acq.header.shape[1])
    record = acq.analyze("radon_velocity", roi_id=roi.roi_id, window_width=64)
    report = acq.save()
    again = cs.open(image)
    assert (again.snapshot, again.dirty, acq.dirty) == (acq.snapshot, False, False)
    restored = again.record("radon_velocity", roi_id=roi.roi_id)
    assert restored is not None
    for mine, theirs in ((record.table, restored.table), (record.quality, restored.quality)):
        assert mine is not None
        assert theirs is not None
        pd.testing.assert_frame_equal(mine, theirs, check_exact=True)
    assert sha256(image) == before
    assert report.files[-1].name == f"{image.name}.json"
    assert beside(image) == {f"{image.name}{end}" for end in (".json", ".widgets.json", ".radon_velocity.csv")}


def test_the_files_have_the_shared_format(real: Path) -> None:
    image = real / "Capillary1_0001.tif"
    acq = cs.open(image)
    acq.add_rect()
    acq.set_contrast(0, value_min=100.5, value_max=400, color_lut="Viridis")
    acq.analyze("radon_velocity", roi_id=1)
    acq.save()
    sidecar = strict_json(image.with_name(f"{image.name}.json"))
    assert set(sidecar) == {
        *("version", "accepted", "rois", "experiment_metadata", "image_header_metadata", "analysis", "image_contrast"),
    }
    assert (sidecar["version"], sidecar["accepted"], len(sidecar["experiment_metadata"])) == (2, True, 15)
    assert set(sidecar["image_header_metadata"]) == HEADER_KEYS
    assert sidecar["image_contrast"]["0"] == {
        "color_lut": "Viridis",
        "value_min": 100,
        "value_max": 400,
        "img_min": 105,
        "img_max": 400,
    }
    record = sidecar["analysis"][0]
    assert set(record) == {"analysis_name", "channel", "roi_id", "detection_params", "summary"}
    assert {"analysis_date", "analysis_time", "analysis_version", "num_windows"} <= record["summary"].keys()
    lines = image.with_name(f"{image.name}.radon_velocity.csv").read_bytes().split(b"\n")
    assert lines[0] == b"channel,roi_id,time_s,time_index,theta_deg,velocity"
    assert (len(lines), lines[-1]) == (1 + 1872 + 1, b"")
    strict_json(image.with_name(f"{image.name}.widgets.json"))


def test_the_calibration_and_speed_of_capillary1(real: Path) -> None:
    acq = cs.open(real / "Capillary1_0001.tif")
    header = acq.header
    assert header.seconds_per_line == pytest.approx(35.099 / 30000)
    assert (header.um_per_pixel, header.dwell_s, header.scan_direction) == (0.284, 2e-6, "forward")
    assert (header.calibration_source, header.shape, header.dtype) == ("text", (30000, 38), "uint16")
    acq.add_rect()
    record = acq.analyze("radon_velocity", roi_id=1)
    assert -1300 < record.summary["velocity_median"] < -1000
    assert record.summary["accepted_fraction"] > 0.95
    assert "1.17 ms apart and pixels 0.284 µm wide (read from the microscope's text file)" in record.methods_text()


@pytest.mark.parametrize("speed", [0.83, -2.37])
def test_the_speed_of_a_synthetic_recording_is_right_in_um_per_second(tmp_path: Path, speed: float) -> None:
    made = kymograph(4000, 80, flow=speed, scan_duty=0.9, seconds_per_line=0.0012, um_per_pixel=0.31)
    acq = cs.open(made.write(tmp_path / "cell.tif"))
    acq.add_rect()
    record = acq.analyze("radon_velocity", roi_id=1)
    assert record.summary["velocity_median"] == pytest.approx(speed * 0.31 / 0.0012, rel=0.01)


def test_a_stall_reads_zero(tmp_path: Path) -> None:
    made = kymograph(6000, 80, flow=Stall(1.37, [(2000, 4000)]), snr_db=15)
    acq = cs.open(made.write(tmp_path / "cell.tif"))
    acq.add_rect()
    table = acq.analyze("radon_velocity", roi_id=1).table
    assert table is not None
    stalled = table[(table["time_index"] > 2100) & (table["time_index"] < 3900)]["velocity"]
    assert stalled.notna().mean() > 0.95
    assert abs(stalled.median()) < 0.002 * 250


def test_times_and_rows_count_from_the_first_line_of_the_region(tmp_path: Path) -> None:
    made = kymograph(2000, 60, seconds_per_line=0.002)
    acq = cs.open(made.write(tmp_path / "cell.tif"))
    roi = acq.add_rect(row_start=1000, row_stop=1512, col_start=5, col_stop=55)
    table = acq.analyze("radon_velocity", roi_id=roi.roi_id, window_width=32).table
    assert table is not None
    assert len(table) == 512 // 8 - 3
    np.testing.assert_allclose(table["time_index"], np.arange(61) * 8 + 16)
    np.testing.assert_allclose(table["time_s"], table["time_index"] * 0.002)


def test_a_result_is_stale_while_what_it_was_made_from_differs(tmp_path: Path) -> None:
    acq = cs.open(kymograph(1000, 60).write(tmp_path / "cell.tif"))
    acq.add_rect()
    record = acq.analyze("radon_velocity", roi_id=1)
    assert not record.is_stale(acq)
    acq.update_roi(1, row_stop=900)
    assert record.stale_reasons(acq) == ("the region",)
    acq.undo()
    acq.update_calibration(um_per_pixel=0.5)
    assert record.stale_reasons(acq) == ("the pixel size",)
    acq.undo()
    assert not record.is_stale(acq)
    kymograph(1000, 60, seed=9).write(acq.path)
    assert record.stale_reasons(acq) == ("the image",)


def test_an_image_replaced_since_the_results_were_made_is_said_on_opening(tmp_path: Path) -> None:
    acq = cs.open(kymograph(1000, 60).write(tmp_path / "cell.tif"))
    acq.add_rect()
    acq.analyze("radon_velocity", roi_id=1)
    acq.save()
    assert cs.open(acq.path).notices == ()
    kymograph(1000, 60, seed=9).write(acq.path)
    again = cs.open(acq.path)
    record = again.record("radon_velocity", roi_id=1)
    assert record is not None
    assert record.is_stale(again)
    (notice,) = again.notices
    assert notice.startswith("cell.tif has been replaced since these results were made: velocity of ROI 1. Run them")


def test_a_run_is_one_step_and_a_failed_run_keeps_the_old_result(tmp_path: Path) -> None:
    acq = cs.open(kymograph(1000, 60).write(tmp_path / "cell.tif"))
    acq.add_rect()
    record = acq.analyze("radon_velocity", roi_id=1)
    acq.update_roi(1, row_stop=20)
    with pytest.raises(
        cs.AnalysisError, match="Velocity failed on ROI 1: the region has 20 lines, fewer than one window"
    ):
        acq.analyze("radon_velocity", roi_id=1)
    assert acq.record("radon_velocity", roi_id=1) == record
    acq.undo()
    acq.undo()
    assert (acq.record("radon_velocity", roi_id=1), len(acq.rois)) == (None, 1)


def test_progress_is_told_and_a_cancelled_run_stores_nothing(tmp_path: Path) -> None:
    acq = cs.open(kymograph(20_000, 128).write(tmp_path / "cell.tif"))
    acq.add_rect()
    before, told, cancel = acq.snapshot, list[float](), threading.Event()

    def progress(fraction: float, _what: str) -> None:
        told.append(fraction)
        cancel.set()

    with pytest.raises(cs.Cancelled):
        acq.analyze("radon_velocity", roi_id=1, progress=progress, cancel=cancel)
    assert acq.snapshot is before
    assert 0 < told[0] < 1


def test_a_region_with_a_diameter_gets_its_velocity_in_a_copy(golden: Path) -> None:
    acq = cs.open(golden / "Capillary1_0001.tif")
    before = acq.snapshot
    record = acq.analyze("radon_velocity", roi_id=2)
    copy = acq.rois.by_id(record.roi_id)
    assert (record.roi_id, copy.name, copy.bounds) == (6, "vessel velocity", acq.rois.by_id(2).bounds)
    assert acq.analyze("radon_velocity", roi_id=2).roi_id == 6
    acq.undo()
    acq.undo()
    assert acq.snapshot == before


def test_a_two_way_scan_is_refused_with_a_sentence(tmp_path: Path) -> None:
    acq = cs.open(kymograph(1000, 60).write(tmp_path / "cell.tif"))
    acq.update_calibration(dwell_s=1e-5, scan_direction="bidirectional")
    acq.add_rect()
    with pytest.raises(cs.AnalysisError, match="to and fro"):
        acq.analyze("radon_velocity", roi_id=1)


def test_unknown_analyses_parameters_and_channels_are_refused(tmp_path: Path) -> None:
    acq = cs.open(kymograph(200, 60).write(tmp_path / "cell.tif"))
    acq.add_rect()
    line = acq.add_line(row0=0, col0=0, row1=100, col1=30)
    with pytest.raises(ValueError, match="there is no analysis 'speed'"):
        acq.analyze("speed", roi_id=1)
    with pytest.raises(TypeError, match="unknown parameter 'window'"):
        acq.analyze("radon_velocity", roi_id=1, window=64)
    with pytest.raises(ValueError, match="window_width must be one of 16, 32, 64, 128, 256"):
        acq.analyze("radon_velocity", roi_id=1, window_width=50)
    with pytest.raises(ValueError, match="there is no channel 1"):
        acq.analyze("radon_velocity", roi_id=1, channel=1)
    with pytest.raises(KeyError, match="there is no ROI 7"):
        acq.analyze("radon_velocity", roi_id=7)
    with pytest.raises(cs.AnalysisError, match="ROI 2 is a line"):
        acq.analyze("radon_velocity", roi_id=line.roi_id)


def test_two_lines_open_but_give_no_velocity_and_nothing_is_written(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "short.tif", np.ones((2, 40), np.uint16))
    acq = cs.open(tmp_path / "short.tif")
    acq.add_rect()
    with pytest.raises(cs.AnalysisError, match="the region has 2 lines, fewer than one window of 64"):
        acq.analyze("radon_velocity", roi_id=1)
    assert [path.name for path in tmp_path.iterdir()] == ["short.tif"]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [(b"not an image at all", "is not a TIFF image"), (None, "is cut off"), (b"", "is not a TIFF image")],
)
def test_what_cannot_be_opened_is_said_and_nothing_is_written(tmp_path: Path, raw: bytes | None, reason: str) -> None:
    path = tmp_path / "cell.tif"
    if raw is None:
        tifffile.imwrite(path, np.ones((300, 40), np.uint16))
        raw = path.read_bytes()[:9000]
    path.write_bytes(raw)
    with pytest.raises(cs.ImageReadError, match=reason):
        cs.open(path)
    assert ([item.name for item in tmp_path.iterdir()], path.read_bytes()) == (["cell.tif"], raw)


@pytest.fixture
def read_only_folder() -> Iterator[Path]:
    """A folder with one recording into which this process cannot write, even when it began as root."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        tifffile.imwrite(folder / "cell.tif", np.ones((100, 40), np.uint16))
        (folder / "cell.tif").chmod(0o444)
        folder.chmod(0o555)
        is_root = os.geteuid() == 0
        if is_root:
            os.seteuid(65534)
        try:
            yield folder
        finally:
            if is_root:
                os.seteuid(0)
            folder.chmod(0o755)


def test_a_folder_without_write_access_is_said_and_the_edits_stay(read_only_folder: Path) -> None:
    acq = cs.open(read_only_folder / "cell.tif")
    acq.add_rect()
    with pytest.raises(
        cs.SaveError, match=r"cell\.tif was not saved: .*Permission denied\. Nothing on disk has changed"
    ):
        acq.save()
    assert (acq.dirty, len(acq.rois)) == (True, 1)
    assert [path.name for path in read_only_folder.iterdir()] == ["cell.tif"]


def test_undo_past_a_save_is_dirty_and_redo_is_clean_again(tmp_path: Path) -> None:
    acq = cs.open(kymograph(200, 40).write(tmp_path / "cell.tif"))
    acq.add_rect()
    acq.save()
    assert (acq.dirty, acq.save_state) == (False, "saved")
    acq.undo()
    assert (acq.dirty, acq.save_state) == (True, "unsaved")
    acq.redo()
    assert not acq.dirty


def test_an_edit_during_a_save_stays_unsaved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    acq = cs.open(kymograph(200, 40).write(tmp_path / "cell.tif"))
    acq.add_rect()
    original = os.fsync

    def edit_meanwhile(descriptor: int) -> None:
        original(descriptor)
        acq.update_experiment(note="later")

    monkeypatch.setattr(os, "fsync", edit_meanwhile)
    acq.save()
    assert (acq.dirty, cs.open(acq.path).experiment.note, len(cs.open(acq.path).rois)) == (True, "", 1)


def test_a_clean_recording_is_not_written(tmp_path: Path) -> None:
    acq = cs.open(kymograph(200, 40).write(tmp_path / "cell.tif"))
    assert acq.save().files == ()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cell.tif", "cell.txt"]


def test_several_channels_in_one_file_open_without_a_notice(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "rgb.tif", np.zeros((50, 40, 3), np.uint8), photometric="rgb")
    acq = cs.open(tmp_path / "rgb.tif")
    assert (acq.header.channels, acq.notices) == (3, ())


def test_without_a_line_time_there_is_no_scan_speed_and_no_word_of_it(tmp_path: Path) -> None:
    acq = cs.open(kymograph(1000, 60).write(tmp_path / "cell.tif", with_text=False))
    acq.update_calibration(um_per_pixel=0.25, dwell_s=2e-6)
    acq.add_rect()
    record = acq.analyze("radon_velocity", roi_id=1)
    assert not record.provenance["method"]["scan_speed"]["is_corrected"]
    assert "Pixels 0.25 µm wide (entered by hand)." in record.methods_text()

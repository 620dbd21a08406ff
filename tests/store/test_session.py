"""A folder of recordings: listed in the background, opened one at a time, saved together."""

from __future__ import annotations

import gc
import threading
from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.store.selection import ViewState
from cloudscope_widgets.synthetic import kymograph
from tests.saved_files import write_long_ago

PATIENCE_S = 20.0


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "day2").mkdir()
    made = kymograph(300, 40)
    for name in ("cell1.tif", "cell10.tif", "cell2.tif", "day2/cell1.tif", "day2/vessel.tif"):
        made.write(tmp_path / name)
    return tmp_path


def test_recordings_are_found_in_natural_order_without_an_event_loop(folder: Path) -> None:
    files = cs.Session(folder).wait_for_scan(PATIENCE_S)
    assert [entry.relative for entry in files] == [
        *("cell1.tif", "cell2.tif", "cell10.tif", "day2/cell1.tif", "day2/vessel.tif"),
    ]


def test_observers_hear_of_files_and_of_the_end(folder: Path) -> None:
    session, ended = cs.Session(folder), threading.Event()
    session.observe(lambda change: None if change["new"] else ended.set(), "is_scanning")
    session.refresh()
    assert ended.wait(PATIENCE_S)
    assert len(session.files) == 5


def test_a_recording_is_opened_once_and_shown_whole(folder: Path) -> None:
    session = cs.Session(folder)
    acq = session.select("cell2.tif")
    acq.add_rect()
    assert session.acquisition is acq
    assert [session.view.time_stop, session.view.position_stop] == pytest.approx([0.3, 10.0])
    session.select("day2/vessel.tif")
    assert session.selection.roi_id is None
    assert session.select(folder / "cell2.tif") is acq
    assert session.selection.roi_id == 1


def test_a_name_that_is_missing_or_not_unique_is_refused(folder: Path) -> None:
    session = cs.Session(folder)
    with pytest.raises(cs.ImageReadError, match=r"There is no recording cell7\.tif in"):
        session.select("cell7.tif")
    (folder / "day3").mkdir()
    kymograph(100, 40).write(folder / "day3" / "vessel.tif")
    session.refresh()
    with pytest.raises(cs.ImageReadError, match=r"2 recordings are called vessel\.tif: day2/vessel\.tif, day3/vessel"):
        session.select("vessel.tif")


@pytest.mark.plants_files
def test_saving_all_goes_on_past_a_file_that_fails(folder: Path) -> None:
    session = cs.Session(folder)
    for name in ("cell2.tif", "cell10.tif", "day2/vessel.tif"):
        session.select(name).add_rect()
    write_long_ago(folder / "cell2.tif.json", "{}")
    report = session.save_all()
    assert [saved.path.name for saved in report.saved] == ["cell10.tif", "vessel.tif"]
    assert [(path.name, "cannot be read" in str(error)) for path, error in report.failed] == [("cell2.tif", True)]
    assert report.message.startswith("Saved 2 recordings. cell2.tif was not saved")
    assert [acq.path.name for acq in session.unsaved()] == ["cell2.tif"]
    assert session.save_all().saved == ()


def test_unsaved_recordings_are_kept_when_many_others_are_opened(tmp_path: Path) -> None:
    made = kymograph(100, 40)
    for number in range(30):
        made.write(tmp_path / f"cell{number}.tif", with_text=False)
    session = cs.Session(tmp_path)
    session.select("cell0.tif").add_rect()
    for number in range(1, 30):
        session.select(f"cell{number}.tif")
    gc.collect()
    assert [acq.path.name for acq in session.unsaved()] == ["cell0.tif"]
    assert len(session.select("cell0.tif").rois) == 1


def test_split_channels_are_one_recording(tmp_path: Path) -> None:
    for channel in (1, 2):
        kymograph(200, 40, seed=channel).write(tmp_path / f"cell_C00{channel}T001.tif", with_text=False)
    session = cs.Session(tmp_path)
    assert [entry.name for entry in session.wait_for_scan(PATIENCE_S)] == ["cell_C001T001.tif"]
    acq = session.select("cell_C002T001.tif")
    assert (acq.path.name, acq.header.channels, acq.header.file_shape) == ("cell_C001T001.tif", 2, (2, 200, 40))
    assert (acq.pixels(1) == kymograph(200, 40, seed=2).image).all()
    acq.add_rect()
    acq.save()
    assert sorted(path.name for path in tmp_path.glob("*.json")) == ["cell_C001T001.tif.json"]


def test_a_file_and_a_manifest_are_sessions_too(folder: Path) -> None:
    assert [entry.name for entry in cs.Session(folder / "cell2.tif").files] == ["cell2.tif"]
    manifest = folder / "list.csv"
    manifest.write_text("_rel_path\nday2/vessel.tif\n../cell1.tif\n")
    session = cs.Session(manifest)
    assert [entry.relative for entry in session.files] == ["day2/vessel.tif"]
    assert "line 3" in session.notices[0]
    with pytest.raises(cs.ImageReadError, match="does not exist"):
        cs.Session(folder / "nowhere")


def test_an_empty_folder_is_a_session_without_files(tmp_path: Path) -> None:
    session = cs.Session(tmp_path)
    assert session.wait_for_scan(PATIENCE_S) == ()
    assert session.acquisition is None


def test_what_is_true_of_a_folder_is_said_once(golden: Path) -> None:
    image = golden / "Capillary1_0001.tif"
    for path in list(golden.iterdir()):
        if path.name.startswith(image.name):
            (golden / path.name.replace("0001", "0002")).write_bytes(path.read_bytes())
    session = cs.Session(golden)
    for entry in session.wait_for_scan(PATIENCE_S):
        session.select(entry.name)
    assert len(session.notices) == 1


def test_a_view_changes_as_one() -> None:
    view, seen = ViewState(), list[tuple[float, float]]()
    view.observe(lambda _change: seen.append((view.time_start, view.time_stop)), ["time_start", "time_stop"])
    view.show(time=(5.0, 7.0), position=(1.0, 2.0))
    assert seen == [(5.0, 7.0), (5.0, 7.0)]
    with pytest.raises(ValueError, match="a range of time must go upwards, got 3"):
        view.show(time=(3.0, 3.0))

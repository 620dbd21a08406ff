"""The main job through the Explorer's own commands, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import kymograph
from tests.widgets.fake_page import FakePage

PATIENCE_S = 20.0


@pytest.fixture
def explorer(tmp_path: Path) -> cs.Explorer:
    kymograph(4000, 50, flow=1.37).write(tmp_path / "cell.tif")
    session = cs.Session(tmp_path)
    session.wait_for_scan(PATIENCE_S)
    session.select("cell.tif")
    return cs.Explorer(session)


def test_draw_run_and_save_share_one_history_with_python(explorer: cs.Explorer) -> None:
    acq = explorer.session.acquisition
    assert acq is not None
    bounds = {"row_start": 100, "row_stop": 3900, "col_start": 4, "col_stop": 46}
    FakePage(explorer.image_viewer).command("roi.add", **bounds)
    roi = acq.rois.by_id(1)
    assert roi.bounds == (100, 3900, 4, 46)
    acq.update_roi(1, name="vessel")
    acq.analyze("radon_velocity", roi_id=1)
    bar = FakePage(explorer.save_bar)
    bar.command("save")
    assert explorer.message_bar.message["text"] == "Saved cell.tif: 1 ROI, velocity."
    for _ in range(3):
        bar.command("undo")
    assert (len(acq.rois), acq.can_undo, acq.dirty) == (0, False, True)
    for _ in range(3):
        bar.command("redo")
    assert not acq.dirty
    assert cs.open(acq.path).snapshot == acq.snapshot


def test_all_parts_speak_through_one_message_line(explorer: cs.Explorer) -> None:
    FakePage(explorer.image_viewer).command("roi.delete", roi_id=9)
    assert "there is no ROI 9" in explorer.message_bar.message["text"].replace("There", "there")
    shown = [explorer.save_bar, explorer.file_browser, explorer.image_viewer, explorer.velocity_panel.form]
    assert [part.has_message_line for part in shown] == [False] * 4


def test_two_viewers_of_a_session_agree(explorer: cs.Explorer) -> None:
    other = cs.ImageViewer(explorer.session)
    FakePage(other).command("roi.add", row_start=0, row_stop=50, col_start=0, col_stop=20)
    assert explorer.image_viewer.rois == other.rois
    assert explorer.image_viewer.selected_roi == other.selected_roi == 1


def test_a_closed_explorer_lets_go_of_everything(explorer: cs.Explorer) -> None:
    explorer.close()
    acq = explorer.session.acquisition
    assert acq is not None
    acq.add_rect()
    assert explorer.image_viewer.rois == []

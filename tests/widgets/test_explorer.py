"""The main job through the Explorer's own commands, without a browser."""

from __future__ import annotations

from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets.kit.actions import actions_of
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


def settled(explorer: cs.Explorer) -> cs.Session:
    """Session after what the Explorer opens by itself."""
    explorer.session.wait_for_scan(PATIENCE_S)
    explorer.file_browser._opens.wait(PATIENCE_S)  # noqa: SLF001  (the thread of the widget)
    return explorer.session


def test_a_folder_opens_with_its_first_readable_recording_and_its_first_lines(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"no image")
    for name in ("b.tif", "c.tif"):
        kymograph(4000, 50, seconds_per_line=0.001).write(tmp_path / name)
    explorer = cs.Explorer(cs.Session(tmp_path))
    acq = settled(explorer).acquisition
    assert acq is not None
    assert acq.path.name == "b.tif"
    assert explorer.image_viewer.time_view == (0.0, pytest.approx(1.0))
    assert explorer.message_bar.message["text"].startswith("Opened b.tif")
    assert not acq.dirty
    explorer.session.close()


def test_a_recording_that_is_selected_right_after_the_explorer_is_made_stays(tmp_path: Path) -> None:
    for name in ("a.tif", "b.tif"):
        kymograph(400, 50).write(tmp_path / name)
    explorer = cs.Explorer(cs.Session(tmp_path))
    chosen = explorer.session.select("b.tif")
    assert settled(explorer).acquisition is chosen
    explorer.session.close()


def test_an_explorer_keeps_what_is_open(explorer: cs.Explorer) -> None:
    session = settled(explorer)
    assert session.acquisition is not None
    assert session.view.time_stop == session.acquisition.header.duration_s


def test_a_folder_without_a_recording_opens_empty(tmp_path: Path) -> None:
    (tmp_path / "a.tif").write_bytes(b"no image")
    assert settled(cs.Explorer(cs.Session(tmp_path))).acquisition is None


def filled(explorer: cs.Explorer) -> list[str]:
    """Buttons that are filled now."""
    bar, form = explorer.save_bar, explorer.velocity_panel.form
    banner = [] if bar.banner is None else [one["label"] for one in bar.banner["answers"] if one["look"] == "primary"]
    save = ["Save"] if bar.bar["is_dirty"] and not bar.bar["is_blocked"] and not banner else []
    return [*banner, *save, *(["Run"] if form.run_state["is_next"] else [])]


def test_one_button_is_filled_at_most(explorer: cs.Explorer) -> None:
    acq = explorer.session.acquisition
    assert acq is not None
    assert filled(explorer) == ["Run"]  # on the whole image
    explorer.session.selection.roi_id = acq.add_rect(row_stop=400).roi_id
    assert filled(explorer) == ["Save"]
    acq.save()
    assert filled(explorer) == ["Run"]
    FakePage(explorer.velocity_panel.form).command("param.set", name="window_width", value="wide")
    assert filled(explorer) == []
    FakePage(explorer.velocity_panel.form).command("param.defaults")
    other = cs.open(acq.path)
    other.update_experiment(species="rat")
    other.save()
    acq.update_experiment(species="mouse")
    FakePage(explorer.save_bar).command("save")
    assert filled(explorer) == ["Keep both"]
    FakePage(explorer.save_bar).command("banner.answer", number=explorer.save_bar.banner["number"], answer="overwrite")
    acq.analyze("radon_velocity", roi_id=1)
    acq.save()
    assert filled(explorer) == []
    explorer.session.selection.roi_id = acq.add_rect(row_stop=300).roi_id
    explorer.save_bar.close()
    assert explorer.velocity_panel.form.run_state["is_next"]  # no Save is in view any more


def test_a_tab_shows_the_panel_of_its_analysis_and_gives_it_the_run_key(explorer: cs.Explorer) -> None:
    areas = {name: explorer._areas[name] for name in ("trace", "quality", "form")}  # noqa: SLF001  (what the page shows)
    assert areas["form"].children == (explorer.velocity_panel.form,)
    explorer.analysis_tabs.choose("diameter")
    panel = explorer.panel("diameter")
    assert [area.children for area in areas.values()] == [(panel.trace,), (panel.quality,), (panel.form,)]
    assert explorer.image_viewer.drawn_analyses == ("diameter",)
    actions_of(explorer.session).run("run")
    assert explorer.message_bar.message["text"] == "Draw a ROI first, or press W for the whole image."
    with pytest.raises(ValueError, match="there is no tab 'flow'"):
        explorer.analysis_tabs.choose("flow")
    explorer.close()
    assert panel.form.comm is None
    assert explorer.velocity_panel.form.comm is None

"""The image viewer: what is shown goes down as state, finished gestures come up as commands."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.pixels.auto_contrast import AutoContrast
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets.image.image_viewer import ImageViewer
from cloudscope_widgets.widgets.image.time_scale import time_scale
from cloudscope_widgets.widgets.kit.actions import actions_of
from tests.widgets.fake_page import FakePage

WHOLE = {"row_start": 0, "row_stop": 100, "col_start": 0, "col_stop": 20}


def _open(viewer: ImageViewer) -> Acquisition:
    """The open recording."""
    assert viewer.session.acquisition is not None
    return viewer.session.acquisition


# ------------------------------------------------------------ what is shown


def test_an_array_is_shown_in_lines_and_pixels(viewer: ImageViewer) -> None:
    image = viewer.image
    assert (image["lines"], image["columns"], image["is_time_known"], image["is_space_known"]) == (
        100,
        20,
        False,
        False,
    )
    assert (viewer.time_view, viewer.position_view) == ((0.0, 100.0), (0.0, 20.0))


def test_the_time_axis_is_made_when_the_page_or_a_program_asks_for_it(viewer: ImageViewer, page: FakePage) -> None:
    viewer.session.view.show(time=(20.0, 30.0))
    assert (viewer.time_axis, viewer.time_view) == (None, (20.0, 30.0))
    assert page.command("time.link")["kind"] == "done"
    scale = time_scale(viewer.session)
    assert (viewer.time_axis, viewer.time_view, viewer.scale) == (scale, (20.0, 30.0), scale)
    assert (scale.min, scale.max) == (20.0, 30.0)
    assert ImageViewer(viewer.session).time_axis is scale


@pytest.mark.parametrize("wrong", [np.zeros(5), np.zeros((2, 0)), np.zeros((2, 2), complex), "image.tif", None])
def test_what_is_no_image_is_refused_at_once(wrong: Any) -> None:  # noqa: ANN401  (anything)
    with pytest.raises(ValueError, match="an image"):
        ImageViewer(wrong)


def test_contrast_is_found_when_there_is_none_and_is_no_edit(viewer: ImageViewer, pixels: Any) -> None:  # noqa: ANN401
    viewer.wait(10)
    contrast = viewer.contrast["channels"][0]
    assert pixels.min() <= contrast["value_min"] < contrast["value_max"] <= pixels.max()
    acquisition = _open(viewer)
    assert (acquisition.dirty, acquisition.can_undo, len(acquisition.contrast)) == (False, False, 0)
    acquisition.set_contrast(0, value_min=1, value_max=2, color_lut="Viridis", gamma=0.5)
    assert viewer.contrast["channels"][0] == {"value_min": 1, "value_max": 2, "color_lut": "Viridis", "gamma": 0.5}


def test_the_viewer_follows_the_session_and_shows_nothing_without_a_recording(real: Path) -> None:
    session = Session(real)
    viewer = ImageViewer(session)
    assert (viewer.image, viewer.rois, viewer.contrast["channels"]) == (None, [], [])
    acquisition = session.select("Capillary1_0001.tif")
    image = viewer.image
    assert (image["name"], image["lines"], image["is_time_known"]) == ("Capillary1_0001.tif", 30_000, True)
    assert [roi["roi_id"] for roi in viewer.rois] == list(acquisition.rois.ids)
    session.select("Image15.tif")
    assert viewer.image["token"] != image["token"]
    session.select("Capillary1_0001.tif")
    assert viewer.image["token"] == image["token"]
    viewer.close()
    session.close()


def test_a_selection_that_has_gone_is_not_shown(viewer: ImageViewer) -> None:
    acquisition = _open(viewer)
    roi = acquisition.add_rect()
    viewer.session.selection.roi_id = roi.roi_id
    assert viewer.selected_roi == roi.roi_id
    acquisition.undo()
    assert (viewer.selected_roi, viewer.rois) == (None, [])


# ------------------------------------------------------------ edits


def test_each_gesture_is_one_step_with_a_name(viewer: ImageViewer, page: FakePage) -> None:
    acquisition = _open(viewer)
    page.command("roi.add", **WHOLE)
    assert (acquisition.undo_name, viewer.selected_roi) == ("Add ROI 1", 1)
    page.command("roi.update", roi_id=1, row_start=10, row_stop=50, col_start=0, col_stop=20)
    assert acquisition.undo_name == "Resize ROI 1"
    page.command("roi.update", roi_id=1, row_start=20, row_stop=60, col_start=0, col_stop=20)
    assert (acquisition.undo_name, viewer.rois[0]["bounds"]) == ("Move ROI 1", (20, 60, 0, 20))
    actions_of(viewer.session).run("undo")
    assert viewer.rois[0]["bounds"] == (10, 50, 0, 20)
    actions_of(viewer.session).run("redo")
    assert viewer.rois[0]["bounds"] == (20, 60, 0, 20)


def test_a_line_is_one_step_and_then_selected(viewer: ImageViewer, page: FakePage) -> None:
    page.command("line.add", row0=10, col0=3, row1=500, col1=-4)
    assert _open(viewer).undo_name == "Add ROI 1"
    assert (viewer.selected_roi, viewer.rois[0]["kind"], viewer.rois[0]["bounds"]) == (1, "line", (10, 3, 99, 0))


def test_bounds_outside_the_image_are_moved_inside(viewer: ImageViewer, page: FakePage) -> None:
    page.command("roi.add", row_start=-5, row_stop=10**9, col_start=19, col_stop=-3)
    assert viewer.rois[0]["bounds"] == (0, 100, 0, 19)


@pytest.mark.parametrize(
    ("kind", "fields", "reason"),
    [
        ("roi.update", {"roi_id": 9, **WHOLE}, "There is no ROI 9; ROIs of this file: 1, 2, 3."),
        ("roi.update", {"roi_id": 2, **WHOLE}, "ROI 2 is a line"),
        ("roi.update", {"roi_id": 3, **WHOLE}, "ROI 3 is locked"),
        ("roi.delete", {"roi_id": 3}, "ROI 3 is locked"),
        ("roi.delete", {"roi_id": 9}, "There is no ROI 9"),
        ("roi.add", {**WHOLE, "row_start": 0.5}, "row_start must be a whole number"),
        ("roi.add", {**WHOLE, "row_stop": float("nan")}, "row_stop must be a whole number"),
        ("roi.add", {**WHOLE, "name": "x"}, "unknown field"),
        ("selection.set", {"roi_id": 9}, "There is no ROI 9"),
        ("channel.set", {"channel": 1}, "There is no channel 1"),
        ("view.position", {"start": 30, "stop": 40}, "outside the image"),
        ("view.position", {"start": 5, "stop": 2}, "outside the image"),
        ("view.position", {"start": float("inf"), "stop": 2}, "start must be a number"),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    viewer: ImageViewer, page: FakePage, kind: str, fields: dict[str, Any], reason: str
) -> None:
    acquisition = _open(viewer)
    acquisition.add_rect()
    acquisition.add_line(row0=0, col0=0, row1=5, col1=5)
    acquisition.add_rect()
    acquisition.update_roi(3, is_locked=True)
    before = acquisition.snapshot
    answer = page.command(kind, **fields)
    assert answer["kind"] == "refused"
    assert reason in answer["reason"]
    assert acquisition.snapshot is before


def test_commands_without_a_recording_are_refused_in_words(tmp_path: Path) -> None:
    viewer = ImageViewer(Session(tmp_path))
    answer = FakePage(viewer).command("roi.add", **WHOLE)
    assert answer["reason"] == "No recording is open; choose one first."


def test_deleting_says_what_went_with_it(golden: Path) -> None:
    session = Session(golden)
    session.select("Capillary1_0001.tif")
    viewer = ImageViewer(session)
    page = FakePage(viewer)
    acquisition = _open(viewer)
    roi_id = acquisition.records[0].roi_id
    page.command("roi.delete", roi_id=roi_id)
    assert viewer.message["text"].startswith(f"ROI {roi_id} deleted, with its ")
    assert viewer.message["text"].endswith(". Undo brings it back.")
    assert (viewer.selected_roi, len(acquisition.records.of_roi(roi_id))) == (None, 0)
    viewer.close()
    session.close()


def test_the_position_range_is_kept_inside_the_image(viewer: ImageViewer, page: FakePage) -> None:
    page.command("view.position", start=-5, stop=12.5)
    assert viewer.position_view == (0.0, 12.5)


def test_keys_walk_through_the_regions_in_a_circle(viewer: ImageViewer) -> None:
    for _ in range(3):
        _open(viewer).add_rect()
    seen = []
    for action in ("next_roi", "next_roi", "previous_roi", "previous_roi"):
        actions_of(viewer.session).run(action)
        seen.append(viewer.selected_roi)
    assert seen == [1, 2, 1, 3]


def test_a_closed_viewer_lets_go(viewer: ImageViewer) -> None:
    session = viewer.session
    _open(viewer).add_rect()
    viewer.close()
    viewer.close()
    actions_of(session).run("next_roi")
    assert session.selection.roi_id is None


def test_automatic_contrast_is_one_step_and_shows_most_pixels(viewer: ImageViewer, page: FakePage) -> None:
    acquisition = _open(viewer)
    acquisition.set_contrast(0, value_min=0, value_max=1, gamma=0.5)
    page.command("contrast.auto")
    contrast = acquisition.contrast.get(0)
    assert contrast is not None
    assert (contrast.value_min, contrast.value_max) == AutoContrast().limits(acquisition.pixel_counts(0))
    assert contrast.gamma == 0.5
    acquisition.undo()
    assert acquisition.contrast.get(0) != contrast


# ------------------------------------------------------------ events


@pytest.fixture
def flowing() -> ImageViewer:
    """A viewer of a recording with two measured regions; the first has two events, the second one."""
    viewer = ImageViewer(kymograph(600, 24, flow=1.37, snr_db=10).image)
    acquisition = _open(viewer)
    for roi_id in (1, 2):
        acquisition.add_rect()
        acquisition.analyze("radon_velocity", roi_id=roi_id, window_width=64)
    acquisition.add_event(roi_id=1, start_s=300.0, stop_s=400.0, event_type="rise")
    acquisition.add_event(roi_id=1, start_s=100.0, stop_s=150.0, event_type="stall")
    acquisition.add_event(roi_id=2, start_s=200.0, stop_s=250.0)
    return viewer


def test_events_of_the_selected_region_are_shown_or_of_all(flowing: ImageViewer) -> None:
    shown = [(mark["roi_id"], mark["start_s"], mark["shape"]) for mark in flowing.events]
    assert shown == [(1, 100.0, "transient"), (2, 200.0, "user"), (1, 300.0, "rise")]
    flowing.session.selection.roi_id = 2
    assert [mark["start_s"] for mark in flowing.events] == [200.0]
    _open(flowing).update_event(flowing.events[0]["event_id"], roi_id=2, review="rejected")
    assert flowing.events[0]["review"] == "rejected"


def test_choosing_an_event_selects_its_region_too(flowing: ImageViewer) -> None:
    page, last = FakePage(flowing), flowing.events[-1]
    page.command("event.select", roi_id=last["roi_id"], event_id=last["event_id"])
    selection = flowing.session.selection
    assert (selection.roi_id, selection.event_id, flowing.selected_event) == (1, last["event_id"], last["event_id"])
    page.command("selection.set", roi_id=2)
    assert (selection.event_id, flowing.selected_event) == (None, None)


def test_an_event_that_has_gone_is_not_chosen(flowing: ImageViewer) -> None:
    answer = FakePage(flowing).command("event.select", roi_id=2, event_id=9)
    assert (answer["kind"], answer["reason"]) == ("refused", "There is no event 9 of ROI 2 any more.")
    assert flowing.session.selection.event_id is None

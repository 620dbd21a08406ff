"""The image viewer: pixels go down as tiles, finished gestures come up as commands."""

from __future__ import annotations

import importlib
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from cloudscope_widgets.core.errors import ImageReadError
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.auto_contrast import AutoContrast
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets._actions import actions_of
from cloudscope_widgets.widgets.image_viewer import ImageViewer
from cloudscope_widgets.widgets.tiles import TILE_BYTES
from cloudscope_widgets.widgets.time_scale import time_scale
from tests.widgets.fake_page import FakePage

WHOLE = {"row_start": 0, "row_stop": 100, "col_start": 0, "col_stop": 20}


@pytest.fixture
def pixels() -> Any:  # noqa: ANN401  (an array)
    return np.random.default_rng(3).integers(100, 900, (100, 20)).astype(np.uint16)


@pytest.fixture
def viewer(pixels: Any) -> ImageViewer:  # noqa: ANN401  (an array)
    return ImageViewer(pixels)


@pytest.fixture
def page(viewer: ImageViewer) -> FakePage:
    return FakePage(viewer)


def _open(viewer: ImageViewer) -> Acquisition:
    """The open recording."""
    assert viewer.session.acquisition is not None
    return viewer.session.acquisition


def _tiles(page: FakePage) -> list[tuple[dict[str, Any], bytes]]:
    """Tiles that the page got, with their pixels."""
    found = zip(page.received, page.buffers, strict=True)
    return [
        (data["content"], buffers[0])
        for data, buffers in found
        if data["method"] == "custom" and data["content"]["kind"] == "tile"
    ]


def _want(viewer: ImageViewer, page: FakePage, *tiles: list[int], **changes: Any) -> dict[str, Any]:  # noqa: ANN401
    wishes = [[*tile, 0] for tile in tiles]
    fields = {
        "client": "a",
        "token": viewer.image["token"],
        "channel": 0,
        "received": None,
        "pick": "mean",
        "tiles": wishes,
        **changes,
    }
    answer: dict[str, Any] = page.command("tiles.want", **fields)
    viewer.wait(10)
    return answer


# ------------------------------------------------------------ pixels


@pytest.mark.parametrize("dtype", ["uint8", ">u2", "float32"])
def test_a_tile_holds_the_pixels_in_the_byte_order_of_a_page(dtype: str, tmp_path: Path) -> None:
    image = np.memmap(tmp_path / "image.raw", dtype, "w+", shape=(3000, 100))
    image[:] = np.random.default_rng(4).integers(0, 250, image.shape)
    if dtype == "float32":
        image[5, 5] = np.nan
    viewer = ImageViewer(image)
    page = FakePage(viewer)
    assert _want(viewer, page, [0, 1])["kind"] == "done"
    content, buffer = _tiles(page)[0]
    rows = viewer.image["tile_rows"]
    expected = image[rows : 2 * rows].astype(np.dtype(viewer.image["value_kind"]).newbyteorder("<"))
    assert (content["level"], content["index"], content["rows"]) == (0, 1, len(expected))
    assert buffer == expected.tobytes()
    assert len(buffer) <= TILE_BYTES


def _as_kind(kind: str, pixels: NDArray[Any], folder: Path) -> Any:  # noqa: ANN401  (anything that can be sliced)
    """Array of some library that holds the given pixels."""
    if kind == "dask":
        return importlib.import_module("dask.array").from_array(pixels, chunks=(1000, 30))
    if kind == "zarr":
        stored = importlib.import_module("zarr").create_array(
            str(folder / "image.zarr"), shape=pixels.shape, dtype=pixels.dtype
        )
        stored[:] = pixels
        return stored
    np.save(folder / "image.npy", pixels)
    return np.load(folder / "image.npy", mmap_mode="r")


@pytest.mark.parametrize("kind", ["memmap", "dask", "zarr"])
def test_an_array_of_any_library_is_shown_as_a_numpy_array_is(kind: str, tmp_path: Path) -> None:
    pixels = np.random.default_rng(4).integers(0, 4000, (5000, 60)).astype(np.uint16)
    sent = []
    for array in (pixels, _as_kind(kind, pixels, tmp_path)):
        viewer = ImageViewer(array)
        page = FakePage(viewer)
        _want(viewer, page, [0, 0], [viewer.image["levels"] - 1, 0])
        sent.append(([buffer for _, buffer in _tiles(page)], viewer.contrast["channels"]))
        viewer.close()
    assert sent[0] == sent[1]
    assert len(sent[0][0]) == 2


def test_a_tile_that_is_under_way_is_not_sent_again(viewer: ImageViewer, page: FakePage) -> None:
    for received in (0, 0, 1, None):
        _want(viewer, page, [0, 0], received=received)
    assert [content["number"] for content, _ in _tiles(page)] == [1, 2, 3]


def test_tiles_of_an_image_that_is_not_shown_any_more_are_not_sent(viewer: ImageViewer, page: FakePage) -> None:
    assert _want(viewer, page, [0, 0], token="0" * 16)["kind"] == "done"
    assert (_tiles(page), viewer.message["text"]) == ([], "")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"tiles": [[0, 1, 0]]}, "there is no tile 1"),
        ({"tiles": [[1, 0, 0]]}, "there is no level 1"),
        ({"tiles": [[0, 0]]}, "its level, its index"),
        ({"tiles": [[0, 0, 0]] * 65}, "at most 64"),
        ({"tiles": [[0, -1, 0]]}, "tiles must be"),
        ({"channel": 1}, "there is no channel 1"),
        ({"client": "x" * 41}, "client must be"),
    ],
)
def test_a_tile_that_does_not_exist_is_refused(
    viewer: ImageViewer, page: FakePage, changes: dict[str, Any], reason: str
) -> None:
    answer = _want(viewer, page, **changes)
    assert answer["kind"] == "refused"
    assert reason.lower() in answer["reason"].lower()
    assert _tiles(page) == []


def test_a_newer_wish_replaces_what_was_not_sent_yet(viewer: ImageViewer) -> None:
    begun, go, done = threading.Event(), threading.Event(), []

    def first() -> None:
        begun.set()
        go.wait(10)

    def errand(name: str) -> Callable[[], None]:
        return lambda: done.append(name)

    viewer._errands.want("a", [first, errand("old")])  # noqa: SLF001  (what is tested)
    begun.wait(10)
    viewer._errands.want("a", [errand("new")])  # noqa: SLF001  (what is tested)
    go.set()
    viewer.wait(10)
    assert done == ["new"]


def _pixels_told(page: FakePage) -> list[dict[str, Any]]:
    """What the page was told of single pixels."""
    return [said for said in page.customs if said["kind"] == "pixel"]


def test_a_pixel_is_told_as_it_is_in_the_file(viewer: ImageViewer, page: FakePage, pixels: Any) -> None:  # noqa: ANN401
    place = {"token": viewer.image["token"], "channel": 0, "line": 99, "column": 7}
    assert page.command("pixel.read", client="a", **place)["kind"] == "done"
    viewer.wait(10)
    assert _pixels_told(page) == [{"kind": "pixel", **place, "value": int(pixels[99, 7])}]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"line": 100}, "there is no pixel 0 of line 100"),
        ({"column": 20}, "there is no pixel 20 of line 0"),
        ({"channel": 1}, "in channel 1"),
        ({"line": -1}, "line must be"),
    ],
)
def test_a_pixel_that_does_not_exist_is_refused(
    viewer: ImageViewer, page: FakePage, changes: dict[str, Any], reason: str
) -> None:
    place = {"client": "a", "token": viewer.image["token"], "channel": 0, "line": 0, "column": 0, **changes}
    answer = page.command("pixel.read", **place)
    viewer.wait(10)
    assert (answer["kind"], _pixels_told(page)) == ("refused", [])
    assert reason in answer["reason"].lower()


def test_a_pixel_of_an_image_that_is_not_shown_any_more_is_not_told(viewer: ImageViewer, page: FakePage) -> None:
    page.command("pixel.read", client="a", token="0" * 16, channel=0, line=0, column=0)
    viewer.wait(10)
    assert _pixels_told(page) == []


def test_an_image_that_cannot_be_read_is_said_and_the_next_wish_is_served(
    viewer: ImageViewer, page: FakePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    def gone(_channel: int = 0) -> Any:  # noqa: ANN401  (never returns)
        raise ImageReadError("a.tif has gone. Copy it back.")

    _want(viewer, page, [0, 0])  # takes what was read ahead
    with monkeypatch.context() as patch:
        patch.setattr(_open(viewer), "pixels", gone)
        _want(viewer, page, [0, 0])
    assert viewer.message == {"kind": "error", "text": "a.tif has gone. Copy it back.", "detail": ""}
    _want(viewer, page, [0, 0])
    assert len(_tiles(page)) == 2


def test_the_whole_recording_is_read_before_a_page_asks_and_each_tile_is_kept_once(pixels: Any) -> None:  # noqa: ANN401
    counted = _Counted(pixels)
    viewer = ImageViewer(counted)
    viewer.wait(10)
    page, read = FakePage(viewer), counted.count
    _want(viewer, page, [0, 0])
    assert counted.count == read
    _want(viewer, page, [0, 0])
    assert counted.count == read + 1
    assert [buffer for _, buffer in _tiles(page)] == [pixels.tobytes()] * 2


def test_the_brightest_lines_are_sent_when_a_page_asks_for_them() -> None:
    image = np.zeros((5000, 20), np.uint16)
    image[4321, 7] = 900
    viewer = ImageViewer(image)
    page, top = FakePage(viewer), viewer.image["levels"] - 1
    for pick in ("mean", "max"):
        _want(viewer, page, [top, 0], pick=pick)
    found = [(content["pick"], np.frombuffer(buffer, "<u2").max()) for content, buffer in _tiles(page)]
    assert found == [("mean", 900 // 5), ("max", 900)]


class _Counted:
    """An array that counts how often it is read."""

    def __init__(self, array: Any) -> None:  # noqa: ANN401  (an array)
        self.array, self.shape, self.dtype, self.count = array, array.shape, array.dtype, 0

    def __getitem__(self, key: slice) -> Any:  # noqa: ANN401  (an array)
        self.count += 1
        return self.array[key]

    def __array__(self, *_arguments: object, **_named: object) -> Any:  # noqa: ANN401  (an array)
        self.count += 1
        return self.array


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


def test_the_time_axis_is_made_when_the_page_or_a_program_asks_for_it(viewer: ImageViewer) -> None:
    assert viewer.time_axis is None
    viewer.session.view.show(time=(20.0, 30.0))
    assert viewer.time_view == (20.0, 30.0)
    assert FakePage(viewer).command("time.link")["kind"] == "done"
    assert viewer.time_axis is viewer.scale is time_scale(viewer.session)
    assert (viewer.scale.min, viewer.scale.max, viewer.time_view) == (20.0, 30.0, None)
    assert ImageViewer(viewer.session).time_axis is viewer.scale


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

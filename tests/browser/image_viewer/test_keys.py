"""Keys of the image, and the tool bar that does the same."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.harness.viewer import COLUMNS, LINES, WHOLE_S, WHOLE_UM, ViewerPage

TOOLS = {
    "v": "Select and move",
    "h": "Pan",
    "z": "Zoom to a box",
    "r": "Rectangle ROI",
    "l": "Line, measures a speed",
    "t": "Time range ROI",
}


def test_a_letter_takes_a_tool(viewer: ViewerPage) -> None:
    for key, tool in TOOLS.items():
        viewer.press("h" if key == "v" else "v", key)
        expect(viewer.button(tool)).to_have_attribute("aria-pressed", "true")


SHOWN_AFTER = {
    "+": (3 - 1 / 1.5, 3 + 1 / 1.5),
    "-": (1.5, 4.5),
    "PageDown": (4, 6),
    "PageUp": (0, 2),
    "Home": (0, 2),
    "End": (6, 8),
    "ArrowRight": (2.2, 4.2),
    "ArrowLeft": (1.8, 3.8),
    "f": (0, WHOLE_S),
}


def test_a_key_shows_another_time(viewer: ViewerPage) -> None:
    for key, shown in SHOWN_AFTER.items():
        viewer.show(2, 4)
        viewer.press(key)
        viewer.wait_for_time(*shown)


@pytest.mark.parametrize("way", ["Shift+F", "Zoom to ROI"])
def test_a_selected_region_is_zoomed_to(viewer: ViewerPage, way: str) -> None:
    viewer.add_rect((2000, 4000), (10, 30))
    if way == "Shift+F":
        viewer.press(way)
    else:
        viewer.button(way).click()
    viewer.wait_for_time(1.92, 4.08)
    viewer.wait_for_position(4.6, 15.4)


@pytest.mark.parametrize(("button", "shown"), [("Zoom in", (3 - 1 / 1.5, 3 + 1 / 1.5)), ("Zoom out", (1.5, 4.5))])
def test_buttons_zoom(viewer: ViewerPage, button: str, shown: tuple[float, float]) -> None:
    viewer.show(2, 4)
    viewer.button(button).click()
    viewer.wait_for_time(*shown)


def test_views_are_gone_back_to_and_forth_by_keys_and_buttons(viewer: ViewerPage) -> None:
    viewer.show(2, 4)
    viewer.press("f")
    viewer.wait_for_time(0, WHOLE_S)
    viewer.button("Zoom to a box").click()
    viewer.drag(viewer.at(1), viewer.at(5))
    viewer.wait_for_time(1, 5)
    viewer.press("Alt+ArrowLeft")
    viewer.wait_for_time(0, WHOLE_S)
    viewer.press("Alt+ArrowLeft")
    viewer.wait_for_time(2, 4)
    viewer.press("Alt+ArrowRight")
    viewer.wait_for_time(0, WHOLE_S)
    viewer.button("Next view").click()
    viewer.wait_for_time(1, 5)
    expect(viewer.button("Next view")).to_be_disabled()
    viewer.button("Previous view").click()
    viewer.wait_for_time(0, WHOLE_S)


def test_a_drag_is_one_view_of_the_history_with_its_position(viewer: ViewerPage) -> None:
    viewer.button("Zoom to a box").click()
    viewer.drag(viewer.at(2, 5), viewer.at(4, 15))
    viewer.wait_for_time(2, 4)
    viewer.drag(viewer.at(3, 10), viewer.at(2, 12))
    viewer.wait_for_time(3, 5)
    viewer.wait_for_position(3, 13)
    viewer.button("Previous view").click()
    viewer.wait_for_time(2, 4)
    viewer.wait_for_position(5, 15)


@pytest.mark.parametrize(
    ("key", "bounds"),
    [
        ("ArrowRight", [2001, 4001, 10, 30]),
        ("ArrowLeft", [1999, 3999, 10, 30]),
        ("ArrowUp", [2000, 4000, 11, 31]),
        ("ArrowDown", [2000, 4000, 9, 29]),
        ("Shift+ArrowRight", [2010, 4010, 10, 30]),
        ("Shift+ArrowDown", [2000, 4000, 0, 20]),
        ("Alt+ArrowRight", [2000, 4001, 10, 30]),
        ("Alt+ArrowUp", [2000, 4000, 10, 31]),
        ("Alt+Shift+ArrowLeft", [2000, 3990, 10, 30]),
    ],
)
def test_arrows_move_and_resize_the_selected_region(viewer: ViewerPage, key: str, bounds: list[int]) -> None:
    roi_id = viewer.add_rect((2000, 4000))
    viewer.press(key)
    viewer.wait_for_bounds(roi_id, bounds)


def test_w_makes_a_region_of_the_whole_image_and_d_a_second_one(viewer: ViewerPage) -> None:
    viewer.press("w")
    viewer.host.kernel.wait(f"[list(roi.bounds) for roi in acq.rois] == [[0, {LINES}, 0, {COLUMNS}]]")
    viewer.wait_for_rois()
    viewer.press("d")
    viewer.host.kernel.wait("len(acq.rois) == 2 and acq.rois[0].bounds == acq.rois[1].bounds")


def test_brackets_walk_through_the_regions(viewer: ViewerPage) -> None:
    first, second = (viewer.add_rect((start, start + 500), is_selected=False) for start in (1000, 3000))
    for key, selected in (("]", first), ("]", second), ("[", first)):
        viewer.press(key)
        viewer.host.kernel.wait(f"session.selection.roi_id == {selected}")


@pytest.mark.parametrize("key", ["Delete", "Backspace"])
def test_a_key_deletes_the_selected_region(viewer: ViewerPage, key: str) -> None:
    viewer.add_rect((2000, 4000))
    viewer.press(key)
    viewer.host.kernel.wait("len(acq.rois) == 0")
    expect(viewer.page.locator(".cs-message:visible .cs-clip")).to_contain_text("Undo brings it back.")


def test_c_finds_the_contrast(viewer: ViewerPage) -> None:
    viewer.host.kernel.run("acq.set_contrast(0, value_min=0, value_max=1)")
    viewer.press("c")
    viewer.host.kernel.wait("acq.contrast.get(0).value_max > 1")


def test_undo_and_redo_work_in_a_viewer_alone(viewer: ViewerPage) -> None:
    viewer.add_rect((2000, 4000))
    viewer.press("Control+z")
    viewer.host.kernel.wait("len(acq.rois) == 0")
    viewer.press("Control+Shift+z")
    viewer.host.kernel.wait("len(acq.rois) == 1")


def test_question_mark_lists_all_keys_and_escape_closes_the_list(viewer: ViewerPage) -> None:
    keys = viewer.root.get_by_role("region", name="All keys")
    before = viewer.host.notebook(viewer.page)
    viewer.press("?")
    expect(keys.get_by_text("previous, next view, with no ROI selected")).to_be_visible()
    expect(viewer.button("All keys")).to_have_attribute("aria-expanded", "true")
    image, listed = viewer.image.bounding_box(), keys.bounding_box()
    assert image is not None
    assert listed is not None
    assert listed["y"] + listed["height"] <= image["y"]
    viewer.page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    assert viewer.host.notebook(viewer.page) == before


def test_the_channel_is_chosen_in_the_tool_bar(viewer: ViewerPage) -> None:
    viewer.root.get_by_label("Channel").select_option("Channel 1")
    viewer.host.kernel.wait("session.selection.channel == 1")


def test_arrows_walk_through_the_tool_bar_and_enter_takes_a_tool(viewer: ViewerPage) -> None:
    viewer.button("Select and move").focus()
    viewer.page.keyboard.press("ArrowRight")
    viewer.page.keyboard.press("ArrowRight")
    expect(viewer.button("Zoom to a box")).to_be_focused()
    viewer.page.keyboard.press("Enter")
    expect(viewer.button("Zoom to a box")).to_have_attribute("aria-pressed", "true")
    assert viewer.position() == (0, WHOLE_UM)

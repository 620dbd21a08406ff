"""Tools that draw on the image."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.harness.viewer import COLUMNS, SECONDS_PER_LINE, UM_PER_PIXEL, ViewerPage
from tests.browser.harness.waiting import wait_until

LINE = "Line, measures a speed"
WITHIN_LINES = 12
"""About one pixel of the screen."""


def wait_for_roi(viewer: ViewerPage, kind: str) -> list[int]:
    """Bounds of the one region that was drawn; it is selected."""
    viewer.host.kernel.wait("len(acq.rois) == 1")
    assert viewer.host.kernel.eval("type(acq.rois[0]).__name__") == kind
    viewer.host.kernel.wait("session.selection.roi_id == acq.rois[0].roi_id")
    return viewer.bounds(viewer.host.kernel.eval("acq.rois[0].roi_id"))


def test_the_rectangle_tool_draws_and_is_put_down(viewer: ViewerPage) -> None:
    viewer.button("Rectangle ROI").click()
    viewer.drag(viewer.at(2, 4), viewer.at(5, 16))
    assert wait_for_roi(viewer, "RectRoi") == pytest.approx([2000, 5000, 8, 32], abs=WITHIN_LINES)
    expect(viewer.button("Select and move")).to_have_attribute("aria-pressed", "true")
    assert viewer.host.kernel.eval("acq.undo_name").startswith("Add ROI")


def test_the_time_range_tool_takes_all_positions(viewer: ViewerPage) -> None:
    viewer.button("Time range ROI").click()
    viewer.drag(viewer.at(2, 4), viewer.at(5, 5))
    bounds = wait_for_roi(viewer, "RectRoi")
    assert bounds == pytest.approx([2000, 5000, 0, COLUMNS], abs=WITHIN_LINES)
    assert bounds[2:] == [0, COLUMNS]


def test_the_line_tool_measures_while_it_draws(viewer: ViewerPage) -> None:
    viewer.show(2, 4)
    viewer.button(LINE).click()
    with viewer.held(viewer.at(2.5, 4), viewer.at(3.5, 14)):
        words = viewer.root.locator(".cs-reading-plate ~ text")
        expect(words).to_have_count(3)
        held = words.all_text_contents()
    row0, col0, row1, col1 = wait_for_roi(viewer, "LineRoi")
    assert [row0, col0, row1, col1] == pytest.approx([2500, 8, 3500, 28], abs=4)
    duration_s, length_um = (row1 - row0) * SECONDS_PER_LINE, (col1 - col0) * UM_PER_PIXEL
    speed = length_um / duration_s / 1000
    assert [text.replace("\u2009", "") for text in held] == [
        f"Δt {duration_s * 1000:.1f} ms",
        f"Δx {length_um:.2f} µm",
        f"{speed:.3f} mm/s",
    ]


def test_shift_locks_the_direction_of_a_line(viewer: ViewerPage) -> None:
    viewer.button(LINE).click()
    mouse, start, bend, stop = viewer.page.mouse, viewer.at(2, 10), viewer.at(3, 10), viewer.at(5, 19)
    mouse.move(*start)
    mouse.down()
    mouse.move(bend[0], start[1], steps=4)
    viewer.page.keyboard.down("Shift")
    mouse.move(*stop, steps=4)
    mouse.up()
    viewer.page.keyboard.up("Shift")
    row0, col0, row1, col1 = wait_for_roi(viewer, "LineRoi")
    assert col0 == col1
    assert [row0, row1] == pytest.approx([2000, 5000], abs=WITHIN_LINES)


@pytest.mark.parametrize("tool", ["Rectangle ROI", LINE, "Time range ROI"])
def test_less_than_four_pixels_are_a_click_and_draw_nothing(viewer: ViewerPage, tool: str) -> None:
    viewer.button(tool).click()
    x, y = viewer.at(3)
    viewer.drag((x, y), (x + 3, y + 2))
    expect(viewer.button(tool)).to_have_attribute("aria-pressed", "true")
    assert viewer.host.kernel.eval("len(acq.rois)") == 0


def test_a_tool_that_was_taken_twice_stays(viewer: ViewerPage) -> None:
    viewer.press("r", "r")
    for start in (1.0, 4.0):
        viewer.drag(viewer.at(start, 4), viewer.at(start + 2, 16))
    viewer.host.kernel.wait("len(acq.rois) == 2")
    expect(viewer.button("Rectangle ROI")).to_have_attribute("aria-pressed", "true")


def test_escape_gives_up_what_is_being_drawn_then_the_tool_then_the_selection(viewer: ViewerPage) -> None:
    viewer.add_rect((100, 400))
    viewer.press("l")
    with viewer.held(viewer.at(2, 4), viewer.at(4, 16)):
        expect(viewer.root.locator(".cs-reading-plate")).to_have_count(1)
        viewer.page.keyboard.press("Escape")
        expect(viewer.root.locator(".cs-reading-plate")).to_have_count(0)
    assert viewer.host.kernel.eval("len(acq.rois)") == 1
    viewer.page.keyboard.press("Escape")
    expect(viewer.button("Select and move")).to_have_attribute("aria-pressed", "true")
    assert viewer.host.kernel.eval("session.selection.roi_id is not None")
    viewer.page.keyboard.press("Escape")
    viewer.host.kernel.wait("session.selection.roi_id is None")


def test_the_zoom_box_shows_what_was_drawn(viewer: ViewerPage) -> None:
    viewer.button("Zoom to a box").click()
    viewer.drag(viewer.at(2, 5), viewer.at(5, 15))
    viewer.wait_for_time(2, 5)
    viewer.wait_for_position(5, 15)


def test_drawing_shows_regions_that_were_hidden(viewer: ViewerPage) -> None:
    viewer.add_rect((100, 400), is_selected=False)
    viewer.button("View").click()
    viewer.root.get_by_role("menuitemcheckbox", name="ROIs", exact=True).click()
    viewer.page.keyboard.press("Escape")
    expect(viewer.overview.locator(".cs-extent")).to_have_count(0)
    viewer.press("r")
    viewer.drag(viewer.at(2, 4), viewer.at(5, 16))
    wait_until(lambda: viewer.overview.locator(".cs-extent").count() == 2, "regions on the overview")

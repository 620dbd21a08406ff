"""Wheel, pointer and fingers on the image."""

from __future__ import annotations

import json
import math
import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.harness.messages import sent, watch_sent
from tests.browser.harness.viewer import (
    COLUMNS,
    LINES,
    SECONDS_PER_LINE,
    UM_PER_PIXEL,
    WHOLE_S,
    WHOLE_UM,
    ViewerPage,
)
from tests.browser.harness.waiting import wait_until

_NOTCH = 100
WATCH_WHEEL = """() => {
  window.wheel_ = null;
  addEventListener("wheel", event => { window.wheel_ = event.defaultPrevented; }, { once: true });
}"""
WATCH_MENUS = """() => {
  window.menus_ = [];
  addEventListener("contextmenu", event => {
    window.menus_.push(event.defaultPrevented);
    event.preventDefault();
  }, { once: true });
}"""


def turn_wheel(viewer: ViewerPage, time_s: float, notches: int, *, modifier: str = "") -> None:
    """Turn the wheel over a time in the image; negative is away from the person."""
    viewer.page.mouse.move(*viewer.at(time_s))
    if modifier:
        viewer.page.keyboard.down(modifier)
    viewer.page.mouse.wheel(0, notches * _NOTCH)
    if modifier:
        viewer.page.keyboard.up(modifier)


def plates(viewer: ViewerPage) -> Locator:
    """Labels of regions."""
    return viewer.root.locator(".cs-plate")


def test_the_wheel_does_nothing_without_the_focus(viewer: ViewerPage) -> None:
    viewer.page.evaluate("() => document.activeElement.blur()")
    viewer.page.evaluate(WATCH_WHEEL)
    turn_wheel(viewer, 2.0, -2)
    assert viewer.page.wait_for_function("() => window.wheel_ !== null && [wheel_]").json_value() == [False]
    assert viewer.time() == pytest.approx((0, WHOLE_S), abs=0.01)


def test_the_wheel_zooms_time_at_the_pointer(viewer: ViewerPage) -> None:
    viewer.focus()
    turn_wheel(viewer, 2.0, -3)
    length = WHOLE_S / 1.2**3
    viewer.wait_for_time(2.0 - 2.0 / WHOLE_S * length, 2.0 + 6.0 / WHOLE_S * length)
    assert viewer.position() == (0, WHOLE_UM)


def levels_asked_for(viewer: ViewerPage) -> set[int]:
    """Levels of the tiles that the page has asked for since it is watched."""
    lists = re.findall(r'"tiles":(\[\[.*?\]\])', " ".join(sent(viewer.page)))
    return {level for tiles in lists for level, *_ in json.loads(tiles)}


def test_what_the_next_turn_of_the_wheel_shows_is_asked_for_before(viewer: ViewerPage) -> None:
    lines = 0.8 * 1.1 * viewer.box(viewer.image)["width"]  # one notch further, single lines are needed
    finest, shown = 0, 1
    viewer.page.evaluate("() => document.activeElement.blur()")
    watch_sent(viewer.page)
    viewer.show(0, 2 * lines * SECONDS_PER_LINE)
    wait_until(lambda: shown in levels_asked_for(viewer), "asking for what is in view")
    viewer.page.mouse.move(*viewer.at(lines * SECONDS_PER_LINE))
    expect(viewer.reading("time")).to_have_text(re.compile(r"\d"))
    assert finest not in levels_asked_for(viewer)
    viewer.focus()
    viewer.page.mouse.move(*viewer.at(0.9 * lines * SECONDS_PER_LINE))
    wait_until(lambda: finest in levels_asked_for(viewer), "asking for what is in view next")


def test_shift_wheel_pans_time(viewer: ViewerPage) -> None:
    viewer.show(2, 4)
    viewer.focus()
    turn_wheel(viewer, 3.0, 2, modifier="Shift")
    viewer.wait_for_time(2.4, 4.4)


def test_alt_wheel_zooms_position(viewer: ViewerPage) -> None:
    viewer.focus()
    turn_wheel(viewer, 3.0, -2, modifier="Alt")
    viewer.wait_for_position(*(WHOLE_UM * (0.5 + sign * 0.5 / 1.2**2) for sign in (-1, 1)))
    assert viewer.time() == pytest.approx((0, WHOLE_S), abs=0.01)


Points = list[tuple[float, float]]


def move_fingers(viewer: ViewerPage, start: Points, stop: Points) -> None:
    """Put fingers down one after the other, move them together and lift them."""
    session = viewer.page.context.new_cdp_session(viewer.page)

    def send(kind: str, points: Points) -> None:
        fingers = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(points)]
        session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": fingers})

    for count in range(1, len(start) + 1):
        send("touchStart", start[:count])
    for share in (0.5, 1.0):
        pairs = zip(start, stop, strict=True)
        send("touchMove", [(a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share) for a, b in pairs])
    send("touchEnd", [])
    session.detach()


def pinch(viewer: ViewerPage, before: tuple[float, float], after: tuple[float, float]) -> None:
    """Move two fingers, each so far from 4 s and the middle position, in seconds and micrometres."""

    def fingers(away: tuple[float, float]) -> Points:
        return [viewer.at(4 - away[0], 10 - away[1]), viewer.at(4 + away[0], 10 + away[1])]

    move_fingers(viewer, fingers(before), fingers(after))


def test_two_fingers_zoom_time(viewer: ViewerPage) -> None:
    pinch(viewer, (1, 0), (2, 0))
    viewer.wait_for_time(2, 6, within=0.1)
    assert viewer.position() == (0, WHOLE_UM)


def test_clearly_diagonal_fingers_zoom_time_and_position(viewer: ViewerPage) -> None:
    box = viewer.box(viewer.image)
    slope = WHOLE_UM / box["height"] * box["width"] / WHOLE_S  # as far up as to the side, on the screen
    pinch(viewer, (0.5, 0.5 * slope), (1, slope))
    viewer.wait_for_time(2, 6, within=0.1)
    viewer.wait_for_position(WHOLE_UM / 4, WHOLE_UM * 3 / 4)


def test_one_finger_pans(viewer: ViewerPage) -> None:
    viewer.show(2, 4)
    move_fingers(viewer, [viewer.at(3)], [viewer.at(2.5)])
    viewer.wait_for_time(2.5, 4.5)


def test_the_pointer_is_read_and_marked_and_python_hears_nothing(viewer: ViewerPage) -> None:
    viewer.show(2, 4)
    viewer.host.kernel.run(
        "heard = []\nviewer.on_msg(lambda _widget, content, _buffers: heard.append(content['kind']))"
    )
    x, y = viewer.at(3.0, 5.2)
    viewer.page.mouse.move(x - 60, y)
    viewer.page.mouse.move(x, y, steps=20)
    viewer.wait_for_reading()
    line = int((viewer.reading("line").text_content() or "").replace("\u2009", ""))
    assert line == pytest.approx(3.0 / SECONDS_PER_LINE, abs=4)
    expect(viewer.reading("time")).to_have_text(
        f"{(viewer.time()[0] + viewer.seconds_of(x - viewer.box(viewer.image)['x'])):.3f}"
    )
    expect(viewer.reading("pixel")).to_have_text(str(math.floor(5.2 / UM_PER_PIXEL)))
    expect(viewer.root.locator(".cs-time-tag")).to_be_attached()
    assert set(viewer.host.kernel.eval("heard")) <= {"tiles.want", "pixel.read"}


@pytest.mark.parametrize("tool", ["Select and move", "Rectangle ROI", "Line, measures a speed", "Zoom to a box"])
def test_the_middle_button_pans_in_every_tool(viewer: ViewerPage, tool: str) -> None:
    viewer.show(2, 4)
    viewer.button(tool).click()
    viewer.drag(viewer.at(3), viewer.at(2.5), button="middle")
    viewer.wait_for_time(2.5, 4.5)
    assert viewer.host.kernel.eval("len(acq.rois)") == 0


def test_space_and_drag_pans_in_every_tool(viewer: ViewerPage) -> None:
    viewer.show(2, 4)
    viewer.press("r")
    viewer.page.keyboard.down("Space")
    viewer.drag(viewer.at(3), viewer.at(2.5))
    viewer.page.keyboard.up("Space")
    viewer.wait_for_time(2.5, 4.5)
    assert viewer.host.kernel.eval("len(acq.rois)") == 0


def test_a_double_click_on_the_ground_shows_the_whole_recording(viewer: ViewerPage) -> None:
    viewer.show(2, 4)
    viewer.page.mouse.dblclick(*viewer.at(3))
    viewer.wait_for_time(0, WHOLE_S)


def test_dragging_pans_also_inside_a_region(viewer: ViewerPage) -> None:
    roi_id = viewer.add_rect((0, LINES), (0, COLUMNS), is_selected=False)
    viewer.show(2, 4)
    viewer.drag(viewer.at(3), viewer.at(2.5))
    viewer.wait_for_time(2.5, 4.5)
    assert viewer.bounds(roi_id) == [0, LINES, 0, COLUMNS]


def test_dragging_an_edge_moves_a_region(viewer: ViewerPage) -> None:
    roi_id = viewer.add_rect((2000, 4000), is_selected=False)
    viewer.drag(viewer.at(2.5, 15), viewer.at(3.5, 15))
    viewer.wait_for_bounds(roi_id, [3000, 5000, 10, 30], within=20)
    assert viewer.host.kernel.eval("session.selection.roi_id") == roi_id


def test_dragging_the_label_moves_a_region(viewer: ViewerPage) -> None:
    roi_id = viewer.add_rect((2000, 4000), is_selected=False)
    box = plates(viewer).bounding_box()
    assert box is not None
    start = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    pixels = viewer.at(3)[0] - viewer.at(2)[0]
    viewer.drag(start, (start[0] + pixels, start[1]))
    viewer.wait_for_bounds(roi_id, [3000, 5000, 10, 30], within=20)


def test_dragging_a_handle_resizes_and_shift_keeps_the_centre(viewer: ViewerPage) -> None:
    roi_id = viewer.add_rect((3000, 5000))
    viewer.drag(viewer.at(5, 10), viewer.at(5.5, 10))
    viewer.wait_for_bounds(roi_id, [3000, 5500, 10, 30], within=20)
    viewer.wait_for_rois()
    viewer.page.keyboard.down("Shift")
    viewer.drag(viewer.at(viewer.bounds(roi_id)[1] * SECONDS_PER_LINE, 10), viewer.at(6, 10))
    viewer.page.keyboard.up("Shift")
    viewer.wait_for_bounds(roi_id, [2500, 6000, 10, 30], within=40)


def test_a_chevron_leads_to_the_edge_beyond_the_view(viewer: ViewerPage) -> None:
    viewer.add_rect((1000, 7000))
    viewer.show(3, 5)
    right = viewer.at(5, 10)
    viewer.page.mouse.click(right[0] - 11, right[1])
    viewer.wait_for_time(6, 8)


def test_a_click_selects_and_one_beside_selects_nothing(viewer: ViewerPage) -> None:
    roi_id = viewer.add_rect((2000, 4000), is_selected=False)
    viewer.page.mouse.click(*viewer.at(3))
    viewer.host.kernel.wait(f"session.selection.roi_id == {roi_id}")
    viewer.page.mouse.click(*viewer.at(6))
    viewer.host.kernel.wait("session.selection.roi_id is None")


def test_a_double_click_zooms_to_a_region_and_another_shows_everything(viewer: ViewerPage) -> None:
    viewer.add_rect((2000, 4000))
    viewer.page.mouse.dblclick(*viewer.at(3))
    viewer.wait_for_time(1.92, 4.08)
    viewer.page.mouse.dblclick(*viewer.at(3))
    viewer.wait_for_time(0, WHOLE_S)


def test_the_right_button_opens_a_menu_of_what_applies(viewer: ViewerPage) -> None:
    roi_id = viewer.add_rect((2000, 4000), is_selected=False)
    viewer.page.mouse.click(*viewer.at(3), button="right")
    menu = viewer.root.get_by_role("menu", name="Image")
    menu.get_by_role("menuitem", name="Zoom to ROI").click()
    viewer.wait_for_time(1.92, 4.08)
    viewer.page.mouse.click(*viewer.at(3), button="right")
    menu.get_by_role("menuitem", name="Delete ROI").click()
    viewer.host.kernel.wait(f"{roi_id} not in acq.rois.ids")
    viewer.page.mouse.click(*viewer.at(3), button="right")
    expect(menu.get_by_role("menuitem", name="Zoom to ROI")).to_have_count(0)
    viewer.page.keyboard.press("Escape")
    expect(menu).to_be_hidden()


def test_shift_and_the_right_button_are_left_to_the_browser(viewer: ViewerPage) -> None:
    viewer.page.evaluate(WATCH_MENUS)
    viewer.page.keyboard.down("Shift")
    viewer.page.mouse.click(*viewer.at(3), button="right")
    viewer.page.keyboard.up("Shift")
    assert viewer.page.wait_for_function("() => window.menus_.length && menus_").json_value() == [False]
    expect(viewer.root.get_by_role("menu", name="Image")).to_be_hidden()

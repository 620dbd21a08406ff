"""The strip of the whole recording above the image."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.harness.viewer import WHOLE_S, ViewerPage

_EVENTS = """
first = acq.add_rect()
acq.analyze("radon_velocity", roi_id=first.roi_id, window_width=64)
for start, kind in ((2.0, "rise"), (6.0, "fall")):
    acq.add_event(roi_id=first.roi_id, start_s=start, stop_s=start + 0.2, event_type=kind)
"""
EVENT_Y = 6


def test_dragging_the_window_pans(viewer: ViewerPage) -> None:
    viewer.show(2, 4)
    viewer.drag(viewer.on_overview(3), viewer.on_overview(5))
    viewer.wait_for_time(4, 6)


@pytest.mark.parametrize(("grip", "to", "shown"), [(2, 1, (1, 4)), (4, 7, (2, 7)), (2, 6, (4, 6))])
def test_dragging_a_grip_zooms(viewer: ViewerPage, grip: float, to: float, shown: tuple[float, float]) -> None:
    viewer.show(2, 4)
    viewer.drag(viewer.on_overview(grip), viewer.on_overview(to))
    viewer.wait_for_time(*shown, within=0.05)


def test_a_click_beside_the_window_centres_it_there(viewer: ViewerPage) -> None:
    viewer.show(2, 4)
    viewer.page.mouse.click(*viewer.on_overview(6))
    viewer.wait_for_time(5, 7)


def test_dragging_beside_the_window_makes_a_new_one(viewer: ViewerPage) -> None:
    viewer.show(1, 2)
    viewer.drag(viewer.on_overview(7), viewer.on_overview(4))
    viewer.wait_for_time(4, 7)


def test_escape_gives_up_a_drag_of_the_window(viewer: ViewerPage) -> None:
    viewer.show(2, 4)
    with viewer.held(viewer.on_overview(3), viewer.on_overview(6)):
        viewer.page.keyboard.press("Escape")
    viewer.wait_for_time(2, 4)


def test_a_window_at_the_end_stays_inside_the_recording(viewer: ViewerPage) -> None:
    viewer.show(2, 4)
    viewer.drag(viewer.on_overview(3), viewer.on_overview(WHOLE_S + 1))
    viewer.wait_for_time(WHOLE_S - 2, WHOLE_S)


def test_a_click_on_an_event_selects_it_and_goes_there(viewer: ViewerPage) -> None:
    viewer.host.kernel.run(_EVENTS)
    expect(viewer.overview.locator(".cs-event")).to_have_count(2)
    viewer.show(0.5, 1.5)
    viewer.page.mouse.click(*viewer.on_overview(6.1, EVENT_Y))
    viewer.wait_for_time(5.6, 6.6)
    viewer.host.kernel.wait("session.selection.event_id == 2 and session.selection.roi_id == first.roi_id")
    expect(viewer.overview.locator(".cs-selected-event")).to_have_count(1)


def test_events_and_regions_are_where_they_are_in_time(viewer: ViewerPage) -> None:
    viewer.host.kernel.run(_EVENTS)
    viewer.add_rect((2000, 4000))
    box, extent = viewer.overview.bounding_box(), viewer.overview.locator(".cs-extent.cs-selected").bounding_box()
    assert box is not None
    assert extent is not None
    assert [extent["x"], extent["x"] + extent["width"]] == pytest.approx(
        [viewer.on_overview(2)[0], viewer.on_overview(4)[0]], abs=2
    )


def test_the_strip_needs_no_pixels_of_its_own(viewer: ViewerPage) -> None:
    viewer.host.kernel.run(
        "wanted = []\n"
        "viewer.on_msg(lambda _w, content, _b: wanted.extend(content['tiles'])"
        " if content['kind'] == 'tiles.want' else None)"
    )
    viewer.show(2, 2.2)
    viewer.drag(viewer.on_overview(2.1), viewer.on_overview(5.1))
    viewer.wait_for_time(5, 5.2, within=0.05)
    levels = viewer.host.kernel.eval("[level for level, _ in wanted]")
    assert all(level == 0 for level in levels)

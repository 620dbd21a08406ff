"""What of the picture is shown, what is read, and what becomes of it in the page around it."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.harness.accessibility import AXE, violations
from tests.browser.harness.explorer import greys
from tests.browser.harness.viewer import ViewerPage
from tests.browser.harness.waiting import wait_until

PARTS = {
    "ROIs": ".cs-outline.cs-selected",
    "ROI labels": ".cs-plate",
    "Axes": ".cs-plot .cs-frame",
    "Scale bar": ".cs-scale-bar",
    "Read-out": ".cs-readout:visible",
}
MANY_GREYS = 20


def item(viewer: ViewerPage, name: str) -> Locator:
    """Line of the View menu."""
    return viewer.root.get_by_role("menuitemcheckbox", name=name, exact=True)


@pytest.mark.parametrize(("part", "selector"), PARTS.items())
def test_a_part_is_hidden_and_shown_by_the_view_menu(viewer: ViewerPage, part: str, selector: str) -> None:
    viewer.add_rect((2000, 4000))
    drawn = viewer.root.locator(selector)
    expect(drawn).not_to_have_count(0)
    viewer.button("View").click()
    item(viewer, part).click()
    expect(item(viewer, part)).to_have_attribute("aria-checked", "false")
    expect(drawn).to_have_count(0)
    item(viewer, part).click()
    expect(drawn).not_to_have_count(0)
    viewer.page.keyboard.press("Escape")


def test_the_view_menu_works_by_keys_alone(viewer: ViewerPage) -> None:
    button = viewer.button("View")
    button.focus()
    viewer.page.keyboard.press("Enter")
    expect(item(viewer, "ROIs")).to_be_focused()
    viewer.page.keyboard.press("ArrowUp")
    expect(item(viewer, "Brightest line")).to_be_focused()
    viewer.page.keyboard.press("ArrowUp")
    expect(item(viewer, "Read-out")).to_be_focused()
    viewer.page.keyboard.press("Space")
    expect(item(viewer, "Read-out")).to_have_attribute("aria-checked", "false")
    viewer.page.keyboard.press("Space")
    viewer.page.keyboard.press("Home")
    expect(item(viewer, "ROIs")).to_be_focused()
    viewer.page.keyboard.press("v")  # a letter is no tool here
    viewer.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    expect(button).to_have_attribute("aria-expanded", "false")


def test_a_press_elsewhere_closes_the_view_menu(viewer: ViewerPage) -> None:
    viewer.button("View").click()
    expect(item(viewer, "ROIs")).to_be_visible()
    viewer.page.mouse.click(*viewer.at(4))
    expect(item(viewer, "ROIs")).to_be_hidden()


def test_labels_and_cursor_are_switched_in_the_tool_bar(viewer: ViewerPage) -> None:
    viewer.add_rect((2000, 4000))
    viewer.page.mouse.move(*viewer.at(6))
    for name, selector in (("ROI labels", ".cs-plate"), ("Linked cursor", ".cs-time-tag")):
        drawn = viewer.root.locator(selector)
        expect(drawn).to_have_count(1)
        for count, pressed in ((0, "false"), (1, "true")):
            viewer.page.get_by_role("button", name=name, exact=True).first.click()
            viewer.page.mouse.move(*viewer.at(6))
            expect(viewer.button(name)).to_have_attribute("aria-pressed", pressed)
            expect(drawn).to_have_count(count)


def test_a_view_drawn_anew_shows_the_same_parts(viewer: ViewerPage) -> None:
    viewer.button("View").click()
    item(viewer, "Scale bar").click()
    viewer.page.keyboard.press("Escape")
    viewer.show_again()
    second = viewer.page.locator(".cs-image_viewer").nth(1)
    second.get_by_role("button", name="View", exact=True).click()
    expect(second.get_by_role("menuitemcheckbox", name="Scale bar")).to_have_attribute("aria-checked", "false")
    second.get_by_role("menuitemcheckbox", name="Scale bar").click()
    viewer.page.keyboard.press("Escape")
    viewer.button("View").click()
    item(viewer, "Scale bar").click()
    viewer.page.keyboard.press("Escape")


# ------------------------------------------------------------ read-out


def test_the_value_of_what_is_seen_is_there_at_once_and_the_exact_one_when_the_pointer_rests(
    viewer: ViewerPage,
) -> None:
    viewer.host.kernel.run("import numpy as np; pixels = np.asarray(acq.pixels(0))")
    viewer.page.mouse.move(*viewer.at(4.5, 7.2))
    viewer.wait_for_reading()
    expect(viewer.reading("value")).to_have_text(re.compile(r"^[^≈]*\d"))
    line, pixel, value = (
        int((viewer.reading(place).text_content() or "").replace("\u2009", "")) for place in ("line", "pixel", "value")
    )
    assert value == viewer.host.kernel.eval(f"int(pixels[{line}, {pixel}])")


def test_a_mean_is_marked_while_python_is_busy_and_no_old_answer_is_shown(viewer: ViewerPage) -> None:
    viewer.host.kernel.run("import threading\nstop = threading.Event()\nviewer._errands.want('block', [stop.wait])")
    try:
        viewer.page.mouse.move(*viewer.at(4.5, 7.2))
        expect(viewer.reading("value")).to_have_text(re.compile(r"≈.*\d"))
        viewer.page.mouse.move(*viewer.at(2.5, 12.2))
        expect(viewer.reading("value")).to_have_text(re.compile(r"≈.*\d"))
    finally:
        viewer.host.kernel.run("stop.set()")
    expect(viewer.reading("value")).to_have_text(re.compile(r"^[^≈]*\d"))
    line, pixel = (
        int((viewer.reading(place).text_content() or "").replace("\u2009", "")) for place in ("line", "pixel")
    )
    value = int((viewer.reading("value").text_content() or "").replace("\u2009", ""))
    assert value == viewer.host.kernel.eval(f"int(acq.pixels(0)[{line}, {pixel}])")


# ------------------------------------------------------------ the page around it


def pixels_across(canvas: Locator) -> int:
    """Width of what is painted on a canvas, which need not be that of its element."""
    found: int = canvas.evaluate("async canvas => (await createImageBitmap(canvas)).width")
    return found


def test_a_page_that_is_zoomed_to_twice_its_size_gets_twice_the_pixels(viewer: ViewerPage) -> None:
    width = viewer.box(viewer.image)["width"]
    wait_until(lambda: pixels_across(viewer.image) == pytest.approx(width, abs=1), "pixels across the image")
    session = viewer.page.context.new_cdp_session(viewer.page)
    size = viewer.page.viewport_size
    assert size is not None
    try:
        zoomed = {"width": size["width"] // 2, "height": size["height"] // 2, "deviceScaleFactor": 2, "mobile": False}
        session.send("Emulation.setDeviceMetricsOverride", zoomed)
        wait_until(lambda: viewer.box(viewer.image)["width"] < width, "the width of the image before")
        wait_until(
            lambda: pixels_across(viewer.image) == pytest.approx(2 * viewer.box(viewer.image)["width"], abs=1),
            "pixels across the image",
        )
    finally:
        session.send("Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": 1, "mobile": False})
        session.detach()
    wait_until(lambda: pixels_across(viewer.image) == pytest.approx(width, abs=1), "pixels across the image")


def test_the_picture_follows_the_size_of_the_widget(viewer: ViewerPage) -> None:
    before = viewer.box(viewer.image)["width"]
    viewer.host.kernel.run("viewer.layout.width = '600px'")
    wait_until(lambda: viewer.box(viewer.image)["width"] == 600 - 70, "the width of the image")
    assert viewer.box(viewer.overview.get_by_role("img"))["width"] == 600 - 70
    viewer.host.kernel.run("viewer.layout.width = None")
    wait_until(lambda: viewer.box(viewer.image)["width"] == before, "the width of the image")


def test_a_viewer_that_was_hidden_shows_what_has_changed_meanwhile(viewer: ViewerPage) -> None:
    viewer.root.evaluate("el => { el.parentElement.style.display = 'none'; }")
    viewer.host.kernel.run("session.view.show(time=(2.0, 4.0))")
    viewer.host.kernel.run("acq.set_contrast(0, value_min=0, value_max=60000)")
    viewer.host.kernel.run("acq.undo()")
    viewer.root.evaluate("el => { el.parentElement.style.display = ''; }")
    viewer.wait_for_time(2, 4)
    wait_until(lambda: greys(viewer.image) > MANY_GREYS, "the number of greys")
    wait_until(lambda: greys(viewer.overview.get_by_role("img")) > MANY_GREYS, "the number of greys of the overview")


def test_two_views_of_one_viewer_show_the_same_and_share_the_cursor(viewer: ViewerPage) -> None:
    viewer.show_again()
    second = viewer.page.locator(".cs-image_viewer").nth(1)
    expect(second.locator(".cs-window")).to_be_attached()
    viewer.show(2, 4)
    windows = [viewer.overview.locator(".cs-window"), second.locator(".cs-window")]
    wait_until(lambda: len({window.get_attribute("x") for window in windows}) == 1, "equal windows")
    wait_until(lambda: greys(second.get_by_role("img", name="Kymograph")) > MANY_GREYS, "the number of greys")
    viewer.root.scroll_into_view_if_needed()
    viewer.page.mouse.move(*viewer.at(3))
    expect(second.locator(".cs-time-tag")).to_have_count(1)


@pytest.mark.skipif(not AXE.exists(), reason="axe is not installed: make browser")
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_keeps_the_viewer_from_being_read_out(viewer: ViewerPage, theme: str) -> None:
    viewer.add_rect((2000, 4000))
    set_theme = "name => window.jupyterapp.commands.execute('apputils:change-theme', { theme: name })"
    viewer.page.evaluate(set_theme, f"JupyterLab {theme.title()}")
    viewer.page.locator(f"[data-jp-theme-light={'true' if theme == 'light' else 'false'}]").wait_for(state="attached")
    viewer.press("?")
    viewer.button("View").click()
    assert violations(viewer.page, ".cs-image_viewer") == []
    viewer.page.keyboard.press("Escape")
    viewer.press("Escape")
    viewer.page.evaluate(set_theme, "JupyterLab Light")

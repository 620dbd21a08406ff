"""Contrast on a page: pictures change at once, Python hears of finished gestures, and colours are exact."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile
from numpy.typing import NDArray
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness.accessibility import violations
from tests.browser.harness.browser import drag
from tests.browser.harness.explorer import ExplorerPage
from tests.browser.harness.host import Host
from tests.browser.harness.jupyterlab import JupyterLab
from tests.browser.harness.messages import sent, watch_sent
from tests.browser.harness.waiting import wait_until
from tests.browser.test_pixels import IS_PAINTED, LOOKS_LIKE_A_CARD

NAME = "cell.tif"
ONLY_LAB = pytest.mark.parametrize("host", ["jupyterlab"], indirect=True)
# At the end of the frame after each move of the pointer: whether the picture is another one than after the last.
WATCH_FRAMES = """canvas => {
  const picture = () => {
    const copy = new OffscreenCanvas(300, 30).getContext("2d");
    copy.drawImage(canvas, 0, 0, 300, 30);
    const { data } = copy.getImageData(0, 0, 300, 30);
    return data.reduce((hash, value) => (Math.imul(hash, 31) + value) | 0, 0);
  };
  let before = picture();
  window.frames_ = [];
  window.stop_ = new AbortController();
  window.addEventListener("pointermove", ({ buttons }) => {
    if (!buttons) return;
    requestAnimationFrame(() => Promise.resolve().then(() => setTimeout(() => {
      const now = picture();
      window.frames_.push(now !== before);
      before = now;
    })));
  }, { capture: true, signal: window.stop_.signal });
}"""
# Colours of a line across the picture, each as red, green, blue and opacity.
COLOURS = """(canvas, share) => {
  const { width, height } = canvas.getBoundingClientRect(); // its own numbers say nothing of a bitmap that it shows
  const [across, up] = [width, height].map(size => Math.round(size * devicePixelRatio));
  const copy = new OffscreenCanvas(across, up).getContext("2d", { willReadFrequently: true });
  copy.drawImage(canvas, 0, 0, across, up);
  return [...copy.getImageData(0, Math.floor(up * share), across, 1).data];
}"""


def wait_for_contrast(host: Host, condition: str) -> None:
    """Wait until the first channel has a contrast of its own, and ``shown`` is as the condition says."""
    host.kernel.wait(f"(lambda shown: shown is not None and {condition})(session.acquisition.contrast.get(0))")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A recording of two channels: in the first one every value of a byte, in the second one 100 everywhere."""
    ramp = np.repeat(np.arange(256, dtype=np.uint8)[:, None], 20, axis=1)
    stack = np.stack([ramp, np.full_like(ramp, 100)])
    tifffile.imwrite(tmp_path / NAME, stack, imagej=True, metadata={"axes": "CYX"})
    return tmp_path


@pytest.fixture
def explorer(host: Host, folder: Path) -> ExplorerPage:
    explorer = ExplorerPage(host, folder)
    explorer.choose(NAME)
    expect(bar(explorer.page).get_by_label("Darkest value").last).not_to_have_value("")
    return explorer


def bar(page: Page) -> Locator:
    return page.get_by_role("group", name="Contrast", exact=True)


def slider(page: Page, name: str) -> Locator:
    return bar(page).get_by_role("slider", name=name, exact=True)


def middle(element: Locator) -> tuple[float, float]:
    """Place of its middle on the screen, where it is then."""
    element.scroll_into_view_if_needed()
    box = element.bounding_box()
    assert box is not None
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def frames_of_widgets(page: Page) -> list[bytes]:
    """Messages of widgets that go either way from now on; the list grows."""
    seen: list[bytes] = []

    def take(event: dict[str, Any]) -> None:
        payload = event["response"]["payloadData"]
        data = base64.b64decode(payload) if event["response"]["opcode"] == 2 else payload.encode()
        if b"comm_msg" in data:
            seen.append(data)

    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    for direction in ("Received", "Sent"):
        session.on(f"Network.webSocketFrame{direction}", take)
    return seen


def colours(canvas: Locator, share: float = 0.5) -> NDArray[np.uint8]:
    """Colours along the picture (places, red green blue opacity)."""
    return np.array(canvas.evaluate(COLOURS, share), np.uint8).reshape(-1, 4)


def of_lines(canvas: Locator, lines: int = 256, share: float = 0.5) -> NDArray[np.uint8]:
    """Colour in the middle of each line of a whole recording."""
    row = colours(canvas, share)
    middles = ((np.arange(lines) + 0.5) * len(row) / lines).astype(int)
    found: NDArray[np.uint8] = row[middles]
    return found


def wait_for_colours(canvas: Locator, expected: NDArray[np.uint8], share: float = 0.5) -> None:
    def is_there() -> bool:
        return bool(np.array_equal(of_lines(canvas, len(expected), share), expected))

    wait_until(is_there, f"colours are not yet {expected[:3]} …")


def opaque(*channels: NDArray[Any] | int) -> NDArray[np.uint8]:
    """Red, green and blue with full opacity."""
    size = max(np.size(channel) for channel in channels)
    return np.stack([np.broadcast_to(channel, size) for channel in (*channels, 255)], axis=1).astype(np.uint8)


RAMP = np.arange(256)
STRETCHED = np.floor((RAMP - 51).clip(0, 153) / 153 * 255 + 0.5).astype(int)
"""The same from 51 to 204, where no value stands half way between two colours."""

# ------------------------------------------------------------ gestures


def test_a_drag_changes_the_picture_in_each_frame_and_is_told_once(host: Host, explorer: ExplorerPage) -> None:
    page = explorer.page
    host.kernel.run("session.acquisition.set_contrast(0, value_min=51, value_max=204)")
    expect(slider(page, "Darkest value")).to_have_attribute("aria-valuetext", "darkest at 51")
    wait_for_colours(explorer.image, opaque(STRETCHED, STRETCHED, STRETCHED))
    watch_sent(page)
    explorer.image.evaluate(WATCH_FRAMES)
    x, y = middle(slider(page, "Darkest value"))
    page.mouse.move(x, y + 20)
    page.mouse.down()
    for step in range(1, 9):
        page.mouse.move(x + 6 * step, y + 20)
        page.wait_for_function("count => window.frames_.length >= count", arg=step)
    assert page.evaluate("() => window.frames_") == [True] * 8
    assert sent(page) == []
    page.mouse.up()
    wait_for_contrast(host, "shown.value_min > 51")
    page.evaluate("() => window.stop_.abort()")
    (told,) = sent(page)
    assert "contrast.set" in told
    drawn = explorer.picture()
    low = host.kernel.eval("session.acquisition.contrast[0].value_min")
    expect(slider(page, "Darkest value")).to_have_attribute("aria-valuetext", f"darkest at {low:.0f}")
    assert explorer.picture() == drawn
    explorer.button("Undo").click()
    wait_for_contrast(host, "shown.value_min == 51")
    expect(slider(page, "Darkest value")).to_have_attribute("aria-valuetext", "darkest at 51")


@ONLY_LAB
def test_a_drag_changes_the_picture_while_python_is_busy_and_nothing_is_sent(
    host: JupyterLab, explorer: ExplorerPage, tmp_path: Path
) -> None:
    page = explorer.page
    host.kernel.run("session.acquisition.set_contrast(0, value_min=51, value_max=204)")
    expect(slider(page, "Darkest value")).to_have_attribute("aria-valuetext", "darkest at 51")
    wait_for_colours(explorer.image, opaque(STRETCHED, STRETCHED, STRETCHED))
    begun, stop = tmp_path / "begun", tmp_path / "stop"
    host.run_cell(
        page,
        "from pathlib import Path\n"
        f"Path({str(begun)!r}).touch()\n"
        f"while not Path({str(stop)!r}).exists():\n"
        "    sum(range(10_000))",
    )
    wait_until(begun.exists, "the beginning of the cell")
    told = frames_of_widgets(page)
    explorer.image.evaluate(WATCH_FRAMES)
    x, y = middle(slider(page, "Darkest value"))
    page.mouse.move(x, y + 20)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + 6 * step, y + 20)
        page.wait_for_function("count => window.frames_.length >= count", arg=step)
    assert page.evaluate("() => window.frames_") == [True] * 5
    assert told == []
    page.mouse.up()
    page.evaluate("() => window.stop_.abort()")
    drawn = explorer.picture()
    stop.touch()
    wait_for_contrast(host, "shown.value_min > 51")
    assert explorer.picture() == drawn


def check_that_both_limits_and_gamma_follow_the_mouse(explorer: ExplorerPage) -> None:
    host, page = explorer.host, explorer.page
    host.kernel.run("session.acquisition.set_contrast(0, value_min=50, value_max=150, gamma=1)")
    expect(slider(page, "Brightest value")).to_have_attribute("aria-valuetext", "brightest at 150")
    plot = page.locator(".cs-histogram")
    box = plot.bounding_box()
    assert box is not None
    (low, _), (high, _) = middle(slider(page, "Darkest value")), middle(slider(page, "Brightest value"))
    between = (low + high) / 2 - box["x"] + 20
    drag(plot, (between, 60), (between + 30, 60))
    wait_for_contrast(host, "shown.value_min > 60")
    assert host.kernel.eval("(lambda c: c.value_max - c.value_min)(session.acquisition.contrast[0])") == 100
    x, y = middle(slider(page, "Gamma"))
    drag(plot, (x - box["x"], y - box["y"]), (x - box["x"], y - box["y"] - 20))
    wait_for_contrast(host, "shown.gamma < 0.8")
    expect(bar(page).get_by_label("Gamma").last).to_have_value(
        f"{host.kernel.eval('session.acquisition.contrast[0].gamma'):g}"
    )


def check_that_handles_are_reached_and_moved_by_keys_as_one_step(explorer: ExplorerPage) -> None:
    host, page = explorer.host, explorer.page
    host.kernel.run("session.acquisition.set_contrast(0, value_min=50, value_max=150)")
    expect(slider(page, "Darkest value")).to_have_attribute("aria-valuetext", "darkest at 50")
    page.get_by_role("checkbox", name="Mark clipped").focus()
    page.keyboard.press("Tab")
    expect(slider(page, "Darkest value")).to_be_focused()
    before = host.notebook(page)
    for key in ("ArrowRight", "Shift+ArrowRight", "Shift+ArrowRight"):
        page.keyboard.press(key)
    expect(slider(page, "Darkest value")).to_have_attribute("aria-valuetext", "darkest at 55")
    wait_for_contrast(host, "shown.value_min == 55")
    page.keyboard.press("Enter")
    wait_for_contrast(host, "shown.value_min < 10")
    host.kernel.run("session.acquisition.undo()")
    host.kernel.run("session.acquisition.undo()")
    assert host.kernel.eval("session.acquisition.contrast[0].value_min") == 50
    assert host.notebook(page) == before


def check_that_a_drag_is_given_up_with_escape(explorer: ExplorerPage) -> None:
    host, page = explorer.host, explorer.page
    before = explorer.picture()
    x, y = middle(slider(page, "Brightest value"))
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x - 80, y)
    wait_until(lambda: explorer.picture() != before, "the picture before the drag")
    page.keyboard.press("Escape")
    wait_until(lambda: explorer.picture() == before, "the picture during the drag")
    page.mouse.up()
    assert not host.kernel.eval("session.acquisition.can_undo")


def check_automatic_limits_by_button_key_and_double_click(explorer: ExplorerPage) -> None:
    host, page = explorer.host, explorer.page

    def press_in_bar() -> None:
        bar(page).focus()
        page.keyboard.press("c")

    def press_in_image() -> None:
        explorer.image.click()
        page.keyboard.press("c")

    for act in (explorer.button("Auto").click, press_in_bar, press_in_image):
        host.kernel.run("session.acquisition.set_contrast(0, value_min=50, value_max=150)")
        act()
        wait_for_contrast(host, "shown.value_max == 254")
    host.kernel.run("session.acquisition.set_contrast(0, value_min=50, value_max=150)")
    expect(slider(page, "Brightest value")).to_have_attribute("aria-valuetext", "brightest at 150")
    slider(page, "Brightest value").dblclick()
    wait_for_contrast(host, "shown.value_max == 254")
    assert host.kernel.eval("session.acquisition.contrast[0].value_min") == 50
    explorer.button("How automatic limits are found").click()
    bar(page).get_by_label("Automatic limits", exact=True).select_option("Smallest to largest")
    wait_for_contrast(host, "shown.value_max == 255")


def check_that_a_colour_table_is_seen_while_it_is_chosen(explorer: ExplorerPage) -> None:
    host, page = explorer.host, explorer.page
    before = explorer.picture()
    bar(page).get_by_role("button", name="Colour table: Gray").click()
    page.keyboard.press("ArrowDown")
    wait_until(lambda: explorer.picture() != before, "the picture in gray")
    page.keyboard.press("Escape")
    wait_until(lambda: explorer.picture() == before, "the picture in another table")
    bar(page).get_by_role("button", name="Colour table: Gray").click()
    page.get_by_role("option", name="Fire").click()
    wait_for_contrast(host, "shown.color_lut == 'Fire'")
    expect(bar(page).get_by_role("button", name="Colour table: Fire")).to_be_focused()


def check_that_a_number_that_makes_no_sense_is_refused_in_its_field(explorer: ExplorerPage) -> None:
    host = explorer.host
    field = bar(explorer.page).get_by_role("textbox", name="Darkest value")
    for text, reason in (("x", "Not a number"), ("9999", "Above the brightest value")):
        field.fill(text)
        field.press("Enter")
        expect(field).to_have_attribute("aria-invalid", "true")
        expect(field).to_have_attribute("title", reason)
    field.fill("33")
    field.press("Enter")
    wait_for_contrast(host, "shown.value_min == 33")
    expect(field).to_have_attribute("aria-invalid", "false")


@ONLY_LAB
def test_all_parts_of_the_bar(host: Host, explorer: ExplorerPage) -> None:
    before = explorer.picture()
    for check in (
        check_that_the_bar_breaks_no_rule_of_accessibility,
        check_that_both_limits_and_gamma_follow_the_mouse,
        check_that_handles_are_reached_and_moved_by_keys_as_one_step,
        check_that_a_drag_is_given_up_with_escape,
        check_that_a_colour_table_is_seen_while_it_is_chosen,
        check_that_a_number_that_makes_no_sense_is_refused_in_its_field,
        check_automatic_limits_by_button_key_and_double_click,  # which chooses others for the rest
    ):
        host.kernel.run("while session.acquisition.can_undo: session.acquisition.undo()")
        wait_until(lambda: explorer.picture() == before, f"the first picture, before {check.__name__}")
        check(explorer)


def test_the_channels_are_added_to_one_picture(host: Host, explorer: ExplorerPage) -> None:
    host.kernel.run("for channel in (0, 1): session.acquisition.set_contrast(channel, value_min=0, value_max=255)")
    wait_for_colours(explorer.image, opaque(RAMP, RAMP, RAMP))
    bar(explorer.page).get_by_role("checkbox", name="Composite").check()
    wait_for_colours(explorer.image, opaque(100, RAMP, 0))
    host.kernel.wait("session.display.is_composite")
    host.kernel.run("session.acquisition.set_contrast(1, color_lut='Blue')")
    wait_for_colours(explorer.image, opaque(0, RAMP, 100))
    bar(explorer.page).get_by_role("checkbox", name="Composite").uncheck()
    wait_for_colours(explorer.image, opaque(RAMP, RAMP, RAMP))


# ------------------------------------------------------------ exact colours

SHOWN = """
import ipywidgets
import numpy as np
import cloudscope_widgets as cs
ramp = np.repeat(np.arange(256)[:, None], 20, axis=1)
missing = ramp.astype("float32")
missing[100:150] = np.nan
shown = dict(
    uint8=ramp.astype("uint8"), uint16=ramp.astype("uint16"), float32=ramp.astype("float32"), missing=missing,
    channels=cs.open({path!r}),
)
viewers = dict((name, cs.ImageViewer(one, height="190px")) for name, one in shown.items())
def contrast(name, channel=0, **looks):
    viewers[name].session.acquisition.set_contrast(channel, **looks)
for name in viewers:
    contrast(name, value_min=0, value_max=255)
ipywidgets.VBox(list(viewers.values()))
"""
NAMES = ("uint8", "uint16", "float32", "missing", "channels")


@pytest.fixture(params=["processor", "card"])
def canvases(request: pytest.FixtureRequest, host: Host, folder: Path) -> Iterator[dict[str, Locator]]:
    """Canvases of several arrays on one page, painted in one of the two ways."""
    cells = (LOOKS_LIKE_A_CARD,) if request.param == "card" else ()
    page = host.open(*cells, SHOWN.format(path=str(folder / NAME)))
    page.wait_for_function(IS_PAINTED)
    images = page.get_by_role("img", name="Kymograph", exact=True)
    expect(images).to_have_count(len(NAMES))
    yield {name: images.nth(number) for number, name in enumerate(NAMES)}
    if request.param == "card":
        page.evaluate("() => undoCard()")


@ONLY_LAB
def test_colours_are_exact(host: Host, canvases: dict[str, Locator]) -> None:
    for dtype in ("uint8", "uint16", "float32"):
        check_that_every_value_has_the_colour_of_its_table(host, canvases[dtype], dtype)
    check_that_values_beyond_the_limits_are_marked(host, canvases["uint8"])
    check_that_missing_values_have_no_colour_and_show_hatching(canvases["missing"])
    check_that_channels_are_added_exactly(host, canvases["channels"])


def check_that_every_value_has_the_colour_of_its_table(host: Host, canvas: Locator, dtype: str) -> None:
    wait_for_colours(canvas, opaque(RAMP, RAMP, RAMP))
    host.kernel.run(f"contrast({dtype!r}, color_lut='Inverted Gray')")
    wait_for_colours(canvas, opaque(255 - RAMP, 255 - RAMP, 255 - RAMP))
    host.kernel.run(f"contrast({dtype!r}, color_lut='Green')")
    wait_for_colours(canvas, opaque(0, RAMP, 0))
    host.kernel.run(f"contrast({dtype!r}, color_lut='Fire')")
    wait_until(lambda: of_lines(canvas)[255].tolist() == [255, 255, 255, 255], "the last colour of Fire")
    assert of_lines(canvas)[0].tolist() == [0, 0, 0, 255]
    host.kernel.run(f"contrast({dtype!r}, color_lut='Gray', gamma=0.5)")
    gray = np.floor(255 * (RAMP / 255) ** 0.5 + 0.5)
    farthest = 1 if dtype == "float32" else 0  # the processor has 4096 steps for numbers that are not whole
    wait_until(lambda: abs(of_lines(canvas)[:, 0] - gray).max() <= farthest, "colours of gamma 0.5")


def check_that_values_beyond_the_limits_are_marked(host: Host, canvas: Locator) -> None:
    host.kernel.run("contrast('uint8', color_lut='Gray', gamma=1, value_min=51, value_max=204)")
    wait_for_colours(canvas, opaque(STRETCHED, STRETCHED, STRETCHED))
    host.kernel.run("viewers['uint8'].session.display.has_clipped_marks = True")
    expected = opaque(STRETCHED, STRETCHED, STRETCHED)
    expected[:51], expected[205:] = (42, 110, 255, 255), (255, 42, 42, 255)
    wait_for_colours(canvas, expected)


def check_that_missing_values_have_no_colour_and_show_hatching(canvas: Locator) -> None:
    expected = opaque(RAMP, RAMP, RAMP)
    expected[100:150] = 0
    wait_for_colours(canvas, expected)
    assert "repeating-linear-gradient" in canvas.evaluate("canvas => getComputedStyle(canvas).backgroundImage")


def check_that_channels_are_added_exactly(host: Host, canvas: Locator) -> None:
    host.kernel.run("contrast('channels', 1, value_min=0, value_max=255, color_lut='Gray')")
    host.kernel.run("viewers['channels'].session.display.is_composite = True")
    wait_for_colours(canvas, opaque(100, RAMP, 0))
    host.kernel.run("contrast('channels', 1, color_lut='Green')")
    wait_for_colours(canvas, opaque(0, (RAMP + 100).clip(0, 255), 0))


# ------------------------------------------------------------ for everybody


def check_that_the_bar_breaks_no_rule_of_accessibility(explorer: ExplorerPage) -> None:
    page = explorer.page
    explorer.button("How automatic limits are found").click()
    bar(page).get_by_role("checkbox", name="Mark clipped").check()
    assert violations(page, ".cs-contrast-bar") == []
    bar(page).get_by_role("button", name="Colour table: Gray").click()
    assert violations(page, ".cs-contrast-bar") == []
    page.keyboard.press("Escape")
    bar(page).get_by_role("checkbox", name="Mark clipped").uncheck()
    explorer.button("How automatic limits are found").click()

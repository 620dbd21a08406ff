"""A widget and a bqplot figure move as one, because the widget moves the figure's own scale."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page

from tests.browser.harness.browser import drag
from tests.browser.harness.host import Host

CELLS = (
    """
from tests.browser.probes.linked_view import CountedScale, LinkedView, figure
scale = CountedScale(min=2.0, max=4.0)
figure(scale)
""",
    "LinkedView(scale=scale)",
)
# After each frame: what the probe has drawn, and the range that follows from the ends of the curve from 0 to 10.
WATCH_FRAMES = """() => {
  const width = Number(document.querySelector(".bqplot .plotarea_background").getAttribute("width"));
  const [curve, probe] = [document.querySelector(".bqplot path.line"), document.querySelector(".probe")];
  const look = () => {
    const numbers = curve.getAttribute("d").match(/-?[\\d.]+/g).map(Number);
    const [left, right] = [numbers[0], numbers.at(-2)];
    const seconds = pixel => (pixel - left) / (right - left) * 10;
    window.frames_.push([JSON.parse(probe.dataset.drawn), [seconds(1), seconds(width - 1)]]);
  };
  const frame = () => {
    if (!curve.isConnected) return;
    setTimeout(look);
    requestAnimationFrame(frame);
  };
  window.frames_ = [];
  requestAnimationFrame(frame);
}"""


def open_linked(host: Host) -> Page:
    page = host.open(*CELLS)
    page.locator(".bqplot path.line[d]").wait_for(state="attached")
    page.evaluate(WATCH_FRAMES)
    return page


def drawn_ranges(page: Page) -> list[list[list[float]]]:
    found: list[list[list[float]]] = page.evaluate("() => window.frames_")
    return found


def wait_for_both(page: Page, range_: list[float]) -> None:
    """Wait for the frame in which the range is drawn, so that the frames before are known too."""
    page.wait_for_function(
        """range => window.frames_.at(-1)?.every(
            drawn => drawn.every((value, i) => Math.abs(value - range[i]) < 1e-3))""",
        arg=range_,
    )


def test_widget_and_figure_move_as_one(host: Host) -> None:
    page = open_linked(host)
    drag(page.locator(".probe"), (300, 20), (100, 20), steps=25)
    wait_for_both(page, [3.0, 5.0])
    assert host.kernel.wait("scale.messages") == [{"min": 3.0, "max": 5.0}]  # one for the whole drag

    host.kernel.run("with scale.hold_sync(): scale.min, scale.max = 6.0, 7.0")
    wait_for_both(page, [6.0, 7.0])
    assert host.kernel.eval("len(scale.messages)") == 1

    frames = drawn_ranges(page)
    assert len({drawn[0] for drawn, _ in frames}) > 5
    assert [frame for frame in frames if frame[0] != pytest.approx(frame[1], abs=1e-3)] == []

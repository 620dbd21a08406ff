"""The Explorer on a page, used as a person uses it: by names that are read out, by mouse and by keys."""

from __future__ import annotations

import re
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from tests.browser.harness.browser import drag
from tests.browser.harness.host import Host
from tests.browser.harness.waiting import wait_until

_GREYS = """canvas => {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]; // its own say nothing of a bitmap that it shows
  if (!width || !height) return 0;
  const copy = new OffscreenCanvas(width, height).getContext("2d");
  copy.drawImage(canvas, 0, 0, width, height);
  const { data } = copy.getImageData(0, 0, width, height);
  return new Set(data.filter((_, i) => i % 4 === 0)).size;
}"""
_MANY_GREYS = 20
_PICTURE = """canvas => {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight];
  const copy = new OffscreenCanvas(width, height).getContext("2d");
  copy.drawImage(canvas, 0, 0, width, height);
  const { data } = copy.getImageData(0, 0, width, height);
  return data.reduce((hash, value) => (Math.imul(hash, 31) + value) | 0, 0);
}"""
_SHOW_WHOLE = """
session.wait_for_scan(20)
explorer.file_browser._opens.wait(20)
if session.acquisition is not None:
    session.view.show(time=(0.0, session.acquisition.header.duration_s))
"""
_NEXT_TURN = """() => ({
  done: new Promise(resolve => addEventListener("wheel", () => resolve(), { once: true, capture: true })),
})"""
_POINTS = """plot => [...plot.querySelectorAll("path.line")].map(
  line => (line.getAttribute("d")?.match(/[ML]/g) ?? []).length)"""


def greys(canvas: Locator) -> int:
    """Count of different shades in a picture."""
    found: int = canvas.evaluate(_GREYS)
    return found


class ExplorerPage:
    """One Explorer in a host, on a folder of recordings."""

    def __init__(self, host: Host, folder: Path) -> None:
        """Show the Explorer of a folder, and its first recording whole.

        The notebook knows it as ``explorer``, and its session as ``session``.
        """
        self.host = host
        expect.set_options(timeout=20_000)
        self.page: Page = host.open(
            f"import cloudscope_widgets as cs\nsession = cs.Session({str(folder)!r})\nexplorer = cs.Explorer(session)",
            "explorer",
            "1 + 1",
        )
        host.kernel.run(_SHOW_WHOLE)

    def row(self, name: str) -> Locator:
        """Row of a recording in the list of files."""
        return self.page.get_by_role("row", name=name, exact=True)

    def button(self, name: str) -> Locator:
        """Button that is read out under a name."""
        return self.page.get_by_role("button", name=name, exact=True)

    @property
    def image(self) -> Locator:
        """The image of the recording."""
        return self.page.get_by_role("img", name="Kymograph", exact=True)

    @property
    def plot(self) -> Locator:
        """The plot of the velocity."""
        return self.page.get_by_role("img", name="Velocity", exact=True)

    @property
    def compared(self) -> Locator:
        """The numbers of the velocity by the other method, and in how many windows it differs."""
        return self.page.get_by_label("Velocity by the other method", exact=True)

    @property
    def message(self) -> Locator:
        """The sentence at the foot."""
        return self.page.locator(".cs-message:visible .cs-clip")

    def choose(self, name: str) -> None:
        """Open a recording by a click on its row, and wait for its picture."""
        self.row(name).click()
        expect(self.message).to_have_text(re.compile(f"Opened {re.escape(name)}"))
        wait_until(lambda: greys(self.image) > _MANY_GREYS, f"the picture of {name}")

    def draw_roi(self, start: tuple[float, float], stop: tuple[float, float]) -> None:
        """Draw a rectangle with the mouse; corners are shares of the image, time first, positions from below."""
        self._draw("Rectangle ROI", start, stop)

    def draw_line(self, start: tuple[float, float], stop: tuple[float, float]) -> None:
        """Draw a line with the mouse, between two places as above."""
        self._draw("Line, measures a speed", start, stop)

    def _draw(self, tool: str, start: tuple[float, float], stop: tuple[float, float]) -> None:
        self.button(tool).click()
        box = self.image.bounding_box()
        assert box is not None
        (time0, position0), (time1, position1) = start, stop
        begin = time0 * box["width"], (1 - position0) * box["height"]
        drag(self.image, begin, (time1 * box["width"], (1 - position1) * box["height"]))

    def wait_for_trace(self) -> None:
        """Wait until the curve of a velocity is drawn."""
        self.plot.wait_for()
        handle = self.plot.element_handle()
        self.page.wait_for_function(f"plot => ({_POINTS})(plot)[1] > 10", arg=handle)

    def picture(self) -> int:
        """A number that changes with the picture of the recording."""
        number: int = self.image.evaluate(_PICTURE)
        return number

    def pan(self, share: float) -> None:
        """Move the picture by a share of its width with the mouse, to the right."""
        box = self.image.bounding_box()
        assert box is not None
        middle, y = box["width"] / 2, box["height"] / 2
        self.button("Pan").click()
        drag(self.image, (middle, y), (middle + share * box["width"], y))

    def zoom_in(self, notches: int) -> None:
        """Turn the wheel over the middle of the picture to see less of the time; a click before it gives the focus."""
        self.image.click()
        for _ in range(notches // 4):
            turn = self.page.evaluate_handle(_NEXT_TURN)
            self.page.mouse.wheel(0, -400)
            self.page.evaluate("turn => turn.done", turn)  # a slow page would make one of several

    def wait_for_finest_pixels(self) -> None:
        """Point at the image, and wait until the value there comes from pixels of full resolution."""
        box = self.image.bounding_box()
        assert box is not None
        self.page.mouse.move(box["x"] + box["width"] / 3, box["y"] + box["height"] / 2)
        expect(self.page.locator(".cs-reading-line")).to_have_text(re.compile(r"\d"))
        expect(self.page.locator(".cs-reading-value")).to_have_attribute("data-level", "0")

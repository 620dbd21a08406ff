"""The image viewer alone on a page, used by mouse, by fingers and by keys."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.harness.jupyterlab import JupyterLab
from tests.browser.harness.waiting import wait_until

LINES, COLUMNS = 8000, 40
SECONDS_PER_LINE, UM_PER_PIXEL = 0.001, 0.5
WHOLE_S, WHOLE_UM = LINES * SECONDS_PER_LINE, COLUMNS * UM_PER_PIXEL
_OPEN = """
import cloudscope_widgets as cs
acq = cs.open({path!r})
acq.update_calibration(seconds_per_line={seconds}, um_per_pixel={um}, time_label="s", space_label="um")
viewer = cs.ImageViewer(acq, height="360px")
session = viewer.session
viewer
"""
_CLEAR = """
for roi in tuple(acq.rois):
    acq.update_roi(roi.roi_id, is_locked=False)
    acq.delete_roi(roi.roi_id)
session.selection.roi_id = None
session.selection.channel = 0
"""
_WINDOW = "el => [el.x.baseVal.value + 0.5, el.width.baseVal.value - 1]"
_GUTTER_LEFT, _GUTTER_RIGHT = 56, 14
_READ = re.compile(r"\d")

Point = tuple[float, float]
Range = tuple[float, float]


class ViewerPage:
    """One viewer of a calibrated recording with two channels.

    The notebook knows it as ``viewer``, its recording as ``acq`` and its session as ``session``.
    """

    def __init__(self, host: JupyterLab, image: Path) -> None:
        """Show the viewer, and wait for its first picture."""
        self.host = host
        expect.set_options(timeout=20_000)
        cell = _OPEN.format(path=str(image), seconds=SECONDS_PER_LINE, um=UM_PER_PIXEL)
        self.page: Page = host.open(cell, "1 + 1")
        self.root.scroll_into_view_if_needed()
        wait_until(lambda: self.time() == pytest.approx((0, WHOLE_S), abs=0.01), "the view of a new viewer")

    @property
    def root(self) -> Locator:
        """The whole widget."""
        return self.page.locator(".cs-image_viewer").first

    @property
    def image(self) -> Locator:
        """The picture of the part in view."""
        return self.page.get_by_role("img", name="Kymograph", exact=True).first

    @property
    def overview(self) -> Locator:
        """The strip of the whole recording with all that lies around it."""
        return self.root.locator(".cs-overview")

    def button(self, name: str) -> Locator:
        """Button that is read out under a name."""
        return self.root.get_by_role("button", name=name, exact=True)

    def reading(self, place: str) -> Locator:
        """Number of the read-out: time, position, line, pixel or value."""
        return self.root.locator(f".cs-reading-{place}")

    # ------------------------------------------------------------ places
    def at(self, time_s: float, position_um: float | None = None) -> Point:
        """Place on the screen of a time and a position of the present view; without a position, in the middle."""
        box = self.box(self.image)
        start, stop = self.time()
        low, high = self.position()
        wanted = (low + high) / 2 if position_um is None else position_um
        x = box["x"] + (time_s - start) / (stop - start) * box["width"]
        return x, box["y"] + box["height"] * (1 - (wanted - low) / (high - low))

    def on_overview(self, time_s: float, y: float = 28) -> Point:
        """Place on the screen of a time on the overview, ``y`` pixels from its top; the strip has its middle at 28."""
        box = self.box(self.overview)
        return box["x"] + _GUTTER_LEFT + time_s / WHOLE_S * (box["width"] - _GUTTER_LEFT - _GUTTER_RIGHT), box["y"] + y

    def seconds_of(self, pixels: float) -> float:
        """Duration that a width on the image shows."""
        start, stop = self.time()
        return pixels / self.box(self.image)["width"] * (stop - start)

    @staticmethod
    def box(element: Locator) -> dict[str, float]:
        """Place and size of an element on the screen."""
        box = element.bounding_box()
        assert box is not None
        return {"x": box["x"], "y": box["y"], "width": box["width"], "height": box["height"]}

    # ------------------------------------------------------------ what is seen
    def time(self) -> Range:
        """Time in view, as the window on the overview shows it."""
        width = self.box(self.overview)["width"] - _GUTTER_LEFT - _GUTTER_RIGHT
        left, length = self.overview.locator(".cs-window").evaluate(_WINDOW)
        start = (left - _GUTTER_LEFT) / width * WHOLE_S
        return start, start + length / width * WHOLE_S

    def position(self) -> Range:
        """Positions in view, as Python knows them."""
        low, high = self.host.kernel.eval("[session.view.position_start, session.view.position_stop]")
        return low, high

    def wait_for_time(self, start: float, stop: float, *, within: float = 0.02) -> None:
        """Wait until the page shows a time, and Python knows it."""
        wanted = pytest.approx((start, stop), abs=within)
        wait_until(lambda: self.time() == wanted or None, f"a window from {start} to {stop} s")
        view = "(session.view.time_start, session.view.time_stop)"
        self.host.kernel.wait(f"max(abs({view}[0] - {start}), abs({view}[1] - {stop})) <= {within}")

    def wait_for_position(self, start: float, stop: float, *, within: float = 0.2) -> None:
        """Wait until Python knows that positions are shown."""
        wait_until(lambda: self.position() == pytest.approx((start, stop), abs=within), f"{start} to {stop} µm")

    def show(self, start: float, stop: float) -> None:
        """Show a time from Python; once more where the page was still about to tell of an earlier move."""
        wanted = pytest.approx((start, stop), abs=0.02)

        def is_shown() -> bool:
            known = tuple(self.host.kernel.eval("[session.view.time_start, session.view.time_stop]"))
            if known != wanted:
                self.host.kernel.run(f"session.view.show(time=({start}, {stop}))")
            return known == wanted and self.time() == wanted

        wait_until(is_shown, f"a window from {start} to {stop} s")

    def add_rect(self, rows: tuple[int, int], columns: tuple[int, int] = (10, 30), *, is_selected: bool = True) -> int:
        """Add a rectangle from Python, and wait until it is drawn."""
        (first, last), (low, high) = rows, columns
        bounds = f"row_start={first}, row_stop={last}, col_start={low}, col_stop={high}"
        self.host.kernel.run(f"roi = acq.add_rect({bounds})")
        if is_selected:
            self.host.kernel.run("session.selection.roi_id = roi.roi_id")
        self.wait_for_rois()
        roi_id: int = self.host.kernel.eval("roi.roi_id")
        return roi_id

    def wait_for_rois(self) -> None:
        """Wait until all regions are drawn that Python has, and the selected one as selected."""
        self.host.kernel.wait("viewer.comm is not None")
        count = self.host.kernel.eval("len(acq.rois)")
        expect(self.overview.locator(".cs-extent")).to_have_count(count)
        is_selected = self.host.kernel.eval("session.selection.roi_id is not None")
        expect(self.overview.locator(".cs-extent.cs-selected")).to_have_count(int(is_selected))

    def bounds(self, roi_id: int) -> list[int]:
        """Bounds of a region, as Python has them."""
        found: list[int] = self.host.kernel.eval(f"list(acq.rois.by_id({roi_id}).bounds)")
        return found

    def wait_for_bounds(self, roi_id: int, bounds: list[int], *, within: int = 0) -> None:
        """Wait until a region has these bounds, give or take some lines."""
        wait_until(lambda: self.bounds(roi_id) == pytest.approx(bounds, abs=within) or None, f"bounds {bounds}")

    # ------------------------------------------------------------ what a person does
    def focus(self) -> None:
        """Give the widget the focus, without a click that could do something."""
        self.root.focus()

    def press(self, *keys: str) -> None:
        """Press keys while the widget has the focus."""
        self.focus()
        for key in keys:
            self.page.keyboard.press(key)

    def drag(self, start: Point, stop: Point, *, button: str = "left") -> None:
        """Drag with the mouse between two places on the screen."""
        with self.held(start, stop, button=button):
            pass

    @contextmanager
    def held(self, start: Point, stop: Point, *, button: str = "left") -> Iterator[None]:
        """Drag with the mouse, and hold the button for a while at the end."""
        mouse = self.page.mouse
        mouse.move(*start)
        mouse.down(button="middle" if button == "middle" else "left")
        mouse.move(*stop, steps=6)
        yield
        mouse.up(button="middle" if button == "middle" else "left")

    def show_again(self) -> None:
        """Show the same viewer once more, in a cell below."""
        self.host.run_cell(self.page, "viewer")

    def clear(self) -> None:
        """Bring the viewer back to where it began."""
        self.page.mouse.up()
        self.page.mouse.move(0, 0)
        self.press("Escape", "Escape", "Escape")
        self.host.kernel.run(_CLEAR)
        self.host.kernel.run(f"session.view.show(position=(0.0, {WHOLE_UM}))")
        self.show(0.0, WHOLE_S)
        self.wait_for_rois()

    def wait_for_reading(self) -> None:
        """Wait until the read-out tells a line."""
        expect(self.reading("line")).to_have_text(_READ)

"""Widgets that a user puts into boxes without any layout: each has room, and one tells that Python is ready."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from cloudscope_widgets.synthetic import kymograph
from tests.browser.harness.host import Host

SESSION = """
import cloudscope_widgets as cs
import ipywidgets
session = cs.Session({folder!r})
session.wait_for_scan()
session.select("cell.tif")
"""
BOXES = {
    "row": "ipywidgets.HBox([cs.FileBrowser(session), cs.ImageViewer(session)])",
    "column": "ipywidgets.VBox([cs.SaveBar(session), cs.ImageViewer(session), cs.VelocityPanel(session)])",
    "nested": """ipywidgets.VBox([
    cs.SaveBar(session),
    ipywidgets.HBox([cs.FileBrowser(session), cs.ImageViewer(session), cs.ContrastBar(session)]),
    ipywidgets.HBox([cs.VelocityPanel(session)]),
])""",
}
LEAST = {"file-browser": (250, 160), "image_viewer": (440, 300), "contrast-bar": (280, 180), "save-bar": (600, 26)}


def sizes(page: Page) -> dict[str, tuple[float, float]]:
    found = {}
    for name in LEAST:
        for box in [root.bounding_box() for root in page.locator(f".cs-{name}").all()]:
            assert box is not None
            found[name] = box["width"], box["height"]
    return found


def ready(page: Page) -> Locator:
    return page.get_by_text("Python ready").filter(visible=True)


@pytest.mark.parametrize("kind", BOXES)
def test_widgets_in_boxes_have_room_and_one_says_that_python_is_ready(
    host: Host, kind: str, tmp_path: Path, artifacts: Path
) -> None:
    kymograph(4000, 50).write(tmp_path / "cell.tif")
    page = host.open(SESSION.format(folder=str(tmp_path)), BOXES[kind])
    page.get_by_role("img", name="Kymograph", exact=True).first.wait_for()
    expect(ready(page)).to_have_count(1)
    page.screenshot(path=artifacts / f"composed-{kind}-{host.name}.png")
    small = {name: size for name, size in sizes(page).items() if size[0] < LEAST[name][0] or size[1] < LEAST[name][1]}
    assert small == {}
    for box in page.locator(".widget-box").all():
        assert box.evaluate("el => el.scrollWidth - el.clientWidth <= 1 && el.scrollHeight - el.clientHeight <= 1")

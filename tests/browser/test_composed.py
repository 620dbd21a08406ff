"""Widgets that a user puts into boxes without any layout: each has room, and one tells that Python is ready."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, expect

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


def sizes(output: Locator) -> dict[str, tuple[float, float]]:
    found = {}
    for name in LEAST:
        for box in [root.bounding_box() for root in output.locator(f".cs-{name}").all()]:
            assert box is not None
            found[name] = box["width"], box["height"]
    return found


def has_room(name: str, size: tuple[float, float]) -> bool:
    return size[0] >= LEAST[name][0] and size[1] >= LEAST[name][1]


def test_widgets_in_boxes_have_room_and_one_says_that_python_is_ready(
    host: Host, tmp_path: Path, artifacts: Path
) -> None:
    kymograph(4000, 50).write(tmp_path / "cell.tif")
    session = SESSION.format(folder=str(tmp_path))
    page = host.open(*(f"{session}\n{boxes}" for boxes in BOXES.values()))
    outputs = page.locator(host.outputs).filter(has=page.locator(".widget-box"))
    expect(outputs).to_have_count(len(BOXES))
    for output, kind in zip(outputs.all(), BOXES, strict=True):
        output.scroll_into_view_if_needed()
        output.get_by_role("img", name="Kymograph", exact=True).first.wait_for()
        expect(output.get_by_text("Python ready").filter(visible=True)).to_have_count(1)
        output.screenshot(path=artifacts / f"composed-{kind}-{host.name}.png")
        assert {name: size for name, size in sizes(output).items() if not has_room(name, size)} == {}
        for box in output.locator(".widget-box").all():
            assert box.evaluate("el => el.scrollWidth - el.clientWidth <= 1 && el.scrollHeight - el.clientHeight <= 1")

"""The main job by mouse and keys, on real recordings: choose, draw, run, look, save, and find everything again."""

from __future__ import annotations

import csv
import hashlib
import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

import cloudscope_widgets as cs
from tests.browser.harness.explorer import ExplorerPage
from tests.browser.harness.host import Host
from tests.browser.harness.keys import NOTEBOOK_KEYS

NAME = "Capillary1_0001.tif"
LINES, COLUMNS = 30_000, 38
MOST_HEIGHT = 858
"""Of a dashboard in a window of 900 px."""
OWN_KEYS = (
    *("w", "w", "[", "]", "g", "f", "Shift+F", "h", "+", "-", "PageUp", "PageDown", "Home", "End", "Escape"),
    *("Shift+ArrowRight", "Alt+ArrowUp", "Shift+S", "Shift+N", "/", "Escape"),
    *("l", "t", "Escape", "Escape", "?", "?"),
)


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def beside(image: Path) -> set[str]:
    return {path.name.removeprefix(image.name) for path in image.parent.glob(f"{image.name}.*")}


def test_the_main_job(host: Host, real: Path) -> None:
    image = real / NAME
    untouched = sha256(image)
    explorer = ExplorerPage(host, real)
    explorer.choose(NAME)
    check_that_mouse_and_python_share_one_history(explorer)
    explorer.draw_roi((0.1, 0.1), (0.9, 0.9))
    explorer.button("Run velocity").click()
    explorer.wait_for_trace()
    explorer.button("Compare").click()
    expect(explorer.compared).to_contain_text("differs in ")
    explorer.button("Compare").click()
    expect(explorer.compared).to_be_hidden()
    explorer.button("Save").click()
    expect(explorer.message).to_have_text(f"Saved {NAME}: 1 ROI, velocity.")
    expect(explorer.button("Save")).to_be_disabled()

    check_what_belongs_together(explorer)
    bounds = host.kernel.eval("session.acquisition.rois.by_id(1).bounds")
    assert bounds == pytest.approx([0.1 * LINES, 0.9 * LINES, 0.1 * COLUMNS, 0.9 * COLUMNS], abs=60)
    check_files(image, bounds)
    assert sha256(image) == untouched

    again = cs.open(image)
    record = again.record("radon_velocity", roi_id=1)
    assert record is not None
    assert (again.rois.by_id(1).bounds, again.dirty) == (tuple(bounds), False)
    assert record.run_id == host.kernel.eval("session.acquisition.record('radon_velocity', roi_id=1).run_id")
    check_that_keys_never_change_the_notebook(explorer)  # but they choose other recordings and edit them


def check_what_belongs_together(explorer: ExplorerPage) -> None:
    """A line takes no trace away, what is needed is in view in a low window, and one button at most is filled."""
    page = explorer.page
    explorer.draw_line((0.3, 0.2), (0.32, 0.8))
    expect(page.locator(".cs-trace-note")).to_have_text("ROI 1 · channel 0")
    assert explorer.plot.is_visible()
    assert page.locator(".cs-primary:visible").all_inner_texts() == ["Save\nS"]
    before = page.viewport_size
    needed = (page.locator(".cs-file"), explorer.image, explorer.plot, explorer.button("Run velocity"))
    for width in (900, 1060, 1460):
        page.set_viewport_size({"width": width, "height": 900})
        explorer.image.scroll_into_view_if_needed()
        boxes = [one.bounding_box() for one in needed]
        assert all(boxes)
        top, bottom = (min(box["y"] for box in boxes if box), max(box["y"] + box["height"] for box in boxes if box))
        assert bottom - top < MOST_HEIGHT, width
    page.set_viewport_size(before or {"width": 1280, "height": 720})
    explorer.button("Undo").click()
    expect(explorer.button("Save")).to_be_disabled()


def check_files(image: Path, bounds: list[int]) -> None:
    """The saved files hold the region, its velocity and its quality, and nothing else lies beside the image."""
    assert beside(image) == {".json", ".widgets.json", ".radon_velocity.csv"}
    sidecar = json.loads(image.with_name(f"{image.name}.json").read_text(encoding="utf-8"))
    names = ("row_start", "row_stop", "col_start", "col_stop")
    assert [roi["data"] for roi in sidecar["rois"]] == [dict(zip(names, bounds, strict=True))]
    (record,) = sidecar["analysis"]
    assert (record["analysis_name"], record["channel"], record["roi_id"]) == ("radon_velocity", 0, 1)
    windows = (bounds[1] - bounds[0] - 64) // 16 + 1
    assert record["summary"]["num_windows"] == windows
    assert -1300 < record["summary"]["velocity_median"] < -1000
    with image.with_name(f"{image.name}.radon_velocity.csv").open(encoding="utf-8", newline="") as table:
        rows = list(csv.DictReader(table))
    assert len(rows) == windows
    assert {(row["channel"], row["roi_id"]) for row in rows} == {("0", "1")}
    own = json.loads(image.with_name(f"{image.name}.widgets.json").read_text(encoding="utf-8"))
    assert "accepted" in json.dumps(own)


def test_a_new_session_shows_what_was_saved(host: Host, real: Path) -> None:
    acq = cs.open(real / NAME)
    roi = acq.add_rect(row_start=2000, row_stop=9000, name="vessel")
    acq.analyze("radon_velocity", roi_id=roi.roi_id)
    acq.save()
    explorer = ExplorerPage(host, real)
    explorer.choose(NAME)
    explorer.page.get_by_label("ROI", exact=True).select_option("1 · vessel")
    explorer.wait_for_trace()
    expect(explorer.button("Save")).to_be_disabled()
    assert host.kernel.eval("session.acquisition.rois.by_id(1).bounds") == list(roi.bounds)


def check_that_mouse_and_python_share_one_history(explorer: ExplorerPage) -> None:
    """Of whole gestures; nothing is left of them."""
    host = explorer.host
    explorer.draw_roi((0.2, 0.2), (0.6, 0.8))
    host.kernel.wait("len(session.acquisition.rois) == 1")
    host.kernel.run("session.acquisition.add_rect(name='from Python')")
    expect(explorer.button("Undo")).to_have_attribute("title", "Undo: Add ROI 2 (Ctrl Z)")
    explorer.button("Undo").click()
    expect(explorer.button("Undo")).to_have_attribute("title", "Undo: Add ROI 1 (Ctrl Z)")
    explorer.button("Undo").click()
    expect(explorer.button("Undo")).to_be_disabled()
    assert host.kernel.eval("[len(session.acquisition.rois), session.acquisition.dirty]") == [0, False]
    explorer.button("Redo").click()
    explorer.button("Redo").click()
    expect(explorer.button("Redo")).to_be_disabled()
    assert host.kernel.eval("[roi.name for roi in session.acquisition.rois]") == ["", "from Python"]
    explorer.button("Undo").click()
    explorer.button("Undo").click()
    expect(explorer.button("Undo")).to_be_disabled()


def check_that_keys_never_change_the_notebook(explorer: ExplorerPage) -> None:
    """Neither those of the notebook nor the Explorer's own, pressed in the list or in the image."""
    host = explorer.host
    for place in (explorer.row(NAME), explorer.image):
        place.click()
        before = host.notebook(explorer.page)
        for key in (*NOTEBOOK_KEYS, *OWN_KEYS):
            explorer.page.keyboard.press(key)
        host.kernel.wait("not explorer.velocity_panel.form.is_running")
        assert host.notebook(explorer.page) == before

"""Files that another program changes, and work that was not saved, end in a banner with answers."""

from __future__ import annotations

from pathlib import Path

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.synthetic import kymograph
from tests.browser.harness.host import Host
from tests.browser.harness.waiting import wait_until

CELL = """
import cloudscope_widgets as cs
session = cs.Session({folder!r})
acq = session.select("cell.tif")
cs.SaveBar(session)
"""
KILL = "import os, signal, threading; threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGKILL)).start()"


@pytest.fixture
def image(tmp_path: Path) -> Path:
    path = kymograph(200, 40).write(tmp_path / "cell.tif")
    acq = cs.open(path)
    acq.add_rect(name="vessel")
    acq.save()
    return path


@pytest.mark.parametrize("host", ["voila"], indirect=True)
def test_a_conflict_with_another_process_ends_by_keeping_both(host: Host, image: Path) -> None:
    page = host.open(CELL.format(folder=str(image.parent)))
    other = cs.open(image)
    other.update_roi(1, row_stop=100)
    other.update_experiment(sex="f")
    other.save()
    host.kernel.run("acq.update_roi(1, row_stop=150)")
    page.get_by_role("button", name="Save", exact=True).click()
    banner = page.get_by_role("alert")
    banner.get_by_text("cell.tif.json was changed on disk").wait_for()
    banner.get_by_role("button", name="Compare").press("Enter")
    banner.get_by_text("ROI 1: yours 'vessel', lines 0–150").wait_for()
    banner.get_by_role("button", name="Overwrite").press("Enter")
    assert page.evaluate("() => document.activeElement.textContent") == "Cancel"
    page.keyboard.press("Enter")
    banner.get_by_role("button", name="Keep both").press("Enter")
    page.get_by_text("Saved cell.tif: 2 ROIs.").wait_for()
    assert banner.count() == 0
    found = cs.open(image)
    assert [(roi.name, roi.bounds[1]) for roi in found.rois] == [("vessel", 100), ("vessel copy", 150)]
    assert found.experiment.sex == "f"


@pytest.mark.parametrize("host", ["voila"], indirect=True)
def test_work_of_a_killed_kernel_is_restored_for_the_same_browser(host: Host, image: Path) -> None:
    cell = CELL.format(folder=str(image.parent))
    page = host.open(cell)
    host.kernel.wait("not session.drafts.needs_visitor")
    host.kernel.run("acq.add_rect(row_stop=50, name='unsaved')")
    drafts = image.parent / ".cloudscope"
    wait_until(lambda: list(drafts.glob("*.draft")) if drafts.exists() else [], "the draft")
    host.kernel.run(KILL)
    page.goto("about:blank")
    page = host.open(cell)
    page.get_by_text("Unsaved work from today").wait_for()
    page.get_by_role("button", name="Restore").click()
    page.get_by_text("The unsaved work is back.").wait_for()
    assert host.kernel.eval("[roi.name for roi in acq.rois]") == ["vessel", "unsaved"]
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved cell.tif: 2 ROIs.").wait_for()
    wait_until(lambda: not list(drafts.glob("*.draft")) if drafts.exists() else True, "the end of the draft")

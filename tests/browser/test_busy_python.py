"""The image moves while Python works: on a velocity, or on another cell."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import tifffile
from playwright.sync_api import expect

from cloudscope_widgets.synthetic import kymograph
from tests.browser.harness.explorer import ExplorerPage
from tests.browser.harness.host import Host
from tests.browser.harness.jupyterlab import JupyterLab
from tests.browser.harness.waiting import wait_until

LINES, COLUMNS, MADE_LINES = 1_000_000, 128, 20_000
NAME = "long.tif"


@pytest.fixture(scope="module")
def long_recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder with a recording of a million lines, a short one over and over again."""
    folder = tmp_path_factory.mktemp("long")
    part = kymograph(MADE_LINES, COLUMNS, flow=1.37, snr_db=10).image
    image = tifffile.memmap(folder / NAME, shape=(LINES, COLUMNS), dtype=part.dtype, photometric="minisblack")
    for first in range(0, LINES, MADE_LINES):
        image[first : first + MADE_LINES] = part
    image.flush()
    del image
    yield folder
    (folder / NAME).unlink()


def open_with_old_result(host: Host, folder: Path) -> ExplorerPage:
    """Show a whole long recording whose only region has grown since it was measured."""
    explorer = ExplorerPage(host, folder)
    explorer.choose(NAME)
    host.kernel.run(
        "acq = session.acquisition\n"
        "acq.add_rect(row_stop=20_000)\n"
        "old = acq.analyze('radon_velocity', roi_id=1).run_id\n"
        f"acq.update_roi(1, row_stop={LINES})\n"
        "session.selection.roi_id = 1"
    )
    expect(explorer.page.get_by_text("Stale.")).to_be_visible()
    return explorer


def check_that_the_image_moves(explorer: ExplorerPage) -> None:
    """Panning and zooming change the picture, and pixels that were never seen before arrive."""
    before = explorer.picture()
    explorer.zoom_in(44)
    wait_until(lambda: explorer.picture() != before, "the picture before zooming")
    explorer.wait_for_finest_pixels()
    before = explorer.picture()
    explorer.pan(0.4)
    wait_until(lambda: explorer.picture() != before, "the picture before panning")
    explorer.wait_for_finest_pixels()


def check_that_cancel_keeps_the_old_result(explorer: ExplorerPage) -> None:
    explorer.button("Cancel").click()
    expect(explorer.message).to_have_text("Velocity of ROI 1 was cancelled. Nothing was changed.")
    expect(explorer.button("Run velocity")).to_be_visible()


@pytest.mark.parametrize("host", ["jupyterlab", "voila"], indirect=True)
def test_the_image_moves_while_velocity_runs_and_cancel_keeps_the_old_result(host: Host, long_recording: Path) -> None:
    explorer = open_with_old_result(host, long_recording)
    explorer.button("Run velocity").click()
    explorer.button("Cancel").wait_for()
    check_that_the_image_moves(explorer)
    assert host.kernel.eval("explorer.velocity_panel.form.is_running")
    check_that_cancel_keeps_the_old_result(explorer)
    assert host.kernel.eval("acq.record('radon_velocity', roi_id=1).run_id == old")


@pytest.mark.parametrize("host", ["jupyterlab"], indirect=True)
def test_all_works_while_another_cell_runs(host: JupyterLab, long_recording: Path, tmp_path: Path) -> None:
    explorer = open_with_old_result(host, long_recording)
    begun, stop = tmp_path / "begun", tmp_path / "stop"
    host.run_cell(
        explorer.page,
        "from pathlib import Path\n"
        f"Path({str(begun)!r}).touch()\n"
        f"while not Path({str(stop)!r}).exists():\n"
        "    sum(range(10_000))",
    )
    wait_until(begun.exists, "the beginning of the cell")
    check_that_the_image_moves(explorer)
    explorer.button("Run velocity").click()
    explorer.button("Cancel").wait_for()
    check_that_cancel_keeps_the_old_result(explorer)
    stop.touch()
    assert host.kernel.wait("acq.record('radon_velocity', roi_id=1).run_id == old")

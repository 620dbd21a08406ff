"""Cells that are run again, and a page that is reloaded after an Explorer was closed."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import expect

from cloudscope_widgets.synthetic import kymograph
from tests.browser.harness.jupyterlab import JupyterLab

SLIDER = "import ipywidgets\nslider = ipywidgets.IntSlider(description='own')\nslider"
README = "import cloudscope_widgets as cs\nexplorer = cs.Explorer(cs.Session({folder!r}))\nexplorer"
EXPLORERS = "sum(type(widget).__name__ == 'Explorer' for widget in ipywidgets.widgets.widget._instances.values())"
OPEN = "len(ipywidgets.widgets.widget._instances)"


@pytest.mark.parametrize("host", ["jupyterlab"], indirect=True)
def test_a_cell_is_run_again_and_the_page_reloaded(host: JupyterLab, tmp_path: Path) -> None:
    kymograph(200, 40).write(tmp_path / "cell.tif")
    page = host.open(SLIDER, README.format(folder=str(tmp_path)))
    first = host.kernel.eval(OPEN)
    of_slider = 3
    for run in (1, 2, 3):
        host.run_all(page)
        host.kernel.wait(f"{OPEN} == {first + run * of_slider} and {EXPLORERS} == 1")
        expect(page.locator(".cs-explorer")).to_have_count(1)
    page.get_by_role("row", name="cell.tif", exact=True).click()
    host.kernel.wait("explorer.session.acquisition is not None")
    host.kernel.run("explorer.close()")
    expect(page.locator(".cs-explorer")).to_have_count(0)
    host.watch.expect_error("widget model not found")  # the cell's output still names the closed Explorer
    host.reload(page)
    expect(page.get_by_text("own", exact=True)).to_be_visible(timeout=20_000)

"""A saved notebook holds a picture of a widget; renewing it leaves the live view alone."""

from __future__ import annotations

import pytest

from tests.browser.harness.host import Host

CELL = """
from tests.browser.probes.still_picture import Saver
saver = Saver()
saver.show()
"""
VIEW = "application/vnd.jupyter.widget-view+json"
HOLDS_PICTURE = """picture => {
  const { cells } = window.jupyterapp.shell.currentWidget.context.model.toJSON();
  return cells[0].outputs[1].data["image/png"].trim() === picture;
}"""


def test_a_renewed_picture_leaves_the_live_view_alone(host: Host) -> None:
    page = host.open(CELL)
    button = page.get_by_role("button", name="Save", exact=True)
    button.evaluate("button => { button.isFirst_ = true; }")
    for saves in (1, 2):
        button.click()
        page.get_by_text(f"saved {saves}, drawn 1", exact=True).wait_for()
    assert button.evaluate("button => [button.isFirst_, document.activeElement === button]") == [True, True]
    assert page.locator(f"{host.outputs} img").count() == 0


@pytest.mark.parametrize("host", ["jupyterlab"], indirect=True)
def test_a_notebook_holds_the_newest_picture_in_an_output_without_height(host: Host) -> None:
    page = host.open(CELL)
    page.get_by_role("button", name="Save", exact=True).click()
    picture = host.kernel.wait("saver.saves and saver.picture()")
    page.wait_for_function(HOLDS_PICTURE, arg=picture)
    live, still = host.notebook(page)["cells"][0]["outputs"]
    assert [VIEW in live["data"], VIEW in still["data"], "image/png" in live["data"]] == [True, True, False]
    heights = page.locator(host.outputs).evaluate_all("outputs => outputs.map(output => output.offsetHeight)")
    assert [height > 0 for height in heights] == [True, False]

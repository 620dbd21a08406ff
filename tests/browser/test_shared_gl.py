"""All widgets of a page are painted by one WebGL context, which browsers have few of."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.harness.host import Host

CELLS = (
    """
from tests.browser.probes.shared_gl import Patch
red, green, blue = (Patch(colour=colour) for colour in ([1, 0, 0], [0, 1, 0], [0, 0, 1]))
red
""",
    "green",
    "blue",
)
RED, GREEN, BLUE, WHITE = [255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 255, 255], [255, 255, 255, 255]
# Middle pixel of each patch, in the order of the page.
COLOURS = """canvases => canvases.map(canvas => {
  const copy = new OffscreenCanvas(canvas.width, canvas.height).getContext("2d");
  copy.drawImage(canvas, 0, 0);
  return [...copy.getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data];
})"""
PAINTING = "globalThis[Symbol.for('cloudscope.probe.gl.v1')]"


def colours(page: Page) -> list[list[int]]:
    found: list[list[int]] = page.locator("canvas.probe").evaluate_all(COLOURS)
    return found


def test_one_context_paints_several_widgets_also_after_it_was_lost(host: Host) -> None:
    page = host.open(*CELLS)
    assert page.evaluate(f"() => {PAINTING}.users.size") == 3
    assert colours(page) == [RED, GREEN, BLUE]

    page.evaluate(f"() => {{ window.lost_ = {PAINTING}.gl.getExtension('WEBGL_lose_context'); lost_.loseContext(); }}")
    page.wait_for_function(f"() => {PAINTING}.losses === 1")
    host.kernel.run("red.colour = [1, 1, 1]; green.close()")
    page.locator("canvas[data-colour='1,1,1']").wait_for()
    page.wait_for_function(f"() => {PAINTING}.users.size === 2")
    page.evaluate("() => lost_.restoreContext()")
    page.wait_for_function(f"() => {PAINTING}.restores === 1")
    assert colours(page) == [WHITE, BLUE]

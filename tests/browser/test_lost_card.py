"""The picture is always there: when the graphics card goes, when it comes back, and when the page is zoomed."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

import numpy as np
import pytest
from playwright.sync_api import Page

from tests.browser.harness.host import Host
from tests.browser.harness.waiting import wait_until
from tests.browser.test_pixels import IS_PAINTED, LOOKS_LIKE_A_CARD, Seen, seen

SHOWN = """
import numpy as np
import cloudscope_widgets as cs
import ipywidgets
lines = np.arange(3000)[:, np.newaxis] * 7 + np.arange(40) * 13
viewers = [cs.ImageViewer((lines % (101 + number)).astype("uint16"), height="190px") for number in range(2)]
for viewer in viewers:
    viewer.session.acquisition.set_contrast(0, value_min=0, value_max=110)
ipywidgets.VBox(viewers)
"""
ALL_CONTRAST = "for viewer in viewers: viewer.session.acquisition.set_contrast(0, value_min=0, value_max={value})"
LOSE = """async () => {
  const canvases = [...document.querySelectorAll(".cs-image")];
  const isBlank = canvas => {
    const copy = new OffscreenCanvas(40, 20).getContext("2d", { willReadFrequently: true });
    copy.drawImage(canvas, 0, 0, 40, 20);
    return !copy.getImageData(0, 0, 40, 20).data.some((value, at) => at % 4 === 3 && value > 0);
  };
  globalThis.loss = card.getExtension("WEBGL_lose_context");
  const lost = new Promise(resolve => card.canvas.addEventListener("webglcontextlost", resolve, { once: true }));
  loss.loseContext();
  const blanks = [];
  const look = () => blanks.push(canvases.some(isBlank));
  look();
  await lost;
  for (let frame = 0; frame < 10; frame += 1) {
    await new Promise(requestAnimationFrame);
    look();
  }
  return blanks;
}"""
# Pixels of the bitmap that a canvas shows, which its own numbers do not tell.
SIZE = """async () => {
  const canvas = document.querySelector(".cs-image");
  const bitmap = await createImageBitmap(canvas);
  const { width, height } = canvas.getBoundingClientRect();
  return [bitmap.width, bitmap.height, width, height];
}"""


@pytest.fixture
def page(host: Host) -> Iterator[Page]:
    """Two viewers that are painted by a graphics card."""
    page = host.open(LOOKS_LIKE_A_CARD, SHOWN)
    page.wait_for_function(IS_PAINTED)
    yield page
    page.evaluate("() => undoCard()")


def pictures(page: Page) -> list[Seen]:
    found = [seen(page, number) for number in range(2)]
    return [picture for picture in found if picture is not None]


def is_like(before: list[Seen], after: list[Seen]) -> bool:
    """Whether pictures differ by no more than two ways of rounding do."""
    pairs = list(zip(before, after, strict=True))
    is_same_size = all(a.gray.shape == b.gray.shape for a, b in pairs)
    return is_same_size and all(np.mean(np.abs(a.gray.astype(int) - b.gray) > 1) < 0.01 for a, b in pairs)


def wait_for(page: Page, wanted: list[Seen], what: str) -> None:
    wait_until(lambda: is_like(wanted, pictures(page)), what)


@pytest.mark.parametrize("host", ["jupyterlab"], indirect=True)
def test_the_processor_paints_while_the_card_is_away_and_nothing_is_blank(host: Host, page: Page) -> None:
    before = pictures(page)
    assert all(picture.is_drawn.all() for picture in before)
    assert page.evaluate(LOSE) == [False] * 11
    wait_for(page, before, "the same picture, painted by the processor")
    host.kernel.run(ALL_CONTRAST.format(value=220))
    wait_until(lambda: not is_like(before, pictures(page)), "another contrast")
    host.kernel.run(ALL_CONTRAST.format(value=110))
    wait_for(page, before, "the first contrast again")


@pytest.mark.parametrize("host", ["jupyterlab"], indirect=True)
def test_the_card_paints_again_when_it_has_come_back(host: Host, page: Page) -> None:
    before = pictures(page)
    page.evaluate(LOSE)
    page.evaluate("() => { cardPictures = 0; loss.restoreContext(); }")
    page.wait_for_function(IS_PAINTED)
    wait_for(page, before, "the same picture, painted by the card")
    host.kernel.run(ALL_CONTRAST.format(value=220))
    wait_until(lambda: not is_like(before, pictures(page)), "another contrast")


@pytest.mark.parametrize("host", ["jupyterlab"], indirect=True)
@pytest.mark.parametrize("has_card", [False, True])
def test_a_page_that_is_zoomed_gets_as_many_pixels_as_it_has(host: Host, *, has_card: bool) -> None:
    page = host.open(*([LOOKS_LIKE_A_CARD] if has_card else []), SHOWN)
    page.wait_for_function(IS_PAINTED)

    def has(ratio: float) -> bool:
        width, height, shown_width, shown_height = page.evaluate(SIZE)
        return bool([width, height] == pytest.approx([shown_width * ratio, shown_height * ratio], abs=1))

    session = page.context.new_cdp_session(page)
    for ratio in (1, 2, 1.5, 1):
        size = {"width": round(1400 / ratio), "height": round(900 / ratio)}
        session.send("Emulation.setDeviceMetricsOverride", {**size, "deviceScaleFactor": ratio, "mobile": False})
        wait_until(partial(has, ratio), f"a picture of {ratio} pixels for each")
    session.send("Emulation.clearDeviceMetricsOverride")
    if has_card:
        page.evaluate("() => undoCard()")

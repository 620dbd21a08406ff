"""Pixels far from 0 look as they would near it, and their values are told whole."""

from __future__ import annotations

import pytest

from tests.browser.harness.host import Host
from tests.browser.harness.waiting import wait_until
from tests.browser.test_pixels import PICTURE

CELL = """
import ipywidgets, numpy as np
import cloudscope_widgets as cs
pixels = np.random.default_rng(3).integers(0, 900, (200, 40)).astype("uint32")
near, far = cs.ImageViewer(pixels), cs.ImageViewer(pixels + np.uint32(4_000_000_000))
ipywidgets.VBox([near, far])
"""


@pytest.mark.parametrize("host", ["voila"], indirect=True)
def test_a_large_offset_changes_no_pixel_of_the_picture(host: Host) -> None:
    page = host.open(CELL)
    page.locator(".cs-image").nth(1).wait_for()
    wait_until(lambda: all(page.evaluate(PICTURE, number) for number in (0, 1)), "a picture of both")
    wait_until(lambda: page.evaluate(PICTURE, 0) == page.evaluate(PICTURE, 1), "the same picture of both")
    page.locator(".cs-image").nth(1).hover(position={"x": 200, "y": 60})
    told = page.locator(".cs-reading-value").nth(1)
    wait_until(
        lambda: len("".join(filter(str.isdigit, told.inner_text()))) == len("4000000000"), "a value to its last digit"
    )

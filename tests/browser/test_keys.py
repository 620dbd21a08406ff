"""Keys that are pressed in a widget are the widget's: the notebook never sees them."""

from __future__ import annotations

from tests.browser.harness.host import Host
from tests.browser.harness.keys import NOTEBOOK_KEYS

CELLS = ("from tests.browser.probes.keys import Keys", "Keys()", "1 + 1")


def test_keys_in_a_widget_never_reach_the_notebook(host: Host) -> None:
    page = host.open(*CELLS)
    probe = page.locator(".probe")
    probe.click()
    page.evaluate("() => { window.escaped_ = []; addEventListener('keydown', event => escaped_.push(event.key)); }")
    before = host.notebook(page)
    for key in NOTEBOOK_KEYS:
        page.keyboard.press(key)
    assert (probe.get_attribute("data-pressed") or "").endswith("Shift Enter m y r x c v z d d")
    assert page.evaluate("() => escaped_") == []
    assert host.notebook(page) == before

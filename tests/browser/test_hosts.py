"""What all other browser tests rest on."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests.browser.harness.host import Host

LABEL = """
import ipywidgets
label = ipywidgets.Label("one")
label
"""


def test_a_widget_is_drawn_and_follows_its_kernel(host: Host, screenshot: Callable[[Page, str], Path]) -> None:
    page = host.open(LABEL)
    assert page.get_by_text("one", exact=True).is_visible()
    host.kernel.run("label.value = 'two'")
    page.get_by_text("two", exact=True).wait_for()
    assert host.kernel.wait("label.value") == "two"
    assert screenshot(page, "label").stat().st_size > 0


def test_an_error_in_a_cell_is_raised(host: Host) -> None:
    with pytest.raises(RuntimeError, match="division by zero"):
        host.open("1 / 0")


def test_errors_in_a_page_and_what_it_asks_from_elsewhere_are_noted(host: Host) -> None:
    page = host.new_page()
    answer = page.evaluate("() => fetch('https://example.org/x.js').then(() => 'came', () => 'refused')")
    assert answer == "refused"
    assert host.unexpected() == ["asked for https://example.org/x.js"]
    host.watch.refused.clear()
    page.evaluate("() => { console.error('wrong'); setTimeout(() => { throw new TypeError('worse'); }); }")
    page.wait_for_function("() => new Promise(done => setTimeout(() => done(true), 1))")
    host.watch.expect_error("^wrong$")
    assert host.unexpected() == ["TypeError: worse"]
    host.watch.expect_error("worse")

"""Chromium without a network, and how it is driven."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Locator, Page, sync_playwright

_FLAGS = (
    "--no-sandbox",  # for root
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-quic",
    "--disable-sync",
    "--enable-unsafe-swiftshader",  # WebGL 2 without a graphics card; pages are put together without it, much quicker
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",  # unlike a route, this leaves the cache alone
)
_TIMEOUT_S = 60


@contextmanager
def chromium() -> Iterator[Browser]:
    """Run the system's Chromium, or the one that the environment variable CHROMIUM names."""
    program = shutil.which(os.environ.get("CHROMIUM") or "chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=_FLAGS)
        try:
            yield browser
        finally:
            browser.close()


def launch_profile(browser: Browser, folder: Path) -> BrowserContext:
    """Run one more browser of the same kind, which keeps what it learns in a folder."""
    program = shutil.which(os.environ.get("CHROMIUM") or "chromium")
    return browser.browser_type.launch_persistent_context(folder, executable_path=program, args=_FLAGS)


def call(page: Page, function: str, argument: object = None) -> Any:  # noqa: ANN401  (whatever JSON can hold)
    """Call a function of JavaScript and wait for its promise; unlike Playwright's own ``evaluate``, this gives up."""
    bounded = f"""([argument, ms]) => Promise.race([
        ({function})(argument),
        new Promise((_, fail) => setTimeout(() => fail(new Error(`no answer in ${{ms}} ms`)), ms)),
    ])"""
    return page.evaluate(bounded, [argument, _TIMEOUT_S * 1000])


def drag(element: Locator, start: tuple[float, float], stop: tuple[float, float], *, steps: int = 10) -> None:
    """Drag with the mouse between two points, counted from the element's top left corner."""
    element.scroll_into_view_if_needed()
    box, mouse = element.bounding_box(), element.page.mouse
    if box is None:
        raise ValueError(f"{element} is not shown")
    mouse.move(box["x"] + start[0], box["y"] + start[1])
    mouse.down()
    mouse.move(box["x"] + stop[0], box["y"] + stop[1], steps=steps)
    mouse.up()

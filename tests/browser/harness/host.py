"""What the three hosts of widgets have in common for a test."""

from __future__ import annotations

import itertools
import json
from abc import ABC, abstractmethod
from typing import Any, ClassVar

from playwright.sync_api import BrowserContext, Page

from tests.browser.harness.kernel import Kernel
from tests.browser.harness.servers import Server
from tests.browser.harness.waiting import wait_until
from tests.browser.harness.watch import Watch

_UNDRAWN = """outputs => [...document.querySelectorAll(outputs)]
  .filter(output => ["", "Loading widget..."].includes(output.innerHTML)
    || output.querySelector(".lm-Widget:empty:not(.jupyter-widgets)"))
  .map(output => output.outerHTML)"""
_NUMBERS = itertools.count(1)


class Host(ABC):
    """A program that shows the widgets of a notebook; each test gets one with no notebook open."""

    name: ClassVar[str]
    outputs: ClassVar[str]
    """CSS selector of the elements that hold one output each."""
    reuses_kernels: ClassVar[bool] = True
    """Whether a notebook can use a kernel that runs already; a new one takes seconds to load all it needs."""

    def __init__(self, server: Server, context: BrowserContext) -> None:
        """Use a server that is shared with other tests, and a browser context whose cache is."""
        self.server = server
        self.watch = Watch()
        self.pages: list[Page] = []
        self._context = context
        self._kernels: dict[str, Kernel] = {}

    def open(self, *cells: str) -> Page:
        """Run the code cells in a clean kernel, and return the page when all their widgets are drawn.

        Raises
        ------
        RuntimeError
            With the errors of the cells.
        """
        page = self._start()
        kernel_id = self._run(page, cells)
        self._kernels[kernel_id] = Kernel(self.server.connection_file(kernel_id))
        wait_until(lambda: not self._undrawn(page), "the list of outputs that are not drawn")
        return page

    def new_page(self) -> Page:
        """Open an empty page whose errors count."""
        page = self._context.new_page()
        page.set_default_timeout(20_000)
        return self._look_after(page)

    @property
    def kernel(self) -> Kernel:
        """Kernel of the notebook that was opened last."""
        return list(self._kernels.values())[-1]

    def notebook(self, page: Page) -> dict[str, Any]:
        """What keys that are meant for a widget must not change: the cells, or where a page without cells stands."""
        state: dict[str, Any] = page.evaluate("() => ({ x: scrollX, y: scrollY, html: document.body.children.length })")
        return state

    def unexpected(self) -> list[str]:
        """What has gone wrong in the pages besides what the test looked at."""
        for page in self.pages:
            page.evaluate("0")  # what was said before has arrived by then
        return self.watch.unexpected()

    def close(self, *, is_sound: bool) -> None:
        """Close pages and kernels; what is not sound is not used again."""
        for page in self.pages:
            self.watch.leave(page)
            self._end(page, is_sound=is_sound)
        for kernel_id, kernel in self._kernels.items():
            is_clean = is_sound and self.reuses_kernels and kernel.reset()
            kernel.close()
            if is_clean:
                self.server.idle_kernels.append(kernel_id)
            else:
                self.server.end_kernel(kernel_id)

    def _idle_kernel(self) -> str | None:
        """Kernel that an earlier test has left clean, None when there is none."""
        return self.server.idle_kernels.pop() if self.server.idle_kernels else None

    def _look_after(self, page: Page) -> Page:
        self.watch.follow(page)
        self.pages.append(page)
        return page

    def _start(self) -> Page:
        """Give a page for a notebook."""
        return self.new_page()

    def _end(self, page: Page, *, is_sound: bool) -> None:  # noqa: ARG002  (for hosts that use a page again)
        """Take a page back."""
        page.close()

    @abstractmethod
    def _run(self, page: Page, cells: tuple[str, ...]) -> str:
        """Run the cells and return the identifier of their kernel."""

    def _undrawn(self, page: Page) -> list[str]:
        """Outputs that wait for their view, or hold one whose anywidget has not drawn yet."""
        found: list[str] = page.evaluate(_UNDRAWN, self.outputs)
        return found

    def _write_notebook(self, cells: tuple[str, ...]) -> str:
        """Write a notebook under a name of its own, and return the name."""
        name = f"notebook{next(_NUMBERS)}.ipynb"
        written = {
            "cells": [
                {
                    "id": f"cell{i}",
                    "cell_type": "code",
                    "source": code,
                    "metadata": {},
                    "outputs": [],
                    "execution_count": None,
                }
                for i, code in enumerate(cells)
            ],
            "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
            "nbformat": 4,
            "nbformat_minor": 5,
        }
        (self.server.notebooks / name).write_text(json.dumps(written), encoding="utf-8")
        return name


def raise_errors(errors: list[str]) -> None:
    """Raise what cells have raised."""
    if errors:
        raise RuntimeError("\n".join(errors))

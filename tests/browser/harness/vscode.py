"""Widgets under the manager that VS Code's Jupyter extension uses."""

from __future__ import annotations

from playwright.sync_api import Page

from tests.browser.harness.browser import call
from tests.browser.harness.host import Host, raise_errors


class Vscode(Host):
    """A page of our own around VS Code's widget manager: not the product itself."""

    name = "vscode"
    outputs = "main > div"

    def _run(self, page: Page, cells: tuple[str, ...]) -> str:
        kernel_id = self._idle_kernel() or ""
        page.goto(f"{self.server.url}/static/vscode.html?token={self.server.token}&kernel={kernel_id}")
        raise_errors(call(page, "async cells => (await window.vscodePage).run(cells)", list(cells)))
        return str(call(page, "async () => (await window.vscodePage).kernelId"))

"""Widgets in a dashboard of Voilà."""

from __future__ import annotations

import json

from playwright.sync_api import Page

from tests.browser.harness.host import Host, raise_errors

_ERRORS = '[data-mime-type="application/vnd.jupyter.stderr"]'  # tracebacks, and what cells write there
_IS_SHOWN = """() => {
  const pending = ["application/vnd.jupyter.widget-view+json", "application/vnd.voila.cell-output+json"];
  return !pending.some(type => document.querySelector(`script[type="${type}"]`))
    && !document.querySelector("#loading")
    && document.querySelector("#rendered_cells").checkVisibility();
}"""


class Voila(Host):
    """A notebook without its code, executed for the visitor."""

    name = "voila"
    outputs = ".jp-OutputArea-output"
    reuses_kernels = False

    def _run(self, page: Page, cells: tuple[str, ...]) -> str:
        notebook = self._write_notebook(cells)
        page.goto(f"{self.server.url}/voila/render/{notebook}?token={self.server.token}", timeout=60_000)
        page.wait_for_function(_IS_SHOWN)
        raise_errors(page.locator(_ERRORS).all_inner_texts())
        kernel_id: str = json.loads(page.locator("#jupyter-config-data").text_content() or "")["kernelId"]
        return kernel_id

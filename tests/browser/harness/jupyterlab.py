"""Widgets in a notebook of JupyterLab."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.harness.browser import call
from tests.browser.harness.host import Host, raise_errors

_OPEN = """async path => {
  const { commands, restored, shell } = window.jupyterapp;
  await restored;
  shell.collapseLeft();
  const { context } = await commands.execute("docmanager:open", { path });
  await context.ready;
  await context.sessionContext.ready;
  return context.sessionContext.session.kernel.id;
}"""
_RUN = """async () => {
  const { commands, shell } = window.jupyterapp;
  await commands.execute("notebook:run-all-cells");
  const outputs = shell.currentWidget.context.model.toJSON().cells.flatMap(cell => cell.outputs ?? []);
  return outputs.flatMap(({ output_type, name, ename, evalue, text }) =>
    output_type === "error" ? [`${ename}: ${evalue}`] : name === "stderr" ? [[text].flat().join("")] : []);
}"""
_NOTEBOOK = """() => {
  const { content, context } = window.jupyterapp.shell.currentWidget;
  const { cells } = context.model.toJSON();
  return { cells, active: content.activeCellIndex, mode: content.mode, scroll: content.node.scrollTop };
}"""


class JupyterLab(Host):
    """A notebook in JupyterLab."""

    name = "jupyterlab"
    outputs = ".jp-OutputArea-output"

    def notebook(self, page: Page) -> dict[str, Any]:
        """Cells with their outputs, the active cell, the mode and the place scrolled to."""
        state: dict[str, Any] = page.evaluate(_NOTEBOOK)
        return state

    def _run(self, page: Page, cells: tuple[str, ...]) -> str:
        page.goto(f"{self.server.url}/lab?token={self.server.token}&reset", wait_until="commit")
        page.wait_for_function("() => window.jupyterapp")
        kernel_id: str = call(page, _OPEN, self._write_notebook(cells))
        raise_errors(call(page, _RUN))
        return kernel_id

"""Widgets in a notebook of JupyterLab."""

from __future__ import annotations

from typing import Any, ClassVar
from weakref import WeakKeyDictionary, WeakSet

from playwright.sync_api import BrowserContext, Page

from tests.browser.harness.browser import call
from tests.browser.harness.host import Host, raise_errors

_START = """async () => {
  const { restored, serviceManager, shell } = window.jupyterapp;
  await restored;
  await serviceManager.ready;
  shell.collapseLeft();
}"""
_OPEN = """async ({ path, kernel }) => {
  const { commands, serviceManager } = window.jupyterapp;
  // It takes a kernel for dead that is missing in a list which it asked for earlier, and asks every ten seconds.
  await serviceManager.kernels.refreshRunning();
  const { context } = await commands.execute("docmanager:open", { path, kernel });
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
_RUN_CELL = """async code => {
  const { commands, shell } = window.jupyterapp;
  const { content } = shell.currentWidget;
  content.activeCellIndex = content.widgets.length - 1;
  await commands.execute("notebook:insert-cell-below");
  content.activeCell.model.sharedModel.setSource(code);
  commands.execute("notebook:run-cell");
}"""
_SAVE = """async () => {
  const { commands, shell } = window.jupyterapp;
  await commands.execute("docmanager:save");
  return shell.currentWidget.context.path;
}"""
_CLOSE = """() => {
  const panel = window.jupyterapp?.shell.currentWidget;
  panel?.dispose();
  return panel?.isDisposed;
}"""
_NOTEBOOK = """() => {
  const { content, context } = window.jupyterapp.shell.currentWidget;
  const { cells } = context.model.toJSON();
  return { cells, active: content.activeCellIndex, mode: content.mode, scroll: content.node.scrollTop };
}"""


class JupyterLab(Host):
    """A notebook in JupyterLab, which takes two seconds to start: after a sound test the next one uses it again."""

    name = "jupyterlab"
    outputs = ".jp-OutputArea-output"
    _idle: ClassVar[WeakKeyDictionary[BrowserContext, list[Page]]] = WeakKeyDictionary()
    _reloaded: ClassVar[WeakSet[Page]] = WeakSet()
    """Pages that hold what a reload has restored, and are not used again."""

    def notebook(self, page: Page) -> dict[str, Any]:
        """Cells with their outputs, the active cell, the mode and the place scrolled to."""
        state: dict[str, Any] = page.evaluate(_NOTEBOOK)
        return state

    def run_cell(self, page: Page, code: str) -> None:
        """Begin to run one more cell, at the end of the notebook."""
        call(page, _RUN_CELL, code)

    def run_all(self, page: Page) -> None:
        """Run all cells of the notebook once more."""
        raise_errors(call(page, _RUN))

    def reload(self, page: Page) -> None:
        """Save the notebook, reload the page, and open the notebook again, which runs in the same kernel."""
        self._reloaded.add(page)
        path = call(page, _SAVE)
        page.reload(wait_until="commit")
        page.wait_for_function("() => window.jupyterapp")
        call(page, _START)
        call(page, _OPEN, {"path": path})

    def _start(self) -> Page:
        if idle := self._idle.get(self._context):
            return self._look_after(idle.pop())
        page = self.new_page()
        page.goto(f"{self.server.url}/lab?token={self.server.token}&reset", wait_until="commit")
        page.wait_for_function("() => window.jupyterapp")
        call(page, _START)
        return page

    def _run(self, page: Page, cells: tuple[str, ...]) -> str:
        kernel = {"id": idle} if (idle := self._idle_kernel()) else None
        kernel_id: str = call(page, _OPEN, {"path": self._write_notebook(cells), "kernel": kernel})
        raise_errors(call(page, _RUN))
        return kernel_id

    def _end(self, page: Page, *, is_sound: bool) -> None:
        if is_sound and page not in self._reloaded and page.evaluate(_CLOSE):
            self._idle.setdefault(self._context, []).append(page)
        else:
            page.close()

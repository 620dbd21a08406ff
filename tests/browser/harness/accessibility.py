"""What axe finds that keeps people from using a page."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.harness.browser import call
from tests.browser.harness.servers import ROOT

AXE = ROOT / "tests" / "browser" / "vscode_page" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async selector => {
  const { violations } = await window.axe.run(selector, { resultTypes: ["violations"] });
  return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(({ html }) => html.slice(0, 200)) }));
}"""


def violations(page: Page, selector: str) -> list[dict[str, Any]]:
    """What axe finds wrong inside the elements of a selector; empty when nothing is."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = call(page, _RUN, selector)
    return found

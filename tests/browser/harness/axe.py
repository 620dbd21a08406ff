"""What a program that checks pages for people with disabilities finds wrong."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import Page

from tests.browser.harness.browser import call
from tests.browser.harness.servers import ROOT

_AXE = ROOT / "js" / "node_modules" / "axe-core" / "axe.min.js"
_RUN = """async selector => {
  const { violations } = await axe.run(selector, { resultTypes: ["violations"] });
  return violations.map(({ id, help, nodes }) => ({ id, help, nodes: nodes.map(node => node.html) }));
}"""


def violations(page: Page, selector: str) -> list[dict[str, Any]]:
    """Rules that what is shown below a CSS selector breaks, with the elements."""
    if not page.evaluate("() => 'axe' in window"):
        page.evaluate(_AXE.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = call(page, _RUN, selector)
    return found

"""The page may write nothing, and is corrected when it does."""

from __future__ import annotations

from tests.browser.harness.host import Host

CELL = """
import tempfile
import cloudscope_widgets as cs
from tests.browser.probes.refused_value import RefusedValue
session = cs.Session(tempfile.mkdtemp())
probe = RefusedValue(session)
written = []
probe.observe(lambda change: written.append(change.name))
own_module = probe._esm
probe
"""


def test_what_a_page_writes_changes_nothing_and_is_corrected(host: Host) -> None:
    page = host.open(CELL)
    page.get_by_role("button", name="Write").click()
    page.locator("output[data-seen='7 99 7']").wait_for(state="attached")
    assert host.kernel.eval("[probe.number, written]") == [7, []]

    host.kernel.run("probe.number = 8")
    page.locator("output[data-seen='7 99 7 8']").wait_for(state="attached")

    page.get_by_role("button", name="Take over").click()
    host.kernel.wait("'_esm' in probe.answered")
    host.kernel.run("probe.number = 9")  # comes to the page after the answer
    page.locator("output[data-seen$='9']").wait_for(state="attached")
    assert host.kernel.eval("probe._esm == own_module")

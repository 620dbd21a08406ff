"""A page of the dashboard that has gone leaves no Python behind, and its unsaved work to its visitor only."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from cloudscope_widgets.synthetic import kymograph
from tests.browser.harness.dashboard import Dashboard, Profile
from tests.browser.harness.waiting import wait_until

FOUND = "Unsaved work from today"
END_S = 30


class Journey:
    """One visitor after another on one folder of recordings."""

    def __init__(self, folder: Path, browser: Browser, exits: ExitStack) -> None:
        self.data, self._home, self._browser, self._exits = folder / "data", folder / "home", browser, exits
        self.data.mkdir()
        kymograph(200, 40).write(self.data / "cell.tif")

    def dashboard(self, *, visitor: str = "") -> Dashboard:
        """Start the dashboard."""
        started = Dashboard(self.data, self._home, visitor=visitor)
        self._exits.callback(started.stop)
        return started

    def profile(self, name: str) -> Profile:
        """Browser that keeps its things under a name."""
        profile = Profile(self._browser, self._home / name)
        self._exits.callback(profile.close)
        return profile

    def drafts(self) -> list[Path]:
        """Unsaved work on disk."""
        folder = self.data / ".cloudscope"
        return list(folder.glob("*.draft")) if folder.exists() else []


@pytest.fixture
def journey(tmp_path: Path, browser: Browser) -> Iterator[Journey]:
    with ExitStack() as exits:
        yield Journey(tmp_path, browser, exits)


def show(page: Page) -> Page:
    """Open the recording."""
    row = page.get_by_role("row", name="cell.tif", exact=True)
    row.click()
    expect(row).to_have_attribute("aria-selected", "true", timeout=30_000)
    return page


def close(page: Page) -> None:
    """Close a tab as a user does, so that the page hears of it."""
    with page.expect_event("close"):
        page.close(run_before_unload=True)


def is_offered(page: Page) -> None:
    expect(page.get_by_text(FOUND)).to_be_visible(timeout=END_S * 1000)


def is_never_offered(page: Page) -> None:
    """Nothing is offered when the page opens, nor by the next look at the disk."""
    page.evaluate("() => new Promise(done => setTimeout(done, 3000))")
    assert page.get_by_text(FOUND).count() == 0


def test_what_becomes_of_a_page_and_its_unsaved_work(journey: Journey) -> None:
    dashboard, profile = journey.dashboard(), journey.profile("own")
    page = show(profile.open(dashboard.address))
    page.get_by_role("button", name="Accepted", exact=True).click()
    wait_until(journey.drafts, "the draft")

    assert len(dashboard.pythons()) == 1
    page.goto("about:blank")
    wait_until(lambda: not dashboard.pythons(), "the end of the Python of a page that was left", timeout_s=END_S)

    page = show(profile.open(dashboard.address))
    is_offered(page)
    page.get_by_role("button", name="Restore").click()
    page.get_by_text("The unsaved work is back.").wait_for()
    old = dashboard.pythons()
    page.reload()
    is_offered(show(page))
    wait_until(lambda: not dashboard.pythons() & old, "the end of the reloaded page's Python", timeout_s=END_S)

    page.get_by_role("button", name="Restore").click()
    page.get_by_text("The unsaved work is back.").wait_for()
    second = show(profile.open(dashboard.address))
    wait_until(lambda: len(dashboard.pythons()) == 2, "a page beside it")
    is_never_offered(second)
    close(second)
    wait_until(lambda: len(dashboard.pythons()) == 1, "the end of the closed page's Python", timeout_s=END_S)
    (old_python,) = dashboard.pythons()
    profile.kill()
    page = show(profile.open(dashboard.address))
    is_offered(page)
    assert old_python in dashboard.pythons()
    close(page)
    dashboard.kill()

    other = journey.dashboard(visitor="somebody else")
    page = show(journey.profile("other").open(other.address))
    is_never_offered(page)
    again = journey.dashboard()
    assert again.port != dashboard.port
    is_offered(show(journey.profile("fresh").open(again.address)))

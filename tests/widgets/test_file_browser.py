"""The list of files: rows by message, tokens instead of paths, opening and going to the next one."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cloudscope_widgets.store.session import Session
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets._actions import actions_of
from cloudscope_widgets.widgets.file_browser import FileBrowser
from tests.widgets.fake_page import FakePage

PATIENCE_S = 20.0


@pytest.fixture
def session(tmp_path: Path) -> Session:
    (tmp_path / "day2").mkdir()
    made = kymograph(300, 40)
    for name in ("cell1.tif", "cell2.tif", "day2/cell10.tif"):
        made.write(tmp_path / name)
    (tmp_path / "day2" / "broken.tif").write_bytes(b"II*\0broken")
    session = Session(tmp_path)
    saved = session.select("cell2.tif")
    saved.add_rect()
    saved.analyze("radon_velocity", roi_id=1)
    saved.update_experiment(condition="control")
    saved.review = "accepted"
    saved.save()
    session.close()
    fresh = Session(tmp_path)
    fresh.wait_for_scan(PATIENCE_S)
    return fresh


@pytest.fixture
def browser(session: Session) -> FileBrowser:
    browser = FileBrowser(session)
    browser._errands.wait(PATIENCE_S)  # noqa: SLF001  (until the facts have been read)
    return browser


def rows(page: FakePage) -> dict[str, dict[str, Any]]:
    page.command("ready")
    found = [row for said in page.customs if said["kind"] == "rows" for row in said["rows"]]
    return {row["name"]: row for row in found}


def opened(browser: FileBrowser, page: FakePage, name: str) -> None:
    page.command("file.open", token=rows(page)[name]["token"])
    browser._errands.wait(PATIENCE_S)  # noqa: SLF001  (until it is open)


def test_a_view_gets_all_rows_with_what_is_saved_of_each(browser: FileBrowser) -> None:
    found = rows(FakePage(browser))
    assert list(found) == ["cell1.tif", "cell2.tif", "broken.tif", "cell10.tif"]
    saved = found["cell2.tif"]
    assert (saved["review"], saved["regions"], saved["results"], saved["condition"]) == ("accepted", 1, "V", "control")
    assert (found["cell1.tif"]["regions"], found["cell10.tif"]["folder"]) == (None, "day2")


def test_no_path_reaches_the_page(browser: FileBrowser, session: Session) -> None:
    page = FakePage(browser)
    opened(browser, page, "cell1.tif")
    said = json.dumps([page.received, browser.get_state()["listing"]])
    assert str(session.root) not in said


def test_a_click_opens_and_only_changes_are_sent(browser: FileBrowser, session: Session) -> None:
    page = FakePage(browser)
    opened(browser, page, "cell1.tif")
    assert session.acquisition is not None
    assert browser.listing["open_token"] == rows(page)["cell1.tif"]["token"]
    page.received.clear()
    session.acquisition.add_rect()
    (change,) = [said["rows"] for said in page.customs if said["kind"] == "rows"]
    assert [(row["name"], row["regions"], row["is_dirty"]) for row in change] == [("cell1.tif", 1, True)]


def test_a_file_that_cannot_be_read_is_marked_and_the_open_one_stays(browser: FileBrowser, session: Session) -> None:
    page = FakePage(browser)
    opened(browser, page, "cell1.tif")
    opened(browser, page, "broken.tif")
    assert rows(page)["broken.tif"]["is_unreadable"]
    assert browser.message["kind"] == "error"
    assert session.acquisition is not None
    assert session.acquisition.path.name == "cell1.tif"


def test_a_forged_token_is_refused(browser: FileBrowser) -> None:
    page = FakePage(browser)
    for token in ("../secret.tif", "", "0" * 16):
        assert "no longer in the list" in page.command("file.open", token=token)["reason"]


def test_next_and_previous_follow_the_order_of_the_page(browser: FileBrowser, session: Session) -> None:
    page = FakePage(browser)
    found = rows(page)
    page.command("list.order", tokens=[found[name]["token"] for name in ("cell10.tif", "cell2.tif", "cell1.tif")])
    seen = []
    for action in ("next_file", "next_file", "next_file", "next_file", "previous_file"):
        actions_of(session).run(action)
        browser._errands.wait(PATIENCE_S)  # noqa: SLF001  (until it is open)
        assert session.acquisition is not None
        seen.append(session.acquisition.path.name)
    assert seen == ["cell10.tif", "cell2.tif", "cell1.tif", "cell1.tif", "cell2.tif"]


def test_the_verdict_turns_for_the_open_recording_only(browser: FileBrowser, session: Session) -> None:
    page = FakePage(browser)
    opened(browser, page, "cell1.tif")
    tokens = {name: row["token"] for name, row in rows(page).items()}
    for expected in ("accepted", "rejected", "unreviewed"):
        page.command("file.review", token=tokens["cell1.tif"])
        assert session.acquisition is not None
        assert session.acquisition.review == expected
    assert "open the recording first" in page.command("file.review", token=tokens["cell2.tif"])["reason"].lower()

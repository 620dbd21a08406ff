"""The list of files: rows by message, tokens instead of paths, opening and going to the next one."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cloudscope_widgets.io.catalog.folder import FileEntry
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets.files.file_browser import FileBrowser
from cloudscope_widgets.widgets.files.file_rows import MOST_BYTES, FileRows, in_chunks
from cloudscope_widgets.widgets.kit.actions import actions_of
from tests.widgets.fake_page import FakePage

PATIENCE_S = 20.0


@pytest.fixture
def session(tmp_path: Path) -> Session:
    (tmp_path / "day2").mkdir()
    made = kymograph(300, 40, seconds_per_line=0.001)
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
def browser(session: Session) -> Iterator[FileBrowser]:
    browser = FileBrowser(session)
    settle(browser)
    yield browser
    browser.close()


@pytest.fixture
def page(browser: FileBrowser) -> FakePage:
    return FakePage(browser)


def settle(browser: FileBrowser) -> None:
    """Wait until what was asked for is open and all facts have been read."""
    browser._opens.wait(PATIENCE_S)  # noqa: SLF001  (the threads of the widget)
    browser._facts.wait(PATIENCE_S)  # noqa: SLF001
    browser._opens.wait(PATIENCE_S)  # noqa: SLF001


def rows(page: FakePage) -> dict[str, dict[str, Any]]:
    """Rows by name, as a page knows them after all messages."""
    page.command("ready")
    found = [row for said in page.customs if said["kind"] in {"rows", "changes"} for row in said["rows"]]
    return {row["name"]: row for row in found}


def changes(page: FakePage) -> list[list[dict[str, Any]]]:
    return [said["rows"] for said in page.customs if said["kind"] == "changes"]


def opened(browser: FileBrowser, page: FakePage, name: str) -> Acquisition:
    page.command("file.open", token=rows(page)[name]["token"])
    settle(browser)
    acquisition = browser.session.acquisition
    assert acquisition is not None
    return acquisition


# ---------------------------------------------------------------- rows
def test_a_view_gets_all_rows_with_what_is_saved_of_each(page: FakePage) -> None:
    found = rows(page)
    assert list(found) == ["cell1.tif", "cell2.tif", "broken.tif", "cell10.tif"]
    saved = found["cell2.tif"]
    assert (saved["review"], saved["regions"], saved["results"], saved["condition"]) == ("accepted", 1, "V", "control")
    assert (found["cell1.tif"]["regions"], found["cell10.tif"]["folder"]) == (0, "day2")


def test_what_is_not_open_has_its_duration_and_whether_it_can_be_read(page: FakePage) -> None:
    found = rows(page)
    assert found["cell1.tif"]["duration_s"] == pytest.approx(0.3)
    assert (found["broken.tif"]["problem"], found["broken.tif"]["duration_s"]) == ("image", None)


def test_no_path_reaches_the_page(browser: FileBrowser, page: FakePage, session: Session) -> None:
    opened(browser, page, "cell1.tif")
    page.command("file.open", token=rows(page)["broken.tif"]["token"])
    settle(browser)
    page.command("file.open", token="forged")  # noqa: S106  (names a recording)
    said = json.dumps([page.received, browser.get_state()["listing"], browser.message])
    assert str(session.root) not in said
    assert all(os.sep not in row["token"] for row in rows(page).values())


def test_rows_come_in_order_with_their_place_and_the_count(page: FakePage) -> None:
    page.command("ready")
    (said,) = [said for said in page.customs if said["kind"] == "rows"]
    assert (said["first"], said["count"], len(said["rows"])) == (0, 4, 4)


def test_a_message_of_rows_stays_small(tmp_path: Path) -> None:
    names = [f"{'ü' * 200}{place}.tif" for place in range(2000)]
    entries = [FileEntry(tmp_path / name, name, name, 0, 0, (), is_saved=False) for name in names]
    chunks = list(in_chunks(FileRows().take_entries(entries)))
    assert sum(map(len, chunks)) == len(entries)
    assert max(len(json.dumps(chunk)) for chunk in chunks) <= MOST_BYTES * 1.05


def test_a_list_that_grows_keeps_its_version_and_one_that_changes_begins_anew(session: Session) -> None:
    rows = FileRows()
    files = session.files
    assert [row["name"] for row in rows.take_entries(files[:2])] == ["cell1.tif", "cell2.tif"]
    assert [row["name"] for row in rows.take_entries(files)] == ["broken.tif", "cell10.tif"]
    tokens, version = rows.tokens, rows.version
    assert len(rows.take_entries(files[1:])) == 3
    assert (rows.version, rows.tokens) == (version + 1, tokens[1:])
    with pytest.raises(ValueError, match="no longer in the list"):
        rows.entry(tokens[0])


def test_reading_the_folder_again_finds_what_is_new_and_what_was_saved(
    browser: FileBrowser, page: FakePage, session: Session
) -> None:
    before = rows(page)
    kymograph(100, 40).write(session.root / "cell3.tif")
    other = Session(session.root)
    saved = other.select("cell1.tif")
    saved.add_rect()
    saved.save()
    page.command("list.refresh")
    session.wait_for_scan(PATIENCE_S)
    until(lambda: not browser.listing["is_scanning"])
    settle(browser)
    after = rows(page)
    assert list(after)[-1] == "cell3.tif"
    assert after["cell1.tif"]["token"] == before["cell1.tif"]["token"]
    assert after["cell1.tif"]["regions"] == 1


def until(is_true: Any) -> None:  # noqa: ANN401  (any condition)
    end = time.monotonic() + PATIENCE_S
    while not is_true():
        assert time.monotonic() < end
        time.sleep(0.005)


# ---------------------------------------------------------------- changes
def test_a_click_opens_and_only_changes_are_sent(browser: FileBrowser, page: FakePage) -> None:
    acquisition = opened(browser, page, "cell1.tif")
    assert browser.listing["open_token"] == rows(page)["cell1.tif"]["token"]
    page.received.clear()
    acquisition.add_rect()
    assert [(row["name"], row["regions"]) for row in changes(page)[0]] == [("cell1.tif", 1)]
    assert all(row["name"] == "cell1.tif" for change in changes(page) for row in change)
    assert rows(page)["cell1.tif"]["is_dirty"]


def test_a_result_is_marked_as_stale_open_or_not(browser: FileBrowser, page: FakePage, session: Session) -> None:
    acquisition = opened(browser, page, "cell2.tif")
    assert rows(page)["cell2.tif"]["stale"] == ""
    acquisition.update_roi(1, row_stop=200)
    assert rows(page)["cell2.tif"]["stale"] == "V"
    acquisition.save()
    fresh = FileBrowser(Session(session.root))
    fresh.session.wait_for_scan(PATIENCE_S)
    settle(fresh)
    assert rows(FakePage(fresh))["cell2.tif"]["stale"] == "V"


def test_a_recording_that_is_saved_while_another_is_shown_is_no_longer_unsaved(
    browser: FileBrowser, page: FakePage, session: Session
) -> None:
    opened(browser, page, "cell1.tif").add_rect()
    opened(browser, page, "cell10.tif")
    assert rows(page)["cell1.tif"]["is_dirty"]
    session.save_all()
    assert not rows(page)["cell1.tif"]["is_dirty"]


def test_a_file_that_cannot_be_read_is_marked_and_takes_the_place_of_the_open_one(
    browser: FileBrowser, page: FakePage
) -> None:
    edited = opened(browser, page, "cell1.tif")
    edited.add_rect()
    page.command("file.open", token=rows(page)["broken.tif"]["token"])
    settle(browser)
    assert browser.session.acquisition is None
    assert browser.session.unreadable is not None
    assert browser.session.unreadable.reason == browser.message["text"]
    assert browser.listing["open_token"] == rows(page)["broken.tif"]["token"]
    assert browser.session.unsaved() == (edited,)
    assert rows(page)["broken.tif"]["problem"] == "image"
    assert browser.message["kind"] == "error"
    assert browser.message["text"].startswith("broken.tif")
    assert browser.listing["opening_token"] == ""
    assert opened(browser, page, "cell1.tif") is edited
    assert browser.session.unreadable is None


def test_next_and_previous_stop_at_what_cannot_be_read_and_go_on(browser: FileBrowser, page: FakePage) -> None:
    names = ("cell1.tif", "broken.tif", "cell2.tif")
    page.command("list.order", tokens=[rows(page)[name]["token"] for name in names])
    steps = ("next_file", "next_file", "next_file", "previous_file", "previous_file")
    assert [after(browser, step) for step in steps] == ["cell1.tif", "", "cell2.tif", "", "cell1.tif"]
    actions_of(browser.session).run("next_file")
    actions_of(browser.session).run("next_file")  # before the first of them is answered
    settle(browser)
    assert browser.session.acquisition is not None
    assert browser.session.acquisition.path.name == "cell2.tif"


@pytest.mark.plants_files
def test_a_damaged_saved_file_is_told_apart_from_a_damaged_image(tmp_path: Path) -> None:
    kymograph(100, 40).write(tmp_path / "cell.tif")
    (tmp_path / "cell.tif.json").write_text('{"version": 2')
    browser = FileBrowser(Session(tmp_path))
    browser.session.wait_for_scan(PATIENCE_S)
    settle(browser)
    page = FakePage(browser)
    assert rows(page)["cell.tif"]["problem"] == "saved"
    opened(browser, page, "cell.tif")
    assert rows(page)["cell.tif"]["problem"] == "saved"


# ---------------------------------------------------------------- commands
def test_a_forged_token_is_refused(page: FakePage) -> None:
    for token in ("../secret.tif", "", "0" * 16):
        assert "no longer in the list" in page.command("file.open", token=token)["reason"]
    assert page.command("file.open", token="x" * 33)["kind"] == "refused"
    assert page.command("file.open", token=["a"])["kind"] == "refused"


def test_next_and_previous_follow_the_order_of_the_page(browser: FileBrowser, page: FakePage) -> None:
    found = rows(page)
    page.command("list.order", tokens=[found[name]["token"] for name in ("cell10.tif", "cell2.tif", "cell1.tif")])
    actions = ("next_file", "next_file", "next_file", "next_file", "previous_file")
    seen = [after(browser, action) for action in actions]
    assert seen == ["cell10.tif", "cell2.tif", "cell1.tif", "cell1.tif", "cell2.tif"]
    page.command("list.order", tokens=None)
    assert after(browser, "previous_file") == "cell1.tif"


def after(browser: FileBrowser, action: str) -> str:
    """Name of the open recording after an action."""
    actions_of(browser.session).run(action)
    settle(browser)
    return browser.session.acquisition.path.name if browser.session.acquisition else ""


def test_the_next_to_review_skips_verdicts_and_what_cannot_be_read(browser: FileBrowser) -> None:
    assert [after(browser, "next_to_review") for _ in range(3)] == ["cell1.tif", "cell10.tif", "cell1.tif"]
    for _ in range(2):
        assert browser.session.acquisition is not None
        browser.session.acquisition.review = "rejected"
        last = after(browser, "next_to_review")
    assert last == "cell10.tif"
    assert "no other recording to review" in browser.message["text"]


def test_the_verdict_turns_for_the_open_recording_only(browser: FileBrowser, page: FakePage) -> None:
    acquisition = opened(browser, page, "cell1.tif")
    tokens = {name: row["token"] for name, row in rows(page).items()}
    for expected in ("accepted", "rejected", "unreviewed"):
        page.command("file.review", token=tokens["cell1.tif"])
        assert acquisition.review == expected
    assert "open the recording first" in page.command("file.review", token=tokens["cell2.tif"])["reason"].lower()


def test_a_closed_list_answers_no_key(browser: FileBrowser, session: Session) -> None:
    browser.close()
    for action in ("next_file", "previous_file", "next_to_review"):
        actions_of(session).run(action)
    assert session.acquisition is None

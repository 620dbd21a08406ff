"""The save bar: what is unsaved in words, saving, undo and the verdict."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.store.unsaved import unsaved_words
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets._actions import actions_of
from cloudscope_widgets.widgets.save_bar import SaveBar
from tests.widgets.fake_page import FakePage


@pytest.fixture
def session(tmp_path: Path) -> Session:
    for name in ("cell1.tif", "cell2.tif"):
        kymograph(600, 40).write(tmp_path / name)
    session = Session(tmp_path)
    session.select("cell1.tif")
    return session


@pytest.fixture
def bar(session: Session) -> SaveBar:
    return SaveBar(session)


@pytest.fixture
def page(bar: SaveBar) -> FakePage:
    return FakePage(bar)


def test_what_is_unsaved_is_said_in_at_most_three_items(session: Session) -> None:
    acq = session.select("cell1.tif")
    saved = acq.snapshot
    acq.add_rect()
    assert unsaved_words(saved, acq.snapshot) == "ROI 1"
    acq.analyze("radon_velocity", roi_id=1)
    acq.add_event(roi_id=1, start_s=0.1, stop_s=0.2)
    assert unsaved_words(saved, acq.snapshot) == "ROI 1, velocity, 1 event"
    acq.update_experiment(depth=75)
    acq.review = "accepted"
    assert unsaved_words(saved, acq.snapshot) == "ROI 1, velocity, 3 more"
    assert unsaved_words(acq.snapshot, acq.snapshot) == ""


def test_a_verdict_on_events_is_told_apart_from_other_changes_of_them(session: Session) -> None:
    acq = session.select("cell1.tif")
    acq.add_rect()
    acq.analyze("radon_velocity", roi_id=1)
    for start_s in (0.1, 0.3):
        acq.add_event(roi_id=1, start_s=start_s, stop_s=start_s + 0.1)
    saved = acq.snapshot
    for event_id in (1, 2):
        acq.update_event(event_id, roi_id=1, review="rejected")
    assert unsaved_words(saved, acq.snapshot) == "2 events reviewed"
    acq.update_event(1, roi_id=1, note="stall")
    assert unsaved_words(saved, acq.snapshot) == "2 events"


def test_a_verdict_given_again_is_unsaved_in_words_too(session: Session) -> None:
    acq = session.select("cell1.tif")
    acq.review = "accepted"
    saved = acq.snapshot
    later = replace(saved, reviewed=FrozenDict({"at": "2030-01-01T00:00:00+00:00"}))
    assert unsaved_words(saved, later) == "review"


def test_the_bar_follows_the_open_recording(session: Session, bar: SaveBar) -> None:
    assert (bar.bar["file_name"], bar.bar["status"], bar.bar["unsaved_count"]) == ("cell1.tif", "no changes", 0)
    session.select("cell1.tif").add_rect()
    assert (bar.bar["status"], bar.bar["is_dirty"], bar.bar["undo_name"]) == ("Unsaved: ROI 1", True, "Add ROI 1")
    session.select("cell2.tif")
    assert (bar.bar["file_name"], bar.bar["is_dirty"], bar.bar["unsaved_count"]) == ("cell2.tif", False, 1)


def test_save_undo_and_redo_are_commands_and_keys(session: Session, bar: SaveBar, page: FakePage) -> None:
    acq = session.select("cell1.tif")
    acq.add_rect()
    assert page.command("undo")["kind"] == "done"
    assert (len(acq.rois), bar.message["text"]) == (0, "Undone: Add ROI 1.")
    page.command("act", action="redo")
    page.command("act", action="save")
    assert (acq.dirty, bar.message["text"]) == (False, "Saved cell1.tif: 1 ROI.")
    assert bar.bar["status"].startswith("saved ")


def test_saving_without_changes_does_not_say_that_something_was_saved(
    session: Session, bar: SaveBar, page: FakePage
) -> None:
    session.select("cell1.tif")
    page.command("save")
    assert (bar.bar["status"], bar.message["text"]) == ("no changes", "cell1.tif has no unsaved changes.")


def test_the_same_verdict_again_takes_it_back(session: Session, page: FakePage) -> None:
    acq = session.select("cell1.tif")
    page.command("review.set", review="rejected")
    assert acq.review == "rejected"
    page.command("act", action="reject_file")
    assert acq.review == "unreviewed"


def test_a_refused_save_stays_as_a_banner_until_it_is_dealt_with(
    session: Session, bar: SaveBar, page: FakePage
) -> None:
    acq = session.select("cell1.tif")
    acq.add_rect()
    acq.path.with_name("cell1.tif.json").write_text("{}")
    assert page.command("save")["kind"] == "refused"
    assert bar.banner is not None
    assert "another program has changed" in bar.banner["text"]
    page.command("banner.dismiss")
    assert bar.banner is None
    page.command("save_all")
    assert bar.message["kind"] == "error"


def test_a_failure_concerns_its_recording_and_ends_when_that_is_saved(
    session: Session, bar: SaveBar, page: FakePage
) -> None:
    acq = session.select("cell1.tif")
    acq.add_rect()
    sidecar = acq.path.with_name("cell1.tif.json")
    sidecar.write_text("{}")
    page.command("save")
    session.select("cell2.tif").add_rect()
    page.command("save")
    assert bar.banner is not None
    assert "cell1.tif was not saved" in bar.banner["text"]
    sidecar.unlink()
    page.command("save_all")
    assert bar.banner is None


def test_the_count_follows_recordings_that_are_not_shown(session: Session, bar: SaveBar) -> None:
    first = session.select("cell1.tif")
    session.select("cell2.tif")
    first.add_rect()
    assert bar.bar["unsaved_count"] == 1
    first.save()
    assert bar.bar["unsaved_count"] == 0


def test_a_sidecar_that_cannot_be_read_blocks_saving_and_is_said_while_the_recording_is_open(tmp_path: Path) -> None:
    for name in ("cell.tif", "other.tif"):
        kymograph(100, 40).write(tmp_path / name)
    (tmp_path / "cell.tif.json").write_text('{"version": 2')
    session = Session(tmp_path)
    bar = SaveBar(session)
    page = FakePage(bar)
    session.select("cell.tif")
    assert (bar.bar["status"], bar.bar["is_blocked"]) == ("cannot be saved", True)
    page.command("banner.dismiss")
    assert bar.banner is not None
    assert (bar.banner["kind"], bar.banner["can_dismiss"]) == ("error", False)
    assert "cell.tif.json cannot be read" in bar.banner["text"]
    session.select("other.tif")
    assert bar.banner is None


def test_notices_are_shown_one_at_a_time(session: Session, bar: SaveBar, page: FakePage) -> None:
    session.set_trait("notices", ("One.", "Two."))
    seen = []
    while bar.banner is not None:
        seen.append(bar.banner["text"])
        page.command("banner.dismiss")
    assert seen == ["One.", "Two."]


def test_no_path_reaches_the_page(session: Session, bar: SaveBar, page: FakePage) -> None:
    acq = session.select("cell1.tif")
    acq.add_rect()
    acq.path.with_name("cell1.tif.json").write_text("{}")
    session.set_trait("notices", (f"{session.root / 'day2'} is left out.", f"{session.root} is odd."))
    for command in ("save", "save_all", "banner.dismiss", "banner.dismiss"):
        page.command(command)
    assert "cell1.tif.json" in json.dumps(page.received)
    assert str(session.root) not in json.dumps([page.received, bar.bar, bar.banner, bar.message])


def test_without_a_recording_commands_say_so(tmp_path: Path) -> None:
    bar = SaveBar(Session(tmp_path))
    assert "No recording is open" in FakePage(bar).command("save")["reason"]
    assert bar.bar["file_name"] == ""


def test_a_closed_bar_answers_no_key(session: Session, bar: SaveBar) -> None:
    session.select("cell1.tif").add_rect()
    bar.close()
    actions_of(session).run("undo")
    assert len(session.select("cell1.tif").rois) == 1

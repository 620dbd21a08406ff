"""The save bar: what is unsaved in words, saving, undo and the verdict."""

from __future__ import annotations

from pathlib import Path

import pytest

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


def test_the_bar_follows_the_open_recording(session: Session, bar: SaveBar) -> None:
    assert (bar.bar["file_name"], bar.bar["status"], bar.bar["unsaved_count"]) == ("cell1.tif", "no changes", 0)
    session.select("cell1.tif").add_rect()
    assert (bar.bar["status"], bar.bar["is_dirty"], bar.bar["undo_name"]) == ("Unsaved: ROI 1", True, "Add ROI")
    session.select("cell2.tif")
    assert (bar.bar["file_name"], bar.bar["is_dirty"], bar.bar["unsaved_count"]) == ("cell2.tif", False, 1)


def test_save_undo_and_redo_are_commands_and_keys(session: Session, bar: SaveBar, page: FakePage) -> None:
    acq = session.select("cell1.tif")
    acq.add_rect()
    assert page.command("undo")["kind"] == "done"
    assert (len(acq.rois), bar.message["text"]) == (0, "Undone: Add ROI.")
    page.command("act", action="redo")
    page.command("act", action="save")
    assert (acq.dirty, bar.message["text"]) == (False, "Saved cell1.tif: 1 ROI.")
    assert bar.bar["status"].startswith("saved ")


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


def test_a_sidecar_that_cannot_be_read_is_said(tmp_path: Path) -> None:
    kymograph(100, 40).write(tmp_path / "cell.tif")
    (tmp_path / "cell.tif.json").write_text('{"version": 2')
    session = Session(tmp_path)
    bar = SaveBar(session)
    session.select("cell.tif")
    assert bar.bar["status"] == "cannot be saved"
    assert bar.banner is not None
    assert "cell.tif.json cannot be read" in bar.banner["text"]


def test_without_a_recording_commands_say_so(tmp_path: Path) -> None:
    bar = SaveBar(Session(tmp_path))
    assert "No recording is open" in FakePage(bar).command("save")["reason"]
    assert bar.bar["file_name"] == ""


def test_a_closed_bar_answers_no_key(session: Session, bar: SaveBar) -> None:
    session.select("cell1.tif").add_rect()
    bar.close()
    actions_of(session).run("undo")
    assert len(session.select("cell1.tif").rois) == 1

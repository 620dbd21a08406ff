"""The save bar: what is unsaved in words, saving, undo and the verdict."""

from __future__ import annotations

import errno
import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import tifffile

import cloudscope_widgets as cs
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.io.paths import sidecar_path, work_folder
from cloudscope_widgets.io.platform import files as platform
from cloudscope_widgets.store.disk.unsaved import unsaved_words
from cloudscope_widgets.store.session import Session
from cloudscope_widgets.synthetic import kymograph
from cloudscope_widgets.widgets.kit.actions import actions_of
from cloudscope_widgets.widgets.save.save_bar import SaveBar
from tests.saved_files import write_long_ago
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


def answer(bar: SaveBar, page: FakePage, chosen: str) -> dict[str, Any]:
    """Press a button of the banner that is shown."""
    assert bar.banner is not None
    return page.command("banner.answer", number=bar.banner["number"], answer=chosen)


def labels(bar: SaveBar) -> list[str]:
    return [] if bar.banner is None else [one["label"] for one in bar.banner["answers"]]


def saved_elsewhere(path: Path, **fields: Any) -> None:  # noqa: ANN401  (fields of the experiment)
    """Save some fields as another program would."""
    other = cs.open(path)
    other.update_experiment(**fields)
    other.save()


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


def test_undo_of_what_was_done_in_all_files_says_so(session: Session, bar: SaveBar, page: FakePage) -> None:
    other, acq = session.select("cell2.tif"), session.select("cell1.tif")
    session.apply_contrast_to_all()
    page.command("undo")
    assert bar.message["text"] == "Undone: Apply contrast to all files, also in 1 other file."
    assert (other.dirty, acq.dirty) == (False, False)
    page.command("redo")
    other.set_contrast(0, gamma=2)
    page.command("undo")
    assert bar.message["text"] == (
        "Undone: Apply contrast to all files. cell2.tif stays as it is: it was changed or closed since."
    )
    session.select("cell2.tif")
    assert "cell2.tif stays as it is" in bar.message["text"]


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


@pytest.mark.plants_files
def test_a_refused_save_stays_as_a_banner_until_it_is_dealt_with(
    session: Session, bar: SaveBar, page: FakePage
) -> None:
    session.select("cell1.tif").add_rect()
    work_folder(session.root / "cell1.tif").write_text("no folder")
    assert page.command("save")["kind"] == "refused"
    assert bar.banner is not None
    assert "cell1.tif was not saved" in bar.banner["text"]
    answer(bar, page, "dismiss")
    assert bar.banner is None
    page.command("save_all")
    assert bar.message["kind"] == "error"


def test_a_failure_belongs_to_its_recording_and_ends_when_that_is_saved(
    session: Session, bar: SaveBar, page: FakePage
) -> None:
    session.select("cell1.tif").add_rect()
    blocker = work_folder(session.root / "cell1.tif")
    blocker.write_text("no folder")
    page.command("save")
    assert "cell1.tif was not saved" in bar.message["text"]
    session.select("cell2.tif").add_rect()
    assert ("cell1.tif was not saved" in json.dumps(bar.banner), bar.message["text"]) == (False, "")
    page.command("save_all")
    assert "cell1.tif was not saved" in bar.message["text"]
    assert "cell2.tif was not saved" in json.dumps(bar.banner)
    session.select("cell1.tif")
    assert "cell1.tif was not saved" in json.dumps(bar.banner)
    assert "cell2.tif was not saved" in bar.message["text"]  # what saving all did concerns all
    blocker.unlink()
    session.select("cell2.tif")
    page.command("save_all")
    for name in ("cell2.tif", "cell1.tif"):
        session.select(name)
        assert "was not saved" not in json.dumps(bar.banner)


def test_notices_belong_to_their_recording(tmp_path: Path) -> None:
    for name in ("pages.tif", "single.tif"):
        with tifffile.TiffWriter(tmp_path / name) as writer:
            for value in (1, 2) if name == "pages.tif" else (1,):
                writer.write(np.full((20, 8), value, np.uint16), metadata=None, contiguous=False)
    session = Session(tmp_path)
    bar = SaveBar(session)
    session.select("pages.tif")
    assert bar.banner is not None
    told = bar.banner["text"]
    session.select("single.tif")
    assert bar.banner is None
    session.select("pages.tif")
    assert bar.banner is not None
    assert bar.banner["text"] == told


# ---------------------------------------------------------------- other programs
def test_a_conflict_is_a_question_with_the_safe_answer_first(session: Session, bar: SaveBar, page: FakePage) -> None:
    acq = session.select("cell1.tif")
    saved_elsewhere(acq.path, species="rat", sex="f")
    acq.update_experiment(species="mouse", genotype="wt")
    assert "Species was changed here and by another program" in page.command("save")["reason"].replace(
        "species", "Species"
    )
    assert bar.banner is not None
    assert (bar.banner["title"], bar.banner["kind"]) == ("cell1.tif.json was changed on disk", "error")
    assert bar.banner["text"].endswith(". Yours: species, genotype. Theirs: species, sex.")
    assert bar.banner["details"] == ["Species: yours mouse, theirs rat."]
    assert (labels(bar), bar.banner["answers"][0]["look"]) == (["Keep both", "Take theirs", "Overwrite"], "primary")
    assert [bool(one["question"]) for one in bar.banner["answers"]] == [False, False, True]
    assert answer(bar, page, "keep_both")["kind"] == "done"
    found = cs.open(acq.path).experiment
    assert (found.species, found.sex, found.genotype, bar.banner) == ("mouse", "f", "wt", None)
    assert bar.message["text"].startswith("Saved cell1.tif")


@pytest.mark.parametrize(("chosen", "species"), [("take_theirs", "rat"), ("overwrite", "mouse")])
def test_one_version_can_be_chosen(session: Session, bar: SaveBar, page: FakePage, chosen: str, species: str) -> None:
    acq = session.select("cell1.tif")
    saved_elsewhere(acq.path, species="rat")
    acq.update_experiment(species="mouse")
    page.command("save")
    answer(bar, page, chosen)
    assert (acq.experiment.species, cs.open(acq.path).experiment.species, acq.dirty) == (species, species, False)
    assert bar.banner is None


def test_files_that_changed_under_unsaved_edits_are_said_before_saving(
    session: Session, bar: SaveBar, page: FakePage
) -> None:
    acq = session.select("cell1.tif")
    acq.update_experiment(species="mouse")
    acq.save()
    acq.update_experiment(genotype="wt")
    saved_elsewhere(acq.path, sex="f")
    page.command("disk.look")
    assert bar.banner is not None
    assert (bar.banner["kind"], bar.banner["text"].partition("Yours")[2]) == ("info", ": genotype. Theirs: sex.")
    answer(bar, page, "keep_both")
    assert (cs.open(acq.path).experiment.sex, acq.experiment.genotype, bar.banner) == ("f", "wt", None)


def test_a_clean_recording_follows_the_disk_and_says_so(session: Session, bar: SaveBar, page: FakePage) -> None:
    acq = session.select("cell1.tif")
    acq.update_experiment(species="mouse")
    acq.save()
    saved_elsewhere(acq.path, sex="f")
    page.command("disk.look")
    assert (acq.experiment.sex, bar.banner) == ("f", None)
    assert bar.message["text"] == "cell1.tif was changed by another program and is up to date: sex."


def test_an_answer_to_an_earlier_question_changes_nothing(session: Session, bar: SaveBar, page: FakePage) -> None:
    acq = session.select("cell1.tif")
    saved_elsewhere(acq.path, species="rat")
    acq.update_experiment(species="mouse")
    page.command("save")
    assert bar.banner is not None
    number = bar.banner["number"]
    session.select("cell2.tif")
    for asked in (number, number + 1, 0):
        refused = page.command("banner.answer", number=asked, answer="overwrite")
        assert "This question has been answered meanwhile; nothing was changed" in refused["reason"]
    assert cs.open(acq.path).experiment.species == "rat"
    session.select("cell1.tif")
    assert answer(bar, page, "restore")["kind"] == "refused"


def test_a_saved_file_that_became_unreadable_can_be_looked_at_again_or_overwritten(
    session: Session, bar: SaveBar, page: FakePage
) -> None:
    acq = session.select("cell1.tif")
    acq.update_experiment(species="mouse")
    acq.save()
    whole = sidecar_path(acq.path).read_text()
    write_long_ago(sidecar_path(acq.path), "{")
    page.command("disk.look")
    assert labels(bar) == ["Look again", "Overwrite"]
    assert str(session.root) not in json.dumps(bar.banner)
    write_long_ago(sidecar_path(acq.path), whole)
    answer(bar, page, "look")
    assert bar.banner is None


def test_a_file_that_another_program_holds_open_is_saved_and_said(
    session: Session, bar: SaveBar, page: FakePage, monkeypatch: pytest.MonkeyPatch
) -> None:
    acq = session.select("cell1.tif")
    acq.add_rect()
    move = os.replace

    def hold_open(source: Path, target: Path) -> None:
        if Path(target) == sidecar_path(acq.path):
            raise PermissionError(errno.EACCES, "held open", str(target))
        move(source, target)

    with monkeypatch.context() as held:
        held.setattr(platform, "REPLACE_PAUSES_S", (0.0,))
        held.setattr(os, "replace", hold_open)
        page.command("save")
    assert bar.banner is not None
    assert bar.banner["text"].startswith("Saved. Close ")
    assert "cell1.tif.json" in bar.banner["text"]
    answer(bar, page, "dismiss")
    assert (bar.banner, acq.dirty) == (None, False)


# ---------------------------------------------------------------- import
def test_what_kymflow_saved_is_offered_once_and_imported_by_its_button(real: Path) -> None:
    session = Session(real)
    bar = SaveBar(session)
    page = FakePage(bar)
    acq = session.select("Capillary1_0001.tif")
    assert bar.banner is not None
    assert bar.banner["text"].startswith("KymFlow has saved 3 ROIs of Capillary1_0001.tif, which can be imported.")
    answer(bar, page, "import")
    assert (len(acq.rois), acq.undo_name, bar.banner) == (3, "Import from KymFlow", None)
    session.select("20250722_A89_0002.tif")
    answer(bar, page, "not_now")
    session.select("20250722_A89_0003.tif")
    assert (bar.banner, session.unsaved()) == (None, (acq,))


# ---------------------------------------------------------------- drafts
@pytest.fixture
def left(tmp_path: Path) -> Path:
    """Recording whose unsaved work was left behind."""
    image = kymograph(600, 40).write(tmp_path / "cell.tif")
    session = Session(tmp_path)
    acq = session.select("cell.tif")
    acq.add_rect()
    acq.add_rect(row_stop=100)
    session.close()
    return image


def test_unsaved_work_is_offered_and_restored(left: Path) -> None:
    session = Session(left.parent)
    acq = session.select("cell.tif")
    bar = SaveBar(session)
    page = FakePage(bar)
    assert bar.banner is not None
    words = bar.banner["title"] + bar.banner["text"]
    assert words == f"Unsaved work from today {acq.drafts[0].at:%H:%M} was found: 2 ROIs."
    assert (labels(bar), [bool(one["question"]) for one in bar.banner["answers"]]) == (
        ["Restore", "Discard"],
        [False, True],
    )
    answer(bar, page, "restore")
    assert (bar.banner, acq.rois.ids, acq.undo_name) == (None, (1, 2), "Restore unsaved work")
    acq.save()
    session.close()


def test_unsaved_work_can_be_discarded(left: Path) -> None:
    session = Session(left.parent)
    session.select("cell.tif")
    bar = SaveBar(session)
    answer(bar, FakePage(bar), "discard")
    assert bar.banner is None
    assert Session(left.parent).select("cell.tif").drafts == ()


def test_a_dashboard_asks_the_page_whose_drafts_these_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    secret = "0123456789abcdef" * 2
    image = kymograph(600, 40).write(tmp_path / "cell.tif")
    for visit in (1, 2):
        session = Session(image.parent)
        acq = session.select("cell.tif")
        bar = SaveBar(session)
        page = FakePage(bar)
        assert (bar.bar["needs_visitor"], bar.banner) == (True, None)
        assert page.command("visitor", secret=secret[:8])["kind"] == "refused"
        assert page.command("visitor", secret=secret)["kind"] == "done"
        assert (bar.bar["needs_visitor"], labels(bar)) == (False, ["Restore", "Discard"] if visit == 2 else [])
        acq.add_rect()
        session.close()
    assert secret not in json.dumps(page.received)


def test_the_count_follows_recordings_that_are_not_shown(session: Session, bar: SaveBar) -> None:
    first = session.select("cell1.tif")
    session.select("cell2.tif")
    first.add_rect()
    assert bar.bar["unsaved_count"] == 1
    first.save()
    assert bar.bar["unsaved_count"] == 0


@pytest.mark.plants_files
def test_a_sidecar_that_cannot_be_read_blocks_saving_and_is_said_while_the_recording_is_open(tmp_path: Path) -> None:
    for name in ("cell.tif", "other.tif"):
        kymograph(100, 40).write(tmp_path / name)
    write_long_ago(tmp_path / "cell.tif.json", '{"version": 2')
    session = Session(tmp_path)
    bar = SaveBar(session)
    session.select("cell.tif")
    assert (bar.bar["status"], bar.bar["is_blocked"]) == ("cannot be saved", True)
    assert bar.banner is not None
    assert (bar.banner["kind"], bar.banner["answers"]) == ("error", [])
    assert "cell.tif.json cannot be read" in bar.banner["text"]
    session.select("other.tif")
    assert bar.banner is None


def test_notices_are_shown_one_at_a_time(session: Session, bar: SaveBar, page: FakePage) -> None:
    session.set_trait("notices", ("One.", "Two."))
    seen = []
    while bar.banner is not None:
        seen.append(bar.banner["text"])
        answer(bar, page, "dismiss")
    assert seen == ["One.", "Two."]


@pytest.mark.plants_files
def test_no_path_reaches_the_page(session: Session, bar: SaveBar, page: FakePage) -> None:
    acq = session.select("cell1.tif")
    acq.add_rect()
    write_long_ago(acq.path.with_name("cell1.tif.json"), "{}")
    session.set_trait("notices", (f"{session.root / 'day2'} is left out.", f"{session.root} is odd."))
    for command in ("save", "save_all"):
        page.command(command)
    acq.undo()
    session.look_at_disk()
    for _ in range(2):
        answer(bar, page, "dismiss")
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


# ---------------------------------------------------------------- layouts
@pytest.fixture
def blocks(tmp_path: Path) -> SaveBar:
    with tifffile.TiffWriter(tmp_path / "blocks.tif") as writer:
        for value in (1, 2, 3):
            writer.write(np.full((20, 8), value, np.uint16), metadata=None, contiguous=False)
    kymograph(100, 40).write(tmp_path / "single.tif")
    session = Session(tmp_path)
    session.select("blocks.tif")
    return SaveBar(session)


def test_blocks_of_lines_are_joined_by_the_button_of_their_notice_and_shown_as_stored_again(blocks: SaveBar) -> None:
    page, acq = FakePage(blocks), blocks.session.acquisition
    assert acq is not None
    assert labels(blocks) == ["Join", "Dismiss"]
    answer(blocks, page, "join")
    assert (acq.layout, acq.header.shape) == ("joined", (60, 8))
    assert labels(blocks) == ["As stored", "Dismiss"]
    answer(blocks, page, "as_stored")
    assert acq.layout == "stored"


def test_a_layout_is_not_offered_while_there_are_regions(blocks: SaveBar) -> None:
    acq = blocks.session.acquisition
    assert acq is not None
    acq.add_rect()
    assert labels(blocks) == ["Dismiss"]


def test_a_notice_that_was_put_away_stays_away_beside_another_file(blocks: SaveBar) -> None:
    answer(blocks, FakePage(blocks), "dismiss")
    blocks.session.select("single.tif")
    assert blocks.banner is None


def test_a_saved_calibration_that_differs_from_the_image_is_told_with_a_button(tmp_path: Path) -> None:
    path = kymograph(600, 40).write(tmp_path / "cell1.tif")
    saved = cs.open(path)
    saved.update_calibration(seconds_per_line=2.0)
    saved.save()
    session = Session(tmp_path)
    acquisition = session.select("cell1.tif")
    bar = SaveBar(session)
    page = FakePage(bar)
    assert bar.banner is not None
    assert "2000 ms per line" in bar.banner["text"]
    assert "the microscope's text says 1 ms per line" in bar.banner["text"]
    assert labels(bar) == ["Use image calibration", "Dismiss"]
    answer(bar, page, "use_image")
    assert (acquisition.header.seconds_per_line, acquisition.header.calibration_source) == (0.001, "text")
    assert bar.banner is None
    acquisition.undo()
    assert (acquisition.header.seconds_per_line, acquisition.header.calibration_source) == (2.0, "typed")


def test_a_calibration_that_was_just_typed_is_not_told(bar: SaveBar, session: Session) -> None:
    assert session.acquisition is not None
    session.acquisition.update_calibration(seconds_per_line=2.0)
    session.acquisition.save()
    assert bar.banner is None

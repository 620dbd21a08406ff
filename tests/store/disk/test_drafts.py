"""Unsaved edits outlive the process that made them, and come back only to whom they belong."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pandas as pd
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.core.contrast import ChannelContrast, ContrastSet
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.io import draft as draft_module
from cloudscope_widgets.io.draft import drop_draft, find_drafts, new_writer, write_draft
from cloudscope_widgets.io.format.bundle import Bundle, bundle_bytes
from cloudscope_widgets.io.paths import work_folder
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.disk.drafts import VISITOR_VARIABLE, Drafts, draft_words
from cloudscope_widgets.synthetic import kymograph


@pytest.fixture
def image(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Recording with a saved velocity, in a folder of its own."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    folder = tmp_path / "data"
    folder.mkdir()
    path = kymograph(600, 40).write(folder / "cell.tif")
    acq = cs.open(path)
    acq.add_rect(name="vessel")
    acq.analyze("radon_velocity", roi_id=1)
    acq.save()
    return path


def drafts_on_disk(image: Path) -> list[Path]:
    return sorted(work_folder(image).glob("*.draft")) if work_folder(image).exists() else []


def edited(acq: Acquisition) -> None:
    acq.add_rect(row_stop=300, name="new")
    acq.analyze("radon_velocity", roi_id=2, window_width=32)
    acq.add_event(roi_id=1, start_s=0.1, stop_s=0.2)
    acq.update_experiment(species="mouse")


def left_by(image: Path) -> Acquisition:
    """Recording with unsaved edits, whose session was closed without saving."""
    session = cs.Session(image.parent)
    acq = session.select("cell.tif")
    edited(acq)
    session.close()
    return acq


def test_a_draft_is_written_for_unsaved_edits_and_deleted_when_they_are_saved(image: Path) -> None:
    acq, drafts = cs.open(image), Drafts()
    drafts.keep(acq)
    assert drafts_on_disk(image) == []
    acq.update_experiment(species="mouse")
    drafts.keep(acq)
    (path,) = drafts_on_disk(image)
    written = path.stat().st_mtime_ns
    drafts.keep(acq)
    assert (path.stat().st_mtime_ns, path.stat().st_size < 5000) == (written, True)
    acq.save()
    drafts.keep(acq)
    assert drafts_on_disk(image) == []


def test_a_session_keeps_drafts_by_itself(image: Path) -> None:
    session = cs.Session(image.parent)
    acq = session.select("cell.tif")
    acq.update_experiment(species="mouse")
    session.close()
    assert len(drafts_on_disk(image)) == 1


def test_restored_work_is_all_there_as_one_step(image: Path) -> None:
    before = left_by(image).snapshot
    session = cs.Session(image.parent)
    acq = session.select("cell.tif")
    (draft,) = acq.drafts
    assert draft_words(draft) == (f"today {draft.at:%H:%M}", "ROI 2, velocity, 2 more")
    session.drafts.restore(acq, draft)
    assert (acq.rois, acq.experiment, acq.undo_name) == (before.rois, before.experiment, "Restore unsaved work")
    for name in ("radon_velocity", "event"):
        now, then = acq.record(name, roi_id=1), before.records.find((name, 0, 1))
        assert now is not None
        assert then is not None
        assert (now.run_id, len(now.events)) == (then.run_id, len(then.events))
    again = acq.record("radon_velocity", roi_id=2)
    assert again is not None
    assert again.held_table is not None
    assert not again.is_stale(acq)
    assert (acq.drafts, len(drafts_on_disk(image))) == ((), 1)
    acq.save()
    reopened = cs.open(image)
    assert (reopened.rois.ids, len(reopened.records), reopened.notices) == ((1, 2), 3, ())
    acq.undo()
    assert (acq.rois.ids, acq.experiment.species) == ((1,), "")
    session.close()


def test_a_draft_is_merged_with_what_was_saved_since(image: Path) -> None:
    left_by(image)
    other = cs.open(image)
    other.add_rect(row_stop=100, name="theirs")
    other.update_experiment(sex="f")
    other.save()
    session = cs.Session(image.parent)
    acq = session.select("cell.tif")
    session.drafts.restore(acq, acq.drafts[0])
    assert [roi.name for roi in acq.rois] == ["vessel", "theirs", "new"]
    assert (acq.experiment.species, acq.experiment.sex) == ("mouse", "f")
    assert acq.record("radon_velocity", roi_id=3) is not None
    session.close()


def test_discarded_work_is_gone(image: Path) -> None:
    left_by(image)
    session = cs.Session(image.parent)
    acq = session.select("cell.tif")
    session.drafts.discard(acq, acq.drafts[0])
    assert (acq.drafts, drafts_on_disk(image), acq.dirty) == ((), [], False)
    session.close()


def test_a_draft_of_what_was_saved_after_all_is_not_offered(image: Path) -> None:
    acq = cs.open(image)
    header = acq.image_header
    assert header is not None
    edited(acq)
    write_draft(image, header, acq.saved_snapshot, acq.snapshot, dead_writer())
    acq.save()
    drafts = Drafts()
    drafts.find(acq)
    assert (acq.drafts, drafts_on_disk(image)) == ((), [])


def dead_writer(**changes: object) -> draft_module.Writer:
    """Writer whose process has ended: another one has its number now."""
    writer = new_writer()
    return replace(writer, process=replace(writer.process, started="1", **changes))  # type: ignore[arg-type]  # of ProcessMark


def offered(image: Path, writer: draft_module.Writer, visitor: str = "") -> int:
    acq = cs.open(image)
    header = acq.image_header
    assert header is not None
    acq.update_experiment(species="mouse")
    write_draft(image, header, acq.saved_snapshot, acq.snapshot, writer)
    return len(find_drafts(image, header, visitor=visitor))


def test_only_what_a_dead_process_left_is_offered(image: Path) -> None:
    assert offered(image, new_writer()) == 0
    assert offered(image, dead_writer()) == 1


def test_drafts_of_others_are_not_offered(image: Path) -> None:
    assert offered(image, replace(dead_writer(), user="somebody else")) == 0
    assert offered(image, replace(dead_writer(), visitor="visitor 1")) == 0
    assert offered(image, replace(dead_writer(), visitor="visitor 1"), visitor="visitor 2") == 0
    assert offered(image, replace(dead_writer(), visitor="visitor 2"), visitor="visitor 2") == 1


def test_a_process_on_another_machine_is_taken_to_run_for_a_day(image: Path) -> None:
    assert offered(image, dead_writer(host="elsewhere")) == 0
    (path,) = drafts_on_disk(image)
    said = json.loads(path.read_text())
    said["at"] = (datetime.now(UTC) - timedelta(hours=25)).isoformat()
    path.write_text(json.dumps(said))
    header = cs.open(image).image_header
    assert header is not None
    assert len(find_drafts(image, header)) == 1


def test_a_draft_that_cannot_be_read_is_passed_over(image: Path) -> None:
    assert offered(image, dead_writer()) == 1
    for text in ("", "{}", '{"version": 9}', "[" * 10_000):
        drafts_on_disk(image)[0].write_text(text)
        assert cs.Session(image.parent).select("cell.tif").drafts == ()


def test_where_nobody_may_write_the_draft_goes_to_the_folder_of_the_user(image: Path, tmp_path: Path) -> None:
    shutil.rmtree(work_folder(image), ignore_errors=True)
    work_folder(image).write_text("no folder")
    assert offered(image, dead_writer()) == 1
    assert [path.suffix for path in (tmp_path / "state").rglob("*.draft")] == [".draft"]


def test_a_long_file_name_has_a_draft_too(image: Path) -> None:
    long = image.rename(image.with_name(f"{'x' * 240}.tif"))
    assert offered(long, dead_writer()) == 1


# ---------------------------------------------------------------- dashboards
def test_in_a_dashboard_nothing_is_kept_until_the_visitor_is_known(
    image: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    acq, drafts = cs.open(image), Drafts()
    acq.update_experiment(species="mouse")
    drafts.keep(acq)
    assert (drafts.needs_visitor, drafts_on_disk(image)) == (True, [])
    drafts.set_visitor("secret of one browser")
    drafts.keep(acq)
    drafts.leave()
    assert "secret" not in drafts_on_disk(image)[0].read_text()
    for secret, count in (("another browser", 0), ("secret of one browser", 1)):
        later, again = cs.open(image), Drafts()
        again.set_visitor(secret)
        again.find(later)
        assert len(later.drafts) == count


def test_the_first_visitor_of_a_session_stays_its_visitor(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    acq, drafts = cs.open(image), Drafts()
    drafts.set_visitor("first")
    drafts.set_visitor("second")
    acq.update_experiment(species="mouse")
    drafts.keep(acq)
    drafts.leave()
    again = Drafts()
    again.set_visitor("second")
    again.find(acq)
    assert acq.drafts == ()


def test_a_server_that_knows_its_visitors_names_them(image: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    monkeypatch.setenv(VISITOR_VARIABLE, "anna")
    assert not Drafts().needs_visitor
    left_by(image)
    session = cs.Session(image.parent)
    assert len(session.select("cell.tif").drafts) == 1
    monkeypatch.setenv(VISITOR_VARIABLE, "ben")
    assert cs.Session(image.parent).select("cell.tif").drafts == ()
    session.close()


def test_a_value_that_cannot_be_saved_keeps_nothing_else_out_of_a_draft(image: Path) -> None:
    session = cs.Session(image.parent)
    acq = session.select("cell.tif")
    beyond = ChannelContrast(0, 1)
    object.__setattr__(beyond, "value_max", 1e300)  # what no edit gives, and no file holds
    acq.apply("Break", lambda now: replace(now, contrast=ContrastSet({0: beyond})))
    for number in range(3):
        acq.add_rect(row_start=10 * number, row_stop=10 * number + 9)
    with pytest.raises(cs.SaveError, match="value_max"):
        acq.save()
    before = acq.snapshot
    session.close()
    (draft,) = cs.Session(image.parent).select("cell.tif").drafts
    assert (draft.ours.rois, draft.ours.contrast) == (before.rois, ContrastSet())


def test_a_draft_of_the_version_before_is_read(image: Path) -> None:
    acq = left_by(image)
    (path,) = drafts_on_disk(image)
    said = json.loads(path.read_bytes())
    states = {"base": acq.saved_snapshot, "ours": acq.snapshot}
    for name, state in states.items():
        files = bundle_bytes(image, state, image_header=acq.header, found=Bundle(Snapshot(acq.header), {}), limits={})
        said[name] = {file.name.removeprefix(image.name): raw.decode() for file, raw in files.items() if raw}
    path.write_text(json.dumps({**said, "version": 1, "unchanged": []}))
    (draft,) = cs.open(image).drafts or find_drafts(image, acq.header)
    assert (draft.ours.rois, draft.ours.experiment) == (acq.rois, acq.experiment)
    assert draft.ours.records.find(("event", 0, 1)) is not None


def test_a_draft_brings_tables_back_to_the_last_bit(image: Path) -> None:
    acq = left_by(image)
    (draft,) = find_drafts(image, acq.header)
    then, now = acq.record("radon_velocity", roi_id=2), draft.ours.records.find(("radon_velocity", 0, 2))
    assert then is not None
    assert now == then
    for name in ("held_table", "held_quality"):
        pd.testing.assert_frame_equal(getattr(now, name), getattr(then, name), check_exact=True)


def test_names_of_any_length_have_drafts(image: Path) -> None:
    for name in ("ä" * 110 + ".tif", "😀" * 50 + ".tif", "x" * 230 + ".tif"):
        path = image.with_name(name)
        shutil.copyfile(image, path)
        acq, drafts = cs.open(path), Drafts()
        acq.update_experiment(note="here")
        drafts.keep(acq)
        drafts.leave()
        assert [draft.ours.experiment.note for draft in find_drafts(path, acq.header)] == ["here"]


@pytest.fixture
def page(image: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], tuple[Acquisition, Drafts]]:
    """A page of a dashboard of one visitor, in the named browser."""
    monkeypatch.setenv("SERVER_SOFTWARE", "voila/0.5")
    monkeypatch.setenv(VISITOR_VARIABLE, "anna")

    def opened(browser: str) -> tuple[Acquisition, Drafts]:
        acq, drafts = cs.open(image), Drafts()
        assert drafts.needs_browser
        drafts.set_visitor(browser)
        drafts.find(acq)
        return acq, drafts

    return opened


def test_work_of_a_page_that_has_gone_is_offered_while_its_python_lives(
    page: Callable[[str], tuple[Acquisition, Drafts]], image: Path
) -> None:
    gone, kept = page("firefox")
    gone.update_experiment(species="mouse")
    kept.keep(gone)
    acq, drafts = page("firefox")
    assert (acq.drafts, acq.draft_writers) == ((), (kept.writer_token,))
    drafts.take_over([kept.writer_token])
    drafts.find(acq)
    (draft,) = acq.drafts
    assert acq.draft_writers == ()
    drafts.restore(acq, draft)
    assert (acq.experiment.species, acq.drafts, len(drafts_on_disk(image))) == ("mouse", (), 1)
    drafts.find(acq)
    assert acq.drafts == ()
    acq.save()
    kept.keep(gone)
    drafts.keep(acq)
    assert drafts_on_disk(image) == []


def test_of_pages_in_another_browser_nothing_is_known(page: Callable[[str], tuple[Acquisition, Drafts]]) -> None:
    gone, kept = page("firefox")
    gone.update_experiment(species="mouse")
    kept.keep(gone)
    acq, _ = page("chrome")
    assert (acq.drafts, acq.draft_writers) == ((), ())


def test_what_is_left_behind_while_a_recording_is_open_is_found_by_looking_again(image: Path) -> None:
    session = cs.Session(image.parent)
    acq = session.select("cell.tif")
    left_by(image)
    assert not len(acq.drafts)
    session.look_at_disk()
    (draft,) = acq.drafts
    session.look_at_disk()
    assert acq.drafts == (draft,)
    session.drafts.discard(acq, draft)
    session.look_at_disk()
    assert not len(acq.drafts)
    session.close()


def parts_on_disk(image: Path) -> dict[str, int]:
    return {path.name: path.stat().st_mtime_ns for path in work_folder(image).glob("*.part")}


def test_an_edit_of_one_word_does_not_write_a_large_result_again(tmp_path: Path, image: Path) -> None:
    long = kymograph(20_000, 40).write(tmp_path / "data" / "long.tif")
    acq, drafts = cs.open(long), Drafts()
    acq.add_rect()
    acq.analyze("radon_velocity", roi_id=1)
    drafts.keep(acq)
    parts = parts_on_disk(long)
    acq.update_experiment(note="word")
    drafts.keep(acq)
    (path,) = drafts_on_disk(long)
    assert (len(parts), parts_on_disk(long), path.stat().st_size < 8000) == (1, parts, True)
    drafts.leave()
    header = acq.image_header
    assert header is not None
    (draft,) = find_drafts(long, header)
    assert draft.ours.records == acq.records
    assert draft.ours.experiment.note == "word"
    drop_draft(draft.path)
    assert parts_on_disk(long) == {}
    assert drafts_on_disk(image) == []


@pytest.mark.parametrize("damage", [Path.unlink, lambda path: path.write_text("[]")])
def test_a_large_result_that_cannot_be_read_costs_nothing_else(
    tmp_path: Path, image: Path, damage: Callable[[Path], object]
) -> None:
    long = kymograph(20_000, 40).write(tmp_path / "data" / "long.tif")
    acq, drafts = cs.open(long), Drafts()
    acq.add_rect(name="vessel")
    acq.analyze("radon_velocity", roi_id=1)
    drafts.keep(acq)
    drafts.leave()
    (part,) = work_folder(image).glob("*.part")
    damage(part)
    header = acq.image_header
    assert header is not None
    (draft,) = find_drafts(long, header)
    assert ([roi.name for roi in draft.ours.rois], len(draft.ours.records)) == (["vessel"], 0)


def test_a_result_that_was_replaced_leaves_no_part_behind(tmp_path: Path, image: Path) -> None:
    long = kymograph(20_000, 40).write(tmp_path / "data" / "long.tif")
    acq, drafts = cs.open(long), Drafts()
    acq.add_rect()
    for width in (64, 32):
        acq.analyze("radon_velocity", roi_id=1, window_width=width)
        drafts.keep(acq)
    assert len(parts_on_disk(image)) == 1
    acq.save()
    drafts.keep(acq)
    assert (parts_on_disk(image), drafts_on_disk(image)) == ({}, [])

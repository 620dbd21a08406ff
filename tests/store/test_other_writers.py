"""Saved files that another program changes while a recording is open."""

from __future__ import annotations

import json
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock, Timeout

import cloudscope_widgets as cs
from cloudscope_widgets.io import displaced
from cloudscope_widgets.io.backups import OVERWRITTEN, backups_folder, kept_backups
from cloudscope_widgets.io.paths import own_path, sidecar_path, table_path, work_folder
from cloudscope_widgets.store.acquisition import Acquisition, open_acquisition
from cloudscope_widgets.store.saving import Saver
from cloudscope_widgets.store.settling import Settled
from cloudscope_widgets.synthetic import kymograph
from tests.saved_files import FakeClock, in_place, write_long_ago

pytestmark = pytest.mark.patient


@pytest.fixture
def time_s() -> FakeClock:
    return FakeClock()


@pytest.fixture
def image(tmp_path: Path) -> Path:
    """Recording with two regions, of which the first has a velocity."""
    path = kymograph(600, 40).write(tmp_path / "cell.tif")
    acq = cs.open(path)
    acq.add_rect(name="vessel")
    acq.add_rect(row_stop=300)
    acq.analyze("radon_velocity", roi_id=1)
    acq.add_event(roi_id=1, start_s=0.123456789, stop_s=0.2)
    acq.save()
    return path


@pytest.fixture
def acq(image: Path, time_s: FakeClock) -> Acquisition:
    return open_acquisition(image, clock=time_s.clock)


@pytest.fixture
def other(image: Path) -> Acquisition:
    return open_acquisition(image)


def settle(acq: Acquisition, time_s: FakeClock) -> None:
    """Look at the disk as a session does, until nothing is being written."""
    while acq.look_at_disk():
        time_s.sleep(0.25)


# ---------------------------------------------------------------- saving
def test_a_save_takes_in_what_another_program_saved(acq: Acquisition, other: Acquisition) -> None:
    other.update_roi(2, name="theirs")
    other.update_experiment(depth=75)
    other.save()
    acq.update_experiment(species="mouse")
    acq.update_event(1, roi_id=1, note="mine")
    assert "Changes of another program are in it: ROI 2, depth." in acq.save().message
    again = cs.open(acq.path)
    assert (again.snapshot.experiment, acq.dirty) == (acq.experiment, False)
    assert (again.rois[1].name, again.experiment.species, again.experiment.depth) == ("theirs", "mouse", 75)
    assert again.records[1].events[0].note == "mine"


def test_what_another_program_left_out_is_told_and_kept(acq: Acquisition, image: Path) -> None:
    before = sidecar_path(image).read_bytes()
    acq.add_rect(name="mine")
    acq.save()
    sidecar_path(image).write_bytes(before)  # by a program that had read the files earlier
    acq.update_experiment(sex="female")
    report = acq.save()
    assert f"It has left out 1 ROI; the version before is kept in {backups_folder(image)}." in report.message
    kept = [backup for backup in kept_backups(backups_folder(image)) if backup.ending == OVERWRITTEN]
    assert any('"mine"' in backup.path.read_text(encoding="utf-8") for backup in kept)


def test_a_saver_that_was_overtaken_is_next(
    acq: Acquisition, other: Acquisition, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.add_rect(name="theirs")
    other.save()
    acq.update_experiment(sex="female")
    held: list[bool] = []
    read = Saver.read

    def looked(saver: Saver) -> Settled:
        with ThreadPoolExecutor(1) as elsewhere:
            held.append(elsewhere.submit(is_locked, acq.path).result())
        return read(saver)

    monkeypatch.setattr(Saver, "read", looked)
    acq.save()
    assert held == [True]
    assert not is_locked(acq.path)


def is_locked(image: Path) -> bool:
    try:
        with FileLock(work_folder(image) / f"{image.name}.lock", timeout=0):
            return False
    except Timeout:
        return True


def test_undo_takes_back_only_ones_own_edits(acq: Acquisition, other: Acquisition) -> None:
    acq.update_experiment(species="mouse")
    other.update_experiment(sex="f")
    other.save()
    acq.save()
    acq.undo()
    assert (acq.experiment.species, acq.experiment.sex, acq.dirty) == ("", "f", True)
    acq.redo()
    assert (acq.experiment.species, acq.experiment.sex, acq.dirty) == ("mouse", "f", False)


def test_new_regions_of_both_are_kept_and_undo_finds_the_own_one(acq: Acquisition, other: Acquisition) -> None:
    other.add_rect(row_stop=100, name="theirs")
    other.save()
    mine = acq.add_rect(row_stop=200, name="mine")
    acq.analyze("radon_velocity", roi_id=mine.roi_id)
    message = acq.save().message
    assert "Your new ROI 3 is now ROI 4, because another program added a ROI 3." in message
    again = cs.open(acq.path)
    assert [(roi.roi_id, roi.name) for roi in again.rois][2:] == [(3, "theirs"), (4, "mine")]
    moved, here = again.record("radon_velocity", roi_id=4), acq.record("radon_velocity", roi_id=4)
    assert moved == here
    assert moved is not None
    assert moved.held_table is not None
    acq.undo()
    acq.undo()
    assert acq.rois.ids == (1, 2, 3)


def test_a_step_that_another_program_has_overtaken_is_forgotten_with_a_reason(
    acq: Acquisition, other: Acquisition, time_s: FakeClock
) -> None:
    acq.update_roi(2, row_stop=200)
    acq.save()
    other.look_at_disk()
    other.update_roi(2, row_stop=100)
    other.save()
    settle(acq, time_s)
    assert acq.rois.by_id(2).bounds[1] == 100
    with pytest.raises(ValueError, match="'Change ROI 2' cannot be undone: another program has changed the same"):
        acq.undo()
    assert (acq.can_undo, acq.rois.by_id(2).bounds[1]) == (False, 100)


def test_edits_of_another_thread_during_a_save_stay(
    acq: Acquisition, other: Acquisition, monkeypatch: pytest.MonkeyPatch
) -> None:
    other.update_experiment(sex="f")
    other.save()
    acq.update_experiment(species="mouse")
    saver: Any = acq._saver  # noqa: SLF001  (the moment between reading and merging)
    read = saver.read

    def read_slowly() -> object:
        found = read()
        thread = threading.Thread(target=lambda: acq.update_experiment(note="meanwhile"))
        thread.start()
        thread.join()
        return found

    monkeypatch.setattr(saver, "read", read_slowly)
    acq.save()
    assert (acq.experiment.note, acq.experiment.sex) == ("meanwhile", "f")


def conflicting(acq: Acquisition, other: Acquisition) -> None:
    other.update_roi(2, row_stop=100)
    other.update_experiment(species="rat", sex="f")
    other.save()
    acq.update_roi(2, row_stop=200)
    acq.update_experiment(species="mouse", genotype="wt")


def test_a_conflict_is_named_and_nothing_is_written(acq: Acquisition, other: Acquisition) -> None:
    conflicting(acq, other)
    on_disk = sidecar_path(acq.path).read_bytes()
    with pytest.raises(cs.SaveConflict, match=r"was not saved: .*ROI 2 was changed here and by another") as caught:
        acq.save()
    assert sorted(caught.value.conflicts) == [
        "ROI 2 was changed here and by another program",
        "species was changed here and by another program",
    ]
    assert (acq.dirty, sidecar_path(acq.path).read_bytes()) == (True, on_disk)
    assert acq.disk_change is not None
    assert (acq.disk_change.file_name, acq.disk_change.yours) == ("cell.tif.json", "ROI 2, species, genotype")
    assert acq.disk_change.theirs == "ROI 2, species, sex"


def test_both_can_be_kept(acq: Acquisition, other: Acquisition) -> None:
    conflicting(acq, other)
    message = acq.resolve("keep_both").message
    assert "Your version of ROI 2 is kept as ROI 3, 'ROI 2 copy'." in message
    again = cs.open(acq.path)
    assert [roi.bounds[1] for roi in again.rois] == [600, 100, 200]
    assert (again.experiment.species, again.experiment.sex, again.experiment.genotype) == ("mouse", "f", "wt")
    assert (acq.dirty, acq.disk_change) == (False, None)


def test_theirs_can_be_taken_and_that_undone(acq: Acquisition, other: Acquisition) -> None:
    conflicting(acq, other)
    mine = acq.snapshot
    acq.resolve("take_theirs")
    assert (acq.dirty, acq.experiment.species, acq.rois.by_id(2).bounds[1]) == (False, "rat", 100)
    acq.undo()
    assert (acq.snapshot, acq.dirty) == (mine, True)
    acq.save()
    assert cs.open(acq.path).experiment.species == "mouse"


def test_the_other_version_can_be_overwritten_with_its_tables(acq: Acquisition, other: Acquisition) -> None:
    table = table_path(acq.path, "radon_velocity").read_bytes()
    other.analyze("radon_velocity", roi_id=1, window_width=32)
    other.save()
    acq.update_experiment(species="mouse")
    acq.resolve("overwrite")
    again = cs.open(acq.path)
    assert (again.experiment.species, table_path(acq.path, "radon_velocity").read_bytes()) == ("mouse", table)
    assert again.records == acq.records
    assert acq.save().files == ()


def test_a_result_taken_back_after_it_was_saved_is_saved_as_it_was(acq: Acquisition) -> None:
    table = table_path(acq.path, "radon_velocity").read_bytes()
    acq.analyze("radon_velocity", roi_id=1, window_width=32)
    acq.save()
    assert table_path(acq.path, "radon_velocity").read_bytes() != table
    acq.undo()
    acq.save()
    assert table_path(acq.path, "radon_velocity").read_bytes() == table


def test_a_region_deleted_elsewhere_and_marked_here_keeps_its_table(acq: Acquisition, other: Acquisition) -> None:
    other.delete_roi(1)
    other.save()
    acq.update_event(1, roi_id=1, note="mine")
    with pytest.raises(cs.SaveConflict, match="ROI 1 was changed here and deleted by another program"):
        acq.save()
    acq.resolve("keep_both")
    again = cs.open(acq.path)
    assert (again.notices, again.records[1].events[0].note) == ((), "mine")
    assert again.records[0].held_table is not None


def test_an_unknown_way_out_is_refused(acq: Acquisition) -> None:
    with pytest.raises(ValueError, match="choose keep_both, take_theirs or overwrite"):
        acq.resolve("maybe")  # type: ignore[arg-type]  # that is the point


# ---------------------------------------------------------------- reloading
def test_a_clean_recording_follows_the_disk(acq: Acquisition, other: Acquisition, time_s: FakeClock) -> None:
    other.update_experiment(species="rat")
    other.save()
    settle(acq, time_s)
    assert (acq.experiment.species, acq.dirty) == ("rat", False)
    assert acq.reloaded == "cell.tif was changed by another program and is up to date: species."


def test_ones_own_save_is_no_news(acq: Acquisition, time_s: FakeClock) -> None:
    acq.update_experiment(species="rat")
    acq.save()
    before = acq.snapshot
    settle(acq, time_s)
    assert (acq.snapshot is before, acq.reloaded) == (True, "")


def test_unsaved_edits_wait_for_the_user_and_undoing_them_follows_the_disk(
    acq: Acquisition, other: Acquisition, time_s: FakeClock
) -> None:
    acq.update_experiment(species="mouse")
    other.update_experiment(sex="f")
    other.save()
    settle(acq, time_s)
    assert acq.disk_change is not None
    assert (acq.disk_change.conflicts, acq.disk_change.theirs, acq.experiment.sex) == ((), "sex", "")
    acq.undo()
    settle(acq, time_s)
    assert (acq.save_state, acq.experiment.sex, acq.trait_values()["disk_change"]) == ("saved", "f", None)


def theirs_as_bytes(other: Acquisition) -> dict[Path, bytes]:
    """What the other program is about to write, in its order: JSON, then tables."""
    paths = sidecar_path(other.path), own_path(other.path), table_path(other.path, "radon_velocity")
    before = {path: path.read_bytes() for path in paths}
    other.analyze("radon_velocity", roi_id=1, window_width=32)
    other.update_experiment(species="rat")
    other.save()
    after = {path: path.read_bytes() for path in paths}
    for path, raw in before.items():
        path.write_bytes(raw)
    return after


def test_a_file_that_is_being_written_in_place_is_never_called_damaged(
    acq: Acquisition, other: Acquisition, time_s: FakeClock
) -> None:
    files = theirs_as_bytes(other)
    seen: list[object] = []
    acq.observe(lambda change: seen.append(change["new"]), ["notices", "disk_change", "save_state"])
    for _ in in_place(files, sleeps_between=8)():
        acq.look_at_disk()
        time_s.sleep(0.1)
    settle(acq, time_s)
    assert (seen, acq.experiment.species) == ([], "rat")
    record = acq.record("radon_velocity", roi_id=1)
    assert record is not None
    assert record.params["window_width"] == 32


def test_a_save_waits_until_a_slow_writer_has_finished(acq: Acquisition, other: Acquisition, time_s: FakeClock) -> None:
    files = theirs_as_bytes(other)
    time_s.steps = in_place(files)()
    next(time_s.steps)
    acq.update_experiment(sex="f")
    acq.save()
    again = cs.open(acq.path)
    assert (again.experiment.species, again.experiment.sex, again.notices) == ("rat", "f", ())


def test_opening_waits_until_a_slow_writer_has_finished(image: Path, other: Acquisition, time_s: FakeClock) -> None:
    time_s.steps = in_place(theirs_as_bytes(other))()
    next(time_s.steps)
    acq = open_acquisition(image, clock=time_s.clock)
    record = acq.record("radon_velocity", roi_id=1)
    assert record is not None
    assert (acq.save_state, acq.experiment.species, record.params["window_width"]) == ("saved", "rat", 32)
    assert record.stale_reasons(acq) == ()


def test_what_stays_unreadable_is_said_after_five_seconds_and_not_overwritten(
    acq: Acquisition, time_s: FakeClock
) -> None:
    whole = sidecar_path(acq.path).read_bytes()
    sidecar_path(acq.path).write_bytes(whole[:300])
    acq.look_at_disk()
    time_s.sleep(4.5)
    acq.look_at_disk()
    assert acq.disk_change is None
    time_s.sleep(1)
    acq.look_at_disk()
    assert acq.disk_change is not None
    assert "cell.tif.json cannot be read" in acq.disk_change.damage
    acq.update_experiment(species="mouse")
    with pytest.raises(cs.SaveError, match=r"was not saved: .*cannot be read.* Mend this file or move it away"):
        acq.save()
    with pytest.raises(cs.SaveError, match="cannot be read"):
        acq.resolve("take_theirs")
    assert sidecar_path(acq.path).read_bytes() == whole[:300]
    sidecar_path(acq.path).write_bytes(whole)
    settle(acq, time_s)
    assert acq.disk_change is None
    acq.save()
    assert cs.open(acq.path).experiment.species == "mouse"


def test_an_unreadable_file_can_be_overwritten_when_the_user_says_so(acq: Acquisition) -> None:
    write_long_ago(sidecar_path(acq.path), "{")
    acq.update_experiment(species="mouse")
    acq.resolve("overwrite")
    assert cs.open(acq.path).experiment.species == "mouse"


def test_a_recording_opens_for_saving_when_its_file_was_mended(image: Path, time_s: FakeClock) -> None:
    whole = sidecar_path(image).read_text()
    write_long_ago(sidecar_path(image), whole[:300])
    acq = open_acquisition(image, clock=time_s.clock)
    assert acq.save_state == "blocked"
    acq.update_experiment(species="mouse")
    sidecar_path(image).write_text(whole)
    acq.save()
    again = cs.open(image)
    assert (acq.save_state, again.experiment.species, again.rois.ids) == ("saved", "mouse", (1, 2))


@pytest.mark.plants_files("layout", "top")
def test_files_written_all_the_time_are_taken_in_the_end(acq: Acquisition, time_s: FakeClock) -> None:
    document = json.loads(sidecar_path(acq.path).read_text())

    def scribble() -> Any:  # noqa: ANN401  (a generator)
        while True:
            document["note"] = document.get("note", 0) + 1
            sidecar_path(acq.path).write_text(json.dumps(document))
            yield

    steps = scribble()
    next(steps)
    time_s.steps = steps
    acq.update_experiment(species="mouse")
    with pytest.raises(cs.SaveError, match=r"changing its files all the time\. Your edits are still here"):
        acq.save()
    assert acq.dirty


@pytest.mark.plants_files
def test_a_file_of_a_newer_version_is_not_waited_for(image: Path, time_s: FakeClock) -> None:
    sidecar = sidecar_path(image)
    document = json.loads(sidecar.read_text())
    sidecar.write_text(json.dumps({**document, "version": 3}))
    began_s = time_s.clock.now_s()
    assert "newer program" in open_acquisition(image, clock=time_s.clock).notices[0]
    assert time_s.clock.now_s() - began_s < 2  # a second of quiet, as for any file written in place


def test_what_a_program_writes_into_a_file_that_was_just_displaced_is_kept_and_told(
    acq: Acquisition, other: Acquisition, time_s: FakeClock
) -> None:
    theirs = theirs_as_bytes(other)[sidecar_path(acq.path)].replace(b"rat", b"pig")
    with sidecar_path(acq.path).open("r+b") as foreign:
        acq.update_experiment(sex="f")
        acq.save()
        foreign.truncate(0)
        foreign.write(theirs)
        foreign.flush()
        ago_s = time.time() - displaced.QUIET_S
        os.utime(foreign.fileno(), (ago_s, ago_s))
        settle(acq, time_s)
    (notice,) = acq.notices
    assert "Another program was writing" in notice
    assert theirs in {backup.path.read_bytes() for backup in kept_backups(backups_folder(acq.path))}
    assert (acq.experiment.sex, acq.save_state) == ("f", "saved")

"""Saving what another program has saved too since it was opened."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from filelock import FileLock, Timeout

import cloudscope_widgets as cs
from cloudscope_widgets.io.commit.backups import OVERWRITTEN, backups_folder, kept_backups
from cloudscope_widgets.io.paths import sidecar_path, table_path, work_folder
from cloudscope_widgets.store.acquisition import Acquisition
from cloudscope_widgets.store.disk.saver import Saver
from cloudscope_widgets.store.disk.stable_read import Settled
from tests.saved_files import FakeClock, settle

pytestmark = pytest.mark.patient


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

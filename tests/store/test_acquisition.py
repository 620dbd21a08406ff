"""Editing an open recording: observers, dirty, undo, threads."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import traitlets

from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.roi import LineRoi
from cloudscope_widgets.core.snapshot import Snapshot
from cloudscope_widgets.store.acquisition import Acquisition


def open_blank() -> Acquisition:
    return Acquisition(Path("cell.tif"), Snapshot(Header((1000, 40), "uint16")))


def test_bounds_left_out_are_those_of_the_image() -> None:
    acq = open_blank()
    assert acq.add_rect(row_stop=500, name="vessel").bounds == (0, 500, 0, 40)
    assert acq.add_line(row0=0, col0=0, row1=100, col1=99).bounds == (0, 0, 100, 39)
    assert acq.rois.ids == (1, 2)


@pytest.mark.parametrize(("row0", "row1"), [(7, 7), (1500, 4000), (-9, 0)])
def test_a_line_without_a_duration_is_refused(row0: int, row1: int) -> None:
    acq = open_blank()
    with pytest.raises(ValueError, match="a line needs a duration"):
        acq.add_line(row0=row0, col0=0, row1=row1, col1=9)
    line = acq.add_line(row0=0, col0=0, row1=9, col1=9)
    with pytest.raises(ValueError, match="a line needs a duration"):
        acq.update_roi(line.roi_id, row1=0)
    assert acq.rois.by_id(line.roi_id) == line


def test_a_line_without_a_duration_of_another_program_can_be_renamed_and_put_right() -> None:
    acq = open_blank()
    acq.apply("As saved", lambda now: now.with_roi(LineRoi(1, 5, 0, 5, 9)))
    acq.update_roi(1, name="odd")
    acq.update_roi(1, row1=9)
    assert acq.rois.by_id(1) == LineRoi(1, 5, 0, 9, 9, "odd")


def test_undo_back_to_the_saved_state_is_clean() -> None:
    acq = open_blank()
    acq.add_rect()
    acq.update_experiment(species="mouse")
    assert acq.dirty
    acq.undo()
    acq.undo()
    assert (acq.dirty, acq.can_undo, acq.can_redo) == (False, False, True)
    acq.redo()
    assert (acq.dirty, len(acq.rois), acq.redo_name) == (True, 1, "Change species")


def test_an_edit_that_changes_nothing_is_no_edit() -> None:
    acq = open_blank()
    acq.update_experiment(species="")
    acq.review = "unreviewed"
    assert (acq.dirty, acq.can_undo) == (False, False)


def test_a_block_of_edits_is_one_step() -> None:
    acq = open_blank()
    with acq.edit("Copy metadata"):
        acq.update_experiment(species="mouse")
        acq.add_rect()
    assert acq.undo_name == "Copy metadata"
    acq.undo()
    assert (len(acq.rois), acq.experiment.species, acq.can_undo) == (0, "", False)


def test_review_and_accepted_are_one_fact() -> None:
    acq = open_blank()
    acq.accepted = False
    assert acq.review == "rejected"
    acq.review = "accepted"
    assert acq.accepted
    acq.undo()
    assert not acq.accepted


@pytest.mark.parametrize("name", ["rois", "header", "dirty", "records"])
def test_other_traits_cannot_be_assigned(name: str) -> None:
    with pytest.raises(traitlets.TraitError):
        setattr(open_blank(), name, None)


def test_a_wrong_review_changes_nothing() -> None:
    acq = open_blank()
    with pytest.raises(traitlets.TraitError):
        acq.review = "maybe"
    assert (acq.review, acq.dirty) == ("unreviewed", False)


def test_a_dwell_time_alone_means_a_forward_scan() -> None:
    acq = open_blank()
    acq.update_calibration(seconds_per_line=0.001, dwell_s=2e-6)
    assert (acq.header.scan_direction, acq.header.calibration_source) == ("forward", "typed")


def test_contrast_of_an_unknown_channel_is_refused() -> None:
    with pytest.raises(ValueError, match="there is no channel 1; this recording has 1"):
        open_blank().set_contrast(1, value_min=1, value_max=2)


def test_nothing_to_undo_or_redo_is_said() -> None:
    with pytest.raises(ValueError, match="nothing to undo"):
        open_blank().undo()
    with pytest.raises(ValueError, match="nothing to redo"):
        open_blank().redo()


def test_observers_see_each_change_once_and_in_order() -> None:
    acq = open_blank()
    seen: list[Any] = []
    acq.observe(lambda change: seen.append((change["name"], change["new"])), ["dirty", "review"])
    acq.review = "accepted"
    acq.review = "rejected"
    acq.undo()
    acq.undo()
    assert seen == [
        ("review", "accepted"),
        ("dirty", True),
        ("review", "rejected"),
        ("review", "accepted"),
        ("review", "unreviewed"),
        ("dirty", False),
    ]


def test_an_observer_may_edit_and_others_hear_of_it_afterwards() -> None:
    acq = open_blank()
    seen: list[int] = []
    acq.observe(lambda _change: acq.add_rect() if len(acq.rois) < 3 else None, "rois")
    acq.observe(lambda change: seen.append(len(change["new"])), "rois")
    acq.add_rect()
    assert seen == [1, 2, 3]


def test_an_observer_that_fails_does_not_silence_the_recording() -> None:
    acq = open_blank()

    def fail(_change: object) -> None:
        raise RuntimeError("broken display")

    acq.observe(fail, "rois")
    with pytest.raises(RuntimeError, match="broken display"):
        acq.add_rect()
    acq.unobserve(fail, "rois")
    seen: list[str] = []
    acq.observe(lambda change: seen.append(change["new"]), "review")
    acq.review = "accepted"
    assert (len(acq.rois), seen) == (1, ["accepted"])


def test_edits_from_two_threads_lose_nothing() -> None:
    acq = open_blank()

    def count_up() -> None:
        for _ in range(5000):
            acq.apply("Count", deeper)

    threads = [threading.Thread(target=count_up) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert acq.experiment.depth == 10_000


def deeper(now: Snapshot) -> Snapshot:
    return replace(now, experiment=now.experiment.updated(depth=(now.experiment.depth or 0) + 1))


def test_unknown_fields_and_wrong_values_are_said_in_plain_words() -> None:
    acq = open_blank()
    acq.add_rect()
    with pytest.raises(TypeError, match="unknown calibration field 'foo'; the fields are seconds_per_line"):
        acq.update_calibration(foo=1)
    with pytest.raises(ValueError, match="seconds per line must be a positive number, got 'fast'"):
        acq.update_calibration(seconds_per_line="fast")
    with pytest.raises(TypeError, match="unknown field 'foo' of ROI 1; its fields are row_start"):
        acq.update_roi(1, foo=1)
    with pytest.raises(ValueError, match="row_stop must be a whole number, got 'all'"):
        acq.update_roi(1, row_stop="all")
    with pytest.raises(ValueError, match="outside of the image, which has 1000 lines and 40 columns"):
        acq.add_rect(row_start=1000, row_stop=1200)
    assert (len(acq.rois), acq.undo_name) == (1, "Add ROI 1")

"""Records, events and the snapshot of a recording."""

from __future__ import annotations

import pandas as pd
import pytest

from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.record import Record, RecordSet
from cloudscope_widgets.core.roi import RectRoi
from cloudscope_widgets.core.snapshot import Snapshot

VELOCITY = Record("radon_velocity", 0, 1, FrozenDict({"window_width": 64}), run_id="a")
EVENTS = Record("event", 0, 1, events=(Event(1, 0.5, 1.0),), run_id="b")


def start() -> Snapshot:
    return Snapshot(Header((100, 20), "uint16")).with_roi(RectRoi(1, 0, 500, -3, 9))


def test_a_new_region_is_clamped_to_the_image() -> None:
    assert start().rois.by_id(1).bounds == (0, 100, 0, 9)
    assert start().with_roi_changed(1, col_stop=99).rois.by_id(1).bounds == (0, 100, 0, 20)


def test_deleting_a_region_deletes_its_records_in_the_same_step() -> None:
    with_result = Snapshot(start().header, rois=start().rois, records=RecordSet([VELOCITY, EVENTS]))
    after = with_result.without_roi(1)
    assert (len(after.rois), len(after.records)) == (0, 0)
    assert len(with_result.records) == 2


def test_a_new_region_never_takes_the_id_of_a_record_whose_region_is_gone() -> None:
    orphan = Record("radon_velocity", 0, 7, run_id="c")
    assert Snapshot(start().header, rois=start().rois, records=RecordSet([orphan])).next_roi_id() == 8


def test_an_equal_edit_gives_an_equal_snapshot() -> None:
    assert start().with_roi_changed(1, name="x").with_roi_changed(1, name="") == start()


def test_a_record_is_replaced_in_its_place() -> None:
    newer = Record("radon_velocity", 0, 1, run_id="newer")
    assert [record.run_id for record in RecordSet([VELOCITY, EVENTS]).stored(newer)] == ["newer", "b"]


def test_removing_a_parent_removes_its_children() -> None:
    assert len(RecordSet([VELOCITY, EVENTS]).removed(VELOCITY.key)) == 0
    assert RecordSet([VELOCITY, EVENTS]).removed(EVENTS.key)[0] == VELOCITY


def test_two_records_with_one_key_are_refused() -> None:
    with pytest.raises(ValueError, match="one record at most"):
        RecordSet([VELOCITY, VELOCITY])


def test_a_change_of_the_given_table_does_not_reach_the_record() -> None:
    record = Record("radon_velocity", 0, 1, held_table=pd.DataFrame({"velocity": [1.0, 2.0]}))
    given = record.table
    assert given is not None
    given.loc[0, "velocity"] = 9.0
    assert record.held_table is not None
    assert record.held_table["velocity"].tolist() == [1.0, 2.0]


def test_an_event_of_a_kind_unknown_to_the_format_is_stored_as_transient() -> None:
    assert Event(1, 0.0, 1.0, "stall").event_type == "transient"
    assert Event(1, 0.0, 1.0, "fall").event_type == "fall"
    assert Event(1, 0.0, 1.0).updated(event_type="rise", stop_s=2.0) == Event(1, 0.0, 2.0, "rise")


@pytest.mark.parametrize("change", [{"stop_s": 0.0}, {"stop_s": float("nan")}, {"kind": "burst"}, {"review": "maybe"}])
def test_an_impossible_event_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="must"):
        Event(1, 0.0, 1.0).updated(**change)

"""Bringing together two states that grew from one: nothing that either side did is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.frozen import EMPTY, FrozenDict
from cloudscope_widgets.core.header import Header
from cloudscope_widgets.core.merge.three_way import merge
from cloudscope_widgets.core.record import Record, RecordSet, Written
from cloudscope_widgets.core.roi import RectRoi, RoiSet
from cloudscope_widgets.core.snapshot import Snapshot

VELOCITY, EVENT, DIAMETER, INTENSITY = "radon_velocity", "event", "diameter", "sum_intensity"
Edit = Callable[[Snapshot], Snapshot]


def with_record(state: Snapshot, name: str, roi_id: int, **fields: object) -> Snapshot:
    record = state.records.find((name, 0, roi_id)) or Record(name, 0, roi_id)
    return replace(state, records=state.records.stored(replace(record, **fields)))  # type: ignore[arg-type]  # fields of Record


def with_fields(state: Snapshot, **changes: object) -> Snapshot:
    return replace(state, experiment=state.experiment.updated(**changes))


def with_events(state: Snapshot, *events: Event, roi_id: int = 1) -> Snapshot:
    return with_record(state, EVENT, roi_id, events=events)


def events_of(state: Snapshot, roi_id: int = 1) -> tuple[Event, ...]:
    record = state.records.find((EVENT, 0, roi_id))
    return () if record is None else record.events


@pytest.fixture
def base() -> Snapshot:
    state = Snapshot(Header((1000, 40), "uint16"))
    for roi_id in (1, 2):
        state = state.with_roi(RectRoi(roi_id, 0, 500, 0, 40, f"vessel {roi_id}"))
    state = with_record(state, VELOCITY, 1, run_id="first")
    return with_events(state, Event(1, 0.1, 0.2), Event(2, 0.3, 0.4))


def sentences(base: Snapshot, ours: Snapshot, theirs: Snapshot) -> list[str]:
    return [conflict.sentence for conflict in merge(base, ours, theirs).conflicts]


def test_edits_of_different_things_are_all_kept(base: Snapshot) -> None:
    ours = with_fields(base.with_roi_changed(1, row_stop=600), species="mouse")
    ours = replace(ours, contrast=ours.contrast.updated(0, value_min=1, value_max=9))
    theirs = with_fields(base.with_roi_changed(2, name="theirs"), depth=75)
    theirs = replace(with_record(theirs, INTENSITY, 2, run_id="new"), review="accepted")
    merged = merge(base, ours, theirs)
    assert (merged.conflicts, merged.notes) == ((), ())
    found = merged.snapshot
    assert [(roi.bounds[1], roi.name) for roi in found.rois] == [(600, "vessel 1"), (500, "theirs")]
    assert (found.experiment.species, found.experiment.depth, found.contrast[0].value_max) == ("mouse", 75, 9)
    assert (found.review, [record.analysis_name for record in found.records]) == (
        "accepted",
        [VELOCITY, EVENT, INTENSITY],
    )


def test_the_same_change_on_both_sides_is_no_conflict(base: Snapshot) -> None:
    changed = with_fields(base.with_roi_changed(1, row_stop=600), species="mouse").without_roi(2)
    merged = merge(base, changed, with_fields(changed, sex="f"))
    assert (merged.conflicts, merged.snapshot.rois.ids, merged.snapshot.experiment.sex) == ((), (1,), "f")


def test_the_same_regions_drawn_again_on_both_sides_keep_their_order(base: Snapshot) -> None:
    base = base.without_roi(1)
    drawn = base.without_roi(2)
    for roi_id in (1, 2):
        drawn = drawn.with_roi(RectRoi(roi_id, 0, 20, 0, 40))
    assert merge(base, drawn, drawn).snapshot == drawn


def _ran(run_id: str) -> Edit:
    return lambda state: with_record(state, VELOCITY, 1, run_id=run_id)


def _marked(stop_s: float) -> Edit:
    return lambda state: with_events(state, Event(1, 0.1, stop_s))


@pytest.mark.parametrize(
    ("ours", "theirs", "what"),
    [
        (lambda s: s.with_roi_changed(2, row_stop=600), lambda s: s.with_roi_changed(2, row_stop=700), "ROI 2"),
        (lambda s: with_fields(s, branch_order=3), lambda s: with_fields(s, branch_order=4), "branch order"),
        (_ran("a"), _ran("b"), "velocity of ROI 1"),
        (_marked(0.25), _marked(0.22), "event 1 of ROI 1"),
        (lambda s: replace(s, review="accepted"), lambda s: replace(s, review="rejected"), "review"),
        (
            lambda s: replace(s, contrast=s.contrast.updated(0, value_min=0, value_max=2)),
            lambda s: replace(s, contrast=s.contrast.updated(0, value_min=0, value_max=3)),
            "contrast of channel 0",
        ),
        (
            lambda s: replace(s, header=replace(s.header, calibration=replace(s.header.calibration, um_per_pixel=2))),
            lambda s: replace(s, header=replace(s.header, calibration=replace(s.header.calibration, um_per_pixel=3))),
            "calibration",
        ),
    ],
)  # fmt: skip
def test_one_thing_changed_differently_is_named(base: Snapshot, ours: Edit, theirs: Edit, what: str) -> None:
    assert sentences(base, ours(base), theirs(base)) == [f"{what} was changed here and by another program"]


def test_a_deletion_against_a_change_is_a_conflict_and_keeps_the_change(base: Snapshot) -> None:
    gone, changed = base.without_roi(1), with_events(base, Event(1, 0.1, 0.2), Event(3, 0.5, 0.6))
    for ours, theirs, sentence in (
        (gone, changed, "ROI 1 was deleted here and changed by another program"),
        (changed, gone, "ROI 1 was changed here and deleted by another program"),
    ):
        merged = merge(base, ours, theirs)
        assert [conflict.sentence for conflict in merged.conflicts] == [sentence]
        assert (merged.snapshot.rois.ids, len(events_of(merged.snapshot))) == ((1, 2), 2)


def test_a_result_deleted_here_and_marked_with_events_elsewhere_is_kept(base: Snapshot) -> None:
    ours = replace(base, records=base.records.removed((VELOCITY, 0, 1)))
    theirs = with_events(base, Event(1, 0.1, 0.2))
    assert sentences(base, ours, theirs) == ["velocity of ROI 1 was deleted here and changed by another program"]
    assert len(merge(base, ours, theirs).snapshot.records) == 2


def test_two_new_regions_with_one_id_are_both_kept_with_their_results(base: Snapshot) -> None:
    ours = with_record(base.with_roi(RectRoi(3, 0, 10, 0, 10, "ours")), VELOCITY, 3, run_id="ours")
    theirs = with_record(base.with_roi(RectRoi(3, 0, 20, 0, 10, "theirs")), INTENSITY, 3, run_id="theirs")
    merged = merge(base, ours, theirs, taken=(4,))
    assert merged.conflicts == ()
    assert merged.moved == {3: 5}
    assert merged.notes == ("Your new ROI 3 is now ROI 5, because another program added a ROI 3.",)
    assert [(roi.roi_id, roi.name) for roi in merged.snapshot.rois][2:] == [(3, "theirs"), (5, "ours")]
    assert {(record.run_id, record.roi_id) for record in merged.snapshot.records} >= {("theirs", 3), ("ours", 5)}


def test_a_region_changed_on_both_sides_is_kept_twice_with_its_results(base: Snapshot) -> None:
    ours = with_record(base.with_roi_changed(1, row_stop=600), VELOCITY, 1, run_id="ours")
    merged = merge(base, ours, base.with_roi_changed(1, row_stop=700)).snapshot
    assert [(roi.roi_id, roi.bounds[1], roi.name) for roi in merged.rois] == [
        (1, 700, "vessel 1"),
        (2, 500, "vessel 2"),
        (3, 600, "vessel 1 copy"),
    ]
    assert [(record.key, record.run_id) for record in merged.records] == [
        ((VELOCITY, 0, 1), "first"),
        ((EVENT, 0, 1), ""),
        ((VELOCITY, 0, 3), "ours"),
        ((EVENT, 0, 3), ""),
    ]


def test_a_result_run_again_on_both_sides_is_kept_under_a_copy_of_the_region(base: Snapshot) -> None:
    ours, theirs = (with_record(base, VELOCITY, 1, run_id=name) for name in ("ours", "theirs"))
    merged = merge(base, ours, theirs)
    assert {(record.roi_id, record.run_id) for record in merged.snapshot.records if record.run_id} == {
        (1, "theirs"),
        (3, "ours"),
    }
    assert merged.notes == ("Your version of ROI 1, velocity of ROI 1 is kept as ROI 3, 'vessel 1 copy'.",)


def test_events_are_merged_one_by_one(base: Snapshot) -> None:
    first, second = events_of(base)
    ours = with_events(base, first.updated(review="accepted"), second, Event(3, 0.5, 0.6))
    theirs = with_events(base, first, second.updated(note="stall"), Event(3, 0.7, 0.8))
    merged = merge(base, ours, theirs)
    assert merged.conflicts == ()
    found = {event.event_id: (event.review, event.note, event.start_s) for event in events_of(merged.snapshot)}
    assert found == {
        1: ("accepted", "", 0.1),
        2: ("unreviewed", "stall", 0.3),
        3: ("unreviewed", "", 0.7),
        4: ("unreviewed", "", 0.5),
    }


def test_an_event_changed_differently_is_kept_twice(base: Snapshot) -> None:
    first, second = events_of(base)
    ours = with_events(base, first.updated(stop_s=0.25), second)
    theirs = with_events(base, first.updated(stop_s=0.22), second)
    merged = merge(base, ours, theirs)
    assert [(event.event_id, event.stop_s) for event in events_of(merged.snapshot)] == [(1, 0.22), (2, 0.4), (3, 0.25)]
    assert merged.notes == ("Your version of event 1 of ROI 1 is kept as event 3.",)


def test_times_that_went_through_a_file_are_no_change(base: Snapshot) -> None:
    first, second = events_of(base)
    empty = FrozenDict({"pre_win_stats": {"n": 0, "mean": None}})
    theirs = with_events(base, replace(first, start_s=0.1 + 1e-12, statistics=empty), second)
    merged = merge(base, with_events(base, first.updated(note="mine"), second), theirs)
    assert (merged.conflicts, events_of(merged.snapshot)[0].note) == ((), "mine")


def test_velocity_and_diameter_of_one_region_part_as_the_format_wants(base: Snapshot) -> None:
    ours, theirs = with_record(base, VELOCITY, 2, run_id="v"), with_record(base, DIAMETER, 2, run_id="d")
    merged = merge(base, ours, theirs)
    assert merged.conflicts == ()
    assert {record.key for record in merged.snapshot.records} >= {(DIAMETER, 0, 2), (VELOCITY, 0, 3)}
    assert merged.snapshot.records.find((VELOCITY, 0, 2)) is None


def test_a_diameter_that_gave_way_to_a_velocity_elsewhere_is_gone_here_too(base: Snapshot) -> None:
    base = with_record(base, DIAMETER, 2, run_id="d")
    without = replace(base, records=base.records.removed((DIAMETER, 0, 2)))
    theirs = with_record(without, VELOCITY, 2, run_id="v")
    merged = merge(base, with_fields(base, species="mouse"), theirs)
    assert (merged.conflicts, merged.snapshot) == ((), with_fields(theirs, species="mouse"))


def test_unknown_keys_of_both_sides_are_kept(base: Snapshot) -> None:
    base = replace(base, extra=FrozenDict({"sidecar": {"a": 1, "b": 1}}))
    ours = replace(base, extra=FrozenDict({"sidecar": {"a": 2, "b": 1}, "own": {"x": 1}}))
    theirs = replace(
        with_record(base, VELOCITY, 1, extra=FrozenDict({"lab": 7})), extra=FrozenDict({"sidecar": {"a": 1, "c": 3}})
    )
    found = merge(base, with_record(ours, VELOCITY, 1, run_id="again"), theirs).snapshot
    assert found.extra == FrozenDict({"sidecar": {"a": 2, "c": 3}, "own": {"x": 1}})
    assert (found.records[0].extra, found.records[0].run_id) == (FrozenDict({"lab": 7}), "again")


def test_what_is_equal_is_taken_from_the_side_that_knows_the_disk(base: Snapshot) -> None:
    on_disk = Written(EMPTY, EMPTY, b"0,1,0.5\n")
    theirs = with_fields(with_record(base, VELOCITY, 1, written=on_disk), sex="f")
    found = merge(base, with_fields(base, species="mouse"), theirs).snapshot
    assert found.records[0].written == on_disk


def test_lines_of_a_table_follow_their_region() -> None:
    written = Written(EMPTY, EMPTY, b"0,3,0.5\n0,3,0.6\n")
    assert written.moved(0, 3, 12).rows == b"0,12,0.5\n0,12,0.6\n"


def test_one_side_alone_can_be_kept(base: Snapshot) -> None:
    ours, theirs = base.with_roi_changed(1, row_stop=600), base.with_roi_changed(1, row_stop=700)
    merged = merge(base, with_fields(ours, species="mouse"), theirs, keep="theirs")
    assert (len(merged.conflicts), [roi.bounds[1] for roi in merged.snapshot.rois]) == (1, [700, 500])
    assert merged.snapshot.experiment.species == "mouse"


# ---------------------------------------------------------------- any edits
_FIELDS = ("species", "sex", "note")


def _edit(seed: tuple[str, int, int]) -> Edit:
    kind, place, value = seed

    def run(state: Snapshot) -> Snapshot:  # noqa: PLR0911  (one for each kind of edit)
        if kind == "field":
            return with_fields(state, **{_FIELDS[place % 3]: f"value {value}"})
        if kind == "add":
            return state.with_roi(RectRoi(state.next_roi_id(), value, value + 20, 0, 40))
        if kind == "review":
            return replace(state, review=("unreviewed", "accepted", "rejected")[value % 3])
        if not state.rois:
            return state
        roi_id = state.rois.ids[place % len(state.rois)]
        if kind == "move":
            return state.with_roi_changed(roi_id, row_start=value, row_stop=value + 30)
        if kind == "delete":
            return state.without_roi(roi_id)
        if kind == "run":
            name = (VELOCITY, INTENSITY, DIAMETER)[value % 3]
            rival = {VELOCITY: DIAMETER, DIAMETER: VELOCITY}.get(name, "")
            return (
                state if state.records.find((rival, 0, roi_id)) else with_record(state, name, roi_id, run_id=str(value))
            )
        if state.records.find((VELOCITY, 0, roi_id)) is None:
            return state
        events = events_of(state, roi_id)
        last = max((event.event_id for event in events), default=0)
        return with_events(state, *events, Event(last + 1, value, value + 1.0), roi_id=roi_id)

    return run


KINDS = ("field", "add", "move", "delete", "run", "event", "review")
edits = st.lists(st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.integers(0, 400)), max_size=6)


def _after(state: Snapshot, made: list[tuple[str, int, int]]) -> Snapshot:
    for seed in made:
        state = _edit(seed)(state)
    return state


def _start(made: list[tuple[str, int, int]]) -> Snapshot:
    return _after(Snapshot(Header((1000, 40), "uint16"), rois=RoiSet([RectRoi(1, 0, 500, 0, 40)])), made)


@given(before=edits, mine=edits)
def test_a_merge_with_nothing_new_on_one_side_gives_the_other(
    before: list[tuple[str, int, int]], mine: list[tuple[str, int, int]]
) -> None:
    base = _start(before)
    changed = _after(base, mine)
    for merged in (merge(base, changed, base), merge(base, base, changed), merge(base, changed, changed)):
        assert (merged.snapshot, merged.conflicts, merged.notes) == (changed, (), ())


@given(before=edits, mine=edits, other=edits)
def test_no_edit_of_either_side_is_lost(
    before: list[tuple[str, int, int]], mine: list[tuple[str, int, int]], other: list[tuple[str, int, int]]
) -> None:
    base = _start(before)
    ours, theirs = _after(base, mine), _after(base, other)
    merged = merge(base, ours, theirs)
    found = {roi.bounds for roi in merged.snapshot.rois}
    for side in (ours, theirs):
        assert {roi.bounds for roi in side.rois if roi not in base.rois} <= found
        runs = {record.run_id for record in side.records if record not in base.records}
        assert runs <= {record.run_id for record in merged.snapshot.records}
        starts = {event.start_s for record in side.records for event in record.events} - {
            event.start_s for record in base.records for event in record.events
        }
        assert starts <= {event.start_s for record in merged.snapshot.records for event in record.events}
    torn = {conflict.what for conflict in merged.conflicts}
    for name in _FIELDS:
        values = {getattr(side.experiment, name) for side in (ours, theirs)} - {getattr(base.experiment, name)}
        assert getattr(merged.snapshot.experiment, name) in (values or {getattr(base.experiment, name)})
        assert (len(values) > 1) == (name in torn)


@given(before=edits, mine=edits, other=edits)
def test_whoever_merges_there_are_the_same_conflicts_and_the_format_is_kept(
    before: list[tuple[str, int, int]], mine: list[tuple[str, int, int]], other: list[tuple[str, int, int]]
) -> None:
    base = _start(before)
    ours, theirs = _after(base, mine), _after(base, other)
    one, two = merge(base, ours, theirs), merge(base, theirs, ours)
    assert {conflict.what for conflict in one.conflicts} == {conflict.what for conflict in two.conflicts}
    keys = {record.key for record in one.snapshot.records}
    assert not any((DIAMETER, channel, roi_id) in keys for name, channel, roi_id in keys if name == VELOCITY)
    assert all(record.roi_id in one.snapshot.rois.ids for record in one.snapshot.records)
    assert RecordSet(one.snapshot.records) == one.snapshot.records

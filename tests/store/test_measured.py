"""What a result was measured in: it becomes stale when that changes, and its events keep their place in its table."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.frozen import thaw
from cloudscope_widgets.synthetic import Heartbeat, kymograph
from tests.saved_files import FakeClock, settle

LINE_S = 0.001
GOLDEN = "Capillary1_0001.tif"


@pytest.fixture
def ours(tmp_path: Path) -> cs.Acquisition:
    """Recording with results of ours in a region that does not begin at line 0."""
    acq = cs.open(kymograph(1600, 24, flow=Heartbeat(1.3)).write(tmp_path / "cell.tif"))
    acq.update_calibration(seconds_per_line=LINE_S, um_per_pixel=0.5)
    acq.add_rect(row_start=200, row_stop=1500)
    acq.analyze("radon_velocity", roi_id=1, window_width=16)
    acq.analyze("heart_rate", roi_id=1)
    acq.add_event(roi_id=1, start_s=0.4, stop_s=0.5)
    acq.add_event(roi_id=1, start_s=0.8, stop_s=0.95, event_type="stall")
    acq.save()
    return acq


def sidecar(acq: cs.Acquisition) -> dict[str, Any]:
    found = json.loads(acq.path.with_name(f"{acq.path.name}.json").read_bytes())
    assert isinstance(found, dict)
    return found


def written(acq: cs.Acquisition) -> list[dict[str, Any]]:
    """Events as the shared file holds them."""
    records = [record for record in sidecar(acq)["analysis"] if record["analysis_name"] == "event"]
    return [event for record in records for event in record["summary"]["events"]]


def events_of(acq: cs.Acquisition, roi_id: int = 1) -> tuple[Event, ...]:
    record = acq.record("event", roi_id=roi_id)
    assert record is not None
    return record.events


def times(events: tuple[Event, ...]) -> list[float]:
    return [time for event in events for time in (event.start_s, event.stop_s)]


def edit_sidecar(acq: cs.Acquisition, **changes: Any) -> None:  # noqa: ANN401  (any JSON value)
    """Change the file as another program does that keeps the rest."""
    path = acq.path.with_name(f"{acq.path.name}.json")
    path.write_text(json.dumps({**sidecar(acq), **changes}, indent=2, sort_keys=True), encoding="utf-8")


# ---------------------------------------------------------------- a region that is moved
def test_a_moved_region_shifts_no_event_against_its_table(ours: cs.Acquisition) -> None:
    before, file = events_of(ours), written(ours)
    ours.update_roi(1, row_start=450)
    assert events_of(ours) == before
    ours.save()
    assert written(ours) == file
    again = cs.open(ours.path)
    assert times(events_of(again)) == pytest.approx(times(before))
    assert [event.statistics for event in events_of(again)] == [event.statistics for event in before]
    for record in again.records:
        assert "the region" in record.stale_reasons(again)


def test_an_event_marked_after_the_move_is_measured_where_it_was_marked(ours: cs.Acquisition) -> None:
    ours.update_roi(1, row_start=450)
    event = ours.add_event(roi_id=1, start_s=0.6005, stop_s=0.7005)
    record = ours.record("radon_velocity", roi_id=1)
    assert record is not None
    assert record.table is not None
    time_s = record.table["time_s"] + 200 * LINE_S
    inside = record.table["velocity"][(time_s >= 0.6005) & (time_s <= 0.7005)].dropna()
    assert event.statistics["event_stats"]["n"] == len(inside)
    assert event.statistics["event_stats"]["mean"] == pytest.approx(inside.mean())
    ours.save()
    assert written(ours)[-1]["x0"] == pytest.approx(0.4005)
    assert times(events_of(cs.open(ours.path)))[-2:] == pytest.approx([0.6005, 0.7005])


def test_a_new_run_keeps_events_in_absolute_time_and_marks_those_outside(ours: cs.Acquisition) -> None:
    before = events_of(ours)
    ours.update_roi(1, row_start=700)
    ours.analyze("radon_velocity", roi_id=1, window_width=16)
    after = events_of(ours)
    assert times(after) == pytest.approx(times(before))
    assert [event.is_outside for event in after] == [True, False]
    assert thaw(after[0].statistics["event_stats"]) == {
        "n": 0, "mean": None, "min": None, "max": None, "std": None, "se": None, "cv": None
    }  # fmt: skip
    assert after[1].statistics["event_stats"]["n"] > 0
    ours.save()
    assert [event["x0"] for event in written(ours)] == pytest.approx([-0.3, 0.1])
    again = cs.open(ours.path)
    assert [event.is_outside for event in events_of(again)] == [True, False]
    record = again.record("event", roi_id=1)
    assert record is not None
    assert "One event lies outside of the measured velocity" in record.methods_text()


# ---------------------------------------------------------------- a calibration that is changed
def test_under_another_calibration_events_keep_their_lines(ours: cs.Acquisition) -> None:
    ours = cs.open(ours.path)
    before, file = events_of(ours), written(ours)
    ours.update_calibration(seconds_per_line=2.5 * LINE_S)
    assert times(events_of(ours)) == pytest.approx([2.5 * time for time in times(before)])
    ours.save()
    assert written(ours) == file
    again = cs.open(ours.path)
    assert times(events_of(again)) == pytest.approx([2.5 * time for time in times(before)])
    assert [event.statistics for event in events_of(again)] == [event.statistics for event in before]
    assert all(record.is_stale(again) for record in again.records)
    ours.undo()
    assert times(events_of(ours)) == pytest.approx(times(before))
    assert not any(record.is_stale(ours) for record in ours.records)


def test_events_marked_under_another_calibration_are_measured_in_their_lines(ours: cs.Acquisition) -> None:
    ours.update_calibration(seconds_per_line=2 * LINE_S)
    event = ours.add_event(roi_id=1, start_s=0.8, stop_s=1.0)  # lines 400 to 500, as the first one
    assert event.statistics == events_of(ours)[0].statistics
    ours.save()
    assert written(ours)[-1]["x0"] == pytest.approx(written(ours)[0]["x0"])
    found = ours.detect_events(roi_id=1).events
    table = ours.records[0].table
    assert table is not None
    assert all(event.stop_s <= (table["time_index"].max() + 200) * 2 * LINE_S + 1e-9 for event in found)


def test_a_heart_rate_counts_in_the_seconds_of_its_velocity(ours: cs.Acquisition) -> None:
    first = ours.record("heart_rate", roi_id=1)
    assert first is not None
    ours.update_calibration(seconds_per_line=2 * LINE_S)
    again = ours.analyze("heart_rate", roi_id=1)
    assert again.summary["lomb"] == first.summary["lomb"]
    assert again.summary["window_response"] == first.summary["window_response"]
    assert again.provenance["calibration"]["seconds_per_line"] == LINE_S
    assert "the time per line" in again.stale_reasons(ours)


def test_a_heart_rate_of_a_velocity_without_seconds_is_refused(tmp_path: Path) -> None:
    acq = cs.open(kymograph(1600, 24).write(tmp_path / "cell.tif"))
    acq.update_calibration(seconds_per_line=1.0, time_label="Pixels", um_per_pixel=0.5)
    acq.add_rect()
    acq.analyze("radon_velocity", roi_id=1, window_width=16)
    acq.update_calibration(seconds_per_line=LINE_S, time_label="s")
    with pytest.raises(cs.AnalysisError, match="before the time per line was known"):
        acq.analyze("heart_rate", roi_id=1)


# ---------------------------------------------------------------- results of other programs
def test_results_of_another_program_become_stale_like_ours(golden: Path) -> None:
    acq = cs.open(golden / GOLDEN)
    before, file = events_of(acq), written(acq)
    fresh = [record.key for record in acq.records if not record.is_stale(acq)]
    assert ("radon_velocity", 0, 1) in fresh
    acq.update_roi(1, row_start=700)
    assert events_of(acq) == before
    of_region = [record for record in acq.records if record.roi_id == 1]
    assert all("the region" in record.stale_reasons(acq) for record in of_region)
    acq.update_calibration(seconds_per_line=2 * acq.header.seconds_per_line)
    assert all("the time per line" in record.stale_reasons(acq) for record in acq.records)
    acq.save()
    assert written(acq) == file
    again = cs.open(acq.path)
    assert times(events_of(again)) == pytest.approx([2 * time for time in times(before)])
    assert [event.statistics for event in events_of(again)] == [event.statistics for event in before]
    assert all("the time per line" in record.stale_reasons(again) for record in again.records)
    assert all("the region" in record.stale_reasons(again) for record in again.records if record.roi_id == 1)
    again.update_roi(1, row_start=0)
    again.update_calibration(seconds_per_line=again.header.seconds_per_line / 2)
    assert [record.key for record in again.records if not record.is_stale(again)] == fresh
    again.save()
    assert [record.key for record in again.records if not record.is_stale(cs.open(acq.path))] == fresh


def test_a_replaced_image_makes_results_of_another_program_stale(golden: Path) -> None:
    acq = cs.open(golden / GOLDEN)
    acq.update_experiment(note="seen")
    acq.save()
    raw = bytearray(acq.path.read_bytes())
    raw[-40_000:] = raw[-40_000:][::-1]
    acq.path.write_bytes(raw)
    again = cs.open(acq.path)
    assert all("the image" in record.stale_reasons(again) for record in again.records)
    assert any("has been replaced since these results were made" in notice for notice in again.notices)


@pytest.mark.plants_files("table hash", "measured", "event table", "layout")
def test_what_another_program_ran_again_in_place_is_measured_in_what_it_is_seen_in(ours: cs.Acquisition) -> None:
    """A table and a summary rewritten as CloudScope does, after it moved the region."""
    found = sidecar(ours)
    velocity = found["analysis"][0]
    velocity["summary"] = {name: value for name, value in velocity["summary"].items() if name != "cloudscope_widgets"}
    found["rois"][0]["data"]["row_start"] = 300
    edit_sidecar(ours, **found)
    path = ours.path.with_name("cell.tif.radon_velocity.csv")
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(lines[0] + b"".join(line.replace(b".", b".1", 1) for line in lines[1:]))
    again = cs.open(ours.path)
    record = again.record("radon_velocity", roi_id=1)
    assert record is not None
    assert record.methods_text().startswith("This result was made by another program, which did not save how.")
    assert (record.stale_reasons(again), "method" in record.params) == ((), False)
    assert events_of(again)[0].start_s == pytest.approx(written(again)[0]["x0"] + 300 * LINE_S)
    again.update_roi(1, row_start=310)
    again.save()
    last = cs.open(ours.path)
    assert last.records[0].stale_reasons(last) == ("the region",)


@pytest.mark.plants_files("measured", "layout")
def test_a_region_that_another_program_moved_meanwhile_makes_results_stale(golden: Path) -> None:
    time_s = FakeClock()
    acq = cs.store.acquisition.open_acquisition(golden / GOLDEN, clock=time_s.clock)
    before = times(events_of(acq))
    rois = sidecar(acq)["rois"]
    rois[0]["data"]["row_start"] = 700
    path = acq.path.with_name(f"{GOLDEN}.json")
    document = json.loads(path.read_text().replace("NaN", "null"))
    path.write_text(json.dumps({**document, "rois": rois}, indent=2, sort_keys=True))
    settle(acq, time_s)
    assert acq.rois.by_id(1).bounds[0] == 700
    velocity = acq.record("radon_velocity", roi_id=1)
    assert velocity is not None
    assert velocity.stale_reasons(acq) == ("the region",)
    assert times(events_of(acq)) == pytest.approx(before)
    acq.update_experiment(note="x")
    acq.save()
    again = cs.open(acq.path)
    assert again.records[0].stale_reasons(again) == ("the region",)
    assert times(events_of(again)) == pytest.approx(before)


# ---------------------------------------------------------------- both at once
@pytest.mark.plants_files("event table", "layout")
def test_another_program_adds_an_event_while_the_calibration_is_changed_here(ours: cs.Acquisition) -> None:
    found = sidecar(ours)
    events = found["analysis"][-1]["summary"]["events"]
    events.append({**events[0], "id": 9, "x0": 0.5, "x1": 0.6, "event_stats": {**events[0]["event_stats"], "n": 0}})
    events[-1].update({name: {**events[0]["event_stats"], "n": 0} for name in ("pre_win_stats", "post_win_stats")})
    for name in ("event_stats", "pre_win_stats", "post_win_stats"):
        events[-1][name] = {key: (0 if key == "n" else None) for key in events[-1][name]}
    events[-1]["duration"] = 0.6 - 0.5
    ours.update_calibration(seconds_per_line=2 * LINE_S)
    edit_sidecar(ours, **found)
    ours.save()
    again = cs.open(ours.path)
    assert again.header.seconds_per_line == 2 * LINE_S
    assert times(events_of(again)) == pytest.approx(np.multiply([0.4, 0.5, 0.8, 0.95, 0.7, 0.8], 2).tolist())
    assert [event["x0"] for event in written(again)] == pytest.approx([0.2, 0.6, 0.5])

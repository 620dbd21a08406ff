"""What the shared format has no place for comes back from our own file, and nothing is written without need."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

import cloudscope_widgets as cs
from cloudscope_widgets.core.events import Event
from cloudscope_widgets.core.frozen import FrozenDict
from cloudscope_widgets.store.edits.events import event_added
from cloudscope_widgets.synthetic import kymograph


@pytest.fixture
def acq(tmp_path: Path) -> cs.Acquisition:
    acq = cs.open(kymograph(800, 40).write(tmp_path / "cell.tif", with_text=False))
    acq.add_rect(row_start=100)
    return acq


def own(acq: cs.Acquisition) -> dict[str, Any]:
    path = acq.path.with_name("cell.tif.widgets.json")
    return json.loads(path.read_bytes()) if path.exists() else {}


def sidecar(acq: cs.Acquisition) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(acq.path.with_name("cell.tif.json").read_bytes())
    return found


def saved_again(acq: cs.Acquisition) -> cs.Acquisition:
    acq.save()
    again = cs.open(acq.path)
    assert again.snapshot == acq.snapshot
    return again


def test_it_is_not_written_when_the_sidecar_says_all(acq: cs.Acquisition) -> None:
    acq.update_experiment(species="mouse")
    acq.set_contrast(0, value_min=100, value_max=500)
    saved_again(acq)
    assert own(acq) == {}


def test_limits_that_are_no_whole_numbers_and_gamma_come_back(acq: cs.Acquisition) -> None:
    acq.set_contrast(0, value_min=100.25, value_max=499.5, gamma=0.7)
    again = saved_again(acq)
    assert (again.contrast[0].value_min, again.contrast[0].gamma) == (100.25, 0.7)
    assert sidecar(acq)["image_contrast"]["0"]["value_max"] == 500


def test_limits_changed_by_another_program_count(acq: cs.Acquisition) -> None:
    acq.set_contrast(0, value_min=100.25, value_max=499.5)
    acq.save()
    path = acq.path.with_name("cell.tif.json")
    path.write_bytes(path.read_bytes().replace(b'"value_max": 500', b'"value_max": 700'))
    assert cs.open(acq.path).contrast[0].value_max == 700


def test_a_review_comes_back_and_another_programs_verdict_counts(acq: cs.Acquisition) -> None:
    acq.review = "accepted"
    assert saved_again(acq).review == "accepted"
    assert "at" in own(acq)["review"]
    path = acq.path.with_name("cell.tif.json")
    path.write_bytes(path.read_bytes().replace(b'"accepted": true', b'"accepted": false'))
    assert cs.open(acq.path).review == "rejected"


def test_scan_speed_and_a_locked_region_come_back(acq: cs.Acquisition) -> None:
    acq.update_calibration(dwell_s=2e-6, scan_direction="backward")
    acq.update_roi(1, is_locked=True)
    again = saved_again(acq)
    assert (again.header.dwell_s, again.header.scan_direction) == (2e-6, "backward")
    assert again.rois[0].is_locked


def test_events_keep_review_kind_and_note_and_candidates_stay_out_of_the_sidecar(acq: cs.Acquisition) -> None:
    acq.update_calibration(seconds_per_line=0.001, um_per_pixel=0.25)
    acq.analyze("radon_velocity", roi_id=1, window_width=16)
    acq.add_event(roi_id=1, start_s=0.2, stop_s=0.3, event_type="stall", note="real")
    candidate = Event(1, 0.4, 0.5, "rise", review="unreviewed", strength=1.7, source="auto")
    acq.apply("Detect events", lambda now: event_added(now, 1, 0, candidate))
    saved_again(acq)
    shared = sidecar(acq)["analysis"][1]["summary"]["events"]
    assert [(event["id"], event["event_type"]) for event in shared] == [(1, "transient")]
    assert shared[0]["x0"] == pytest.approx(0.1)
    acq.update_event(2, roi_id=1, review="accepted")
    saved_again(acq)
    assert [event["id"] for event in sidecar(acq)["analysis"][1]["summary"]["events"]] == [1, 2]


def test_events_stay_in_absolute_time_when_their_region_moves(acq: cs.Acquisition) -> None:
    acq.update_calibration(seconds_per_line=0.001, um_per_pixel=0.25)
    acq.analyze("radon_velocity", roi_id=1, window_width=16)
    acq.add_event(roi_id=1, start_s=0.5, stop_s=0.6)
    acq.save()
    again = cs.open(acq.path)
    again.update_roi(1, row_start=300)
    moved = saved_again(again).record("event", roi_id=1)
    assert moved is not None
    assert moved.events[0].start_s == pytest.approx(0.5)
    assert moved.is_stale(again)
    item = sidecar(acq)["analysis"][1]["summary"]["events"][0]
    assert (item["x0"], item["x1"]) == (pytest.approx(0.4), pytest.approx(0.5))  # as before: the table stays


@pytest.mark.plants_files("own file", "layout")
def test_unknown_keys_are_kept_and_a_newer_version_is_never_overwritten(acq: cs.Acquisition) -> None:
    path = acq.path.with_name("cell.tif.widgets.json")
    path.write_text('{"version": 1, "colours": {"0": "red"}}')
    again = cs.open(acq.path)
    again.review = "accepted"
    saved_again(again)
    assert own(again)["colours"] == {"0": "red"}
    path.write_text('{"version": 3}')
    newer = cs.open(acq.path)
    newer.add_rect()
    with pytest.raises(cs.SaveError, match=r"newer cloudscope-widgets \(version 3, this one knows 2\)"):
        newer.save()
    assert path.read_text() == '{"version": 3}'


@pytest.mark.plants_files("layout", "quality")
def test_quality_that_does_not_fit_its_table_is_refused(acq: cs.Acquisition) -> None:
    acq.analyze("radon_velocity", roi_id=1)
    acq.save()
    path = acq.path.with_name("cell.tif.widgets.json")
    damaged = own(acq)
    damaged["quality"][0]["columns"]["z"] = "AAAA"
    path.write_text(json.dumps(damaged))
    (notice,) = cs.open(acq.path).notices
    assert "columns.z must be" in notice


def test_an_unknown_colour_table_is_kept_until_another_is_chosen(acq: cs.Acquisition) -> None:
    acq.set_contrast(0, value_min=1, value_max=2)
    acq.save()
    path = acq.path.with_name("cell.tif.json")
    path.write_bytes(path.read_bytes().replace(b'"Gray"', b'"Turbo"'))
    again = cs.open(acq.path)
    assert again.contrast[0].color_lut == "Gray"
    again.set_contrast(0, value_max=3)
    saved_again(again)
    assert sidecar(acq)["image_contrast"]["0"]["color_lut"] == "Turbo"
    again.set_contrast(0, color_lut="Hot")
    saved_again(again)
    assert (sidecar(acq)["image_contrast"]["0"]["color_lut"], FrozenDict()) == ("Hot", again.contrast[0].extra)


def test_a_colour_table_of_our_own_comes_back_and_has_a_stand_in_in_the_shared_file(acq: cs.Acquisition) -> None:
    acq.set_contrast(0, value_min=100, value_max=500, color_lut="Fire")
    assert saved_again(acq).contrast[0].color_lut == "Fire"
    assert sidecar(acq)["image_contrast"]["0"]["color_lut"] == "Hot"
    assert own(acq)["contrast"] == {"0": {"color_lut": "Fire"}}


def test_a_colour_table_chosen_by_another_program_counts(acq: cs.Acquisition) -> None:
    acq.set_contrast(0, value_min=100, value_max=500, color_lut="Fire")
    acq.save()
    path = acq.path.with_name("cell.tif.json")
    path.write_bytes(path.read_bytes().replace(b'"Hot"', b'"Jet"'))
    assert cs.open(acq.path).contrast[0].color_lut == "Jet"


def test_a_colour_table_of_a_newer_version_is_kept(acq: cs.Acquisition) -> None:
    acq.set_contrast(0, value_min=100, value_max=500, color_lut="Fire")
    acq.save()
    path = acq.path.with_name("cell.tif.widgets.json")
    path.write_bytes(path.read_bytes().replace(b'"Fire"', b'"Ember"'))
    again = cs.open(acq.path)
    assert again.contrast[0].color_lut == "Hot"
    again.set_contrast(0, gamma=0.5)
    saved_again(again)
    assert own(acq)["contrast"] == {"0": {"color_lut": "Ember", "gamma": 0.5}}


@pytest.fixture
def full(acq: cs.Acquisition) -> cs.Acquisition:
    """One recording whose own file has something in each part."""
    acq.update_calibration(seconds_per_line=0.001, um_per_pixel=0.25, dwell_s=2e-6)
    acq.set_contrast(0, value_min=100.25, value_max=499.5)
    acq.update_roi(1, is_locked=True)
    acq.review = "accepted"
    acq.analyze("radon_velocity", roi_id=1, window_width=16)
    acq.add_event(roi_id=1, start_s=0.2, stop_s=0.3, event_type="stall")
    acq.save()
    return acq


@pytest.mark.parametrize(
    "where",
    [("review",), ("calibration",), ("contrast", "0"), ("rois", "1"), ("events", 0), ("quality", 0),
     ("quality", 0, "columns"), ("measured", 0), ("measured", 0, "image"), ("measured", 0, "calibration")],
)  # fmt: skip
@pytest.mark.plants_files("own regions", "quality", "measured")
def test_unknown_keys_at_every_depth_are_written_back(full: cs.Acquisition, where: tuple[str | int, ...]) -> None:
    changed = own(full)
    place: Any = changed
    for step in where:
        place = place[step]
    place["later"] = {"kept": [1, None, "µ"]}
    full.path.with_name("cell.tif.widgets.json").write_text(json.dumps(changed))
    again = cs.open(full.path)
    again.update_experiment(note="changed")
    saved_again(again)
    assert own(full) == changed


@pytest.mark.plants_files("own regions")
def test_unknown_keys_stay_where_nothing_else_is_to_be_said_and_go_with_what_they_belong_to(
    full: cs.Acquisition,
) -> None:
    full.update_event(1, roi_id=1, event_type="rise")
    full.update_roi(1, is_locked=False)
    full.save()
    document = own(full)
    assert "events" not in document
    document["rois"] = {"1": {"colour": "red"}}
    event = {"channel": 0, "roi_id": 1, "id": 1, "x0": 0.1, "x1": 0.2, "kind": "rise", "review": "accepted"}
    document["events"] = [{**event, "source": "user", "strength": None, "note": "", "tag": "a"}]
    full.path.with_name("cell.tif.widgets.json").write_text(json.dumps(document))
    again = cs.open(full.path)
    again.update_experiment(note="changed")
    saved_again(again)
    assert (own(full)["rois"], own(full)["events"][0]["tag"]) == ({"1": {"colour": "red"}}, "a")
    again.delete_event(1, roi_id=1)
    again.save()
    assert "events" not in own(full)
    again.delete_roi(1)
    again.save()
    assert "rois" not in own(full)


def test_an_unknown_key_of_an_event_that_is_known_elsewhere_is_kept(full: cs.Acquisition) -> None:
    changed = own(full)
    changed["events"][0]["columns"] = "two"
    full.path.with_name("cell.tif.widgets.json").write_text(json.dumps(changed))
    again = cs.open(full.path)
    again.update_experiment(note="changed")
    saved_again(again)
    assert own(full) == changed


@pytest.mark.plants_files("own file")
def test_what_is_missing_in_the_calibration_stays_as_the_image_says(tmp_path: Path) -> None:
    image = kymograph(800, 40, scan_duty=0.9).write(tmp_path / "cell.tif")
    dwell_s = cs.open(image).header.dwell_s
    (tmp_path / "cell.tif.widgets.json").write_bytes(b'{\n  "calibration": {\n    "later": 1\n  },\n  "version": 1\n}')
    assert cs.open(image).header.dwell_s == dwell_s
    assert dwell_s is not None
